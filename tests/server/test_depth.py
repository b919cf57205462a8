"""How full the queues are, as an operator sees it."""

import asyncio

import pytest
from serverhouse import FakeJudge, House, until
from sqlalchemy import text

from server.queue.depth import living_lanes, queue_depths
from server.queue.worker import run_worker

pytestmark = pytest.mark.database


async def test_depths(house: House) -> None:
    """Waiting and running jobs are counted by queue, with the age of the oldest that waits."""
    for _ in range(3):
        await house.submit()
    async with house.database.unit_of_work() as session:
        assert [] != await queue_depths(session)
        await session.execute(text("update procrastinate_events set at = at - interval '30 seconds'"))
        await session.execute(text("select procrastinate_fetch_job_v2(null, null)"))
    async with house.database.reading() as session:
        (depth,) = await queue_depths(session)

    assert ("live-quick", 2, 1) == (depth.queue, depth.waiting, depth.running)
    assert 30 <= depth.oldest_seconds < 60


async def test_living_lanes(house: House) -> None:
    """A worker has three lanes that give signs of life, and none after it stopped."""

    async def lanes() -> int:
        async with house.database.reading() as session:
            return await living_lanes(session, silent_seconds=15)

    async def all_there() -> bool:
        return await lanes() == 3

    assert 0 == await lanes()
    stop = asyncio.Event()
    worker = asyncio.create_task(run_worker(house.settings, house.database, FakeJudge(), stop))
    await until(all_there)
    stop.set()
    await worker
    assert 0 == await lanes()
