"""Measure what many workers ask of one database: verdicts a second, its processor time, NOTIFY, and idle workers."""

import asyncio
import multiprocessing
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

import psutil
import psycopg
from sqlalchemy import func, select, text

from exercises import Bundle, Text
from server.accounts import create_user
from server.cli.bench.figures import spread
from server.cli.bench.rescore_worker import work
from server.cli.bench.scene import varied
from server.courses import enrol, publish_catalogue
from server.database.models import Assignment, Role, State, Submission, User
from server.opening import Foundation
from server.queue.roll import present_workers
from server.submissions import Answer, accept_submission
from server.submissions.grading import CHANNEL

COURSE = "bench"
STUDENTS = 50
SLOTS = 8  # of each worker
CLIENTS = 8  # that hand in at a time
LOOK = 0.1
IDLE_SECONDS = 10.0
SETTLE_SECONDS = 5.0  # after all workers have signed
SILENT_SECONDS = 5.5  # those of before have gone, and the present ones sign more often
NOTIFY_SECONDS = 4.0
NOTIFY_CLIENTS = 16
_OTHERS = "select count(*) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
CHANNELS = (CHANNEL, "procrastinate_queue_v1#live-quick", "procrastinate_any_queue_v1")


@dataclass(frozen=True, slots=True)
class Stage:
    """An empty platform with a class."""

    base: Foundation
    bundle: Bundle
    assignment: Assignment
    students: Sequence[User]


async def prepare(base: Foundation, bundle: Bundle) -> Stage:
    """Publish an exercise to a class."""
    async with base.database.unit_of_work() as session:
        course = await publish_catalogue(
            session, {bundle.id: bundle}, COURSE, Text(zh="测量", en="Bench"), shelf=base.shelf
        )
        students = [await create_user(session, login=f"s{number}", password=None) for number in range(STUDENTS)]
        for student in students:
            await enrol(session, student, course, Role.STUDENT)
        assignment = (await session.scalars(select(Assignment).where(Assignment.course_id == course.id))).one()
    return Stage(base, bundle, assignment, students)


async def handed_in(stage: Stage, count: int) -> dict[str, Any]:
    """Hand in so many programs, every one another, without the web; return how fast that went."""
    gate = asyncio.Semaphore(CLIENTS)
    took: list[float] = []

    async def one(number: int) -> None:
        async with gate:
            began = time.perf_counter()
            program = varied(stage.bundle.solution or "", uuid.uuid4().int % 10**9).encode()
            async with stage.base.database.unit_of_work() as session:
                student = stage.students[number % len(stage.students)]
                await accept_submission(
                    session, student, stage.assignment, stage.bundle, Answer(file=program), per_minute=1_000_000
                )
            took.append(1000 * (time.perf_counter() - began))

    began = time.perf_counter()
    await asyncio.gather(*(one(number) for number in range(count)))
    return {
        "per_second": round(count / (time.perf_counter() - began), 1),
        "clients": CLIENTS,
        "each": spread(took).to_json("ms", 1),
    }


@contextmanager
def workers(stage: Stage, count: int, seconds: float) -> Iterator[list[psutil.Process]]:
    """Let so many workers run, whose judging takes so long without using a core."""
    spawn = multiprocessing.get_context("spawn")
    begun: Any = spawn.Queue()
    settings = stage.base.settings.model_copy(update={"slots": SLOTS})
    running = [spawn.Process(target=work, args=(settings.model_dump_json(), begun, seconds)) for _ in range(count)]
    for process in running:
        process.start()
    try:
        yield [psutil.Process(process.pid) for process in running]
    finally:
        for process in running:
            process.terminate()
        for process in running:
            process.join(20)
        begun.cancel_join_thread()


async def throughput(stage: Stage, postgres: int, count: int, number: int, seconds: float) -> dict[str, Any]:
    """Judge ``number`` submissions with ``count`` workers; return verdicts a second and what each cost.

    Args:
        stage: Where.
        postgres: Process of the database server.
        count: Workers.
        number: Submissions that wait when they begin.
        seconds: That a judging takes.

    """
    await handed_in(stage, number)
    waiting = await _open(stage)
    with workers(stage, count, seconds) as processes:
        await _until_left(stage, waiting - 2 * SLOTS * count)  # all have begun
        left, began = await _open(stage), time.perf_counter()
        used = [_used(processes), _used(_backends(postgres)), await _commits(stage)]
        heard = asyncio.create_task(_heard(stage))
        await _until_left(stage, SLOTS * count)  # and none has run dry
        took, done = time.perf_counter() - began, left - await _open(stage)
        spent = [_used(processes) - used[0], _used(_backends(postgres)) - used[1], await _commits(stage) - used[2]]
        heard.cancel()
        told = await asyncio.gather(heard, return_exceptions=True)
        await _until_left(stage, 0)
    return {
        "workers": count,
        "judging_seconds": seconds,
        "verdicts": done,
        "per_second": round(done / took, 1),
        "at_most_by_slots": round(count * SLOTS / seconds, 1) if seconds else None,
        "worker_cpu_ms": round(1000 * spent[0] / done, 1),
        "database_cpu_ms": round(1000 * spent[1] / done, 1),
        "commits": round(spent[2] / done, 1),
        "notifications": round(told[0] / done, 1) if isinstance(told[0], int) else None,
    }


