"""Whether students wait: whoever does work that nobody sits and waits for asks, and steps aside."""

from collections.abc import Sequence

from sqlalchemy import text

from server.database.engine import Database
from server.queue.doorbell import Queue

#: What students wait for.
LIVE = (Queue.LIVE_QUICK, Queue.LIVE_TRAIN)

_STUDENTS_WAIT = text(
    "select exists (select 1 from procrastinate_jobs where status = 'todo'"
    " and queue_name = any(:queues) and task_name <> 'housekeeping'"
    " and (scheduled_at is null or scheduled_at <= now()))"
)


async def students_wait(database: Database, queues: Sequence[Queue] = LIVE) -> bool:
    """Tell whether a student's submission waits in one of these queues for a slot."""
    async with database.reading() as session:
        return bool(await session.scalar(_STUDENTS_WAIT, {"queues": [queue.value for queue in queues]}))
