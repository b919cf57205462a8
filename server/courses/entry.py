"""Come into a course by its name, to do something there."""

from sqlalchemy.ext.asyncio import AsyncSession

from server.courses.enrolments import find_course
from server.database.models import Course, User
from server.errors import NotEnrolled, UnknownCourse
from server.permissions import Action, allow


async def enter_course(session: AsyncSession, user: User, slug: str, action: Action) -> Course:
    """Return the course if the person may do this in it; a course of others is as unknown as one that is not there.

    Raises:
        UnknownCourse: There is no such course, or the person takes no part in it.
        NotAllowed: Their role does not allow it.

    """
    course = await find_course(session, slug)
    try:
        await allow(session, user, action, course.id)
    except NotEnrolled as error:
        raise UnknownCourse from error
    return course
