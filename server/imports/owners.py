"""Whose an exercise is: an id belongs to who imported it first, the built-in ones to the platform."""

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from server.database.models import Assignment, ExerciseRow, User
from server.errors import ExerciseIdTaken
from server.permissions import Action, PlatformAction, may, may_on_platform, role_in


async def take_id(session: AsyncSession, actor: User | None, exercise_id: str) -> None:
    """Give a free id to whoever imports it; of two people at once, one gets it.

    Args:
        session: A unit of work.
        actor: Who imports; None for the platform itself.
        exercise_id: The exercise.

    Raises:
        ExerciseIdTaken: It is somebody else's.

    """
    owner_id = actor.id if actor else None
    await session.execute(
        insert(ExerciseRow).values(id=exercise_id, owner_id=owner_id).on_conflict_do_nothing(index_elements=["id"])
    )
    row = await session.get_one(ExerciseRow, exercise_id)
    if not owns(actor, row):
        raise ExerciseIdTaken


def owns(actor: User | None, exercise: ExerciseRow) -> bool:
    """Tell whether somebody may import and publish further versions: its owner, while an author, or an admin."""
    if actor is None or actor.is_admin:
        return True
    return may_on_platform(actor, PlatformAction.IMPORT_EXERCISE) and exercise.owner_id == actor.id


async def sees_versions(session: AsyncSession, user: User, exercise_id: str) -> bool:
    """Tell whether somebody may know which versions there are: authors, and who chooses them in a course."""
    if may_on_platform(user, PlatformAction.IMPORT_EXERCISE):
        return True
    courses = await session.scalars(select(Assignment.course_id).where(Assignment.exercise_id == exercise_id))
    return any([may(await role_in(session, user, course), Action.CHANGE_ASSIGNMENTS) for course in courses.all()])
