"""Which submission counts: the rules as a table, and the query over real rows."""

import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from serverhouse import COURSE, QUICK_ONLY, House
from sqlalchemy import update

from exercises import Text
from grader.contract import Phase, SubmissionOutcome, Verdict
from server.courses import enrol, find_course, publish_catalogue
from server.courses.overview import course_overview
from server.database.models import Correction, Course, Keep, Late, Role, State, Submission, User
from server.submissions import Answer, claim, record_quick
from server.submissions.counting import Candidate, Counted, Rules, counted_scores, passed_by, score_of, which_counts

BEST = Rules(Keep.BEST, Late.REFUSED, 0)
LAST = Rules(Keep.LAST, Late.REFUSED, 0)


def candidate(number: int, score: float | None, **changes: Any) -> Candidate:  # noqa: ANN401 - any of its fields
    """Return a candidate of which only what a test names matters."""
    values: dict[str, Any] = {
        "submission_id": uuid.UUID(int=number),
        "number": number,
        "graded_score": score,
        "graded_passed": score == 1,
        "corrected_score": None,
        "corrected_passed": False,
        "late_days": 0,
    }
    return Candidate(**{**values, **changes})


@pytest.mark.parametrize(
    ("days", "policy", "penalty", "score"),
    [
        (0, Late.PENALTY, 0.2, 0.8),
        (1, Late.PENALTY, 0.2, 0.64),
        (5, Late.PENALTY, 0.2, 0.0),
        (9, Late.PENALTY, 0.2, 0.0),
        (3, Late.TAKEN, 0.2, 0.8),
        (3, Late.REFUSED, 0.2, 0.8),
    ],
)
def test_penalty(days: int, policy: Late, penalty: float, score: float) -> None:
    """Each day begun takes its share of the score, never below nothing, and only where the course says so."""
    assert score == score_of(candidate(1, 0.8, late_days=days), Rules(Keep.BEST, policy, penalty))


def test_correction_is_final() -> None:
    """What a teacher said stands in the place of score and outcome, and no penalty comes on top."""
    corrected = candidate(1, 0.2, corrected_score=0.9, corrected_passed=True, late_days=3)
    lowered = candidate(2, 1.0, corrected_score=0.0, corrected_passed=False)

    assert (0.9, True) == (score_of(corrected, Rules(Keep.BEST, Late.PENALTY, 0.5)), passed_by(corrected))
    assert (0.0, False) == (score_of(lowered, BEST), passed_by(lowered))


@pytest.mark.parametrize(
    ("rules", "candidates", "number"),
    [
        (BEST, [candidate(1, 0.5), candidate(2, 0.9), candidate(3, 0.7)], 2),
        (LAST, [candidate(1, 0.5), candidate(2, 0.9), candidate(3, 0.7)], 3),
        (BEST, [candidate(1, 0.9), candidate(2, 0.9)], 1),
        (BEST, [candidate(1, 0.9), candidate(2, 0.9, graded_passed=True)], 2),
        (BEST, [candidate(1, 0.3, corrected_score=1.0), candidate(2, 0.9)], 1),
        (Rules(Keep.BEST, Late.PENALTY, 0.3), [candidate(1, 0.8), candidate(2, 1.0, late_days=1)], 1),
    ],
)
def test_which_counts(rules: Rules, candidates: Sequence[Candidate], number: int) -> None:
    """The last, or what counts most after penalties and corrections: of equals one that passed, then the first."""
    assert number == which_counts(candidates, rules).number


async def judged(house: House, score: float, *, user: User | None = None) -> uuid.UUID:
    """Hand in something new and have it judged."""
    text = f"    # {uuid.uuid4()}\n"
    submission = await house.submit(answer=Answer(regions=[text]), user=user, per_minute=1000)
    outcome = SubmissionOutcome.PASSED if score == 1 else SubmissionOutcome.FAILED
    verdict = Verdict(outcome=outcome, score=score, findings=QUICK_ONLY.findings, error=None)
    result = replace(QUICK_ONLY, verdict=verdict)
    async with house.database.unit_of_work() as session:
        held = await claim(session, submission.id, Phase.QUICK)
        assert held is not None
        assert await record_quick(session, held, result, {})
    return submission.id


