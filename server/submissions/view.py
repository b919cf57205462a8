"""A submission as its student, or a teacher of the course, may see it."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from server.courses import rules
from server.courses.conditions import conditions_of
from server.database.models import (
    Assignment,
    Course,
    ExerciseVersion,
    FindingRow,
    Grading,
    GradingState,
    Kind,
    ProgressRow,
    State,
    Submission,
    User,
)
from server.errors import UnknownSubmission
from server.permissions import Action, may, role_in
from server.submissions.corrections import Corrected, correction_in_force
from server.submissions.progress import TrainingProgress
from server.submissions.waiting import waiting
from server.verdict_object import verdict_object


@dataclass(frozen=True, slots=True)
class SubmissionView:
    """Everything a page or the API shows of a submission, as of one moment."""

    id: uuid.UUID
    user_id: uuid.UUID
    number: int
    state: State
    created_at: datetime
    exercise_id: str
    version: str
    course_slug: str
    zone: str  #: IANA name of the clock that its course goes by
    kind: Kind
    queue_position: int | None  #: how many will be taken before it; None unless it is queued
    expected_seconds: float | None  #: until its turn to run or to train; None if it does not wait, or nobody can tell
    repeated: bool  #: whether its verdict is that of the same code, judged before
    findings: list[dict[str, Any]]  #: so far, as in the verdict's ``checks``
    provisional: bool  #: whether the findings are not the verdict yet
    verdict: dict[str, Any] | None  #: the verdict object; there when the state is done or system_error
    status: dict[str, Any]  #: the verdict object as far as it is known, whatever the state
    source: str | None  #: the program; None for a quiz
    regions: list[str] | None  #: as they were sent; None for a whole file and a quiz
    answers: dict[str, list[str]] | None  #: a quiz's; None for code
    training: TrainingProgress | None  #: what its training says of itself; never part of the verdict
    correction: Corrected | None = None  #: what a teacher said it counts, beside the verdict

    @property
    def waits(self) -> bool:
        """Whether others stand before it, so that its wait changes with what becomes of them."""
        return self.queue_position is not None or self.expected_seconds is not None


@dataclass(frozen=True, slots=True)
class Attempt:
    """A line of a submission's history."""

    id: uuid.UUID
    number: int
    state: State
    created_at: datetime
    outcome: str | None
    score: float | None  #: 0..1


async def submission_view(session: AsyncSession, user: User, submission_id: uuid.UUID) -> SubmissionView:
    """Return a submission as ``user`` may see it.

    Raises:
        UnknownSubmission: There is none, or it is neither the user's own nor of a course the user teaches or grades.

    """
    rows = await session.execute(_EVERYTHING, {"submission_id": submission_id})
    row = rows.one_or_none()
    if row is None:
        raise UnknownSubmission
    submission, assignment, version, course_slug, zone, grading, progress = row
    role = await role_in(session, user, assignment.course_id)
    if submission.user_id != user.id and not may(role, Action.SEE_SUBMISSIONS):
        raise UnknownSubmission
    findings = await _findings(session, grading)
    if (
        findings
        and submission.kind is Kind.ANSWERS
        and (may(role, Action.SEE_ANSWERS) or await _answers_are_out(session, user, assignment))
    ):
        findings = [_with_answer(finding, version.answers.get(finding["id"])) for finding in findings]
    ended = submission.state in {State.DONE, State.SYSTEM_ERROR}
    status = _status(submission, version, grading, findings)
    answer = submission.answer
    turn = await waiting(session, submission, version.exercise_id)
    return SubmissionView(
        id=submission.id,
        user_id=submission.user_id,
        number=submission.number,
        state=submission.state,
        created_at=submission.created_at,
        exercise_id=version.exercise_id,
        version=version.version,
        course_slug=course_slug,
        zone=zone,
        kind=submission.kind,
        queue_position=turn.position if turn and submission.state is State.QUEUED else None,
        expected_seconds=turn.expected_seconds if turn else None,
        repeated=submission.answered_by_id is not None,
        findings=findings,
        provisional=grading is not None and grading.state is GradingState.PROVISIONAL,
        verdict=status if ended else None,
        status=status,
        source=None if submission.kind is Kind.ANSWERS else submission.source,
        regions=answer.get("regions"),
        answers=answer.get("answers"),
        training=TrainingProgress.of(progress, submission.attempt),
        correction=await correction_in_force(session, submission.id),
    )


