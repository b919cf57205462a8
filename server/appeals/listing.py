"""Read appeals: those of a course for its staff, those of one submission for its student too."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from server.database.models import Appeal, AppealState, Assignment, ExerciseVersion, Submission, User
from server.errors import UnknownAppeal, UnknownSubmission
from server.submissions import find_submission


@dataclass(frozen=True, slots=True)
class AppealLine:
    """An appeal, with what it is about and what was said to it.

    Attributes:
        id: Its id.
        submission_id: Against the verdict of which submission.
        exercise_id: To which exercise that was.
        user_id: Whose.
        login: Their login name.
        name: Their display name.
        check_id: The check that is meant; the whole verdict when None.
        words: What the student says.
        state: What became of it.
        answer: What staff said.
        answered_by: Name of who said it.
        created_at: When it was made.
        answered_at: When it was answered.
        exercise: What the version that was answered says of itself, as in its ``exercise.toml``.

    """

    id: uuid.UUID
    submission_id: uuid.UUID
    exercise_id: str
    user_id: uuid.UUID
    login: str
    name: str
    check_id: str | None
    words: str
    state: AppealState
    answer: str | None
    answered_by: str | None
    created_at: datetime
    answered_at: datetime | None
    exercise: Mapping[str, Any]


async def appeals_in(
    session: AsyncSession,
    course_id: uuid.UUID,
    *,
    state: AppealState | None,
    before: tuple[datetime, uuid.UUID] | None,
    limit: int,
) -> Sequence[AppealLine]:
    """Return the appeals of a course, newest first.

    Args:
        session: Where to look.
        course_id: Which course.
        state: Only those in this state.
        before: Only those after this place of the list, for the pages after the first.
        limit: How many at most.

    """
    query = _lines().where(Assignment.course_id == course_id)
    if state is not None:
        query = query.where(Appeal.state == state)
    if before is not None:
        query = query.where(tuple_(Appeal.created_at, Appeal.id) < before)
    rows = await session.execute(query.order_by(Appeal.created_at.desc(), Appeal.id.desc()).limit(limit))
    return [AppealLine(*row) for row in rows]


async def appeals_of(session: AsyncSession, user: User, submission_id: uuid.UUID) -> Sequence[AppealLine]:
    """Return the appeals against the verdict of a submission, newest first.

    Raises:
        UnknownSubmission: There is none that the person may see.

    """
    await find_submission(session, user, submission_id)
    query = _lines().where(Appeal.submission_id == submission_id)
    return [AppealLine(*row) for row in await session.execute(query.order_by(Appeal.created_at.desc()))]


async def one_appeal(session: AsyncSession, user: User, appeal_id: uuid.UUID) -> AppealLine:
    """Return an appeal.

    Raises:
        UnknownAppeal: There is none that the person may see.

    """
    row = (await session.execute(_lines().where(Appeal.id == appeal_id))).one_or_none()
    if row is None:
        raise UnknownAppeal
    line = AppealLine(*row)
    try:
        await find_submission(session, user, line.submission_id)
    except UnknownSubmission as error:
        raise UnknownAppeal from error
    return line


async def place_of_appeal(
    session: AsyncSession, course_id: uuid.UUID, appeal_id: uuid.UUID
) -> tuple[datetime, uuid.UUID] | None:
    """Return where an appeal stands in the list of a course; None where it is none of that course's."""
    row = await session.execute(
        select(Appeal.created_at, Appeal.id)
        .join(Submission, Submission.id == Appeal.submission_id)
        .join(Assignment, Assignment.id == Submission.assignment_id)
        .where(Appeal.id == appeal_id, Assignment.course_id == course_id)
    )
    found = row.one_or_none()
    return None if found is None else (found.created_at, found.id)


def _lines() -> Select[*tuple[Any, ...]]:
    """Select appeals with the people and the exercise they belong to."""
    student, staff = aliased(User), aliased(User)
    return (
        select(
            Appeal.id,
            Appeal.submission_id,
            Assignment.exercise_id,
            Submission.user_id,
            student.login,
            student.display_name,
            Appeal.check_id,
            Appeal.words,
            Appeal.state,
            Appeal.answer,
            staff.display_name,
            Appeal.created_at,
            Appeal.answered_at,
            ExerciseVersion.manifest,
        )
        .join(Submission, Submission.id == Appeal.submission_id)
        .join(Assignment, Assignment.id == Submission.assignment_id)
        .join(ExerciseVersion, ExerciseVersion.id == Submission.exercise_version_id)
        .join(student, student.id == Submission.user_id)
        .outerjoin(staff, staff.id == Appeal.answered_by_id)
    )
