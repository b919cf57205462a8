"""Find what a crash left behind. The queue rescues nothing by itself, and must not be trusted to remember everything.

*Rescue* puts jobs of dead workers back. *Sweep* compares our own tables with the queue: an open submission without a
job gets one, and one whose job failed for good becomes a system error, which somebody sees.
"""

import asyncio
import logging
import time
import uuid

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from server.database.engine import Database
from server.database.models import State, Submission
from server.errors import DatabaseAway
from server.queue.doorbell import Task
from server.queue.duty import Duty
from server.queue.rescue_authoring import CALIBRATIONS, IMPORTS
from server.queue.rescue_rescores import sweep_rescores
from server.queue.unattended import Waiting
from server.settings import Settings
from server.submissions.grading import mark_system_error
from server.submissions.turns import queue_up

log = logging.getLogger(__name__)

#: One process in the house does this at a time; the number is ours and means nothing.
LOCK = 6_043_722

_RESCUE = text(
    """
    select procrastinate_retry_job_v2(job.id, now(), null, null, null)
      from procrastinate_jobs job left join procrastinate_workers worker on worker.id = job.worker_id
     where job.status = 'doing'
       and (worker.id is null or worker.last_heartbeat < now() - make_interval(secs => :silent))
    """
)


async def _ring(session: AsyncSession, submission_id: uuid.UUID) -> None:
    """Give an open submission the job of the phase that it is in."""
    state = await session.scalar(select(Submission.state).where(Submission.id == submission_id))
    task = Task.JUDGE_TRAINING if state in {State.TRAINING, State.CHECKING} else Task.JUDGE_QUICK
    await queue_up(session, submission_id, task)


SUBMISSIONS = Waiting(
    noun="submission",
    table="submissions",
    key="id",
    argument="submission_id",
    waits="thing.state in ('queued', 'running', 'training', 'checking')",
    ring=_ring,
    give_up=mark_system_error,
    at_most=500,
)


async def keep_house(settings: Settings, database: Database, duty: Duty) -> None:
    """Rescue and sweep for as long as the worker runs, and its version is the database's; runs until cancelled."""
    quiet_until = next_sweep = 0.0
    while True:
        now = time.monotonic()
        try:
            async with database.unit_of_work() as session:
                if not duty.terms.misfit and await _our_turn(session):
                    if now >= quiet_until:
                        await rescue(session, silent_seconds=settings.stalled_seconds)
                    if now >= next_sweep:
                        for kind in (SUBMISSIONS, IMPORTS, CALIBRATIONS):
                            await kind.sweep(session)
                        await sweep_rescores(session)
                        next_sweep = now + settings.sweep_seconds
        except DatabaseAway as problem:
            # No heart was heard while the database was away. Give everybody time to be heard again.
            log.warning("the database is away: %s", problem)
            quiet_until = time.monotonic() + settings.stalled_seconds
        except Exception:  # a housekeeper that gives up is none
            log.exception("looking for lost submissions failed; trying again")
        await asyncio.sleep(settings.stalled_seconds / 4)


async def rescue(session: AsyncSession, *, silent_seconds: float) -> int:
    """Put the jobs of workers that were silent for so long back into the queue; return how many."""
    rescued = len((await session.execute(_RESCUE, {"silent": silent_seconds})).all())
    if rescued:
        log.warning("%d jobs of dead workers were put back into the queue", rescued)
    return rescued


async def _our_turn(session: AsyncSession) -> bool:
    """Tell whether no other process is at it; the turn ends with the transaction."""
    return bool(await session.scalar(text("select pg_try_advisory_xact_lock(:lock)"), {"lock": LOCK}))
