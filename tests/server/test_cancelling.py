"""Withdrawing a submission: from every state, against a worker that is faster or slower, and by whom."""

import asyncio
import threading
import time
import uuid
from dataclasses import replace

import pytest
from serverhouse import QUICK, QUICK_ONLY, TRAINED, FakeJudge, House, ended, in_training, until, worker
from sqlalchemy import select, text, update

from grader.contract import Phase
from server.accounts import create_user
from server.courses.conditions import conditions_of
from server.database.models import AuditEvent, Grading, State, Submission
from server.errors import JudgedAlready, NotAllowed, NothingToRepeat, UnknownSubmission
from server.queue.rescue import SUBMISSIONS
from server.submissions import claim, record_quick, record_verdict, submission_view
from server.submissions.cancelling import cancel, judge_again

pytestmark = pytest.mark.database


async def withdraw(house: House, submission: Submission) -> None:
    """Withdraw as the student."""
    async with house.database.unit_of_work() as session:
        await cancel(session, house.student, submission.id)


async def jobs(house: House) -> list[str]:
    """Return the status of every job."""
    async with house.database.reading() as session:
        return list(await session.scalars(text("select status::text from procrastinate_jobs order by id")))


async def set_state(house: House, submission: Submission, state: State) -> None:
    """Put a submission into a state."""
    async with house.database.unit_of_work() as session:
        await session.execute(update(Submission).where(Submission.id == submission.id).values(state=state))


async def test_a_queued_one(house: House) -> None:
    """Its job is gone, its page hears of it, and the attempt can be used for something else."""
    await house.assignment(max_attempts=1)
    submission = await house.submit()
    listener = await house.database.listener()
    async with listener:
        await listener.execute("listen submission")
        await withdraw(house, submission)
        heard = [notice.payload async for notice in listener.notifies(timeout=5, stop_after=1)]

    stored = await house.reload(submission.id)
    assert (State.CANCELLED, 1, []) == (stored.state, stored.attempt, await jobs(house))
    assert stored.finished_at is not None
    assert [f'{{"id": "{submission.id}"}}'] == heard
    await withdraw(house, submission)
    assert 1 == (await house.reload(submission.id)).attempt
    assert State.QUEUED == (await house.submit()).state


async def test_the_sweep_leaves_it_alone(house: House) -> None:
    """Nobody makes a job for what was withdrawn."""
    await withdraw(house, await house.submit())

    async with house.database.unit_of_work() as session:
        assert 0 == await SUBMISSIONS.sweep(session)
    assert [] == await jobs(house)


@pytest.mark.parametrize("phase", ["quick", "training"])
async def test_a_running_one(house: House, phase: str) -> None:
    """What a worker finds after that is dropped, the worker goes on, and the queue is empty in the end."""
    release = threading.Event()
    fake = FakeJudge(before=lambda now: release.wait(20) if now == phase else None)

    async def asked() -> bool:
        return phase in [call[0] for call in fake.calls]

    async with worker(house, fake):
        submission = await house.submit()
        await until(asked)
        await withdraw(house, submission)
        release.set()

        async def idle() -> bool:
            return await jobs(house) == []

        await until(idle)
        assert State.CANCELLED == await house.state(submission.id)
        assert State.DONE == await ended(house, (await house.submit()).id)

    async with house.database.reading() as session:
        states = await session.scalars(select(Grading.state).where(Grading.submission_id == submission.id))
        assert ([] if phase == "quick" else ["provisional"]) == list(states)


@pytest.mark.parametrize("phase", ["quick", "training"])
async def test_a_running_one_is_abandoned(house: House, phase: str) -> None:
    """Its judgement is ended within moments, not after its half minute, and its place is free for the next one."""
    fake = FakeJudge(quick_script=[QUICK], **{f"{phase}_seconds": 30})
    settings = house.settings.model_copy(update={"max_quick_concurrency": 1})
    async with worker(replace(house, settings=settings), fake):
        submission = await house.submit()

        async def asked() -> bool:
            return phase in [call[0] for call in fake.calls]

        await until(asked)
        began = time.monotonic()
        await withdraw(house, submission)

        async def abandoned() -> bool:
            return [phase] == fake.abandoned and await jobs(house) == []

        await until(abandoned, within=10)
        fake.quick_seconds = fake.training_seconds = 0
        assert State.DONE == await ended(house, (await house.submit()).id)
        assert time.monotonic() - began < 15

    stored = await house.reload(submission.id)
    assert (State.CANCELLED, 0, None) == (stored.state, stored.faults, stored.fault)


async def test_one_that_somebody_else_claimed_is_abandoned(house: House) -> None:
    """A worker that was taken for dead ends what it is at, and the other one's verdict counts."""
    fake = FakeJudge(quick_script=[QUICK_ONLY], quick_seconds=30)
    async with worker(house, fake):
        submission = await house.submit()

        async def asked() -> bool:
            return bool(fake.calls)

        await until(asked)
        async with house.database.unit_of_work() as session:
            held = await claim(session, submission.id, Phase.QUICK)
            assert held is not None
            assert await record_quick(session, held, QUICK_ONLY, {})

        async def abandoned() -> bool:
            return ["quick"] == fake.abandoned

        await until(abandoned, within=10)
    assert State.DONE == await house.state(submission.id)


