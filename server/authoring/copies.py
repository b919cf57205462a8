"""Working copies: begun, found, listed, discarded. Each is its author's alone."""

import uuid
from collections.abc import Mapping, Sequence

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from exercises.schema import Identifier
from server.authoring.files import put_all
from server.database.models import ExerciseRow, User, WorkingCopy
from server.errors import ExerciseIdTaken, IdNotPossible, UnknownWorkingCopy, WorkingCopyThere
from server.imports.owners import owns
from server.permissions import PlatformAction, allow_on_platform
from server.submissions.grading import notify

_IDENTIFIER: TypeAdapter[str] = TypeAdapter(Identifier)


def possible_id(identifier: str) -> str:
    """Return an id that an exercise may have.

    Raises:
        IdNotPossible: None may have this one.

    """
    try:
        return _IDENTIFIER.validate_python(identifier.strip())
    except ValidationError as error:
        raise IdNotPossible from error


async def begin(
    session: AsyncSession, user: User, exercise_id: str, files: Mapping[str, bytes], *, based_on: str | None
) -> WorkingCopy:
    """Begin a working copy with these files.

    Args:
        session: A unit of work.
        user: Its author.
        exercise_id: Of which exercise; the id may be new.
        files: Path within the bundle -> content.
        based_on: The version that they are; None for a new exercise.

    Raises:
        NotAllowed: The person writes no exercises.
        IdNotPossible: The id is none.
        ExerciseIdTaken: The exercise is somebody else's.
        WorkingCopyThere: There is one already.

    """
    allow_on_platform(user, PlatformAction.IMPORT_EXERCISE)
    await _must_be_free(session, user, possible_id(exercise_id))
    copy = WorkingCopy(user_id=user.id, exercise_id=exercise_id, based_on=based_on)
    session.add(copy)
    await session.flush()
    await put_all(session, copy, files)
    return copy


async def _must_be_free(session: AsyncSession, user: User, exercise_id: str) -> None:
    """Refuse an id that is somebody else's, and a second working copy; of two at once, one waits for the other."""
    exercise = await session.get(ExerciseRow, exercise_id)
    if exercise is not None and not owns(user, exercise):
        raise ExerciseIdTaken
    await session.execute(select(User.id).where(User.id == user.id).with_for_update(key_share=True))
    there = await session.scalar(
        select(WorkingCopy.id).where(WorkingCopy.user_id == user.id, WorkingCopy.exercise_id == exercise_id)
    )
    if there is not None:
        raise WorkingCopyThere(copy=str(there))


async def find_copy(session: AsyncSession, user: User, copy_id: uuid.UUID, *, lock: bool = False) -> WorkingCopy:
    """Return a working copy of this person.

    Args:
        session: Where to look.
        user: Who asks.
        copy_id: Which one.
        lock: Whether it is held until the session ends, so that saves come one after the other.

    Raises:
        NotAllowed: The person writes no exercises (any more).
        UnknownWorkingCopy: There is none, or it is somebody else's.

    """
    allow_on_platform(user, PlatformAction.IMPORT_EXERCISE)
    wanted = select(WorkingCopy).where(WorkingCopy.id == copy_id, WorkingCopy.user_id == user.id)
    found: WorkingCopy | None = await session.scalar(wanted.with_for_update() if lock else wanted)
    if found is None:
        raise UnknownWorkingCopy
    return found


async def copies_of(session: AsyncSession, user: User) -> Sequence[WorkingCopy]:
    """Return a person's working copies, those that were changed last first."""
    wanted = select(WorkingCopy).where(WorkingCopy.user_id == user.id)
    return (await session.scalars(wanted.order_by(WorkingCopy.updated_at.desc(), WorkingCopy.id))).all()


async def copy_that_sent(session: AsyncSession, user: User, import_id: uuid.UUID) -> WorkingCopy | None:
    """Return the person's working copy that was sent to the gate as this import, if one was."""
    wanted = select(WorkingCopy).where(WorkingCopy.user_id == user.id, WorkingCopy.import_id == import_id)
    found: WorkingCopy | None = await session.scalar(wanted)
    return found


async def discard(session: AsyncSession, user: User, copy_id: uuid.UUID) -> None:
    """Remove a working copy with its files; what was sent to the gate stays there.

    Raises:
        UnknownWorkingCopy: There is none, or it is somebody else's.

    """
    copy = await find_copy(session, user, copy_id, lock=True)
    await session.execute(delete(WorkingCopy).where(WorkingCopy.id == copy.id))
    await notify(session, copy_id)  # whoever measures it ends
