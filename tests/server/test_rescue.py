"""What a crash leaves behind is found: jobs of dead workers, submissions without a job, jobs that failed for good."""

import asyncio
import contextlib

import pytest
from procrastinate.jobs import Job
from serverhouse import QUICK, House
from sqlalchemy import text

from grader.contract import Phase
from server.database.models import State
from server.errors import DatabaseAway, JudgingUnavailable, StoreAway
from server.queue.app import MOST_SURPRISES, Patience
from server.queue.duty import Duty, Terms
from server.queue.rescue import SUBMISSIONS, keep_house, rescue
from server.queue.work import PutDown
from server.submissions import claim, record_quick

pytestmark = pytest.mark.database


async def run(house: House, statement: str) -> None:
    """Change the database behind everybody's back."""
    async with house.database.unit_of_work() as session:
        await session.execute(text(statement))


async def jobs(house: House) -> list[tuple[str, str]]:
    """Return the task and the status of every job there is."""
    async with house.database.reading() as session:
        found = await session.execute(text("select task_name, status::text from procrastinate_jobs order by id"))
        return [tuple(row) for row in found.all()]


async def swept(house: House) -> int:
    """Sweep once."""
    async with house.database.unit_of_work() as session:
        return await SUBMISSIONS.sweep(session)


@pytest.mark.parametrize(("beat", "status"), [("now()", "doing"), ("now() - interval '20 seconds'", "todo")])
async def test_rescue(house: House, beat: str, status: str) -> None:
    """The job of a worker that was silent for too long waits again; that of a living one is left alone."""
    await house.submit()
    await run(house, f"insert into procrastinate_workers (last_heartbeat) values ({beat})")  # noqa: S608 (our own words)
    await run(house, "select procrastinate_fetch_job_v2(null, (select max(id) from procrastinate_workers))")
    async with house.database.unit_of_work() as session:
        await rescue(session, silent_seconds=15)

    assert [("judge_quick", status)] == await jobs(house)


@pytest.mark.parametrize(("misfit", "status"), [(True, "doing"), (False, "todo")])
async def test_another_versions_database_is_left_alone(house: House, *, misfit: bool, status: str) -> None:
    """A worker whose database was brought up to date under its feet rescues and sweeps nothing in it."""
    await house.submit()
    await run(house, "insert into procrastinate_workers (last_heartbeat) values (now() - interval '20 seconds')")
    await run(house, "select procrastinate_fetch_job_v2(null, (select max(id) from procrastinate_workers))")
    duty = Duty(Terms(draining=misfit, misfit=misfit))
    settings = house.settings.model_copy(update={"stalled_seconds": 0.2})
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(keep_house(settings, house.database, duty), 0.5)

    assert [("judge_quick", status)] == await jobs(house)


def test_waiting_is_no_surprise() -> None:
    """However long a job waited for others before, it may fail five times in a way that nobody foresaw."""
    patience = Patience()
    waited = [JudgingUnavailable(), DatabaseAway(), StoreAway(), PutDown()] * 10
    surprises = [ZeroDivisionError()] * MOST_SURPRISES
    decisions = []
    for attempts, problem in enumerate([*waited, *surprises]):
        job = Job(id=7, queue="q", lock=None, queueing_lock=None, task_name="t", attempts=attempts)
        decisions.append(patience.get_retry_decision(exception=problem, job=job))
    assert [True] * (len(waited) + MOST_SURPRISES - 1) + [False] == [one is not None for one in decisions]


async def test_rescue_of_a_worker_that_was_struck_off(house: House) -> None:
    """The job of a worker whose row is gone waits again."""
    await house.submit()
    await run(house, "select procrastinate_register_worker_v1()")
    await run(house, "select procrastinate_fetch_job_v2(null, (select max(id) from procrastinate_workers))")
    await run(house, "delete from procrastinate_workers")
    async with house.database.unit_of_work() as session:
        assert 1 == await rescue(session, silent_seconds=15)

    assert [("judge_quick", "todo")] == await jobs(house)


async def test_sweep_finds_nothing(house: House) -> None:
    """A submission that has its job is not given another."""
    await house.submit()

    assert 0 == await swept(house)
    assert 1 == len(await jobs(house))


async def test_lost_job(house: House) -> None:
    """A submission without a job gets one of the phase that is due."""
    quick, training = await house.submit(), await house.submit()
    async with house.database.unit_of_work() as session:
        held = await claim(session, training.id, Phase.QUICK)
        assert held is not None
        await record_quick(session, held, QUICK, {})
    await run(house, "delete from procrastinate_jobs")

    assert 2 == await swept(house)
    assert [("judge_quick", "todo"), ("judge_training", "todo")] == await jobs(house)
    assert (State.QUEUED, State.TRAINING) == (await house.state(quick.id), await house.state(training.id))


@pytest.mark.parametrize("status", ["failed", "aborted", "cancelled"])
async def test_job_failed_for_good(house: House, status: str) -> None:
    """A submission whose job will never run again is a system error, and its job is forgotten."""
    submission = await house.submit()
    await run(house, f"update procrastinate_jobs set status = '{status}'")  # noqa: S608 (our own words)

    assert 1 == await swept(house)
    stored = await house.reload(submission.id)
    assert (State.SYSTEM_ERROR, "JobFailed") == (stored.state, (stored.fault or {}).get("type"))
    assert [] == await jobs(house)
    assert 0 == await swept(house)
