"""The order of a course's levels."""

from sqlalchemy.ext.asyncio import AsyncSession

from server.courses.assigning import assign, assigned, the_assignment
from server.database.models import Course, User


async def move_level(session: AsyncSession, actor: User, course: Course, exercise_id: str, *, by: int) -> None:
    """Move a level of a held course up (-1) or down (1); at its end it stays. Places are counted anew from 1.

    Raises:
        UnknownExercise: The course does not hand it out.

    """
    await the_assignment(session, course, exercise_id)
    order = [one.assignment.exercise_id for one in await assigned(session, course)]
    place = order.index(exercise_id)
    other = place + by
    if 0 <= other < len(order):
        order[place], order[other] = order[other], order[place]
    for number, name in enumerate(order, 1):
        await assign(session, actor, course, name, version=None, changes={"order": number})
