"""What people see of submissions: their own, those of the courses they teach, and no right answer too early."""

from datetime import UTC, datetime, timedelta

import pytest
from serverhouse import COURSE, QUICK, TRAINED, House, finding, phase_result

from exercises import Text
from grader.contract import Outcome, Phase, SubmissionOutcome, Verdict
from server.accounts import create_user
from server.courses import courses_of, enrol, find_course, publish_catalogue
from server.courses.overview import course_overview
from server.database.models import Assignment, Role, State, Submission
from server.errors import UnknownCourse, UnknownSubmission
from server.phase import PhaseResult
from server.submissions import (
    Answer,
    SubmissionView,
    claim,
    history,
    record_quick,
    record_system_error,
    record_verdict,
    submission_view,
)

pytestmark = pytest.mark.database

QUIZ = "what-is-a-neural-network"


async def view(house: House, submission: Submission, user: object = None) -> SubmissionView:
    """Return what somebody, the student unless told otherwise, sees."""
    async with house.database.reading() as session:
        return await submission_view(session, user or house.student, submission.id)


async def judge(house: House, submission: Submission, result: PhaseResult) -> None:
    """Let a submission have this verdict."""
    async with house.database.unit_of_work() as session:
        held = await claim(session, submission.id, Phase.QUICK)
        assert held is not None
        await record_quick(session, held, result, {})


async def test_the_way_of_a_submission(house: House) -> None:
    """The view shows the place in the queue, then provisional findings, then the verdict."""
    await house.submit(user=house.other)
    submission = await house.submit()
    seen = await view(house, submission)
    assert (State.QUEUED, 1, [], False, None) == (
        seen.state,
        seen.queue_position,
        seen.findings,
        seen.provisional,
        seen.verdict,
    )
    assert (COURSE, "cnn-digits", ["    model.add(Flatten())\n"]) == (seen.course_slug, seen.exercise_id, seen.regions)

    await judge(house, submission, QUICK)
    seen = await view(house, submission)
    assert (State.TRAINING, None, True, None) == (seen.state, seen.queue_position, seen.provisional, seen.verdict)
    assert ["layers", "parameters"] == [each["id"] for each in seen.findings]
    assert (None, None, "training") == (seen.status["outcome"], seen.status["score"], seen.status["state"])

    async with house.database.unit_of_work() as session:
        held = await claim(session, submission.id, Phase.TRAINING)
        assert held is not None
        await record_verdict(session, held, TRAINED)
    seen = await view(house, submission)
    assert (State.DONE, False) == (seen.state, seen.provisional)
    assert seen.verdict is not None
    assert ("passed", 1.0, 3) == (seen.verdict["outcome"], seen.verdict["score"], len(seen.verdict["checks"]))
    assert {"id": "cnn-digits", "version": house.catalogue["cnn-digits"].version} == seen.verdict["exercise"]


async def test_system_error(house: House) -> None:
    """A fault of ours has neither outcome nor score, and says so."""
    submission = await house.submit()
    async with house.database.unit_of_work() as session:
        held = await claim(session, submission.id, Phase.QUICK)
        assert held is not None
        await record_system_error(session, held, type="CheckBroke", message="layers")

    verdict = (await view(house, submission)).verdict
    assert verdict is not None
    assert ("system_error", None, None) == (verdict["state"], verdict["outcome"], verdict["score"])
    assert {"type": "CheckBroke", "message": "layers"} == verdict["fault"]


async def test_who_may_see_it(house: House) -> None:
    """A submission is its student's and the course's staff's; to anybody else it does not exist."""
    submission = await house.submit()
    async with house.database.unit_of_work() as session:
        title = Text(zh="别的课", en="Another course")
        elsewhere = await publish_catalogue(session, house.catalogue, "elsewhere", title, shelf=house.shelf)
        stranger = await create_user(session, login="stranger", password="correct horse")
        await enrol(session, stranger, elsewhere, Role.TEACHER)
        grader = await create_user(session, login="grader", password="correct horse")
        await enrol(session, grader, await find_course(session, COURSE), Role.GRADER)
        admin = await create_user(session, login="admin", password="correct horse", is_admin=True)

    for user in (house.student, house.teacher, grader, admin):
        assert submission.id == (await view(house, submission, user)).id
    for user in (house.other, stranger):
        with pytest.raises(UnknownSubmission):
            await view(house, submission, user)


async def test_no_such_submission(house: House) -> None:
    """An id that nobody has is refused in the same words as somebody else's."""
    async with house.database.reading() as session:
        with pytest.raises(UnknownSubmission):
            await submission_view(session, house.student, house.student.id)


