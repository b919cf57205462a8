"""The worker in this process, with a judge that does as it is told and the real queue."""

import asyncio
import os
import shutil
import threading
import time
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from serverhouse import QUICK, QUICK_ONLY, FakeJudge, House, ended, in_training, until, worker
from sqlalchemy import select, text

from server.artifacts import ArtifactStore
from server.database.models import Grading, State, Submission
from server.errors import JudgingBroke, JudgingFault, JudgingUnavailable, StoreAway
from server.queue.app import make_queue
from server.queue.work import PAUSE_SECONDS

pytestmark = pytest.mark.database


async def asked(judge: FakeJudge, phase: str) -> None:
    """Wait until a judge was asked for a phase."""

    async def was() -> bool:
        return phase in [call[0] for call in judge.calls]

    await until(was)


async def jobs(house: House) -> list[tuple[str, str]]:
    """Return the task and the status of every job there is."""
    async with house.database.reading() as session:
        found = await session.execute(text("select task_name, status::text from procrastinate_jobs order by id"))
        return [tuple(row) for row in found.all()]


async def test_both_phases(house: House) -> None:
    """A submission goes through both phases, artifacts and all, and leaves an empty queue."""
    judge = FakeJudge()
    async with worker(house, judge):
        submission = await house.submit()
        assert State.DONE == await ended(house, submission.id)
    assert ["quick", "training"] == [phase for phase, _, _ in judge.calls]
    handed_on = judge.calls[1][2]
    assert QUICK == handed_on
    assert [] == await jobs(house)


async def test_quick_alone(house: House) -> None:
    """Where nothing is trained no training job is made."""
    judge = FakeJudge(quick_script=[QUICK_ONLY])
    async with worker(house, judge):
        submission = await house.submit()
        assert State.DONE == await ended(house, submission.id)
    assert 1 == len(judge.calls)


async def test_training_does_not_delay_quick(house: House) -> None:
    """While the training lane is busy, the quick phase of another submission is judged at once."""
    release = threading.Event()
    judge = FakeJudge(before=lambda phase: release.wait(20) if phase == "training" else None)
    async with worker(house, judge):
        first, second, third = [await house.submit() for _ in range(3)]
        await in_training(house, third.id)
        assert State.DONE != await house.state(first.id)
        release.set()
        for submission in (first, second, third):
            assert State.DONE == await ended(house, submission.id)


async def test_no_sandbox_for_a_while(house: House) -> None:
    """Without a sandbox a submission waits, counts nothing, and is judged when there is one."""
    away = JudgingUnavailable("no engine")
    judge = FakeJudge(quick_script=[away, away, QUICK_ONLY])
    async with worker(house, judge):
        submission = await house.submit()
        await asked(judge, "quick")
        assert await house.state(submission.id) in {State.QUEUED, State.RUNNING}
        assert State.DONE == await ended(house, submission.id)

    stored = await house.reload(submission.id)
    assert (3, 0, None) == (len(judge.calls), stored.faults, stored.fault)


async def test_without_a_sandbox_work_is_left_to_others(house: House) -> None:
    """A worker that has nothing to judge with takes little: in a second no more than it could judge at once, twice."""
    for _ in range(12):
        await house.submit()
    judge = FakeJudge(quick_script=[JudgingUnavailable("no engine")])
    async with worker(house, judge):
        await asked(judge, "quick")
        await asyncio.sleep(PAUSE_SECONDS)
        taken = len(judge.calls)
    async with house.database.reading() as session:
        states = (await session.scalars(select(Submission.state))).all()

    assert taken <= 2 * house.settings.quick_concurrency
    assert [State.QUEUED] * 12 == list(states)