async def test_one_that_waits_to_be_trained(house: House) -> None:
    """Its training job goes, and what was found so far stays to be read, without counting."""
    submission = await house.submit()
    async with house.database.unit_of_work() as session:
        held = await claim(session, submission.id, Phase.QUICK)
        assert held is not None
        await record_quick(session, held, QUICK, {})
        await session.execute(text("delete from procrastinate_jobs where task_name = 'judge_quick'"))
    await in_training(house, submission.id)
    await withdraw(house, submission)

    async with house.database.unit_of_work() as session:
        assert await claim(session, submission.id, Phase.TRAINING) is None
    async with house.database.reading() as session:
        view = await submission_view(session, house.student, submission.id)
    assert ([], State.CANCELLED, None, None) == (
        await jobs(house),
        view.state,
        view.status["outcome"],
        view.status["score"],
    )
    assert ["layers", "parameters"] == [finding["id"] for finding in view.findings]


@pytest.mark.parametrize(("told", "by", "used"), [(True, "student", 1), (True, "teacher", 0), (False, "student", 0)])
async def test_who_was_told_something_has_used_an_attempt(house: House, told: bool, by: str, used: int) -> None:  # noqa: FBT001
    """Taking back what quick findings answered is an attempt; not where staff do it, nor before anything was told."""
    submission = await house.submit()
    async with house.database.unit_of_work() as session:
        held = await claim(session, submission.id, Phase.QUICK)
        assert held is not None
        if told:
            await record_quick(session, held, QUICK, {})
    async with house.database.unit_of_work() as session:
        await cancel(session, getattr(house, by), submission.id)
    async with house.database.reading() as session:
        conditions = await conditions_of(session, house.student, await house.assignment())

    assert used == conditions.so_far.attempts


@pytest.mark.parametrize("round_", range(3))
async def test_of_verdict_and_withdrawal_one_wins(house: House, round_: int) -> None:
    """Written at the same moment, either the verdict counts or the withdrawal, and whoever lost is told."""
    submission = await house.submit()
    async with house.database.unit_of_work() as session:
        held = await claim(session, submission.id, Phase.QUICK)
        assert held is not None

    async def verdict() -> bool:
        await asyncio.sleep(0.002 * round_)
        async with house.database.unit_of_work() as session:
            return await record_verdict(session, held, TRAINED)

    async def withdrawal() -> bool:
        try:
            await withdraw(house, submission)
        except JudgedAlready:
            return False
        return True

    written, withdrawn = await asyncio.gather(verdict(), withdrawal())
    assert written is not withdrawn
    assert (State.DONE if written else State.CANCELLED) == await house.state(submission.id)


@pytest.mark.parametrize("state", [State.DONE, State.SYSTEM_ERROR])
async def test_too_late(house: House, state: State) -> None:
    """What has ended cannot be withdrawn."""
    submission = await house.submit()
    await set_state(house, submission, state)

    with pytest.raises(JudgedAlready):
        await withdraw(house, submission)


async def test_who_may(house: House) -> None:
    """Oneself and the course's staff, which is noted; to everybody else there is no such submission."""
    own, theirs = await house.submit(), await house.submit(user=house.other)
    async with house.database.unit_of_work() as session:
        stranger = await create_user(session, login="stranger", password="correct horse")
    for somebody in (house.student, stranger):
        with pytest.raises(UnknownSubmission):
            async with house.database.unit_of_work() as session:
                await cancel(session, somebody, theirs.id)
    with pytest.raises(UnknownSubmission):
        async with house.database.unit_of_work() as session:
            await cancel(session, house.teacher, uuid.uuid4())
    await withdraw(house, own)
    async with house.database.unit_of_work() as session:
        await cancel(session, house.teacher, theirs.id)

    assert State.CANCELLED == await house.state(theirs.id)
    async with house.database.reading() as session:
        events = (await session.scalars(select(AuditEvent).where(AuditEvent.action == "submission.cancel"))).all()
    assert [(house.teacher.id, str(theirs.id), {"was": "queued"})] == [
        (event.actor_id, event.subject, event.detail) for event in events
    ]


async def test_judged_again(house: House) -> None:
    """Staff has a system error judged again; students may not, and nothing else is repeated."""
    submission = await house.submit()

    async def again(user: object) -> None:
        async with house.database.unit_of_work() as session:
            await judge_again(session, user, submission.id)  # type: ignore[arg-type]

    with pytest.raises(NothingToRepeat):
        await again(house.teacher)
    await set_state(house, submission, State.SYSTEM_ERROR)
    with pytest.raises(NotAllowed):
        await again(house.student)
    with pytest.raises(UnknownSubmission):
        await again(house.other)
    await again(house.teacher)

    async with worker(house, FakeJudge(quick_script=[QUICK_ONLY])):
        assert State.DONE == await ended(house, submission.id)
    async with house.database.reading() as session:
        actions = list(await session.scalars(select(AuditEvent.action).where(AuditEvent.subject == str(submission.id))))
    assert ["submission.again"] == actions
