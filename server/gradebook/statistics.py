"""What students' submissions tell about an exercise: which check stops most of them, how many tries it takes."""

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from sqlalchemy import Row, Select, and_, false, func, or_, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from exercises.text import Text
from grader.contract import Outcome, SubmissionOutcome
from server.courses import version_of
from server.database.models import (
    USES_AN_ATTEMPT,
    Assignment,
    Correction,
    Enrolment,
    ExerciseVersion,
    FindingRow,
    Grading,
    GradingState,
    Role,
    Submission,
)
from server.gradebook.figures import counts, median, score_histogram
from server.gradebook.items import ItemStatistics, first_answers, item_statistics
from server.submissions.counting import counted_scores


@dataclass(frozen=True, slots=True)
class Tally:
    """How a check came out, in numbers of students."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0
    stopped: int = 0  #: those for whom it was the first check that failed


@dataclass(frozen=True, slots=True)
class CheckStatistics:
    """A check, in every student's first and latest judged submission."""

    id: str
    title: Text | None  #: None where the present version of the exercise has no such check
    first: Tally
    latest: Tally


@dataclass(frozen=True, slots=True)
class ExerciseStatistics:
    """An exercise in a course.

    Attributes:
        submitted: Students with at least one attempt.
        judged: Students with at least one verdict.
        passed: Students who have passed.
        checks: The checks of code, or the questions of a quiz, in order.
        attempts: How many students used how many attempts: ``(attempts, students)``.
        median_attempts_to_pass: Of the students who passed, the first passing attempt included.
        scores: What counts in the gradebook, in tenths: ten numbers of students.
        items: A quiz's questions; empty for code.

    """

    submitted: int
    judged: int
    passed: int
    checks: Sequence[CheckStatistics]
    attempts: Sequence[tuple[int, int]]
    median_attempts_to_pass: float | None
    scores: Sequence[int]
    items: Sequence[ItemStatistics]


@dataclass(slots=True)
class _Ways:
    """What is collected while walking through every student's submissions."""

    attempts: list[int] = field(default_factory=list)
    to_pass: list[int] = field(default_factory=list)
    first: list[uuid.UUID] = field(default_factory=list)  #: first grading of each student
    latest: list[uuid.UUID] = field(default_factory=list)

    def add(self, submissions: Sequence[Row[*tuple[Any, ...]]]) -> None:
        """Add one student's submissions, in order."""
        tries = 0
        passed_at = None
        for submission in submissions:
            tries += submission.attempt
            if submission.passed and passed_at is None:
                passed_at = max(tries, 1)  # a teacher's word may pass a submission that used up no attempt
        if tries:
            self.attempts.append(tries)
        if passed_at is not None:
            self.to_pass.append(passed_at)
        judged = [one.grading_id for one in submissions if one.grading_id is not None]
        if judged:
            self.first.append(judged[0])
            self.latest.append(judged[-1])


async def exercise_statistics(session: AsyncSession, assignment: Assignment) -> ExerciseStatistics:
    """Return what the students of a course made of an exercise; staff are left out."""
    version = await version_of(session, assignment)
    ways = _Ways()
    students = set()
    rows = await session.execute(_submissions_of(assignment))
    for user_id, group in groupby(rows, key=lambda row: row.user_id):
        students.add(user_id)
        ways.add(list(group))
    counted = [
        one
        for one in await counted_scores(session, assignment.course_id, among=Submission.assignment_id == assignment.id)
        if one.user_id in students
    ]
    quiz = version.manifest["kind"] == "quiz"
    return ExerciseStatistics(
        submitted=len(ways.attempts),
        judged=len(ways.first),
        passed=len(ways.to_pass),
        checks=await _checks(session, version, ways),
        attempts=counts(ways.attempts),
        median_attempts_to_pass=median(ways.to_pass),
        scores=score_histogram(one.score for one in counted),
        items=item_statistics(version, await first_answers(session, ways.first)) if quiz else [],
    )


def _submissions_of(assignment: Assignment) -> Select[*tuple[Any, ...]]:
    """Select the students' submissions to an assignment, by student and number."""
    graded = func.coalesce(Grading.outcome == SubmissionOutcome.PASSED.value, false())
    return (
        select(
            Submission.user_id,
            USES_AN_ATTEMPT.label("attempt"),
            func.coalesce(Correction.passed, graded).label("passed"),
            Grading.id.label("grading_id"),
        )
        .join(
            Enrolment,
            and_(
                Enrolment.user_id == Submission.user_id,
                Enrolment.course_id == assignment.course_id,
                Enrolment.role == Role.STUDENT,
            ),
        )
        .outerjoin(Grading, and_(Grading.id == Submission.current_grading_id, Grading.state == GradingState.FINAL))
        .outerjoin(Correction, and_(Correction.submission_id == Submission.id, Correction.lifted_at.is_(None)))
        .where(
            Submission.assignment_id == assignment.id,
            or_(USES_AN_ATTEMPT, Correction.id.is_not(None)),
        )
        .order_by(Submission.user_id, Submission.number)
    )


async def _checks(session: AsyncSession, version: ExerciseVersion, ways: _Ways) -> list[CheckStatistics]:
    """Return how each check came out: those of the present version in its order, then those only older ones had."""
    first, latest = await _tallies(session, ways.first), await _tallies(session, ways.latest)
    manifest = version.manifest
    quiz = manifest["kind"] == "quiz"
    titles = {
        one["id"]: Text.model_validate(one["prompt" if quiz else "title"])
        for one in manifest["questions" if quiz else "checks"]
    }
    older = sorted((first.keys() | latest.keys()) - titles.keys())
    return [
        CheckStatistics(check, titles.get(check), first.get(check, Tally()), latest.get(check, Tally()))
        for check in (*titles, *older)
    ]


async def _tallies(session: AsyncSession, gradings: Sequence[uuid.UUID]) -> Mapping[str, Tally]:
    """Count how each check came out in these gradings."""
    numbers: dict[str, dict[str, int]] = defaultdict(dict)
    rows = await session.execute(
        select(FindingRow.check_id, FindingRow.outcome, func.count())
        .where(FindingRow.grading_id.in_(gradings))
        .group_by(FindingRow.check_id, FindingRow.outcome)
    )
    for check, outcome, number in rows:
        numbers[check][outcome] = number
    stops = (
        select(FindingRow.check_id)
        .where(FindingRow.grading_id.in_(gradings), FindingRow.outcome == Outcome.FAILED.value)
        .ext(distinct_on(FindingRow.grading_id))
        .order_by(FindingRow.grading_id, FindingRow.position)
        .subquery()
    )
    stopped = await session.execute(select(stops.c.check_id, func.count()).group_by(stops.c.check_id))
    for check, number in stopped:
        numbers[check]["stopped"] = number
    return {
        check: Tally(*(each.get(word, 0) for word in ("passed", "failed", "skipped", "stopped")))
        for check, each in numbers.items()
    }
