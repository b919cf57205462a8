"""What the rules need to know of one person at one assignment, read from the database."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from exercises.text import Text
from server.courses.rules import Lock, SoFar, Terms, terms_of
from server.database.models import (
    USES_AN_ATTEMPT,
    Assignment,
    Correction,
    Course,
    ExerciseVersion,
    Extension,
    Grading,
    Submission,
    Unlock,
    User,
)

#: Joins a submission with the correction in force, if there is one: that counts, whatever the grading says.
CORRECTED: ColumnElement[bool] = and_(Correction.submission_id == Submission.id, Correction.lifted_at.is_(None))
#: Whether a submission, joined with its current grading and by :data:`CORRECTED`, counts as passed; null: no verdict.
PASSED: ColumnElement[bool] = func.coalesce(Correction.passed, Grading.outcome == "passed")
#: What such a submission scores, 0..1; null before its verdict.
SCORE: ColumnElement[float] = func.coalesce(Correction.score, Grading.score)


@dataclass(frozen=True, slots=True)
class Conditions:
    """What holds for somebody at an assignment, what they have done, and the database's time, all of one moment."""

    terms: Terms
    so_far: SoFar
    now: datetime


async def conditions_of(session: AsyncSession, user: User, assignment: Assignment) -> Conditions:
    """Return what the rules are about; the clock is the database's, as it is for the times of submissions."""
    course = await session.get_one(Course, assignment.course_id)
    extension = await session.get(Extension, (assignment.id, user.id))
    counted = await session.execute(
        select(func.count(Submission.id), func.max(Submission.created_at), func.clock_timestamp()).where(
            Submission.user_id == user.id,
            Submission.assignment_id == assignment.id,
            USES_AN_ATTEMPT,
        )
    )
    attempts, last_at, now = counted.one()
    lock = await _lock(session, user, assignment) if course.unlock is Unlock.IN_ORDER else None
    return Conditions(terms_of(course, assignment, extension), SoFar(attempts, last_at, lock), now)


async def _lock(session: AsyncSession, user: User, assignment: Assignment) -> Lock | None:
    """Return the level before this one, unless the person has passed it."""
    place = tuple_(Assignment.order, Assignment.exercise_id)
    before = await session.execute(
        select(Assignment.id, Assignment.exercise_id, ExerciseVersion.manifest)
        .join(ExerciseVersion, ExerciseVersion.id == Assignment.exercise_version_id)
        .where(
            Assignment.course_id == assignment.course_id,
            place < tuple_(assignment.order, assignment.exercise_id),
        )
        .order_by(Assignment.order.desc(), Assignment.exercise_id.desc())
        .limit(1)
    )
    level = before.one_or_none()
    if level is None or await _has_passed(session, user, level.id):
        return None
    return Lock(level.exercise_id, Text.model_validate(level.manifest["title"]))


async def _has_passed(session: AsyncSession, user: User, assignment_id: object) -> bool:
    passed = await session.scalar(
        select(func.bool_or(PASSED))
        .select_from(Submission)
        .outerjoin(Grading, Grading.id == Submission.current_grading_id)
        .outerjoin(Correction, CORRECTED)
        .where(Submission.user_id == user.id, Submission.assignment_id == assignment_id)
    )
    return bool(passed)
