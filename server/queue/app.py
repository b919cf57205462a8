"""The worker's side of the queue: which tasks there are, and when one that failed is tried again."""

import asyncio
import logging
import uuid
from typing import Any

import procrastinate
from procrastinate import BaseRetryStrategy, RetryDecision
from procrastinate.jobs import Job

from grader.contract import Phase
from server.accounts.sessions import purge_sessions
from server.database.engine import KEEPALIVE
from server.errors import DatabaseAway, JudgingFault
from server.queue.calibrate import calibrate_draft
from server.queue.doorbell import Queue, Task
from server.queue.gate import check_candidate
from server.queue.rescore import rescore_chunk
from server.queue.work import Bench, PutDown, judge_phase
from server.submissions.progress import purge_progress

log = logging.getLogger(__name__)

DAY = 86_400.0  # seconds

LONGEST_WAIT = 10  # seconds between two tries
MOST_SURPRISES = 5  # tries of a job that fails in a way nobody foresaw; the sweep then makes it a system error


class Patience(BaseRetryStrategy):
    """Try again for as long as it takes where waiting can help, and a few times where nobody knows.

    How often a fault of ours may repeat is counted in the submission's own row, where an outage does not count.
    """

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        """Say when the job is tried again; None: never."""
        if isinstance(exception, asyncio.CancelledError | PutDown):
            return RetryDecision(retry_in={"seconds": 0})
        if isinstance(exception, DatabaseAway | JudgingFault) or job.attempts < MOST_SURPRISES:
            return RetryDecision(retry_in={"seconds": min(LONGEST_WAIT, 2 ** min(job.attempts, 8))})
        return None


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
        removed = await asyncio.to_thread(bench.artifacts.remove_older, bench.artifact_days * DAY)
        log.info("%d artifacts were removed whose time was over", removed)

    return queue
