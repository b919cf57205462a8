"""What each student of a course has reached on each level. Staff are left out, and those whose account was removed."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from server.database.models import Assignment, Enrolment, Role, Submission, User
from server.submissions.counting import Counted, counted_scores


@dataclass(frozen=True, slots=True)
class Cell:
    """A student on a level."""

    exercise_id: str
    counted: Counted | None  #: None before the first verdict


@dataclass(frozen=True, slots=True)
class Line:
    """A student's line: one cell for each level, in the order of the levels."""

    user_id: uuid.UUID
    login: str
    name: str
    cells: Sequence[Cell]

    @property
    def total(self) -> float:
        """What the course counts for this student, 0..1: the mean of all levels; one without a verdict counts 0."""
        scores = [cell.counted.score if cell.counted else 0.0 for cell in self.cells]
        return sum(scores) / len(scores) if scores else 0.0


@dataclass(frozen=True, slots=True)
class Book:
    """The levels of a course, and lines of students by login name."""

    levels: Sequence[str]  #: ids of the exercises, in order
    lines: Sequence[Line]


async def gradebook(
    session: AsyncSession,
    course_id: uuid.UUID,
    *,
    after: str | None = None,
    limit: int | None = None,
    only: uuid.UUID | None = None,
) -> Book:
    """Return what the students of a course have reached.

    Args:
        session: Where to look.
        course_id: The course.
        after: Only students whose login name comes after this one.
        limit: How many at most; all when None.
        only: This student alone.

    """
    levels = (
        await session.execute(
            select(Assignment.id, Assignment.exercise_id)
            .where(Assignment.course_id == course_id)
            .order_by(Assignment.order, Assignment.exercise_id)
        )
    ).all()
    people = await _students(session, course_id, after, limit, only)
    among = None if limit is None and only is None else Submission.user_id.in_([person.id for person in people])
    counted = {(one.user_id, one.assignment_id): one for one in await counted_scores(session, course_id, among=among)}
    lines = [
        Line(
            person.id,
            person.login,
            person.display_name,
            [Cell(exercise_id, counted.get((person.id, assignment_id))) for assignment_id, exercise_id in levels],
        )
        for person in people
    ]
    return Book([exercise_id for _, exercise_id in levels], lines)


async def _students(
    session: AsyncSession, course_id: uuid.UUID, after: str | None, limit: int | None, only: uuid.UUID | None
) -> Sequence[User]:
    """Return the students of a course by login name."""
    query = (
        select(User)
        .join(Enrolment, Enrolment.user_id == User.id)
        .where(Enrolment.course_id == course_id, Enrolment.role == Role.STUDENT, User.deleted_at.is_(None))
        .order_by(User.login)
        .limit(limit)
    )
    if after is not None:
        query = query.where(User.login > after)
    if only is not None:
        query = query.where(User.id == only)
    return (await session.scalars(query)).all()
