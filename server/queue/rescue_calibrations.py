"""Find calibrations of drafts that wait and have no job that would ever carry out their next training."""

import logging

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from server.authoring.measured import mark_calibration_broken
from server.queue.doorbell import ring_for_calibration

log = logging.getLogger(__name__)

AT_MOST = 100

_UNATTENDED = text(
    """
    select calibration.copy_id,
           (select max(job.id) from procrastinate_jobs job
             where job.args ->> 'copy_id' = calibration.copy_id::text) as ended_job
      from calibrations calibration
     where calibration.state = 'measuring'
       and not exists (
           select 1 from procrastinate_jobs job
            where job.args ->> 'copy_id' = calibration.copy_id::text and job.status in ('todo', 'doing'))
     order by calibration.created_at
     limit :most
       for update of calibration skip locked
    """
)

_FORGET = text("delete from procrastinate_jobs where args ->> 'copy_id' = :id and status not in ('todo', 'doing')")


async def sweep_calibrations(session: AsyncSession) -> int:
    """Attend to calibrations without a living job; return how many there were."""
    unattended = (await session.execute(_UNATTENDED, {"most": AT_MOST})).all()
    for copy_id, ended_job in unattended:
        if ended_job is None:
            log.warning("the calibration of draft %s had no job and gets one", copy_id)
            await ring_for_calibration(session, copy_id)
        else:
            log.error("the calibration of draft %s: its job %d failed for good", copy_id, ended_job)
            message = f"job {ended_job} failed for good; the worker's log says why"
            await mark_calibration_broken(session, copy_id, type="JobFailed", message=message)
            await session.execute(_FORGET, {"id": str(copy_id)})
    return len(unattended)
