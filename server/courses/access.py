"""The way into a course for whoever works on it: found, allowed, and still running where something is to change."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from server.courses.enrolments import find_course
from server.database.models import Course, Role, User
from server.errors import CourseArchived, NotEnrolled, UnknownCourse
from server.permissions import Action, allow


async def course_and_role(session: AsyncSession, user: User, action: Action, slug: str) -> tuple[Course, Role]:
    """Return the course in which ``user`` may do this, and as what they do it.

    Raises:
        UnknownCourse: There is none, or the person takes no part in it; which one is not said.
        NotAllowed: Their role does not allow it.

    """
    course = await find_course(session, slug)
    try:
        role = await allow(session, user, action, course.id)
    except NotEnrolled as refusal:
        raise UnknownCourse from refusal
    return course, role


async def course_for(session: AsyncSession, user: User, action: Action, slug: str) -> Course:
    """Return the course in which ``user`` may do this, where their role makes no further difference.

    Raises:
        UnknownCourse: There is none, or the person takes no part in it; which one is not said.
        NotAllowed: Their role does not allow it.

    """
    course, _ = await course_and_role(session, user, action, slug)
    return course


async def course_to_change(session: AsyncSession, user: User, action: Action, slug: str) -> Course:
    """Return the course in which ``user`` may do this, held until the end of the unit of work.

    Whoever changes the same course waits meanwhile, so that what was read of it still holds when it is changed.

    Raises:
        UnknownCourse: There is none, or the person takes no part in it.
        NotAllowed: Their role does not allow it.
        CourseArchived: It can only be read.

    """
    course = await held_course(session, user, action, slug)
    if course.archived_at is not None:
        raise CourseArchived
    return course


async def held_course(session: AsyncSession, user: User, action: Action, slug: str) -> Course:
    """Return the course as :func:`course_to_change` does, archived or not."""
    course = await course_for(session, user, action, slug)
    await session.execute(select(Course.id).where(Course.id == course.id).with_for_update(key_share=True))
    await session.refresh(course)
    return course
