"""Find imports that wait for the gate and have no job that would ever check them."""

import logging

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from server.imports.checking import mark_gate_broken
from server.queue.doorbell import ring_for_gate

log = logging.getLogger(__name__)

#: Seconds without a sign of life after which a check that has no job, as the command line makes, is taken for dead.
SILENT = 60
AT_MOST = 100

_UNATTENDED = text(
    """
    select candidate.id,
           (select max(job.id) from procrastinate_jobs job
             where job.args ->> 'import_id' = candidate.id::text) as ended_job
      from exercise_imports candidate
     where candidate.state = 'checking'
       and candidate.touched_at < clock_timestamp() - make_interval(secs => :silent)
       and not exists (
           select 1 from procrastinate_jobs job
            where job.args ->> 'import_id' = candidate.id::text and job.status in ('todo', 'doing'))
     order by candidate.created_at
     limit :most
       for update of candidate skip locked
    """
)

_FORGET = text("delete from procrastinate_jobs where args ->> 'import_id' = :id and status not in ('todo', 'doing')")


async def sweep_imports(session: AsyncSession) -> int:
    """Attend to imports in the gate without a living job; return how many there were."""
    unattended = (await session.execute(_UNATTENDED, {"silent": SILENT, "most": AT_MOST})).all()
    for import_id, ended_job in unattended:
        if ended_job is None:
            log.warning("import %s had no job and gets one", import_id)
            await ring_for_gate(session, import_id)
        else:
            log.error("import %s: its job %d failed for good", import_id, ended_job)
            message = f"job {ended_job} failed for good; the worker's log says why"
            await mark_gate_broken(session, import_id, type="JobFailed", message=message)
            await session.execute(_FORGET, {"id": str(import_id)})
    return len(unattended)
