"""A thousand pages that wait for their verdict at one web process: how soon each hears of its own, what it costs."""

import asyncio
import time
import uuid
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

import httpx2
import psutil
from sqlalchemy import text

from grader.contract import Phase
from server.cli.bench.cells import memory_of_processes
from server.cli.bench.figures import spread
from server.cli.bench.scene import BenchFailed
from server.cli.bench.server_caller import calling, moment_of, right_answers, submit, watching
from server.cli.bench.server_house import QUIZ, ServerHouse, Student
from server.cli.bench.server_marks import marks_of
from server.judging import judge_quiz
from server.submissions import claim, record_quick

OPENED_AT_ONCE = 16
EVERY = 0.05  # seconds between two verdicts; twice what two cores judge

# Further submissions like one that was handed in, which nobody will judge: their jobs are missing.
_CLONE = text(
    """
    insert into submissions
           (id, user_id, assignment_id, exercise_version_id, number, kind, answer, source, sha256, state)
    select gen_random_uuid(), user_id, assignment_id, exercise_version_id, number + further, kind, answer,
           source, sha256, state
      from submissions, generate_series(1, :count) as further
     where id = :id
    returning id
    """
)
_FORGET = text("delete from submissions where id = any(:ids) and state = 'queued'")
_LISTENERS = text("select count(*) from pg_stat_activity where datname = current_database() and query ilike 'listen %'")


@dataclass(frozen=True, slots=True)
class Watched:
    """An open stream, who watches it, and what."""

    student: Student
    submission_id: uuid.UUID
    lines: AsyncIterator[str]


async def event_streams(house: ServerHouse, streams: int, verdicts: int) -> dict[str, Any]:
    """Open streams as browsers do, one for each submission, give some of the submissions a verdict, and stop the web.

    Args:
        house: Where; no worker runs.
        streams: How many stay open the whole time.
        verdicts: How many more get their verdict, one after another.

    """
    house.say(f"{streams + verdicts} streams, {verdicts} verdicts")
    async with calling(house) as client, AsyncExitStack() as open_streams:
        web = psutil.Process(house.web.pid)
        waiting = await _waiting(house, client, streams + verdicts)
        open_streams.push_async_callback(_forget, house, [submission_id for _, submission_id in waiting])
        before, began, used = memory_of_processes([web]).bytes, time.perf_counter(), sum(web.cpu_times()[:2])
        watched = await _opened(client, open_streams, waiting)
        opened, cpu_to_open = time.perf_counter() - began, sum(web.cpu_times()[:2]) - used
        await asyncio.sleep(1)  # what opening them left to do is done
        held, used = memory_of_processes([web]).bytes, sum(web.cpu_times()[:2])
        delays = await _verdicts(house, watched[:verdicts])
        cpu = sum(web.cpu_times()[:2]) - used
        listeners = await _listeners(house)
        stopped = await house.restart_web()
    return {
        "streams": streams,
        "opened_per_second": round(len(watched) / opened),
        "web_cpu_ms_to_open": round(1000 * cpu_to_open / len(watched), 1),
        "listeners": listeners,
        "kib_per_stream": round((held - before) / 1024 / len(watched), 1),
        "verdict_to_browser": spread([1000 * delay for delay in delays]).to_json("ms", 1),
        "web_cpu_ms_per_verdict": round(1000 * cpu / verdicts, 1),
        "stopped_in_s": round(stopped, 2),
    }


async def _waiting(house: ServerHouse, client: httpx2.AsyncClient, count: int) -> list[tuple[Student, uuid.UUID]]:
    """Return so many submissions that wait, each with its student."""
    found: list[tuple[Student, uuid.UUID]] = []
    each = -(-count // len(house.students))
    for student in house.students:
        sent = await submit(client, student, QUIZ, right_answers(house))
        async with house.database.unit_of_work() as session:
            clones = (await session.scalars(_CLONE, {"id": sent.id, "count": each})).all()
        found += [(student, clone) for clone in clones]
    return found[:: max(1, len(found) // count)][:count]


async def _forget(house: ServerHouse, submissions: Sequence[uuid.UUID]) -> None:
    """Take away what still waits, or the next worker would find and judge it."""
    async with house.database.unit_of_work() as session:
        await session.execute(_FORGET, {"ids": list(submissions)})


async def _opened(
    client: httpx2.AsyncClient, stack: AsyncExitStack, waiting: Sequence[tuple[Student, uuid.UUID]]
) -> list[Watched]:
    """Open a stream for each submission; all are closed with the stack."""
    gate = asyncio.Semaphore(OPENED_AT_ONCE)

    async def one(student: Student, submission_id: uuid.UUID) -> Watched:
        async with gate:
            lines = await stack.enter_async_context(watching(client, student, submission_id))
            return Watched(student, submission_id, lines)

    return list(await asyncio.gather(*(one(*each) for each in waiting)))


async def _verdicts(house: ServerHouse, watched: Sequence[Watched]) -> list[float]:
    """Give each its verdict as a worker does; return the seconds from each commit to the browser."""
    hearing = [asyncio.create_task(moment_of(one.lines, "end")) for one in watched]
    try:
        for one in watched:
            await _give_verdict(house, one.submission_id)
            await asyncio.sleep(EVERY)
        heard = await asyncio.gather(*hearing)
    finally:
        for task in hearing:
            task.cancel()
    marks = await marks_of(house.database, [one.submission_id for one in watched])
    return [at - marks[one.submission_id]["done"] for one, at in zip(watched, heard, strict=True)]


async def _give_verdict(house: ServerHouse, submission_id: uuid.UUID) -> None:
    """Claim a submission, judge it and write the verdict down.

    Raises:
        BenchFailed: Somebody else has claimed it.

    """
    async with house.database.unit_of_work() as session:
        held = await claim(session, submission_id, Phase.QUICK)
    if held is None:
        raise BenchFailed("a submission that waits could not be claimed")
    result = judge_quiz(house.catalogue[QUIZ], held.source)
    async with house.database.unit_of_work() as session:
        await record_quick(session, held, result, {})


async def _listeners(house: ServerHouse) -> int:
    """Return how many connections of the database listen."""
    async with house.database.reading() as session:
        return await session.scalar(_LISTENERS) or 0
