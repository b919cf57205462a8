"""The roll of workers: each writes down every few seconds that it lives and how its sandbox is doing; the web reads it.

A worker that stops in order takes its row away; the row of one that was killed grows old, counts for nothing, and is
taken away by the others.
"""

import asyncio
import contextlib
import logging
import os
import platform
import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, exists, func, or_, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from server.database.engine import Database
from server.database.models import DrainedHost, WorkerRow
from server.errors import DatabaseAway
from server.queue.doorbell import Queue
from server.queue.duty import Duty, DutyState, Terms
from server.queue.port import JudgePort
from server.release import version
from server.settings import Settings, cores
from server.standing import MODES, SlotStanding, Standing

log = logging.getLogger(__name__)

#: Times the silence after which a worker is taken for dead; then its row goes away.
KEPT = 4

#: Seconds of silence after which it is forgotten that a worker was drained.
DRAINED_SECONDS = 7 * 86_400.0

AGAIN_SECONDS = 1.0  # until the database is asked again

NOBODY = uuid.UUID(int=0)


@dataclass(frozen=True, slots=True)
class Present:
    """A worker that gave a sign of life lately."""

    name: str  #: a few characters that are its own; say nothing of the machine
    host: str
    pid: int
    seen_seconds: float  #: since its last sign of life
    standing: Standing
    clock_ahead_seconds: float = 0.0  #: of its machine's clock, before the database's
    id: uuid.UUID = NOBODY
    version: str | None = None  #: of BeginEnd; None of a worker that does not say
    cores: int = 0
    lanes: tuple[Mapping[str, Any], ...] = ()  #: ``[{"name", "queues", "concurrency"}, ...]``
    duty: DutyState = DutyState.WORKING
    started_at: datetime | None = None

    def serves(self, queue: Queue) -> bool:
        """Tell whether it takes jobs of a queue at present; who does not say what it does takes all."""
        return self.duty is DutyState.WORKING and (
            not self.lanes or any(queue.value in lane["queues"] for lane in self.lanes)
        )

    @property
    def modes(self) -> tuple[str, ...]:
        """How far it can keep runs apart: as it does by itself, and further where an exercise asks for it."""
        mode = self.standing.mode
        return MODES[MODES.index(mode) :] if mode in MODES else ()


@dataclass(frozen=True, slots=True)
class Registration:
    """What a worker says of itself beside how its sandbox is doing; nothing of one that does not say."""

    lanes: Sequence[Mapping[str, Any]] = ()  #: ``[{"name", "queues", "concurrency"}, ...]``
    duty: DutyState = DutyState.WORKING


async def keep_roll(
    settings: Settings, database: Database, judge: JudgePort, duty: Duty, lanes: Sequence[Mapping[str, Any]]
) -> None:
    """Sign the roll for as long as the worker runs; runs until cancelled, and then takes the row away.

    Whoever signs also hears what is asked of the worker: to take nothing new, or that the database has become another
    version's meanwhile, which comes to the same.
    """
    ourselves = uuid.uuid4()
    await _hear(database, ourselves, duty)
    asking: asyncio.Task[Standing] | None = None
    standing = Standing(problem="the sandbox has not answered yet")
    try:
        while True:
            asking = asking or asyncio.create_task(asyncio.to_thread(_asked, judge))
            # A sandbox that is slow to answer must not make its worker look dead.
            if asking in (await asyncio.wait({asking}, timeout=settings.heartbeat_seconds))[0]:
                standing, asking = asking.result(), None
            try:
                async with database.unit_of_work() as session:
                    misfit = await _terms(session, ourselves, duty, standing.image)
                    shown = replace(standing, problem=misfit or standing.problem)
                    await sign(session, ourselves, shown, Registration(lanes, duty.state))
                    await strike_off(session, silent_seconds=KEPT * settings.stalled_seconds)
            except DatabaseAway as problem:
                log.warning("the roll could not be signed: %s", problem)
            except Exception:  # a worker that signs no more is taken for dead, although it judges
                log.exception("the roll could not be signed; trying again")
            await asyncio.sleep(settings.heartbeat_seconds)
    finally:
        if asking is not None:
            asking.cancel()
        with contextlib.suppress(DatabaseAway):
            async with database.unit_of_work() as session:
                await session.execute(delete(WorkerRow).where(WorkerRow.id == ourselves))


# Whether this worker is to take nothing new, and for which version the database is.
_ASKED_OF = text(
    """
    select exists (select 1 from workers where id = :id and drain)
           or exists (select 1 from drained_hosts where host = :host),
           (select version from installations order by at desc limit 1)
    """
)

MISFIT = (
    "the database belongs to BeginEnd {0} since a moment ago, and this worker is {1}: it takes nothing any more; "
    "install {0} on this machine and start it again"
)


