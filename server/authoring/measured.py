"""Write down how the calibration of a working copy is doing, under a token, so that only the latest claim can.

As for imports: a claim raises ``attempt``, and whoever claimed earlier writes nothing any more. What came of each
training is written down before the next is asked for, so that nothing is measured twice when a worker is gone.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from exercises.bundle import CALIBRATION
from server.audit import note
from server.authoring.files import contents_of, write_file
from server.database.models import Calibration, CalibrationState, JsonList, WorkingCopy
from server.queue.doorbell import ring_for_calibration
from server.submissions.grading import notify
from server.submissions.storage import storable


@dataclass(frozen=True, slots=True)
class CalibrationClaim:
    """The right to carry out the next training of a calibration, until somebody else claims it.

    Attributes:
        copy_id: The working copy.
        token: By which the claim is known.
        exercise_id: Of which exercise.
        version: What is measured; stands on the shelf.
        measured: What the trainings so far came to, as the table has them.
        digests: What these hold for; None before the first.

    """

    copy_id: uuid.UUID
    token: int
    exercise_id: str
    version: str
    measured: JsonList
    digests: Mapping[str, str] | None


async def claim_calibration(session: AsyncSession, copy_id: uuid.UUID) -> CalibrationClaim | None:
    """Claim the next training of a calibration, or return None if none is due."""
    claimed = await session.execute(
        update(Calibration)
        .where(Calibration.copy_id == copy_id, Calibration.state == CalibrationState.MEASURING)
        .values(
            attempt=Calibration.attempt + 1,
            begun_at=func.coalesce(Calibration.begun_at, func.clock_timestamp()),
        )
        .returning(Calibration.attempt, Calibration.version, Calibration.measured, Calibration.digests)
    )
    row = claimed.one_or_none()
    if row is None:
        return None
    copy = await session.get_one(WorkingCopy, copy_id)
    await notify(session, copy_id)
    return CalibrationClaim(copy_id, row.attempt, copy.exercise_id, row.version, row.measured, row.digests)


async def is_claimed(session: AsyncSession, claim: CalibrationClaim) -> bool:
    """Tell whether a claim holds at this moment, holding nothing."""
    return await session.scalar(_held_row(claim)) is not None


async def files_of_claimed(session: AsyncSession, claim: CalibrationClaim) -> dict[str, bytes]:
    """Return the working copy's files as they are now; empty where it was discarded."""
    copy = await session.get(WorkingCopy, claim.copy_id)
    return {} if copy is None else await contents_of(session, copy)


async def hold_copy(session: AsyncSession, claim: CalibrationClaim) -> WorkingCopy | None:
    """Hold the working copy until the session ends, so that nobody saves meanwhile; None if the claim is void."""
    copy: WorkingCopy | None = await session.scalar(
        select(WorkingCopy).where(WorkingCopy.id == claim.copy_id).with_for_update()
    )
    return copy if copy is not None and await is_claimed(session, claim) else None


async def record_training(
    session: AsyncSession, claim: CalibrationClaim, measured: Sequence[Mapping[str, Any]], digests: Mapping[str, str]
) -> bool:
    """Write down what the trainings came to so far, and ask for the next.

    Returns:
        False if somebody else has claimed the calibration since, or it was called off; nothing is written then.

    """
    written = await _write(session, claim, measured=storable(list(measured)), digests=dict(digests), faults=0)
    if written:
        await ring_for_calibration(session, claim.copy_id)
        await notify(session, claim.copy_id)
    return written


async def record_calibration(
    session: AsyncSession,
    claim: CalibrationClaim,
    copy: WorkingCopy,
    measured: Sequence[Mapping[str, Any]],
    report: bytes,
) -> bool:
    """Put ``calibration.json`` into the held working copy, and end.

    Raises:
        WorkingCopyTooLarge: It would be too much.

    """
    values = {"measured": storable(list(measured)), "state": CalibrationState.DONE, "faults": 0}
    written = await _write(session, claim, finished_at=func.clock_timestamp(), **values)
    if written:
        await write_file(session, copy, CALIBRATION, report)
        await notify(session, claim.copy_id)
    return written


async def record_refusal(session: AsyncSession, claim: CalibrationClaim, reason: Mapping[str, Any]) -> bool:
    """Write down why nothing is put into the working copy: something that its author can mend."""
    values = {"state": CalibrationState.REFUSED, "reason": storable(dict(reason))}
    written = await _write(session, claim, finished_at=func.clock_timestamp(), **values)
    if written:
        await notify(session, claim.copy_id)
    return written


async def record_calibration_fault(
    session: AsyncSession,
    claim: CalibrationClaim,
    *,
    most: int,
    type: str,  # noqa: A002
    message: str,
) -> bool:
    """Write down a fault of ours; the ``most``-th in a row ends the calibration.

    Returns:
        Whether to try again.

    """
    faults = await session.scalar(
        select(Calibration.faults).where(Calibration.copy_id == claim.copy_id).with_for_update()
    )
    if not await _write(session, claim, faults=Calibration.faults + 1):
        return False
    if (faults or 0) + 1 >= most:
        await mark_calibration_broken(session, claim.copy_id, type=type, message=message)
        return False
    return True


async def mark_calibration_broken(session: AsyncSession, copy_id: uuid.UUID, *, type: str, message: str) -> None:  # noqa: A002
    """Give up on a calibration, and leave a note for the operator; of the exercise this says nothing."""
    fault = storable({"type": type, "message": message})
    await session.execute(
        update(Calibration)
        .where(Calibration.copy_id == copy_id, Calibration.state == CalibrationState.MEASURING)
        .values(
            state=CalibrationState.SYSTEM_ERROR, fault=fault, attempt=Calibration.attempt + 1,
            finished_at=func.clock_timestamp(),
        )
    )  # fmt: skip
    note(session, None, "exercise.calibrate.system_error", copy_id, **fault)
    await notify(session, copy_id)


def _held_row(claim: CalibrationClaim) -> Select[uuid.UUID]:
    return select(Calibration.copy_id).where(
        Calibration.copy_id == claim.copy_id,
        Calibration.attempt == claim.token,
        Calibration.state == CalibrationState.MEASURING,
    )


async def _write(session: AsyncSession, claim: CalibrationClaim, **values: object) -> bool:
    """Change the calibration's row if the claim still holds."""
    written = await session.execute(
        update(Calibration)
        .where(
            Calibration.copy_id == claim.copy_id,
            Calibration.attempt == claim.token,
            Calibration.state == CalibrationState.MEASURING,
        )
        .values(**values)
        .returning(Calibration.copy_id)
    )
    return written.one_or_none() is not None