async def quiz_with_one_mistake(house: House) -> Submission:
    """Submit a quiz of which one question is right and one is wrong."""
    submission = await house.submit(QUIZ, Answer(answers={"deep": ["c"], "relu": ["12"]}))
    right = finding("deep", expected=["c"])
    wrong = finding("relu", Outcome.FAILED, expected=None, hint=None)
    verdict = Verdict(outcome=SubmissionOutcome.FAILED, score=0.5, findings=(right, wrong), error=None)
    await judge(house, submission, phase_result(findings=(right, wrong), verdict=verdict))
    return submission


async def test_quiz_keeps_its_answers(house: House) -> None:
    """Of a wrong question neither the right answer nor its explanation is shown to a student; staff see both."""
    submission = await quiz_with_one_mistake(house)
    seen = await view(house, submission)
    taught = await view(house, submission, house.teacher)

    assert [["c"], None] == [each["expected"] for each in seen.findings]
    assert seen.findings[1]["hint"] is None
    assert seen.verdict is not None
    assert seen.findings == seen.verdict["checks"]
    assert [["c"], ["11"]] == [each["expected"] for each in taught.findings]
    assert "ReLU" in taught.findings[1]["hint"]["en"]
    assert {"deep": ["c"], "relu": ["12"]} == seen.answers
    assert seen.source is None


@pytest.mark.parametrize("change", [{"max_attempts": 1}, {"due_at": datetime(2020, 1, 1, tzinfo=UTC)}])
async def test_quiz_tells_its_answers(house: House, change: dict[str, object]) -> None:
    """Once no attempt is left, or the due time is past, the right answers are shown."""
    submission = await quiz_with_one_mistake(house)
    async with house.database.unit_of_work() as session:
        assignment = await session.get_one(Assignment, submission.assignment_id)
        for name, value in change.items():
            setattr(assignment, name, value)

    seen = await view(house, submission)
    assert [["c"], ["11"]] == [each["expected"] for each in seen.findings]
    assert house.catalogue[QUIZ].answers["relu"].explanation.model_dump() == seen.findings[1]["hint"]


async def test_quiz_with_attempts_left(house: House) -> None:
    """Limits that are not reached keep the answers back."""
    submission = await quiz_with_one_mistake(house)
    async with house.database.unit_of_work() as session:
        assignment = await session.get_one(Assignment, submission.assignment_id)
        assignment.max_attempts, assignment.due_at = 2, datetime.now(UTC) + timedelta(hours=1)

    assert (await view(house, submission)).findings[1]["expected"] is None


async def test_history_and_overview(house: House) -> None:
    """The history lists one's attempts, latest first; the overview keeps the best of each level."""
    failed = phase_result(verdict=Verdict(outcome=SubmissionOutcome.FAILED, score=0.25, findings=(), error=None))
    passed = phase_result(verdict=Verdict(outcome=SubmissionOutcome.PASSED, score=1.0, findings=(), error=None))
    for result in (failed, passed, failed):
        await judge(house, await house.submit(), result)
    await house.submit()
    await judge(house, await house.submit("rnn-reviews", user=house.other), passed)

    assignment = await house.assignment()
    async with house.database.reading() as session:
        attempts = await history(session, house.student, assignment)
        levels = await course_overview(session, house.student, COURSE)
        courses = await courses_of(session, house.student)

    assert [(4, State.QUEUED, None), (3, State.DONE, 0.25), (2, State.DONE, 1.0), (1, State.DONE, 0.25)] == [
        (each.number, each.state, each.score) for each in attempts
    ]
    assert list(house.catalogue) == [level.exercise_id for level in levels]
    digits = next(level for level in levels if level.exercise_id == "cnn-digits")
    assert (1.0, True, 4, State.QUEUED) == (digits.best_score, digits.passed, digits.attempts, digits.last_state)
    reviews = next(level for level in levels if level.exercise_id == "rnn-reviews")
    assert (None, False, 0, None) == (reviews.best_score, reviews.passed, reviews.attempts, reviews.last_state)
    assert [(COURSE, Role.STUDENT)] == [(course.slug, course.role) for course in courses]


async def test_overview_of_a_strange_course(house: House) -> None:
    """Whoever is not enrolled does not see a course's levels."""
    async with house.database.unit_of_work() as session:
        stranger = await create_user(session, login="stranger", password="correct horse")
        with pytest.raises(UnknownCourse):
            await course_overview(session, stranger, COURSE)
