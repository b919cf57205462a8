"""Make room in a worker's slot: a rescore that would only wait lets others go on, and comes back after a while."""

import uuid

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from server.queue.doorbell import Queue, queue_of_image
from server.queue.work import PutDown

_OTHERS = text(
    "select max(priority) from procrastinate_jobs where queue_name = any(:queues)"
    " and status = 'todo' and (scheduled_at is null or scheduled_at <= now())"
    " and not (task_name = 'rescore_chunk' and args ->> 'rescore_id' = :id)"
)
_PUT_OFF = text(
    "update procrastinate_jobs set scheduled_at = now() + make_interval(secs => :seconds)"
    " where task_name = 'rescore_chunk' and args ->> 'rescore_id' = :id"
    " and status = 'todo' and (scheduled_at is null or scheduled_at <= now())"
)


class StepAside(PutDown):
    """Others go first; the job goes back into the queue and is due again after ``seconds``."""

    def __init__(self, seconds: float = 0) -> None:
        """Say after how long it is due."""
        super().__init__(f"others go first for {seconds:.1f} s")
        self.seconds = max(0, round(seconds))


async def due_beside(session: AsyncSession, rescore_id: uuid.UUID, image: str | None) -> int | None:
    """Return the highest priority of what is due for the slots of rescores, beside this set; None where nothing is.

    Args:
        session: Where to look.
        rescore_id: The set.
        image: In which the worker judges: what asks for it is for the same slots.

    """
    queues = [Queue.RESCORE.value, *([queue_of_image(image)] if image else [])]
    highest: int | None = await session.scalar(_OTHERS, {"queues": queues, "id": str(rescore_id)})
    return highest


async def put_off(session: AsyncSession, rescore_id: uuid.UUID, seconds: float) -> None:
    """Let what waits of a set be due only after so many seconds."""
    await session.execute(_PUT_OFF, {"id": str(rescore_id), "seconds": round(seconds)})
