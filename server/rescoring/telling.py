"""Tell students that an applied set changed their verdict, in courses that want it, until they have seen it."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from server.database.models import (
    Assignment,
    Correction,
    Course,
    ExerciseVersion,
    Grading,
    Notice,
    Rescore,
    RescoreItem,
    Submission,
    User,
)
from server.rescoring.after import DOWN, LEVEL, UP
from server.rescoring.writing import updated

#: What is worth telling: only what is said of it may differ too, which a student need not be told of.
TOLD = (UP, DOWN, LEVEL)


_CORRECTED = (
    select(Correction.id)
    .where(Correction.submission_id == Submission.id, Correction.lifted_at.is_(None))
    .correlate(Submission)
    .exists()
)


@dataclass(frozen=True, slots=True)
class Told:
    """A submission whose verdict an applied set changed."""

    submission_id: uuid.UUID
    number: int  #: counts the person's submissions to the assignment
    title: dict[str, str]  #: of the exercise
    change: str
    before_score: float
    after_score: float
    reason: str  #: as whoever made the set wrote it
    at: datetime
    zone: str  #: the course's
    corrected: bool  #: a teacher has said by hand what it counts, whatever its verdict says


async def changed_verdicts(
    session: AsyncSession, user: User, *, course: str | None = None, submission: uuid.UUID | None = None
) -> Sequence[Told]:
    """Return what a person is to be told of: in a course, or of one submission of theirs; latest first."""
    rows = await session.execute(
        select(
            Submission.id,
            Submission.number,
            ExerciseVersion.manifest["title"],
            RescoreItem.change,
            RescoreItem.before_score,
            RescoreItem.after_score,
            Rescore.reason,
            Rescore.applied_at,
            Course.time_zone,
            _CORRECTED,
        )
        .join(RescoreItem, RescoreItem.submission_id == Submission.id)
        .join(Rescore, Rescore.id == RescoreItem.rescore_id)
        .join(Assignment, Assignment.id == Submission.assignment_id)
        .join(Course, Course.id == Assignment.course_id)
        .join(ExerciseVersion, ExerciseVersion.id == Submission.exercise_version_id)
        .where(*_untold(user), *_where(course, submission))
        .order_by(Rescore.applied_at.desc(), Submission.id)
    )
    return [Told(*row) for row in rows]


async def mark_seen(
    session: AsyncSession,
    user: User,
    *,
    course: str | None = None,
    submission: uuid.UUID | None = None,
    until: datetime | None = None,
) -> int:
    """Note that a person has seen what they were told; return how many submissions that was about.

    Args:
        session: A unit of work.
        user: Who.
        course: Slug of the course in which they were told.
        submission: Of which submission they were told.
        until: The latest moment that they were told of: what was applied later they have not seen. All when left out.

    """
    # Of a set that was applied in parts each has its own moment, which its gradings know.
    shown = [] if until is None else [Grading.finished_at <= until]
    mine = (
        select(Submission.id)
        .join(Assignment, Assignment.id == Submission.assignment_id)
        .join(Course, Course.id == Assignment.course_id)
        .join(Rescore, Rescore.id == RescoreItem.rescore_id)
        .join(Grading, Grading.id == Submission.current_grading_id)
        .where(Submission.id == RescoreItem.submission_id, *_untold(user), *_where(course, submission), *shown)
        .correlate(RescoreItem)
    )
    return await updated(session, update(RescoreItem).where(mine.exists()).values(seen_at=func.now()))


def _untold(user: User) -> list[ColumnElement[bool]]:
    """Return what must hold: it is theirs, the set's verdict still counts, and they have not seen that it does."""
    return [
        Submission.user_id == user.id,
        Submission.current_grading_id == RescoreItem.applied_grading_id,
        RescoreItem.change.in_(TOLD),
        RescoreItem.seen_at.is_(None),
        RescoreItem.undone.is_(False),
        Course.rescore_notice == Notice.SHOWN,
    ]


def _where(course: str | None, submission: uuid.UUID | None) -> list[ColumnElement[bool]]:
    """Return where to look."""
    held: list[ColumnElement[bool]] = []
    if course is not None:
        held.append(Course.slug == course)
    if submission is not None:
        held.append(Submission.id == submission)
    return held
