"""Whose turn it is: fair between people, cheap before dear, and what is said about the wait."""

import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from serverhouse import QUICK, QUICK_ONLY, TRAINED, WARM, FakeJudge, House, ended, worker
from sqlalchemy import select, text, update

from grader.contract import Phase
from server.database.models import Assignment, Grading, GradingState, State, Submission, User
from server.phase import PhaseResult
from server.queue.doorbell import LIVE_PRIORITY, Queue, Task
from server.queue.rescue import SUBMISSIONS
from server.queue.roll import Present, sign
from server.standing import SlotStanding, Standing
from server.submissions import Answer, claim, record_quick, record_verdict, run_again, submission_view
from server.submissions.costs import Cost, expected_cost
from server.submissions.turns import priority_of
from server.submissions.waiting import expected_wait, places_of

pytestmark = pytest.mark.database

EXERCISE = "cnn-digits"


async def submit(house: House, user: User | None = None) -> Submission:
    """Hand in something that nobody handed in before."""
    answer = Answer(regions=[f"    # {uuid.uuid4()}\n"])
    return await house.submit(answer=answer, user=user, per_minute=1000)


async def priorities(house: House, task: Task = Task.JUDGE_QUICK) -> dict[str, int]:
    """Return the priority of each job by its submission."""
    found = text("select args ->> 'submission_id', priority from procrastinate_jobs where task_name = :task")
    async with house.database.reading() as session:
        return {row[0]: row[1] for row in await session.execute(found, {"task": task.value})}


async def quick(house: House, submission_id: uuid.UUID, result: PhaseResult) -> None:
    """Let the quick phase of a submission be over."""
    async with house.database.unit_of_work() as session:
        held = await claim(session, submission_id, Phase.QUICK)
        assert held is not None
        await record_quick(session, held, result, {})


async def trained(house: House, submission_id: uuid.UUID, result: PhaseResult) -> None:
    """Let the training of a submission be over."""
    async with house.database.unit_of_work() as session:
        held = await claim(session, submission_id, Phase.TRAINING)
        assert held is not None
        await record_verdict(session, held, result)


async def history(house: House, *quick_ms: int, exercise_id: str = EXERCISE) -> None:
    """Have an exercise look back on gradings that took so long."""
    version = (await house.assignment(exercise_id)).exercise_version_id
    async with house.database.unit_of_work() as session:
        assignment = await session.scalar(select(Assignment.id).where(Assignment.exercise_version_id == version))
        begin = datetime.now(UTC) - timedelta(hours=1)
        for place, milliseconds in enumerate(quick_ms):
            submission = Submission(
                user_id=house.teacher.id,
                assignment_id=assignment,
                exercise_version_id=version,
                number=1000 + place,
                kind="file",
                answer={},
                source=f"{place}",
                sha256=f"{place}",
                state=State.DONE,
                finished_at=begin + timedelta(seconds=place),
            )
            session.add(submission)
            await session.flush()
            grading = Grading(
                submission_id=submission.id,
                attempt=1,
                state=GradingState.FINAL,
                outcome="failed",
                score=0,
                evidence={},
                artifacts={},
                stdout="",
                environment={},
                timing_ms={"total": milliseconds},
            )
            session.add(grading)
            await session.flush()
            submission.current_grading_id = grading.id


async def cost(house: House) -> Cost:
    """Return what the exercise is expected to cost."""
    async with house.database.reading() as session:
        return await expected_cost(session, EXERCISE)


@pytest.mark.parametrize(
    ("ahead", "dear", "priority"),
    [(0, False, 100), (0, True, 99), (1, False, 98), (1, True, 97), (45, False, 10), (5000, True, 9)],
)
def test_priorities(ahead: int, dear: bool, priority: int) -> None:  # noqa: FBT001 - a column of the table
    """Each submission of the same person costs more than being dear, and nothing that is waited for sinks to zero."""
    assert priority == priority_of(ahead, dear=dear)


async def test_a_crowd_of_one_does_not_delay_another(house: House) -> None:
    """With twenty of one student waiting, another's first is judged next, by a real worker with one slot."""
    mine = [await submit(house) for _ in range(20)]
    theirs = await submit(house, house.other)
    fake = FakeJudge(quick_script=[QUICK_ONLY], quick_seconds=0.02)
    one_place = replace(house, settings=house.settings.model_copy(update={"max_quick_concurrency": 1, "slots": 1}))
    async with worker(one_place, fake):
        for submission in (theirs, *mine):
            assert State.DONE == await ended(house, submission.id)

    judged = [source for _, source, _ in fake.calls]
    assert 21 == len(judged)
    assert judged.index(theirs.source) <= 1
    assert [one.source for one in mine] == [source for source in judged if source != theirs.source]


async def test_the_next_one_after_a_verdict_is_a_first_one_again(house: House) -> None:
    """Only what is still open stands in its owner's way, each queue for itself."""
    first, second = await submit(house), await submit(house)
    found = await priorities(house)
    assert [LIVE_PRIORITY, LIVE_PRIORITY - 2] == [found[str(one.id)] for one in (first, second)]

    for submission in (first, second):
        await quick(house, submission.id, QUICK)
    third = await submit(house)
    training = await priorities(house, Task.JUDGE_TRAINING)

    assert LIVE_PRIORITY == (await priorities(house))[str(third.id)]
    assert [LIVE_PRIORITY, LIVE_PRIORITY - 2] == [training[str(one.id)] for one in (first, second)]


