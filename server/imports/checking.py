"""Write down how the gate is doing with an import and what it found, under a token, so that only the latest can.

As for submissions: a claim raises ``attempt``, and whoever claimed earlier writes nothing any more.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from server.audit import note
from server.database.models import ExerciseImport, ImportState
from server.submissions.grading import notify
from server.submissions.storage import storable


@dataclass(frozen=True, slots=True)
class GateClaim:
    """The right to put an import through the gate, until somebody else claims it."""

    import_id: uuid.UUID
    token: int
    exercise_id: str
    version: str


@dataclass(frozen=True, slots=True)
class GateProgress:
    """How far the gate is."""

    done: int  #: judgements
    total: int
    broken: int  #: promises that were not kept so far
    last: str  #: the file, or the mutant, that was judged last

    def to_json(self) -> dict[str, Any]:
        """Return it as it is stored and sent."""
        return {"done": self.done, "total": self.total, "broken": self.broken, "last": self.last}


async def claim_import(session: AsyncSession, import_id: uuid.UUID) -> GateClaim | None:
    """Claim an import for the gate, or return None if no check is due."""
    claimed = await session.execute(
        update(ExerciseImport)
        .where(ExerciseImport.id == import_id, ExerciseImport.state == ImportState.CHECKING)
        .values(attempt=ExerciseImport.attempt + 1, progress=None, touched_at=func.clock_timestamp())
        .returning(ExerciseImport.attempt, ExerciseImport.exercise_id, ExerciseImport.version)
    )
    row = claimed.one_or_none()
    if row is None:
        return None
    await notify(session, import_id)
    return GateClaim(import_id, row.attempt, row.exercise_id, row.version)


async def write_gate_progress(session: AsyncSession, claim: GateClaim, progress: GateProgress | None) -> None:
    """Write down how far the gate is, or only that it is still at it; nothing if somebody else has claimed it since."""
    values: dict[str, Any] = {"touched_at": func.clock_timestamp()}
    if progress is not None:
        values["progress"] = storable(progress.to_json())
    if await _write(session, claim, **values) and progress is not None:
        await notify(session, claim.import_id)


async def record_report(session: AsyncSession, claim: GateClaim, report: Mapping[str, Any], *, passed: bool) -> bool:
    """Write down what the gate found.

    Returns:
        False if somebody else has claimed the import since; nothing is written then.

    """
    state = ImportState.READY if passed else ImportState.REFUSED
    written = await _write(
        session, claim, state=state, report=storable(report), fault=None, finished_at=func.clock_timestamp()
    )
    if written:
        outcome = "passed" if passed else "failed"
        note(session, None, "exercise.check", claim.exercise_id, version=claim.version, outcome=outcome)
        await notify(session, claim.import_id)
    return written


async def record_gate_fault(session: AsyncSession, claim: GateClaim, *, most: int, type: str, message: str) -> bool:  # noqa: A002
    """Write down that the gate failed through a fault of ours; the ``most``-th in a row ends the check.

    Returns:
        Whether to try again.

    """
    faults = await session.scalar(
        select(ExerciseImport.faults).where(ExerciseImport.id == claim.import_id).with_for_update()
    )
    if not await _write(session, claim, faults=ExerciseImport.faults + 1, progress=None):
        return False
    if (faults or 0) + 1 >= most:
        await mark_gate_broken(session, claim.import_id, type=type, message=message)
        return False
    await notify(session, claim.import_id)
    return True


async def record_gate_broken(session: AsyncSession, claim: GateClaim, *, type: str, message: str) -> bool:  # noqa: A002
    """Write down that the gate cannot be finished for a reason of ours, which repeating would not mend.

    Returns:
        False if somebody else has claimed the import since; nothing is written then.

    """
    if not await _write(session, claim, progress=None):
        return False
    await mark_gate_broken(session, claim.import_id, type=type, message=message)
    return True


async def mark_gate_broken(session: AsyncSession, import_id: uuid.UUID, *, type: str, message: str) -> None:  # noqa: A002
    """Give up on the check of an import, and leave a note for the operator; of the exercise this says nothing."""
    fault = storable({"type": type, "message": message})
    await session.execute(
        update(ExerciseImport)
        .where(ExerciseImport.id == import_id, ExerciseImport.state == ImportState.CHECKING)
        .values(
            state=ImportState.SYSTEM_ERROR, fault=fault, attempt=ExerciseImport.attempt + 1,
            finished_at=func.clock_timestamp(),
        )
    )  # fmt: skip
    note(session, None, "exercise.check.system_error", import_id, **fault)
    await notify(session, import_id)


async def _write(session: AsyncSession, claim: GateClaim, **values: object) -> bool:
    """Change the import's row if the claim still holds."""
    written = await session.execute(
        update(ExerciseImport)
        .where(
            ExerciseImport.id == claim.import_id,
            ExerciseImport.attempt == claim.token,
            ExerciseImport.state == ImportState.CHECKING,
        )
        .values(**values)
        .returning(ExerciseImport.id)
    )
    return written.one_or_none() is not None
