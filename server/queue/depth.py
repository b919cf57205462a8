"""How full the queues are and whether anybody works: for operators' eyes and alarms."""

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession


@dataclass(frozen=True, slots=True)
class Depth:
    """One queue at one moment."""

    queue: str
    waiting: int  #: due now; jobs that wait for their next try are not counted
    running: int
    oldest_seconds: float  #: how long the oldest waiting job has waited; more than ten seconds means too few workers


_DEPTHS = text(
    """
    select job.queue_name as queue,
           count(*) filter (where job.status = 'todo') as waiting,
           count(*) filter (where job.status = 'doing') as running,
           coalesce(extract(epoch from now() - min(event.at) filter (where job.status = 'todo')), 0)::float
               as oldest_seconds
      from procrastinate_jobs job
      left join procrastinate_events event on event.job_id = job.id and event.type = 'deferred'
     where job.status = 'doing' or (job.status = 'todo' and (job.scheduled_at is null or job.scheduled_at <= now()))
     group by job.queue_name
     order by job.queue_name
    """
)

_WORKERS = text(
    "select count(*) from procrastinate_workers where last_heartbeat > now() - make_interval(secs => :silent)"
)


async def queue_depths(session: AsyncSession) -> list[Depth]:
    """Return every queue that has jobs waiting or running."""
    return [Depth(*row) for row in (await session.execute(_DEPTHS)).all()]


async def living_lanes(session: AsyncSession, *, silent_seconds: float) -> int:
    """Return how many lanes gave a sign of life lately; every worker process has three."""
    return await session.scalar(_WORKERS, {"silent": silent_seconds}) or 0
