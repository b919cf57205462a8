"""The same code again: when a stored verdict answers it, when it does not, and what is taken over."""

import uuid
from dataclasses import replace
from datetime import timedelta

import pytest
from serverhouse import QUICK_ONLY, WARM, FakeJudge, House, ended, worker
from sqlalchemy import func, select, text, update

from exercises import Text
from grader.contract import Phase
from grader.version import grader_version
from server.courses import enrol, publish_catalogue
from server.database.models import (
    Assignment,
    Correction,
    FindingRow,
    Grading,
    Role,
    State,
    Submission,
    User,
    WorkerRow,
)
from server.errors import AttemptsUsedUp
from server.phase import PhaseResult
from server.queue.roll import sign
from server.submissions import Answer, accept_submission, claim, record_quick, submission_view
from server.submissions.counting import counted_scores

pytestmark = pytest.mark.database

IMAGE = "sha256:image"
GRADER = grader_version()
BY_IMAGE = replace(QUICK_ONLY, environment={"seed": 1447, "image": IMAGE, "grader": GRADER})
OTHER = Answer(regions=["    model.add(Dense(3))\n"])


async def judge(house: House, submission: Submission, result: PhaseResult = BY_IMAGE) -> None:
    """Let a submission have a verdict."""
    async with house.database.unit_of_work() as session:
        held = await claim(session, submission.id, Phase.QUICK)
        assert held is not None
        assert await record_quick(session, held, result, {})


async def judged(house: House, result: PhaseResult = BY_IMAGE, *, user: User | None = None) -> Submission:
    """Hand in the usual answer and have it judged."""
    submission = await house.submit(user=user)
    await judge(house, submission, result)
    return await house.reload(submission.id)


async def worker_with(house: House, image: str | None, *, silent: float = 0, grader: str | None = GRADER) -> uuid.UUID:
    """Sign the roll for a worker with this image and grader, which was last seen so many seconds ago."""
    worker_id = uuid.uuid4()
    async with house.database.unit_of_work() as session:
        await sign(session, worker_id, replace(WARM, image=image, grader=grader))
        seen = func.clock_timestamp() - timedelta(seconds=silent)
        await session.execute(update(WorkerRow).where(WorkerRow.id == worker_id).values(seen_at=seen))
    return worker_id


async def jobs(house: House) -> int:
    """Return how many jobs wait."""
    async with house.database.reading() as session:
        return await session.scalar(text("select count(*) from procrastinate_jobs")) or 0


async def test_answered_at_once(house: House) -> None:
    """The same code is done when it is taken in: with a grading and findings of its own, and without a job."""
    first = await judged(house)
    before = await jobs(house)
    second = await house.submit(key="again")

    assert (State.DONE, first.id, 2, before) == (second.state, second.answered_by_id, second.number, await jobs(house))
    assert second.finished_at is not None
    assert second.current_grading_id not in {None, first.current_grading_id}
    async with house.database.reading() as session:
        old, new = [await submission_view(session, house.student, one.id) for one in (first, second)]
        gradings = [await session.get_one(Grading, one.current_grading_id) for one in (first, second)]
        findings = await session.scalar(select(func.count()).select_from(FindingRow))
    assert (old.verdict, old.findings) == (new.verdict, new.findings)
    assert (False, True) == (old.repeated, new.repeated)
    assert gradings[0].evidence == gradings[1].evidence
    assert 2 * len(QUICK_ONLY.findings) == findings
    assert second.id == (await house.submit(key="again")).id


async def test_it_counts_as_an_attempt(house: House) -> None:
    """An attempt answered from the store is an attempt."""
    await house.assignment(max_attempts=2)
    await judged(house)
    await house.submit()

    with pytest.raises(AttemptsUsedUp):
        await house.submit()


async def test_chains_name_the_one_that_was_judged(house: House) -> None:
    """A third submission is answered by the first, not by the copy."""
    first = await judged(house)
    await house.submit()
    third = await house.submit(user=house.other)

    assert first.id == third.answered_by_id


async def test_only_the_grading_is_taken_over(house: House) -> None:
    """Somebody else's lateness and correction stay theirs."""
    first = await judged(house, user=house.other)
    async with house.database.unit_of_work() as session:
        session.add(Correction(submission_id=first.id, score=0.1, passed=False, reason="copied"))
        await session.execute(update(Submission).where(Submission.id == first.id).values(late_days=3))
    second = await house.submit()

    async with house.database.reading() as session:
        (mine,) = await counted_scores(
            session, (await session.get_one(Assignment, second.assignment_id)).course_id, house.student.id
        )
    assert (first.id, 0) == (second.answered_by_id, second.late_days)
    assert (second.id, 1.0, True, False) == (mine.submission_id, mine.score, mine.passed, mine.corrected)


async def test_other_code_is_judged(house: House) -> None:
    """One character is another program."""
    await judged(house)

    assert State.QUEUED == (await house.submit(answer=OTHER)).state


