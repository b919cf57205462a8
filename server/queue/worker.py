"""Run a worker: lanes that never wait for each other, started again whenever they end, until asked to stop.

The quick lane serves ``live-quick`` alone, so that its slots are free of training and rescores; what nobody sits and
waits for has a lane of its own, so that a long check of an exercise keeps no student's training waiting. A lane ends by
itself when its connection for LISTEN was lost, and may raise when the database was away for long; both mean: begin
again.
"""

import asyncio
import contextlib
import logging
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

import procrastinate
from procrastinate.worker import Worker

from server.database.engine import Database
from server.feed import Feed
from server.gate import Places
from server.queue.app import make_queue
from server.queue.doorbell import Queue, queue_of_image
from server.queue.duty import UNTOLD, Duty, DutyState, Terms
from server.queue.port import JudgePort
from server.queue.rescue import keep_house
from server.queue.roll import keep_roll
from server.queue.work import Bench
from server.settings import Settings
from server.storage import artifact_store, published_bundles

log = logging.getLogger(__name__)

RESTART_SECONDS = 1.0
RESCORES = 1  # jobs of the queue ``rescore`` at a time
IMAGE_SECONDS = 10.0  # for which a new worker's rescores wait to hear in which image it judges
#: Seconds of silence after which the queue forgets a worker. Its jobs are rescued long before; but of who was only cut
#: off from the database for a while nothing must be forgotten, or its jobs would be taken for nobody's.
FORGOTTEN_SECONDS = 3600.0


@dataclass(frozen=True, slots=True)
class Lane:
    """Some queues and how many of their jobs run side by side."""

    name: str
    queues: tuple[Queue, ...]
    concurrency: int

    def concerns(self, terms: Terms) -> Terms:
        """Return what of a worker's terms matters to this lane: in which image it judges matters to rescores alone."""
        return terms if Queue.RESCORE in self.queues else replace(terms, image=None)

    def lacks_image(self, terms: Terms) -> bool:
        """Tell whether it cannot name all its queues yet; begun now it would end, jobs and all, when it can."""
        return Queue.RESCORE in self.queues and terms.image is None

    def queue_names(self, image: str | None) -> list[str]:
        """Return the queues as procrastinate knows them: with rescores, those too that ask for this image."""
        names = [queue.value for queue in self.queues]
        if Queue.RESCORE in self.queues and image is not None:
            names.append(queue_of_image(image))
        return names

    def to_json(self) -> dict[str, Any]:
        """Return it as the roll shows it."""
        return {"name": self.name, "queues": [queue.value for queue in self.queues], "concurrency": self.concurrency}


def lanes_of(settings: Settings) -> list[Lane]:
    """Return the lanes that a worker with these settings has."""
    lanes = {
        "quick": Lane("quick", (Queue.LIVE_QUICK,), settings.quick_concurrency),
        "training": Lane("training", (Queue.LIVE_TRAIN,), settings.max_training_concurrency),
        "rescore": Lane("rescore", (Queue.RESCORE,), RESCORES),
    }
    return [lanes[name] for name in settings.lane_names]


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
        shelf=published_bundles(settings),
        artifacts=artifact_store(settings),
        threads=ThreadPoolExecutor(
            max_workers=settings.quick_concurrency + settings.max_training_concurrency + RESCORES,
            thread_name_prefix="judge",
        ),
        duty=Duty(UNTOLD),
        max_faults=settings.max_faults,
        keeps_runs=settings.artifact_days > 0,
        artifact_days=settings.artifact_days,
        gate_places=Places(quick=max(1, settings.quick_slots - 1)),  # one stays free for students
    )
    lanes = lanes_of(settings)
    said = [lane.to_json() for lane in lanes]
    beside = [
        asyncio.create_task(keep_house(settings, database, bench.duty), name="keep house"),
        asyncio.create_task(keep_roll(settings, database, judge, bench.duty, said), name="keep roll"),
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
    """Run a lane, again and again, until asked to stop; while the worker is drained it rests."""
    patient_until = time.monotonic() + IMAGE_SECONDS
    while not stop.is_set():
        terms = lane.concerns(bench.duty.terms)
        if terms.draining:
            await _changed_or_stopped(bench, lane, terms, stop)
            continue
        if lane.lacks_image(terms) and (left := patient_until - time.monotonic()) > 0:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(_changed_or_stopped(bench, lane, terms, stop), left)
            continue
        bench.duty.begin(lane.name)
        try:
            await _run_lane(settings, bench, lane, stop)
        except Exception as problem:
            log.warning("lane %s begins again: %s", lane.name, problem, exc_info=problem)
        finally:
            bench.duty.end(lane.name)
        if bench.duty.state is DutyState.DRAINED:
            log.info("drained: nothing is left in hand")
        if terms == lane.concerns(bench.duty.terms):
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), RESTART_SECONDS)


async def _changed_or_stopped(bench: Bench, lane: Lane, terms: Terms, stop: asyncio.Event) -> None:
    """Wait until other terms hold for a lane than these, or ``stop`` is set."""
    changed = bench.duty.until(lambda now: lane.concerns(now) != terms)
    waiting: set[asyncio.Task[Any]] = {asyncio.create_task(changed), asyncio.create_task(stop.wait())}
    try:
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in waiting:
            task.cancel()


async def _run_lane(settings: Settings, bench: Bench, lane: Lane, stop: asyncio.Event) -> None:
    """Run a lane until it ends, other terms hold or ``stop`` is set; running jobs are waited for."""
    terms = lane.concerns(bench.duty.terms)
    queue = make_queue(bench.database.listen_url, bench, connections=lane.concurrency + 2)
    async with queue.open_async():
        worker = Worker(
            queue,
            queues=lane.queue_names(terms.image),
            name=lane.name,
            concurrency=lane.concurrency,
            install_signal_handlers=False,
            delete_jobs="successful",
            fetch_job_polling_interval=settings.poll_seconds,
            abort_job_polling_interval=settings.poll_seconds,
            update_heartbeat_interval=settings.heartbeat_seconds,
            stalled_worker_timeout=FORGOTTEN_SECONDS,
        )
        working: asyncio.Task[None] = asyncio.create_task(worker.run())  # type: ignore[no-untyped-call]
        beating = asyncio.create_task(_beat(queue, worker, settings.heartbeat_seconds))
        stopping = asyncio.create_task(_changed_or_stopped(bench, lane, terms, stop))
        try:
            await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            stopping.cancel()
            working.cancel()  # procrastinate takes this as a request to stop in order
            try:
                (ended,) = await asyncio.gather(working, return_exceptions=True)
            finally:
                beating.cancel()
        if isinstance(ended, Exception):
            raise ended


async def _beat(queue: procrastinate.App, worker: Worker, seconds: float) -> None:
    """Say that a lane lives, until cancelled: its own heart stands still while it waits for the last of its jobs."""
    while True:
        await asyncio.sleep(seconds)
        if worker.worker_id is not None:
            try:
                await queue.job_manager.update_heartbeat(worker.worker_id)
            except Exception as problem:  # noqa: BLE001 - the database may be away for a moment; the next beat comes
                log.warning("a sign of life could not be given: %s", problem)
