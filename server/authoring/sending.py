"""From a working copy to the gate, or into a file to take home."""

from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncSession

from exercises import Bundle
from exercises.sources.storage import zip_bytes
from server.courses.shelf import Shelf
from server.database.models import ExerciseImport, User, WorkingCopy
from server.imports import take_in


async def send(session: AsyncSession, user: User, copy: WorkingCopy, bundle: Bundle, shelf: Shelf) -> ExerciseImport:
    """Send what a held working copy is to the gate, as an upload would be.

    Args:
        session: A unit of work.
        user: Its author.
        copy: From ``find_copy`` with ``lock``.
        bundle: From ``bundle_of_files``; its folder may go away afterwards.
        shelf: Where candidates stand.

    Raises:
        ExerciseIdTaken: The exercise is somebody else's by now.
        TooManyImports: Too many of the person's imports wait for the gate.

    """
    candidate = await take_in(session, user, bundle, shelf)
    copy.import_id = candidate.id
    await session.flush()
    return candidate


def zipped(exercise_id: str, files: dict[str, bytes]) -> tuple[str, bytes]:
    """Return a working copy as a zip, whatever state it is in: its name and its bytes."""
    name = Path(f"{exercise_id}-draft.zip").name
    return name, zip_bytes({f"{exercise_id}/{path}": content for path, content in files.items()})