async def test_no_store_for_a_while(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """What cannot be kept because the store is away goes back into the queue, counts nothing, and is done later."""
    put = ArtifactStore.put
    away = [True]
    seen: list[bytes] = []

    def forgetful(store: ArtifactStore, content: bytes) -> str:
        if away[0]:
            seen.append(content)
            raise StoreAway("no bucket")
        return put(store, content)

    monkeypatch.setattr(ArtifactStore, "put", forgetful)

    async def waits_again() -> bool:
        return bool(seen) and await house.state(submission.id) is State.QUEUED

    judge = FakeJudge()
    async with worker(house, judge):
        submission = await house.submit()
        await until(waits_again)
        away[0] = False
        assert State.DONE == await ended(house, submission.id)

    stored = await house.reload(submission.id)
    assert (0, None) == (stored.faults, stored.fault)


async def test_faults_are_repeated(house: House) -> None:
    """A fault is repeated; the submission is judged in the end."""
    judge = FakeJudge(
        quick_script=[JudgingFault("broken pipe"), QUICK], training_script=[JudgingFault("again"), QUICK_ONLY]
    )
    async with worker(house, judge):
        submission = await house.submit()
        assert State.DONE == await ended(house, submission.id)
    assert ["quick", "quick", "training", "training"] == [phase for phase, _, _ in judge.calls]


@pytest.mark.parametrize("fault", [JudgingFault("broken pipe"), ZeroDivisionError("a bug of ours")])
async def test_too_many_faults(house: House, fault: Exception) -> None:
    """After three faults there is a system error and no verdict, also for failures that nobody foresaw."""
    judge = FakeJudge(quick_script=[fault])
    async with worker(house, judge):
        submission = await house.submit()
        assert State.SYSTEM_ERROR == await ended(house, submission.id)

    stored = await house.reload(submission.id)
    assert 3 == len(judge.calls)
    assert {"type": type(fault).__name__, "message": str(fault)} == stored.fault
    async with house.database.reading() as session:
        assert [] == (await session.scalars(select(Grading))).all()


async def test_a_check_broke(house: House) -> None:
    """When a check of ours raises, repeating does not help: a system error at once."""
    judge = FakeJudge(quick_script=[JudgingBroke("layers")])
    async with worker(house, judge):
        submission = await house.submit()
        assert State.SYSTEM_ERROR == await ended(house, submission.id)
    assert 1 == len(judge.calls)


async def test_artifacts_lost(house: House) -> None:
    """When what the quick phase kept is gone, that is a fault of ours and there is no verdict."""
    hold = threading.Event()
    blocking = FakeJudge(before=lambda phase: hold.wait(20) if phase == "training" else None)
    async with worker(house, blocking):
        both = [await house.submit(), await house.submit()]
        for each in both:
            await in_training(house, each.id)
        await asked(blocking, "training")
        shutil.rmtree(house.settings.artifacts)
        hold.set()
        states = [await ended(house, each.id) for each in both]
    assert [State.DONE, State.SYSTEM_ERROR] == sorted(states)
    faults = [(await house.reload(each.id)).fault for each in both]
    assert {"ArtifactGone"} == {fault["type"] for fault in faults if fault}


async def test_stopping_waits_for_running_jobs(house: House) -> None:
    """A worker that is asked to stop finishes what takes less than it may wait."""
    judge = FakeJudge(quick_script=[QUICK_ONLY], quick_seconds=1)
    async with worker(house, judge):
        submission = await house.submit()
        await asked(judge, "quick")
    assert State.DONE == await house.state(submission.id)


async def test_stopping_puts_down_what_takes_too_long(house: House) -> None:
    """What a stopping worker cannot wait for goes back into the queue, and the next worker judges it."""
    release = threading.Event()
    slow = FakeJudge(quick_script=[QUICK_ONLY], before=lambda _phase: release.wait(20))
    async with worker(house, slow):
        submission = await house.submit()
        await asked(slow, "quick")
    assert [("judge_quick", "todo")] == [job for job in await jobs(house) if job[0] != "housekeeping"]
    release.set()
    judge = FakeJudge(quick_script=[QUICK_ONLY])
    async with worker(house, judge):
        assert State.DONE == await ended(house, submission.id)
    async with house.database.reading() as session:
        gradings = (await session.scalars(select(Grading))).all()
    assert [(submission.id, 2)] == [(grading.submission_id, grading.attempt) for grading in gradings]


@pytest.mark.parametrize(("days", "kept"), [(0, [0, 1]), (1, [0, 1]), (30, [0, 1, 3, 29])])
async def test_what_waits_for_its_training_is_kept(house: House, tmp_path: Path, days: int, kept: list[int]) -> None:
    """However short runs are to be kept, tidying up leaves what the quick phase put for the training to come."""
    artifacts = ArtifactStore(str(tmp_path))
    put = {age: artifacts.put(f"{age} days old".encode()) for age in (0, 1, 3, 29, 31)}
    for age, digest in put.items():
        path = tmp_path / digest[7:9] / f"{digest[7:]}.gz"
        os.utime(path, (time.time() - age * 86_400 - 60,) * 2)
    bench = SimpleNamespace(artifacts=artifacts, artifact_days=days)
    queue = make_queue(house.database.listen_url, bench)  # type: ignore[arg-type]

    await queue.tasks["purge_artifacts"](timestamp=0)
    assert kept == [age for age, digest in put.items() if artifacts.has(digest)]


async def test_latency(house: House) -> None:
    """An idle worker begins within a moment: it is told of a job and does not wait for its next look."""
    judge = FakeJudge(quick_script=[QUICK_ONLY])
    patient = replace(house, settings=house.settings.model_copy(update={"poll_seconds": 30.0}))
    async with worker(patient, judge):
        await ended(house, (await house.submit()).id)
        loop = asyncio.get_running_loop()
        times = []
        for _ in range(5):
            begun = loop.time()
            await ended(house, (await house.submit()).id, within=5)
            times.append(loop.time() - begun)
    assert sorted(times)[2] < 1