async def history(session: AsyncSession, user: User, assignment: Assignment) -> list[Attempt]:
    """Return what ``user`` submitted to an assignment, latest first."""
    rows = await session.execute(
        select(
            Submission.id,
            Submission.number,
            Submission.state,
            Submission.created_at,
            Grading.outcome,
            Grading.score,
        )
        .outerjoin(Grading, Grading.id == Submission.current_grading_id)
        .where(Submission.user_id == user.id, Submission.assignment_id == assignment.id)
        .order_by(Submission.number.desc())
    )
    return [Attempt(*row) for row in rows]


def _everything() -> Select[Submission, Assignment, ExerciseVersion, str, str, Grading | None, ProgressRow | None]:
    """Select :submission_id with what it belongs to, its current or else latest provisional grading, its progress."""
    provisional = (
        select(Grading.id)
        .where(Grading.submission_id == Submission.id, Grading.state == GradingState.PROVISIONAL)
        .order_by(Grading.attempt.desc())
        .limit(1)
        .correlate(Submission)
        .scalar_subquery()
    )
    return (
        select(  # the last two may be null
            Submission, Assignment, ExerciseVersion, Course.slug, Course.time_zone, Grading, ProgressRow
        )
        .join(Assignment, Assignment.id == Submission.assignment_id)
        .join(Course, Course.id == Assignment.course_id)
        .outerjoin(Grading, Grading.id == func.coalesce(Submission.current_grading_id, provisional))
        .join(  # the version that it was judged by, which after a rescore may be another than it was written for
            ExerciseVersion,
            ExerciseVersion.id == func.coalesce(Grading.exercise_version_id, Submission.exercise_version_id),
        )
        .outerjoin(ProgressRow, ProgressRow.submission_id == Submission.id)
        .where(Submission.id == bindparam("submission_id"))
    )


_EVERYTHING = _everything()  # put together once: that takes longer than running it


async def _findings(session: AsyncSession, grading: Grading | None) -> list[dict[str, Any]]:
    if grading is None:
        return []
    rows = await session.scalars(
        select(FindingRow.data).where(FindingRow.grading_id == grading.id).order_by(FindingRow.position)
    )
    return list(rows)


async def _answers_are_out(session: AsyncSession, user: User, assignment: Assignment) -> bool:
    """Tell whether a student may see a quiz's answers: no attempt is left, or nothing more is taken from them."""
    known = await conditions_of(session, user, assignment)
    used_up = rules.attempts_left(known.terms, known.so_far.attempts) == 0
    return used_up or rules.is_past(known.terms, known.now)


def _with_answer(finding: dict[str, Any], answer: dict[str, Any] | None) -> dict[str, Any]:
    """Return a quiz's finding with the right answer and why it is right; the grader tells them of right ones only."""
    if answer is None or finding["outcome"] == "passed":
        return finding
    return {**finding, "expected": answer["accepted"], "hint": answer["explanation"]}


def _status(
    submission: Submission, version: ExerciseVersion, grading: Grading | None, findings: list[dict[str, Any]]
) -> dict[str, Any]:
    """Build the verdict object as far as it is known."""
    counts = grading is not None and submission.state is State.DONE
    return verdict_object(
        exercise_id=version.exercise_id,
        version=version.version,
        file=version.manifest.get("file_name"),
        submission_sha256=submission.sha256,
        state=submission.state.value,
        outcome=grading.outcome if grading and counts else None,
        score=grading.score if grading and counts else None,
        checks=findings,
        error=grading.error if grading else None,
        stdout=grading.stdout if grading else "",
        environment=grading.environment if grading else None,
        timing_ms=grading.timing_ms if grading else None,
        fault=submission.fault,
    )