async def idle(stage: Stage, postgres: int, count: int) -> dict[str, Any]:
    """Return what workers ask of the database that have nothing to do, by the second and worker."""
    with workers(stage, count, 0.1):
        while await _signed(stage) < count:  # noqa: ASYNC110 - other processes sign
            await asyncio.sleep(LOOK)
        await asyncio.sleep(SETTLE_SECONDS)
        commits, used = await _commits(stage), _used(_backends(postgres))
        async with stage.base.database.reading() as session:
            mine = (
                "select count(*) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
            )
            connections = await session.scalar(text(mine))
        await asyncio.sleep(IDLE_SECONDS)
        asked = await _commits(stage) - commits
        spent = _used(_backends(postgres)) - used
    return {
        "workers": count,
        "commits_per_second_each": round(asked / IDLE_SECONDS / count, 1),
        "database_cpu_ms_per_second_each": round(1000 * spent / IDLE_SECONDS / count, 1),
        "connections_each": round((connections or 0) / count, 1),
    }


async def notify_limits(url: str) -> dict[str, Any]:
    """Return commits a second of many clients: a row; a row and a job; the same with the queue's NOTIFY."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("create table bench_rows (id bigserial primary key, said text)")
        triggers = connection.execute(
            "select tgname from pg_trigger where tgrelid = 'procrastinate_jobs'::regclass and tgname like '%notify%'"
        ).fetchall()
    job = (
        "select procrastinate_defer_jobs_v1(array[row('bench','nobody',0,null,null,'{}'::jsonb,null)]"
        "::procrastinate_job_to_defer_v1[])"
    )
    rows = await _commits_of(url, [])
    with psycopg.connect(url, autocommit=True) as connection:
        for (name,) in triggers:
            connection.execute(f"alter table procrastinate_jobs disable trigger {name}")
    quiet = await _commits_of(url, [job])
    with psycopg.connect(url, autocommit=True) as connection:
        for (name,) in triggers:
            connection.execute(f"alter table procrastinate_jobs enable trigger {name}")
    loud = await _commits_of(url, [job])
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("delete from procrastinate_jobs where queue_name = 'bench'")
    return {
        "clients": NOTIFY_CLIENTS,
        "row_per_second": rows,
        "row_and_job_per_second": quiet,
        "row_job_and_notify_per_second": loud,
    }


async def _commits_of(url: str, statements: Sequence[str]) -> float:
    """Return how many transactions a second many clients commit."""
    ends = time.perf_counter() + NOTIFY_SECONDS

    async def client() -> int:
        done = 0
        async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
            while time.perf_counter() < ends:
                async with connection.transaction():
                    await connection.execute("insert into bench_rows (said) values ('x')")
                    for statement in statements:
                        await connection.execute(statement.encode())
                done += 1
        return done

    return round(sum(await asyncio.gather(*(client() for _ in range(NOTIFY_CLIENTS)))) / NOTIFY_SECONDS, 1)


async def _heard(stage: Stage) -> int:
    """Count the notifications that come, until cancelled."""
    count = 0
    listener = await stage.base.database.listener()
    with suppress(asyncio.CancelledError):
        async with listener:
            for channel in CHANNELS:
                await listener.execute(f'LISTEN "{channel}"'.encode())
            async for _ in listener.notifies():
                count += 1
    return count


async def _signed(stage: Stage) -> int:
    """Return how many workers have said lately that they live."""
    async with stage.base.database.reading() as session:
        return len(await present_workers(session, silent_seconds=SILENT_SECONDS))


async def _until_left(stage: Stage, most: int) -> None:
    """Wait until no more than so many have no verdict yet."""
    while await _open(stage) > most:  # noqa: ASYNC110 - what is waited for happens in other processes
        await asyncio.sleep(LOOK)


async def _open(stage: Stage) -> int:
    """Return how many submissions have no verdict yet."""
    async with stage.base.database.reading() as session:
        left = select(func.count()).select_from(Submission).where(Submission.state != State.DONE)
        return await session.scalar(left) or 0


async def _commits(stage: Stage) -> int:
    """Return how many transactions the database has ended so far."""
    async with stage.base.database.reading() as session:
        await session.execute(text("select pg_stat_clear_snapshot()"))
        ended = "select xact_commit + xact_rollback from pg_stat_database where datname = current_database()"
        return int(await session.scalar(text(ended)) or 0)


def _backends(postgres: int) -> list[psutil.Process]:
    """Return the processes of a database server."""
    server = psutil.Process(postgres)
    return [server, *server.children(recursive=True)]


def _used(processes: Sequence[psutil.Process]) -> float:
    """Return the processor seconds that processes have used; of one that has ended nothing is known any more."""
    total = 0.0
    for process in processes:
        with suppress(psutil.Error):
            times = process.cpu_times()
            total += times.user + times.system
    return total
