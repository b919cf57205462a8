"""The worker's side of the queue: which tasks there are, and when one that failed is tried again."""

import asyncio
import logging
import uuid
from collections import Counter
from typing import Any

import procrastinate
from procrastinate import BaseRetryStrategy, RetryDecision
from procrastinate.jobs import Job

from grader.contract import Phase
from server.accounts.sessions import purge_sessions
from server.artifacts import kept_seconds
from server.database.engine import KEEPALIVE
from server.errors import DatabaseAway, JudgingFault
from server.queue.calibrate import calibrate_draft
from server.queue.doorbell import Queue, Task
from server.queue.gate import check_candidate
from server.queue.rescore import rescore_chunk
from server.queue.work import Bench, PutDown, judge_phase
from server.submissions.progress import purge_progress

log = logging.getLogger(__name__)

LONGEST_WAIT = 10  # seconds between two tries
MOST_SURPRISES = 5  # times that a lane sees a job fail in a way nobody foresaw; the sweep then makes it a system error


class Patience(BaseRetryStrategy):
    """Try again for as long as it takes where waiting can help, and a few times where nobody knows.

    How often a fault of ours may repeat is counted in the submission's own row, where an outage does not count. Nor
    does it count here: a job's attempts are also those that waited for a database, a store or a sandbox.
    """

    def __init__(self) -> None:
        """Begin without a surprise."""
        super().__init__()
        self._surprises: Counter[int | None] = Counter()

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        """Say when the job is tried again; None: never."""
        if isinstance(exception, asyncio.CancelledError | PutDown):
            return RetryDecision(retry_in={"seconds": getattr(exception, "seconds", 0)})
        if not isinstance(exception, DatabaseAway | JudgingFault):
            self._surprises[job.id] += 1
            if self._surprises[job.id] >= MOST_SURPRISES:
                del self._surprises[job.id]
                return None
        return RetryDecision(retry_in={"seconds": min(LONGEST_WAIT, 2 ** min(job.attempts, 8))})


def make_queue(conninfo: str, bench: Bench, *, connections: int = 4) -> procrastinate.App:
    """Return a queue whose tasks work at ``bench``; it is open while entered (``async with queue.open_async()``).

    Args:
        conninfo: The database past any pooler, as workers LISTEN.
        bench: What the tasks work with.
        connections: Most connections in its pool; listening takes one more.

    """
    connector = procrastinate.PsycopgConnector(
        conninfo=conninfo,
        kwargs={**KEEPALIVE, "prepare_threshold": None},
        min_size=1,
        max_size=connections,
    )
    queue = procrastinate.App(connector=connector)
    options: dict[str, Any] = {"retry": Patience()}

    @queue.task(name=Task.JUDGE_QUICK.value, queue=Queue.LIVE_QUICK.value, **options)
    async def judge_quick(submission_id: str) -> None:
        await judge_phase(bench, uuid.UUID(submission_id), Phase.QUICK)

    @queue.task(name=Task.JUDGE_TRAINING.value, queue=Queue.LIVE_TRAIN.value, **options)
    async def judge_training(submission_id: str) -> None:
        await judge_phase(bench, uuid.UUID(submission_id), Phase.TRAINING)

    @queue.task(name=Task.CHECK_EXERCISE.value, queue=Queue.RESCORE.value, **options)
    async def check_exercise(import_id: str) -> None:
        await check_candidate(bench, uuid.UUID(import_id))

    @queue.task(name=Task.CALIBRATE_DRAFT.value, queue=Queue.RESCORE.value, **options)
    async def calibrate(copy_id: str) -> None:
        await calibrate_draft(bench, uuid.UUID(copy_id))

    @queue.task(name=Task.RESCORE_CHUNK.value, queue=Queue.RESCORE.value, **options)
    async def work_out_chunk(rescore_id: str, chunk: int) -> None:
        await rescore_chunk(bench, uuid.UUID(rescore_id), chunk)

    # Besides its own use: without any periodic task procrastinate does not notice that its listener died.
    @queue.periodic(cron="*/10 * * * *")
    @queue.task(name="housekeeping", queue=Queue.LIVE_QUICK.value)
    async def housekeeping(timestamp: int) -> None:
        del timestamp
        async with bench.database.unit_of_work() as session:
            await purge_sessions(session)
            await purge_progress(session)

    @queue.periodic(cron="17 3 * * *")
    @queue.task(name="purge_artifacts", queue=Queue.RESCORE.value)
    async def purge_artifacts(timestamp: int) -> None:
        del timestamp
        removed = await asyncio.to_thread(bench.artifacts.remove_older, kept_seconds(bench.artifact_days))
        log.info("%d artifacts were removed whose time was over", removed)

    return queue
