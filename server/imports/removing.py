"""Take back an import that was not published: its row goes, and its id where nothing else has it.

The bundle stays on the shelf: it is kept by its hash, and the same contents may be imported again at this moment.
"""

import uuid

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from server.audit import note
from server.database.models import Assignment, ExerciseImport, ExerciseRow, ExerciseVersion, ImportState, User
from server.errors import CandidateStays
from server.imports.candidates import find_import


async def remove(session: AsyncSession, user: User, import_id: uuid.UUID) -> str:
    """Remove a candidate and return the id of its exercise.

    Args:
        session: A unit of work.
        user: Who removes it: the exercise's owner, or an admin.
        import_id: Which one.

    Raises:
        UnknownImport: There is none, or none of this person's.
        CandidateStays: It is being checked, or was published.

    """
    row = (await find_import(session, user, import_id, lock=True)).row
    if row.state in {ImportState.CHECKING, ImportState.PUBLISHED}:
        raise CandidateStays
    exercise_id, version = row.exercise_id, row.version
    await session.execute(delete(ExerciseImport).where(ExerciseImport.id == row.id))
    note(session, user, "exercise.import-remove", exercise_id, version=version)
    await _free_id(session, exercise_id)
    return exercise_id


async def _free_id(session: AsyncSession, exercise_id: str) -> None:
    """Give an id back that stands for nothing any more; who imports it at this moment waits, and then makes it anew."""
    held = await session.scalar(select(ExerciseRow).where(ExerciseRow.id == exercise_id).with_for_update())
    if held is None or held.owner_id is None:
        return
    for table in (ExerciseImport, ExerciseVersion, Assignment):
        if await session.scalar(select(table.id).where(table.exercise_id == exercise_id).limit(1)) is not None:
            return
    await session.execute(delete(ExerciseRow).where(ExerciseRow.id == exercise_id))