@pytest.mark.parametrize(
    ("reported", "state"),
    [
        ([], State.DONE),
        ([(IMAGE, 0)], State.DONE),
        ([("sha256:new", 0)], State.QUEUED),
        ([("sha256:new", 0), (IMAGE, 0)], State.DONE),
        ([("sha256:new", 0), (IMAGE, 600)], State.QUEUED),
        ([("sha256:new", 600)], State.DONE),
        ([(None, 0)], State.DONE),
    ],
)
async def test_images(house: House, reported: list[tuple[str | None, float]], state: State) -> None:
    """A verdict answers if a living worker has its image, or none has any."""
    await judged(house)
    for image, silent in reported:
        await worker_with(house, image, silent=silent)

    assert state == (await house.submit()).state


@pytest.mark.parametrize(
    ("judged_by", "worker", "state"),
    [
        (GRADER, None, State.DONE),
        (GRADER, [GRADER], State.DONE),
        (GRADER, ["sha256:upgraded"], State.QUEUED),
        (GRADER, ["sha256:upgraded", GRADER], State.DONE),
        (GRADER, [None], State.QUEUED),
        ("sha256:older", None, State.QUEUED),
        ("sha256:older", [GRADER], State.QUEUED),
        ("sha256:older", ["sha256:older"], State.DONE),
        (None, None, State.QUEUED),
        (None, [GRADER], State.QUEUED),
    ],
)
async def test_graders(house: House, judged_by: str | None, worker: list[str | None] | None, state: State) -> None:
    """After an upgrade the same code is judged by the new grader; without a worker the one that lies here counts."""
    await judged(house, replace(BY_IMAGE, environment={**BY_IMAGE.environment, "grader": judged_by}))
    for grader in worker or ():
        await worker_with(house, IMAGE, grader=grader)

    assert state == (await house.submit()).state


async def test_image_and_grader_of_one_worker(house: House) -> None:
    """The image of one worker and the grader of another make no worker that would judge so."""
    await judged(house)
    await worker_with(house, IMAGE, grader="sha256:upgraded")
    await worker_with(house, "sha256:new", grader=GRADER)

    assert State.QUEUED == (await house.submit()).state


async def test_a_grading_without_an_image_answers_nothing(house: House) -> None:
    """Nobody can say that it was made alike."""
    await judged(house, QUICK_ONLY)

    assert State.QUEUED == (await house.submit()).state


async def test_open_and_broken_ones_answer_nothing(house: House) -> None:
    """Of two that are sent before either is judged, both are judged; a system error is no verdict."""
    first = await house.submit()
    second = await house.submit()
    assert [State.QUEUED] * 2 == [first.state, second.state]
    await judge(house, first)
    async with house.database.unit_of_work() as session:
        await session.execute(update(Submission).where(Submission.id == first.id).values(state=State.SYSTEM_ERROR))
    assert State.QUEUED == (await house.submit()).state


async def test_another_version_or_course_is_judged(house: House) -> None:
    """Nothing is taken over from another version of the exercise or from another course."""
    first = await judged(house)
    async with house.database.unit_of_work() as session:
        title = Text(zh="另一门", en="Another")
        course = await publish_catalogue(session, house.catalogue, "another", title, shelf=house.shelf)
        await enrol(session, house.student, course, Role.STUDENT)
        elsewhere = (
            await session.scalars(
                select(Assignment).where(Assignment.course_id == course.id, Assignment.exercise_id == "cnn-digits")
            )
        ).one()
    async with house.database.unit_of_work() as session:
        answer = Answer(regions=first.answer["regions"])
        there = await accept_submission(session, house.student, elsewhere, house.catalogue["cnn-digits"], answer)
    assert (State.QUEUED, None) == (there.state, there.answered_by_id)

    async with house.database.unit_of_work() as session:
        other = await session.scalar(
            select(Assignment.exercise_version_id).where(Assignment.exercise_id == "rnn-reviews").limit(1)
        )
        await session.execute(update(Submission).where(Submission.id == first.id).values(exercise_version_id=other))
    assert State.QUEUED == (await house.submit()).state


async def test_a_quiz_is_judged_anew(house: House) -> None:
    """A quiz's answers are read again each time."""
    answer = Answer(answers={})
    first = await house.submit("backpropagation", answer)
    await judge(house, first)

    assert State.QUEUED == (await house.submit("backpropagation", answer)).state


async def test_the_self_test_is_judged_anew(house: House) -> None:
    """Whoever asks for it has the same code judged once more."""
    first = await judged(house)
    assignment = await house.assignment()
    async with house.database.unit_of_work() as session:
        answer = Answer(regions=first.answer["regions"])
        bundle = house.catalogue["cnn-digits"]
        again = await accept_submission(session, house.student, assignment, bundle, answer, anew=True)

    assert (State.QUEUED, None) == (again.state, again.answered_by_id)


async def test_with_a_worker(house: House) -> None:
    """A worker never hears of code that was judged with the image it has."""
    fake = FakeJudge(quick_script=[BY_IMAGE], stands=replace(WARM, grader=GRADER))
    async with worker(house, fake):
        first = await house.submit()
        await ended(house, first.id)
        second = await house.submit()
        assert State.DONE == second.state
    assert 1 == len(fake.calls)
