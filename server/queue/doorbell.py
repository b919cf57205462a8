"""Ask for work in the transaction that makes it necessary: row and job exist together or not at all.

Jobs carry an id and nothing else, and are asked for by name, so that the web never loads what the worker needs.
"""

import json
import uuid
from enum import StrEnum

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

#: Work that somebody waits for goes first.
LIVE_PRIORITY = 100


class Queue(StrEnum):
    """The queues; a worker keeps slots for each kind."""

    LIVE_QUICK = "live-quick"
    LIVE_TRAIN = "live-train"
    RESCORE = "rescore"


class Task(StrEnum):
    """What a worker can be asked to do with a submission."""

    JUDGE_QUICK = "judge_quick"
    JUDGE_TRAINING = "judge_training"

    @property
    def queue(self) -> Queue:
        """The queue this task goes through."""
        return Queue.LIVE_QUICK if self is Task.JUDGE_QUICK else Queue.LIVE_TRAIN


# procrastinate's own public function, called on the session's connection: the job is in its transaction by nature.
_DEFER = text(
    "select procrastinate_defer_jobs_v1(array[row(cast(:queue as varchar), cast(:task as varchar), :priority,"
    " null, null, cast(:args as jsonb), null)]::procrastinate_job_to_defer_v1[])"
)


async def ring(session: AsyncSession, task: Task, submission_id: uuid.UUID, *, priority: int = LIVE_PRIORITY) -> None:
    """Ask a worker to do ``task``; it hears of it when, and only if, the session's transaction commits."""
    await session.execute(
        _DEFER,
        {
            "queue": task.queue.value,
            "task": task.value,
            "priority": priority,
            "args": json.dumps({"submission_id": str(submission_id)}),
        },
    )
