"""A course in a few numbers, for those who run it."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from server.database.models import OPEN, Appeal, AppealState, Assignment, Course, Enrolment, Role, Submission, User


@dataclass(frozen=True, slots=True)
class Outlook:
    """What staff want to know first.

    Attributes:
        students: Who takes part as a student.
        levels: Exercises that the course hands out.
        open_appeals: Appeals without an answer.
        being_judged: Submissions whose verdict is still owed.

    """

    students: int
    levels: int
    open_appeals: int
    being_judged: int


async def outlook(session: AsyncSession, course: Course) -> Outlook:
    """Return the numbers of a course; in one query."""
    students = (
        select(func.count())
        .select_from(Enrolment)
        .join(User, User.id == Enrolment.user_id)
        .where(Enrolment.course_id == course.id, Enrolment.role == Role.STUDENT, User.deleted_at.is_(None))
    )
    levels = select(func.count()).select_from(Assignment).where(Assignment.course_id == course.id)
    of_course = (
        select(func.count())
        .select_from(Submission)
        .join(Assignment, Assignment.id == Submission.assignment_id)
        .where(Assignment.course_id == course.id)
    )
    appeals = of_course.join(Appeal, Appeal.submission_id == Submission.id).where(Appeal.state == AppealState.OPEN)
    judged = of_course.where(Submission.state.in_(OPEN))
    row = await session.execute(select(*(part.scalar_subquery() for part in (students, levels, appeals, judged))))
    return Outlook(*row.one())
