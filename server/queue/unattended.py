"""Whatever waits for a job that will never come: found where our own tables and those of the queue disagree."""

import logging
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

log = logging.getLogger(__name__)


class GiveUp(Protocol):
    """Leaves a system error, which somebody sees."""

    async def __call__(self, session: AsyncSession, thing_id: uuid.UUID, /, *, type: str, message: str) -> None:  # noqa: A002
        """Write down the fault of a thing whose row the session holds."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A kind of thing of which each waits for a job of its own.

    Attributes:
        noun: What the log calls one.
        table: Where they stand.
        key: The column that names one; jobs have it among their arguments.
        argument: Under this name.
        waits: What holds of those that should have a job, in SQL about ``thing``.
        ring: Gives one a job.
        give_up: Of one whose job failed for good.
        at_most: So many in one transaction, the oldest first.

    """

    noun: str
    table: str
    key: str
    argument: str
    waits: str
    ring: Callable[[AsyncSession, uuid.UUID], Awaitable[None]]
    give_up: GiveUp
    at_most: int = 100

    async def sweep(self, session: AsyncSession) -> int:
        """Attend to those without a living job; return how many there were."""
        unattended = (await session.execute(text(self._unattended), {"most": self.at_most})).all()
        for thing_id, ended_job in unattended:
            if ended_job is None:
                log.warning("%s %s had no job and gets one", self.noun, thing_id)
                await self.ring(session, thing_id)
            else:
                log.error("%s %s: its job %d failed for good", self.noun, thing_id, ended_job)
                message = f"job {ended_job} failed for good; the worker's log says why"
                await self.give_up(session, thing_id, type="JobFailed", message=message)
                await session.execute(text(self._forget), {"id": str(thing_id)})
        return len(unattended)

    @property
    def _unattended(self) -> str:
        """SQL that holds the rows of those without a living job, and names the last job that each had."""
        return f"""
            select thing.{self.key},
                   (select max(job.id) from procrastinate_jobs job
                     where job.args ->> '{self.argument}' = thing.{self.key}::text) as ended_job
              from {self.table} thing
             where {self.waits}
               and not exists (
                   select 1 from procrastinate_jobs job
                    where job.args ->> '{self.argument}' = thing.{self.key}::text and job.status in ('todo', 'doing'))
             order by thing.created_at
             limit :most
               for update of thing skip locked
            """  # noqa: S608 - of names that stand in our own modules

    @property
    def _forget(self) -> str:
        """SQL that removes the ended jobs of one."""
        return (
            f"delete from procrastinate_jobs where args ->> '{self.argument}' = :id"  # noqa: S608 - as above
            " and status not in ('todo', 'doing')"
        )