async def _hear(database: Database, worker_id: uuid.UUID, duty: Duty) -> None:
    """Ask what is asked of a new worker, before the sandbox has answered; again and again while nobody tells."""
    while True:
        try:
            async with database.reading() as session:
                await _terms(session, worker_id, duty, None)
        except DatabaseAway as problem:
            log.warning("the database is away: %s", problem)
        except Exception:
            log.exception("what is asked of this worker could not be read; trying again")
        else:
            return
        await asyncio.sleep(AGAIN_SECONDS)


async def _terms(session: AsyncSession, worker_id: uuid.UUID, duty: Duty, image: str | None) -> str | None:
    """Tell a worker of this process on which terms it works; return why it may not, where it may not at all."""
    drained, installed = (await session.execute(_ASKED_OF, {"id": worker_id, "host": platform.node()})).one()
    misfit = None if installed in {None, version()} else MISFIT.format(installed, version())
    if misfit is not None and not duty.draining:
        log.error("%s", misfit)
    # A sandbox that is slow to answer, or broken for a moment, still has its image.
    duty.tell(Terms(drained or misfit is not None, image or duty.terms.image, misfit is not None))
    return misfit


async def sign(
    session: AsyncSession, worker_id: uuid.UUID, standing: Standing, registration: Registration | None = None
) -> None:
    """Write down that a worker of this process lives, what it does, and how it is doing."""
    said = registration or Registration()
    values = {
        "host": platform.node(),
        "pid": os.getpid(),
        "version": version(),
        "cores": cores(),
        "lanes": [dict(lane) for lane in said.lanes],
        "duty": said.duty.value,
        **asdict(standing),
        "seen_at": func.clock_timestamp(),
        # Both clocks are read within the moment that a statement takes to arrive.
        "clock_ahead_seconds": time.time() - func.extract("epoch", func.clock_timestamp()),
    }
    written = insert(WorkerRow).values(id=worker_id, **values)
    await session.execute(written.on_conflict_do_update(index_elements=[WorkerRow.id], set_=values))


async def strike_off(session: AsyncSession, *, silent_seconds: float) -> None:
    """Take away the rows of workers that were silent for so long; what a drained one was told is kept for longer.

    It may only have been cut off from the database, and must not come back as one that was never drained.
    """
    forgotten = WorkerRow.seen_at < _ago(max(silent_seconds, DRAINED_SECONDS))
    await session.execute(
        delete(WorkerRow).where(WorkerRow.seen_at < _ago(silent_seconds), or_(~WorkerRow.drain, forgotten))
    )


async def present_workers(session: AsyncSession, *, silent_seconds: float) -> list[Present]:
    """Return the workers that gave a sign of life within ``silent_seconds``, oldest first."""
    rows = await session.execute(
        select(
            WorkerRow,
            func.extract("epoch", func.clock_timestamp() - WorkerRow.seen_at),
            exists().where(DrainedHost.host == WorkerRow.host),
        )
        .where(WorkerRow.seen_at >= _ago(silent_seconds))
        .order_by(WorkerRow.started_at)
    )
    return [
        Present(
            row.id.hex[:8],
            row.host,
            row.pid,
            max(0.0, float(seconds)),
            _standing(row),
            row.clock_ahead_seconds,
            id=row.id,
            version=row.version,
            cores=row.cores,
            lanes=tuple(row.lanes),
            duty=_duty(row, host_drained=host_drained),
            started_at=row.started_at,
        )
        for row, seconds, host_drained in rows
    ]


def _duty(row: WorkerRow, *, host_drained: bool) -> DutyState:
    """Return where a worker is between work and rest; one that has not heard yet that it is drained is draining."""
    said = DutyState(row.duty)
    if said is DutyState.WORKING and (row.drain or host_drained):
        return DutyState.DRAINING
    return said


def _ago(seconds: float) -> ColumnElement[datetime]:
    """Return the moment so many seconds before now, as the database sees it."""
    return func.clock_timestamp() - timedelta(seconds=seconds)


def _asked(judge: JudgePort) -> Standing:
    """Ask a judge how it is doing; what nobody foresaw is a standing too."""
    try:
        return judge.standing()
    except Exception as problem:
        log.exception("the sandbox could not say how it is doing")
        return Standing(problem=f"{type(problem).__name__}: {problem}")


def _standing(row: WorkerRow) -> Standing:
    """Read a worker's standing back."""
    return Standing(
        backend=row.backend,
        mode=row.mode,
        image=row.image,
        grader=row.grader,
        slots=tuple(SlotStanding(**slot) for slot in row.slots),
        waiting=row.waiting,
        faults=row.faults,
        recycled=row.recycled,
        problem=row.problem,
    )
