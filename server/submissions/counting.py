"""Which submission of a person counts, and how much: the one place where the course's rules about that are applied."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, false, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from grader.contract import SubmissionOutcome
from server.database.models import (
    USES_AN_ATTEMPT,
    Assignment,
    Correction,
    Course,
    Grading,
    GradingState,
    Keep,
    Late,
    Submission,
)

_DIGITS = 9  # of a score; what lies behind them is noise of binary fractions


@dataclass(frozen=True, slots=True)
class Candidate:
    """A submission that may count: it has a verdict, or a teacher said what it counts."""

    submission_id: uuid.UUID
    number: int
    graded_score: float | None  #: 0..1, of its verdict
    graded_passed: bool
    corrected_score: float | None  #: 0..1, of the correction in force; None where there is none
    corrected_passed: bool
    late_days: int


@dataclass(frozen=True, slots=True)
class Counted:
    """What one person's submissions to one assignment count.

    Attributes:
        user_id: Whose.
        assignment_id: To what.
        submission_id: The submission that counts.
        raw_score: What its verdict gave, 0..1; the correction's score where it never had one.
        score: What it counts, 0..1: after the penalty for lateness, or as a teacher corrected it.
        passed: Whether the level is passed; where the best counts, what was passed once stays passed.
        attempts: Submissions that used up an attempt, those still on their way included.
        late_days: Days begun after the due time, of the submission that counts.
        corrected: Whether a correction is in force for it.

    """

    user_id: uuid.UUID
    assignment_id: uuid.UUID
    submission_id: uuid.UUID
    raw_score: float
    score: float
    passed: bool
    attempts: int
    late_days: int
    corrected: bool


@dataclass(frozen=True, slots=True)
class Rules:
    """How a course counts."""

    keep: Keep
    late: Late
    late_penalty: float  #: share of a score, per day begun


def score_of(candidate: Candidate, rules: Rules) -> float:
    """Return what a submission counts, 0..1. A correction says it finally: no penalty comes on top."""
    if candidate.corrected_score is not None:
        return candidate.corrected_score
    raw = candidate.graded_score or 0.0
    if rules.late is not Late.PENALTY:
        return raw
    return round(raw * max(0.0, 1 - rules.late_penalty * candidate.late_days), _DIGITS)


def passed_by(candidate: Candidate) -> bool:
    """Tell whether a submission passed: as a teacher said, else as its verdict says."""
    return candidate.graded_passed if candidate.corrected_score is None else candidate.corrected_passed


def which_counts(candidates: Sequence[Candidate], rules: Rules) -> Candidate:
    """Return the one that counts.

    Args:
        candidates: One person's, to one assignment; at least one.
        rules: The course's.

    Returns:
        The last one, or the one that counts most: of equals one that passed, and of those the first.

    """
    if rules.keep is Keep.LAST:
        return max(candidates, key=lambda one: one.number)
    return max(candidates, key=lambda one: (score_of(one, rules), passed_by(one), -one.number))


async def counted_scores(
    session: AsyncSession,
    course_id: uuid.UUID,
    user_id: uuid.UUID | None = None,
    *,
    among: ColumnElement[bool] | None = None,
) -> list[Counted]:
    """Return what counts in a course, one for each person and assignment with at least one verdict; in one query.

    Args:
        session: Where to look.
        course_id: The course.
        user_id: One person only; everybody who submitted when left out, whatever their role.
        among: A further condition on :class:`Submission`, of which persons or assignments are wanted.

    """
    wanted = _submissions_of(course_id, user_id)
    rows = await session.execute(wanted if among is None else wanted.where(among))
    counted = []
    for (person, assignment_id), group in groupby(rows, key=lambda row: (row.user_id, row.assignment_id)):
        theirs = list(group)
        rules = Rules(theirs[0].keep, theirs[0].late, theirs[0].late_penalty)
        candidates = [_candidate(row) for row in theirs if (row.score, row.corrected_score) != (None, None)]
        if candidates:
            attempts = sum(row.attempt for row in theirs)
            counted.append(_counted(person, assignment_id, candidates, rules, attempts=attempts))
    return counted


def _submissions() -> Select[*tuple[Any, ...]]:
    """Select what counting needs to know, sorted by person, assignment and number."""
    return (
        select(
            Submission.user_id,
            Submission.assignment_id,
            Submission.id,
            Submission.number,
            Submission.late_days,
            USES_AN_ATTEMPT.label("attempt"),
            Grading.score,
            func.coalesce(Grading.outcome == SubmissionOutcome.PASSED.value, false()).label("passed"),
            Correction.score.label("corrected_score"),
            func.coalesce(Correction.passed, false()).label("corrected_passed"),
            Course.keep,
            Course.late,
            Course.late_penalty,
        )
        .join(Assignment, Assignment.id == Submission.assignment_id)
        .join(Course, Course.id == Assignment.course_id)
        .outerjoin(Grading, and_(Grading.id == Submission.current_grading_id, Grading.state == GradingState.FINAL))
        .outerjoin(Correction, and_(Correction.submission_id == Submission.id, Correction.lifted_at.is_(None)))
        .where(or_(USES_AN_ATTEMPT, Correction.id.is_not(None)))
        .order_by(Submission.user_id, Submission.assignment_id, Submission.number)
    )


_SUBMISSIONS = _submissions()  # put together once: each look at a course's map asks


def _submissions_of(course_id: uuid.UUID, user_id: uuid.UUID | None) -> Select[*tuple[Any, ...]]:
    """Select them for one course, of one person or of everybody."""
    wanted = _SUBMISSIONS.where(Assignment.course_id == course_id)
    return wanted if user_id is None else wanted.where(Submission.user_id == user_id)


def _candidate(row: Row[*tuple[Any, ...]]) -> Candidate:
    return Candidate(
        submission_id=row.id,
        number=row.number,
        graded_score=row.score,
        graded_passed=row.passed,
        corrected_score=row.corrected_score,
        corrected_passed=row.corrected_passed,
        late_days=row.late_days,
    )


def _counted(
    user_id: uuid.UUID, assignment_id: uuid.UUID, candidates: Sequence[Candidate], rules: Rules, *, attempts: int
) -> Counted:
    chosen = which_counts(candidates, rules)
    score = score_of(chosen, rules)
    return Counted(
        user_id=user_id,
        assignment_id=assignment_id,
        submission_id=chosen.submission_id,
        raw_score=score if chosen.graded_score is None else chosen.graded_score,
        score=score,
        passed=passed_by(chosen) if rules.keep is Keep.LAST else any(passed_by(one) for one in candidates),
        attempts=attempts,
        late_days=chosen.late_days,
        corrected=chosen.corrected_score is not None,
    )
