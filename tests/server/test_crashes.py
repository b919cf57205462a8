"""Kill -9 of anything: what was acknowledged is neither lost nor judged twice."""

import asyncio
import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from serverhouse import QUICK_ONLY, FakeJudge, House, ended, until
from sqlalchemy import func, select, text

from server.database import migrate
from server.database.embedded import EmbeddedPostgres
from server.database.engine import Database
from server.database.models import Grading, GradingState, State, Submission
from server.errors import DatabaseAway
from server.feed import Feed
from server.queue.worker import run_worker
from server.settings import Settings

pytestmark = pytest.mark.database

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent


@contextlib.contextmanager
def worker_process(house: House, seconds: float) -> Iterator[subprocess.Popen[bytes]]:
    """Run a worker in a process of its own."""
    process = subprocess.Popen(
        [
            sys.executable,
            "worker_process.py",
            house.settings.database_url or "",
            str(house.settings.home),
            str(seconds),
        ],
        cwd=HERE,
        env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{HERE}"},
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def begun(house: House, phase: str, count: int = 1) -> Callable[[], Awaitable[bool]]:
    """Return a condition: a phase was begun so many times."""

    async def was() -> bool:
        log = house.settings.home / "judged.log"
        return log.exists() and log.read_text().count(phase) >= count

    return was


async def no_jobs_left(house: House) -> bool:
    """Tell whether the queue holds nothing but its housekeeping."""
    async with house.database.reading() as session:
        left = await session.scalar(text("select count(*) from procrastinate_jobs where task_name <> 'housekeeping'"))
    return left == 0


@pytest.mark.parametrize("phase", ["quick", "training"])
async def test_worker_killed(house: House, phase: str) -> None:
    """A worker killed in the middle of either phase: another one judges the submission, and there is one verdict."""
    submission = await house.submit()
    with worker_process(house, seconds=0.2 if phase == "training" else 60) as first:
        if phase == "training":
            await until(begun(house, "training"))
        else:
            await until(begun(house, "quick"))
        first.send_signal(signal.SIGKILL)
        first.wait()
    assert await house.state(submission.id) in {State.RUNNING, State.TRAINING, State.DONE}

    with worker_process(house, seconds=0):
        killed_at = time.monotonic()
        assert State.DONE == await ended(house, submission.id, within=30)
        await until(lambda: no_jobs_left(house))  # a job goes a moment after its verdict has come
    assert time.monotonic() - killed_at < 15
    async with house.database.reading() as session:
        final = await session.scalar(
            select(func.count()).select_from(Grading).where(Grading.state == GradingState.FINAL)
        )
    assert 1 == final


async def test_workers_killed_again_and_again(house: House) -> None:
    """Many submissions, two workers, one of them killed every second: all are judged, each once."""
    made = [(await house.submit(per_minute=99)).id for _ in range(30)]
    with contextlib.ExitStack() as stack:
        workers = [stack.enter_context(worker_process(house, seconds=0.1)) for _ in range(2)]
        for turn in range(4):
            await asyncio.sleep(1)
            workers[turn % 2].kill()
            workers[turn % 2].wait()
            workers[turn % 2] = stack.enter_context(worker_process(house, seconds=0.1))

        async def all_done() -> bool:
            async with house.database.reading() as session:
                done = await session.scalar(
                    select(func.count()).select_from(Submission).where(Submission.state == State.DONE)
                )
            return done == len(made)

        await until(all_done, within=60)
    async with house.database.reading() as session:
        gradings = (await session.execute(select(Grading.submission_id, Grading.state))).all()
    finals = [submission_id for submission_id, state in gradings if state is GradingState.FINAL]
    assert sorted(made) == sorted(finals)


@pytest.fixture
def home_of_its_own() -> Iterator[Path]:
    """Make a folder that an unprivileged server can reach."""
    home = Path(tempfile.mkdtemp(prefix="beginend-crash-"))
    home.chmod(0o755)
    yield home
    shutil.rmtree(home)


async def test_database_killed(house: House, home_of_its_own: Path) -> None:
    """PostgreSQL killed with -9 is back by itself within seconds; what was acknowledged is judged, once."""
    postgres = EmbeddedPostgres(home_of_its_own)
    url = postgres.ensure()
    try:
        _copy(house.settings.database_url or "", url)
        database = Database(url)
        moved = House(
            settings=Settings(
                **{**house.settings.model_dump(), "database_url": url, "sweep_seconds": 1, "max_quick_concurrency": 2}
            ),
            database=database,
            catalogue=house.catalogue,
            shelf=house.shelf,
            student=house.student,
            other=house.other,
            teacher=house.teacher,
        )
        await _submit_while_it_is_killed(moved, postgres, home_of_its_own)
        await database.dispose()
    finally:
        postgres.stop()


async def _submit_while_it_is_killed(house: House, postgres: EmbeddedPostgres, home: Path) -> None:
    guard = asyncio.create_task(postgres.guard())
    feed, stop = Feed(house.database), asyncio.Event()
    await feed.start()
    judge = FakeJudge(quick_script=[QUICK_ONLY], quick_seconds=0.05)
    worker = asyncio.create_task(run_worker(house.settings, house.database, judge, stop))
    acknowledged: list[uuid.UUID] = []
    refused = 0
    after = 0  # how many were taken in once the database was back
    try:
        async with asyncio.timeout(60):
            while after < 20:
                if len(acknowledged) == 10 and not refused:
                    _kill_postmaster(home)
                try:
                    acknowledged.append((await house.submit(per_minute=999)).id)
                    after += refused > 0
                except DatabaseAway:
                    refused += 1
                await asyncio.sleep(0.1)
        for submission_id in acknowledged:
            assert State.DONE == await ended(house, submission_id, within=30)
        await asyncio.wait_for(feed.listening(), 5)
    finally:
        stop.set()
        await asyncio.wait_for(worker, 20)
        guard.cancel()
        await asyncio.gather(guard, return_exceptions=True)
        await feed.stop()

    async with house.database.reading() as session:
        stored = set((await session.scalars(select(Submission.id))).all())
        gradings = (await session.scalars(select(Grading.submission_id))).all()
    assert set(acknowledged) <= stored
    assert len(gradings) == len(set(gradings))


def _kill_postmaster(home: Path) -> None:
    """Kill the server's first process, without warning."""
    os.kill(int((home / "postgres" / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)


def _copy(source: str, target: str) -> None:
    """Copy the people, the courses and the exercises of one database to another, which is empty."""
    migrate.upgrade(target)
    tables = ["users", "exercises", "exercise_versions", "courses", "enrolments", "assignments"]
    with psycopg.connect(source) as old, psycopg.connect(target) as new:
        for table in tables:
            with (
                old.cursor().copy(f"copy {table} to stdout") as out,
                new.cursor().copy(f"copy {table} from stdin") as into,
            ):
                for block in out:
                    into.write(block)
