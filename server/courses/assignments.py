"""Find the assignment that somebody means, and the version of the exercise that it hands out."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from server.courses.access import course_for
from server.database.models import Assignment, Course, Enrolment, ExerciseVersion, User
from server.errors import AmbiguousCourse, UnknownExercise
from server.permissions import Action


async def find_assignment(
    session: AsyncSession, user: User, exercise_id: str, course_slug: str | None = None
) -> Assignment:
    """Return the assignment of an exercise in a course of ``user``.

    Args:
        session: Where to look.
        user: Who asks.
        exercise_id: The exercise.
        course_slug: The course; may be left out where only one of the person's courses has the exercise. Of several
            the only one that is not archived is meant.

    Raises:
        UnknownCourse: There is no such course, or the person takes no part in it; which one is not said.
        UnknownExercise: The course, or each of the person's courses, lacks the exercise.
        AmbiguousCourse: No course was named and several have it.

    """
    if not exercise_id.isprintable():
        raise UnknownExercise
    if course_slug is None:
        return await _in_the_only_course(session, user, exercise_id)
    course = await course_for(session, user, Action.SEE_COURSE, course_slug)
    assignment: Assignment | None = await session.scalar(
        select(Assignment).where(Assignment.course_id == course.id, Assignment.exercise_id == exercise_id)
    )
    if assignment is None:
        raise UnknownExercise
    return assignment


async def _in_the_only_course(session: AsyncSession, user: User, exercise_id: str) -> Assignment:
    rows = await session.execute(
        select(Assignment, Course.slug, Course.archived_at)
        .join(Course, Course.id == Assignment.course_id)
        .join(Enrolment, Enrolment.course_id == Course.id)
        .where(Enrolment.user_id == user.id, Assignment.exercise_id == exercise_id)
        .order_by(Course.slug)
    )
    found = rows.all()
    if not found:
        raise UnknownExercise
    running = [row for row in found if row.archived_at is None]
    meant = running or found
    if len(meant) > 1:
        raise AmbiguousCourse(courses=[row.slug for row in meant])
    return meant[0][0]


async def version_of(session: AsyncSession, assignment: Assignment) -> ExerciseVersion:
    """Return the version of the exercise that an assignment hands out at present."""
    return await session.get_one(ExerciseVersion, assignment.exercise_version_id)