async def test_whoever_is_queued_anew_keeps_to_the_order(house: House) -> None:
    """A lost job that is found, and a system error that is judged again, jump no queue."""
    await submit(house)
    second, third = await submit(house), await submit(house)
    async with house.database.unit_of_work() as session:
        await session.execute(text("delete from procrastinate_jobs"))
        await session.execute(update(Submission).where(Submission.id == third.id).values(state=State.SYSTEM_ERROR))
    async with house.database.unit_of_work() as session:
        assert 2 == await SUBMISSIONS.sweep(session)
        await run_again(session, third.id)

    found = await priorities(house)
    assert (LIVE_PRIORITY - 2, LIVE_PRIORITY - 4) == (found[str(second.id)], found[str(third.id)])


async def test_cheap_ones_go_before_dear_ones(house: House) -> None:
    """An exercise that usually takes long stands one step back, but before anybody's second submission."""
    await history(house, 2500, 2600, 40)
    dear = await submit(house)
    quiz = await house.submit("backpropagation", Answer(answers={}), user=house.other)
    found = await priorities(house)

    assert (LIVE_PRIORITY - 1, LIVE_PRIORITY) == (found[str(dear.id)], found[str(quiz.id)])


async def test_the_last_fifty_say_what_it_costs(house: House) -> None:
    """Neither older gradings, nor other exercises, nor copied verdicts count; without any nothing is known."""
    assert Cost(None, None) == await cost(house)
    await history(house, *[9000] * 20, *[1000] * 26, *[3000] * 24)
    await history(house, 50_000, exercise_id="rnn-reviews")
    assert Cost(1.0, None) == await cost(house)

    original = select(Submission.id).limit(1).scalar_subquery()
    async with house.database.unit_of_work() as session:
        await session.execute(
            update(Submission)
            .where(Submission.sha256.in_([str(place) for place in range(20, 46)]))
            .values(answered_by_id=original)
        )
    assert Cost(3.0, None) == await cost(house)


async def test_training_is_timed_by_itself(house: House) -> None:
    """What a grading took in all is told apart into the quick phase and the training, and the verdict says so."""
    submission = await submit(house)
    await quick(house, submission.id, replace(QUICK, timing_ms={"total": 300}))
    await trained(house, submission.id, replace(TRAINED, timing_ms={"total": 8300}))

    assert Cost(0.3, 8.0) == await cost(house)
    async with house.database.reading() as session:
        view = await submission_view(session, house.student, submission.id)
    assert {"total": 8300, "quick": 300} == view.status["timing_ms"]


@pytest.mark.parametrize(
    ("before", "places", "seconds", "expected"),
    [(0, 2, 3.0, 0), (1, 2, 3.0, 0), (2, 2, 3.0, 3), (5, 2, 3.0, 6), (5, 0, 3.0, None), (5, 2, None, None)],
)
def test_expected_wait(before: int, places: int, seconds: float | None, expected: float | None) -> None:
    """Each full round of all places takes as long as one judging; nothing is said where nothing is known."""
    assert expected == expected_wait(before, places, seconds)


def test_places() -> None:
    """Slots for students' code are places; a worker that keeps none, and each for training, has one."""

    def present(*roles: str) -> Present:
        slots = tuple(SlotStanding(role, "ready", 0, 0) for role in roles)
        return Present("a", "host", 1, 0, Standing(slots=slots))

    workers = [present("quick", "quick", "judge", "long"), present("oneshot"), present()]
    assert (4, 3) == (places_of(workers, Task.JUDGE_QUICK), places_of(workers, Task.JUDGE_TRAINING))


async def test_the_wait_is_told_in_the_order_of_the_queue(house: House) -> None:
    """Position and expected wait follow the order in which jobs are taken, not the order in which they came."""
    await history(house, 1500)
    mine = [await submit(house) for _ in range(3)]
    theirs = await submit(house, house.other)

    async def seen(submission: Submission) -> tuple[int | None, float | None]:
        async with house.database.reading() as session:
            view = await submission_view(session, house.teacher, submission.id)
            return view.queue_position, view.expected_seconds

    assert [(0, None), (2, None), (3, None), (1, None)] == [await seen(one) for one in (*mine, theirs)]
    async with house.database.unit_of_work() as session:
        await sign(session, uuid.uuid4(), WARM)
    assert [(0, 0), (2, 3.0), (3, 4.5), (1, 1.5)] == [await seen(one) for one in (*mine, theirs)]

    async with house.database.unit_of_work() as session:
        await session.execute(
            text("update procrastinate_jobs set status = 'doing' where args ->> 'submission_id' = :id"),
            {"id": str(mine[0].id)},
        )
    assert [(0, 0), (1, 3.0), (2, 4.5), (0, 1.5)] == [await seen(one) for one in (*mine, theirs)]


async def test_the_wait_for_training_is_told(house: House) -> None:
    """Who waits for a place to train reads for how long, and nothing more once it trains."""
    done, first, second = [await submit(house) for _ in range(3)]
    for one in (done, first, second):
        await quick(house, one.id, replace(QUICK, timing_ms={"total": 100}))
    await trained(house, done.id, replace(TRAINED, timing_ms={"total": 20_100}))
    async with house.database.unit_of_work() as session:
        await sign(session, uuid.uuid4(), WARM)
        gone = text("delete from procrastinate_jobs where args ->> 'submission_id' = :id")
        await session.execute(gone, {"id": str(done.id)})
        taken = text(
            "update procrastinate_jobs set status = 'doing'"
            " where queue_name = :queue and args ->> 'submission_id' = :id"
        )
        await session.execute(taken, {"queue": Queue.LIVE_TRAIN.value, "id": str(first.id)})

    async with house.database.reading() as session:
        views = [await submission_view(session, house.student, one.id) for one in (first, second)]
    assert [(None, None), (None, 20.0)] == [(view.queue_position, view.expected_seconds) for view in views]
