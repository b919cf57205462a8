"""The calibration of a working copy, as its author asks for it: begun, looked at, called off. Workers measure."""

import asyncio
import uuid
from collections.abc import Mapping
from pathlib import Path

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from server.authoring.copies import find_copy
from server.authoring.examining import bundle_of_files
from server.authoring.files import contents_of
from server.calibration.measuring import TRAININGS
from server.courses.shelf import Shelf
from server.database.models import Calibration, CalibrationState, User, WorkingCopy
from server.errors import NothingToMeasure
from server.queue.doorbell import ring_for_calibration
from server.submissions.grading import notify

# Deleted where it waits, marked as cancelled where a worker takes it in this very moment, left alone where it runs.
_REMOVE_JOBS = text(
    "select procrastinate_cancel_job_v1(id, false, true) from procrastinate_jobs"
    " where args ->> 'copy_id' = :id and status = 'todo'"
)


def asks_accuracy(table: Mapping[str, object]) -> bool:
    """Tell whether an ``exercise.toml`` has a check of an accuracy."""
    checks = table.get("checks")
    entries = checks if isinstance(checks, list) else []
    return any(isinstance(check, dict) and check.get("kind") == "accuracy" for check in entries)


async def measure_copy(session: AsyncSession, user: User, copy_id: uuid.UUID, shelf: Shelf, built: Path) -> None:
    """Have a working copy measured as it is now; while it is being measured, asking again changes nothing.

    Args:
        session: A unit of work.
        user: Its author.
        copy_id: Which one.
        shelf: Where the workers find it.
        built: The folder of built data.

    Raises:
        UnknownWorkingCopy: There is none, or it is somebody else's.
        ArchiveRefused: Its files cannot be laid out.
        BundleUnusable: It is no exercise.
        NothingToMeasure: No check of it asks for an accuracy.

    """
    copy = await find_copy(session, user, copy_id, lock=True)
    row = await session.get(Calibration, copy_id)
    if row is not None and row.state is CalibrationState.MEASURING:
        return
    version = await asyncio.to_thread(_shelved, copy.exercise_id, await contents_of(session, copy), shelf, built)
    if row is None:
        row = Calibration(copy_id=copy_id, attempt=0)
        session.add(row)
    row.version, row.state, row.total = version, CalibrationState.MEASURING, TRAININGS
    row.attempt += 1
    row.faults, row.measured = 0, []
    row.fault = row.reason = row.digests = row.begun_at = row.finished_at = None
    row.created_at = func.clock_timestamp()
    await session.flush()
    await ring_for_calibration(session, copy_id)
    await notify(session, copy_id)


async def stop_measuring(session: AsyncSession, user: User, copy_id: uuid.UUID) -> None:
    """Call a calibration off; one that is over stays what it is.

    Raises:
        UnknownWorkingCopy: There is no such working copy, or it is somebody else's.

    """
    await find_copy(session, user, copy_id)
    row = await session.get(Calibration, copy_id, with_for_update=True)
    if row is None or row.state is not CalibrationState.MEASURING:
        return
    row.state = CalibrationState.CANCELLED
    row.attempt += 1
    row.finished_at = func.clock_timestamp()
    await session.flush()
    await session.execute(_REMOVE_JOBS, {"id": str(copy_id)})
    await notify(session, copy_id)


async def calibration_of(session: AsyncSession, copy: WorkingCopy) -> Calibration | None:
    """Return the calibration of a working copy that was asked for last, if one was."""
    found: Calibration | None = await session.scalar(select(Calibration).where(Calibration.copy_id == copy.id))
    return found


def _shelved(exercise_id: str, files: Mapping[str, bytes], shelf: Shelf, built: Path) -> str:
    """Put what a working copy is now on the shelf and return its version."""
    with bundle_of_files(exercise_id, files, built) as bundle:
        if not asks_accuracy(bundle.exercise.model_dump(mode="json")):
            raise NothingToMeasure
        shelf.keep(bundle)
        return bundle.version
