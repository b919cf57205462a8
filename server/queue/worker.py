"""Run a worker: lanes that never wait for each other, started again whenever they end, until asked to stop.

The quick lane serves ``live-quick`` alone, so that its slots are free of training and rescores; what nobody sits and
waits for has a lane of its own, so that a long check of an exercise keeps no student's training waiting.
A lane ends by itself
when its connection for LISTEN was lost, and may raise when the database was away for long; both mean: begin again.
"""

import asyncio
import contextlib
import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from server.artifacts import ArtifactStore
from server.courses.shelf import Shelf
from server.database.engine import Database
from server.feed import Feed
from server.gate import Places
from server.queue.app import make_queue
from server.queue.doorbell import Queue
from server.queue.port import JudgePort
from server.queue.rescue import keep_house
from server.queue.roll import keep_roll
from server.queue.work import Bench
from server.settings import Settings

log = logging.getLogger(__name__)

RESTART_SECONDS = 1.0
RESCORES = 1  # jobs of the queue ``rescore`` at a time


@dataclass(frozen=True, slots=True)
class Lane:
    """Some queues and how many of their jobs run side by side."""

    name: str
    queues: tuple[Queue, ...]
    concurrency: int


async def run_worker(settings: Settings, database: Database, judge: JudgePort, stop: asyncio.Event) -> None:
    """Work until ``stop`` is set; then finish what runs, for ``stop_seconds`` at most, and put the rest back.

    A thread may still be judging when this returns; closing the judge's sandbox ends it.

    Args:
        settings: The operator's choices.
        database: The database; the caller disposes of it.
        judge: Judges phases; the caller closes it.
        stop: Set to stop.

    """
    feed = Feed(database)
    bench = Bench(
        database=database,
        feed=feed,
        judge=judge,
        shelf=Shelf(settings.shelf, settings.built),
        artifacts=ArtifactStore(settings.artifacts),
        threads=ThreadPoolExecutor(
            max_workers=settings.quick_concurrency + settings.max_training_concurrency + RESCORES,
            thread_name_prefix="judge",
        ),
        max_faults=settings.max_faults,
        keeps_runs=settings.artifact_days > 0,
        artifact_days=settings.artifact_days,
        gate_places=Places(quick=max(1, settings.quick_slots - 1)),  # one stays free for students
    )
    lanes = (
        Lane("quick", (Queue.LIVE_QUICK,), settings.quick_concurrency),
        Lane("slow", (Queue.LIVE_TRAIN,), settings.max_training_concurrency),
        Lane("rescore", (Queue.RESCORE,), RESCORES),
    )
    beside = [
        asyncio.create_task(keep_house(settings, database), name="keep house"),
        asyncio.create_task(keep_roll(settings, database, judge), name="keep roll"),
    ]
    running = [asyncio.create_task(_keep_lane(settings, bench, lane, stop), name=lane.name) for lane in lanes]
    await feed.start()
    try:
        await stop.wait()
        await asyncio.wait(running, timeout=settings.stop_seconds)
        bench.put_down.set()
        await asyncio.gather(*running)
    finally:
        for task in (*beside, *running):
            task.cancel()
        await asyncio.gather(*beside, *running, *bench.telling, return_exceptions=True)
        await feed.stop()
        bench.threads.shutdown(wait=False, cancel_futures=True)


async def _keep_lane(settings: Settings, bench: Bench, lane: Lane, stop: asyncio.Event) -> None:
    """Run a lane, again and again, until asked to stop."""
    while not stop.is_set():
        try:
            await _run_lane(settings, bench, lane, stop)
        except Exception as problem:
            log.warning("lane %s begins again: %s", lane.name, problem, exc_info=problem)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), RESTART_SECONDS)


async def _run_lane(settings: Settings, bench: Bench, lane: Lane, stop: asyncio.Event) -> None:
    """Run a lane until it ends or ``stop`` is set; running jobs are waited for."""
    queue = make_queue(bench.database.listen_url, bench, connections=lane.concurrency + 2)
    async with queue.open_async():
        working = asyncio.create_task(
            queue.run_worker_async(
                queues=[queue_name.value for queue_name in lane.queues],
                name=lane.name,
                concurrency=lane.concurrency,
                install_signal_handlers=False,
                delete_jobs="successful",
                fetch_job_polling_interval=settings.poll_seconds,
                abort_job_polling_interval=settings.poll_seconds,
                update_heartbeat_interval=settings.heartbeat_seconds,
                stalled_worker_timeout=settings.stalled_seconds,
            )
        )
        stopping = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            stopping.cancel()
            working.cancel()  # procrastinate takes this as a request to stop in order
            (ended,) = await asyncio.gather(working, return_exceptions=True)
        if isinstance(ended, Exception):
            raise ended
