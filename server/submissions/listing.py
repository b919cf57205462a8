"""Lists of submissions, latest first: a person's own in all courses, or everybody's in one."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from server.database.models import Assignment, Course, Grading, State, Submission, User


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which submissions are wanted; what is None does not matter.

    Attributes:
        user_id: Whose.
        login: Whose, by login name.
        course_id: In which course.
        exercise_id: To which exercise.
        state: In which state.

    """

    user_id: uuid.UUID | None = None
    login: str | None = None
    course_id: uuid.UUID | None = None
    exercise_id: str | None = None
    state: State | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """A line of a list of submissions."""

    id: uuid.UUID
    number: int
    state: State
    created_at: datetime
    finished_at: datetime | None
    late_days: int
    exercise_id: str
    course_slug: str
    login: str
    display_name: str
    outcome: str | None
    score: float | None  #: 0..1, as it was judged


async def list_submissions(
    session: AsyncSession, wanted: Wanted, *, limit: int, after: tuple[datetime, uuid.UUID] | None = None
) -> list[Listed]:
    """Return submissions, latest first.

    Args:
        session: Where to look.
        wanted: Which ones.
        limit: How many at most.
        after: Time and id of the last one of the page before.

    """
    query: Select[*tuple[Any, ...]] = (
        select(
            Submission.id,
            Submission.number,
            Submission.state,
            Submission.created_at,
            Submission.finished_at,
            Submission.late_days,
            Assignment.exercise_id,
            Course.slug,
            User.login,
            User.display_name,
            Grading.outcome,
            Grading.score,
        )
        .join(Assignment, Assignment.id == Submission.assignment_id)
        .join(Course, Course.id == Assignment.course_id)
        .join(User, User.id == Submission.user_id)
        .outerjoin(Grading, Grading.id == Submission.current_grading_id)
        .order_by(Submission.created_at.desc(), Submission.id.desc())
        .limit(limit)
    )
    query = query.where(*_that_are(wanted))
    if after is not None:
        query = query.where(tuple_(Submission.created_at, Submission.id) < after)
    return [Listed(*row) for row in await session.execute(query)]


async def place_in_list(
    session: AsyncSession, wanted: Wanted, submission_id: uuid.UUID
) -> tuple[datetime, uuid.UUID] | None:
    """Return where a submission stands in the list of those that are wanted; None where it is none of them."""
    row = await session.execute(
        select(Submission.created_at, Submission.id)
        .join(Assignment, Assignment.id == Submission.assignment_id)
        .join(User, User.id == Submission.user_id)
        .where(Submission.id == submission_id, *_that_are(wanted))
    )
    found = row.one_or_none()
    return None if found is None else (found.created_at, found.id)


def _that_are(wanted: Wanted) -> list[ColumnElement[bool]]:
    """Return the conditions on submissions, joined with assignment and user."""
    filters = (
        (Submission.user_id, wanted.user_id),
        (User.login, wanted.login),
        (Assignment.course_id, wanted.course_id),
        (Assignment.exercise_id, wanted.exercise_id),
        (Submission.state, wanted.state),
    )
    return [column == value for column, value in filters if value is not None]
