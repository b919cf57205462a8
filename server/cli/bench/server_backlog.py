"""How long a student's submission waits for its slot while tens of thousands of rescores are queued and worked on."""

import asyncio
import uuid
from typing import Any

from sqlalchemy import text

from server.cli.bench.figures import spread
from server.cli.bench.server_caller import calling, heard, right_program, submit
from server.cli.bench.server_house import CODE, ServerHouse
from server.cli.bench.server_marks import marks_of
from server.queue.doorbell import Queue, Task

REST = 0.3  # seconds between two live submissions

# Like one that was handed in, every program another, and its job in the lane of rescores, judged like any other there.
_SUBMISSIONS = text(
    """
    insert into submissions
           (id, user_id, assignment_id, exercise_version_id, number, kind, answer, source, sha256, state)
    select gen_random_uuid(), user_id, assignment_id, exercise_version_id, number + further, kind, answer,
           source || E'\n# rescore ' || further, 'bench' || further, 'queued'
      from submissions, generate_series(1, :count) as further
     where id = :id
    """
)
_JOBS = text(
    """
    insert into procrastinate_jobs (queue_name, task_name, priority, args)
    select :queue, :task, 0, jsonb_build_object('submission_id', id) from submissions where sha256 like 'bench%'
    """
)
_LEFT = text("select count(*) from procrastinate_jobs where queue_name = :queue and status = 'todo'")


async def live_beside_rescores(house: ServerHouse, rescores: int, rounds: int) -> dict[str, Any]:
    """Measure what students wait for, first with nothing else to do, then behind so many rescores, which stay queued.

    Args:
        house: Where.
        rescores: Jobs in the lane of rescores, each a whole structure check.
        rounds: Live submissions, one after another, each time.

    """
    await house.judge()
    house.say(f"{rounds} live submissions with nothing beside them")
    alone, _ = await _waits(house, rounds)
    house.say(f"{rounds} live submissions beside {rescores} rescores")
    await _queue_rescores(house, rescores)
    waits, last = await _waits(house, rounds)
    left = await _left(house)
    return {
        "rescores": rescores,
        "rescored_meanwhile": rescores - left,
        "wait": spread(waits).to_json("ms", 1),
        "wait_without": spread(alone).to_json("ms", 1),
        "findings": spread(last).to_json("ms", 1),
    }


async def _waits(house: ServerHouse, rounds: int) -> tuple[list[float], list[float]]:
    """Hand in one after another; return the milliseconds from each commit to its start, and to its findings."""
    told: dict[uuid.UUID, float] = {}
    async with calling(house) as client:
        for number in range(rounds):
            student = house.students[1 + number % (len(house.students) - 1)]  # the first has the rescores
            sent = await submit(client, student, CODE, right_program(house))
            told[sent.id] = await heard(client, student, sent.id, "finding")
            await asyncio.sleep(REST)
    marks = await marks_of(house.database, list(told))
    waits = [1000 * (found["running"] - found["queued"]) for found in marks.values()]
    return waits, [1000 * (at - marks[one]["queued"]) for one, at in told.items()]


async def _queue_rescores(house: ServerHouse, count: int) -> None:
    """Queue so many rescores."""
    async with calling(house) as client:
        sent = await submit(client, house.students[0], CODE, right_program(house))
        await heard(client, house.students[0], sent.id, "finding")
    async with house.database.unit_of_work() as session:
        await session.execute(_SUBMISSIONS, {"id": sent.id, "count": count})
        await session.execute(_JOBS, {"queue": Queue.RESCORE.value, "task": Task.JUDGE_QUICK.value})


async def _left(house: ServerHouse) -> int:
    """Return how many rescores wait."""
    async with house.database.reading() as session:
        return await session.scalar(_LEFT, {"queue": Queue.RESCORE.value}) or 0