async def counted(house: House, user: User | None = None, course: str = COURSE) -> list[Counted]:
    """Return what counts in the course."""
    async with house.database.reading() as session:
        found = await find_course(session, course)
        return await counted_scores(session, found.id, user.id if user else None)


async def change_course(house: House, **changes: object) -> None:
    """Set columns of the course."""
    async with house.database.unit_of_work() as session:
        await session.execute(update(Course).where(Course.slug == COURSE).values(**changes))


async def change(house: House, submission_id: uuid.UUID, **changes: object) -> None:
    """Set columns of a submission."""
    async with house.database.unit_of_work() as session:
        await session.execute(update(Submission).where(Submission.id == submission_id).values(**changes))


@pytest.mark.database
async def test_a_whole_course(house: House) -> None:
    """Each person and level has one entry; what is open or was cancelled has no score, and only what is open counts."""
    assignment = await house.assignment()
    best = await judged(house, 0.75)
    await judged(house, 0.5)
    others = await judged(house, 1.0, user=house.other)
    await house.submit(per_minute=1000)
    gone = await judged(house, 1.0)
    await change(house, gone, state=State.CANCELLED)
    failed = await judged(house, 1.0)
    await change(house, failed, state=State.SYSTEM_ERROR)

    found = {one.user_id: one for one in await counted(house)}

    mine = Counted(
        house.student.id, assignment.id, best, 0.75, 0.75, passed=False, attempts=3, late_days=0, corrected=False
    )
    assert mine == found[house.student.id]
    assert (others, 1.0, True, 1) == (
        found[house.other.id].submission_id,
        found[house.other.id].score,
        found[house.other.id].passed,
        found[house.other.id].attempts,
    )
    assert [mine] == await counted(house, house.student)
    assert [] == await counted(house, house.teacher)


@pytest.mark.database
async def test_penalty_and_correction_in_force(house: House) -> None:
    """Late work counts less; a correction counts as said until it is lifted, even where there was never a verdict."""
    await change_course(house, late=Late.PENALTY, late_penalty=0.1)
    first = await judged(house, 0.9)
    await change(house, first, late_days=2)
    (late,) = await counted(house)
    assert (0.9, 0.72, 2, False) == (late.raw_score, late.score, late.late_days, late.corrected)

    async with house.database.unit_of_work() as session:
        correction = Correction(submission_id=first, score=1.0, passed=True, reason="right after all")
        session.add(correction)
    (corrected,) = await counted(house)
    assert (0.9, 1.0, True, True) == (corrected.raw_score, corrected.score, corrected.passed, corrected.corrected)

    async with house.database.unit_of_work() as session:
        (await session.get_one(Correction, correction.id)).lifted_at = datetime.now(UTC)
    assert [late] == await counted(house)

    never = (await house.submit(per_minute=1000)).id
    await change(house, never, state=State.SYSTEM_ERROR)
    async with house.database.unit_of_work() as session:
        session.add(Correction(submission_id=never, score=0.8, passed=False, reason="our fault"))
    (saved,) = await counted(house)
    assert (never, 0.8, 0.8, 1, True) == (
        saved.submission_id,
        saved.raw_score,
        saved.score,
        saved.attempts,
        saved.corrected,
    )


@pytest.mark.database
async def test_last_counts_where_the_course_says_so(house: House) -> None:
    """With *last* a worse submission takes back what was passed; with *best* what was passed stays passed."""
    first, second = await judged(house, 1.0), await judged(house, 0.25)
    (best,) = await counted(house)
    await change_course(house, keep=Keep.LAST)
    (last,) = await counted(house)
    async with house.database.reading() as session:
        level = next(
            one for one in await course_overview(session, house.student, COURSE) if one.exercise_id == "cnn-digits"
        )

    assert [(first, True), (second, False)] == [(one.submission_id, one.passed) for one in (best, last)]
    assert (0.25, False, 2) == (level.best_score, level.passed, level.attempts)


@pytest.mark.database
async def test_other_courses_do_not_count(house: House) -> None:
    """What somebody did in another course, even for the same exercise, is not seen here."""
    async with house.database.unit_of_work() as session:
        title = Text(zh="另一门", en="Another")
        course = await publish_catalogue(session, house.catalogue, "another", title, shelf=house.shelf)
        await enrol(session, house.student, course, Role.STUDENT)
    await judged(house, 0.5)

    assert 1 == len(await counted(house))
    assert [] == await counted(house, course="another")
