"""Find chunks of running rescores that wait and have no job that would ever work them out."""

import logging
import uuid

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from server.database.models import Rescore, RescoreState
from server.queue.doorbell import ring_for_rescore
from server.rescoring.steering import waiting_chunks
from server.rescoring.trials import IS_TRIAL
from server.rescoring.writing import finish

log = logging.getLogger(__name__)

#: Sets that are looked at at a time.
AT_MOST = 20

_JOBS = text(
    """
    select (args ->> 'chunk')::integer as chunk, bool_or(status in ('todo', 'doing')) as living
      from procrastinate_jobs where task_name = 'rescore_chunk' and args ->> 'rescore_id' = :id group by 1
    """
)
# A chunk whose job failed for good: what waits in it is an error, about which a grader decides.
_GIVE_UP = text(
    """
    update rescore_items set state = 'error', fault = jsonb_build_object(
           'type', 'JobFailed', 'message', 'its job failed for good; the worker''s log says why')
     where rescore_id = :rescore_id and chunk = any(:chunks) and state = 'waiting'
    """
)
_FORGET = text(
    "delete from procrastinate_jobs where task_name = 'rescore_chunk' and args ->> 'rescore_id' = :id"
    " and status not in ('todo', 'doing')"
)


async def sweep_rescores(session: AsyncSession) -> int:
    """Attend to running sets; return how many chunks had no living job."""
    running = select(Rescore.id).where(Rescore.state == RescoreState.RUNNING, ~IS_TRIAL).order_by(Rescore.created_at)
    rescores = await session.scalars(running.limit(AT_MOST).with_for_update(skip_locked=True, key_share=True))
    return sum([await _sweep(session, rescore_id) for rescore_id in rescores.all()])


async def _sweep(session: AsyncSession, rescore_id: uuid.UUID) -> int:
    """Attend to one set."""
    waiting = set(await waiting_chunks(session, rescore_id))
    jobs = {row.chunk: row.living for row in await session.execute(_JOBS, {"id": str(rescore_id)})}
    lost = sorted(waiting - jobs.keys())
    failed = sorted(chunk for chunk in waiting & jobs.keys() if not jobs[chunk])
    if lost:
        log.warning("rescore %s: %d chunks had no job and get one", rescore_id, len(lost))
        await ring_for_rescore(session, rescore_id, lost)
    if failed:
        log.error("rescore %s: the jobs of %d chunks failed for good", rescore_id, len(failed))
        await session.execute(_GIVE_UP, {"rescore_id": rescore_id, "chunks": failed})
        await session.execute(_FORGET, {"id": str(rescore_id)})
    await finish(session, rescore_id)
    return len(lost) + len(failed)
