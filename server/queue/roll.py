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
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from server.database.engine import Database
from server.database.models import WorkerRow
from server.errors import DatabaseAway
from server.queue.port import JudgePort
from server.settings import Settings
from server.standing import SlotStanding, Standing

log = logging.getLogger(__name__)

#: Times the silence after which a worker is taken for dead; then its row goes away.
KEPT = 4


@dataclass(frozen=True, slots=True)
class Present:
    """A worker that gave a sign of life lately."""

    name: str  #: a few characters that are its own; say nothing of the machine
    host: str
    pid: int
    seen_seconds: float  #: since its last sign of life
    standing: Standing
    clock_ahead_seconds: float = 0.0  #: of its machine's clock, before the database's


async def keep_roll(settings: Settings, database: Database, judge: JudgePort) -> None:
    """Sign the roll for as long as the worker runs; runs until cancelled, and then takes the row away."""
    ourselves = uuid.uuid4()
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
                    await sign(session, ourselves, standing)
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


async def sign(session: AsyncSession, worker_id: uuid.UUID, standing: Standing) -> None:
    """Write down that a worker of this process lives, and how it is doing."""
    values = {
        "host": platform.node(),
        "pid": os.getpid(),
        **asdict(standing),
        "seen_at": func.clock_timestamp(),
        # Both clocks are read within the moment that a statement takes to arrive.
        "clock_ahead_seconds": time.time() - func.extract("epoch", func.clock_timestamp()),
    }
    written = insert(WorkerRow).values(id=worker_id, **values)
    await session.execute(written.on_conflict_do_update(index_elements=[WorkerRow.id], set_=values))


async def strike_off(session: AsyncSession, *, silent_seconds: float) -> None:
    """Take away the rows of workers that were silent for so long."""
    await session.execute(delete(WorkerRow).where(WorkerRow.seen_at < _ago(silent_seconds)))


async def present_workers(session: AsyncSession, *, silent_seconds: float) -> list[Present]:
    """Return the workers that gave a sign of life within ``silent_seconds``, oldest first."""
    rows = await session.execute(
        select(WorkerRow, func.extract("epoch", func.clock_timestamp() - WorkerRow.seen_at))
        .where(WorkerRow.seen_at >= _ago(silent_seconds))
        .order_by(WorkerRow.started_at)
    )
    return [
        Present(row.id.hex[:8], row.host, row.pid, max(0.0, float(seconds)), _standing(row), row.clock_ahead_seconds)
        for row, seconds in rows
    ]


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
