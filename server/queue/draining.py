"""Take workers out of work and back: for maintenance of their machine, without a job lost or waited for in vain."""

from collections.abc import Sequence

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from exercises.text import Text
from server import audit
from server.database.models import DrainedHost, User, WorkerRow
from server.errors import UnknownWorker
from server.queue.roll import Present, present_workers


async def drain(session: AsyncSession, user: User | None, worker: Present) -> None:
    """Let a worker take nothing new until :func:`resume`, or until it is started again."""
    await _mark(session, worker, drain=True)
    audit.note(session, user, "worker.drain", worker.name)


async def resume(session: AsyncSession, user: User | None, worker: Present) -> None:
    """Let a worker take jobs again."""
    await _mark(session, worker, drain=False)
    audit.note(session, user, "worker.resume", worker.name)


async def drain_host(session: AsyncSession, user: User | None, host: str) -> None:
    """Let every worker of a machine take nothing new, those that are started later too, until :func:`resume_host`."""
    await session.execute(insert(DrainedHost).values(host=host).on_conflict_do_nothing())
    audit.note(session, user, "worker.drain", host)


async def resume_host(session: AsyncSession, user: User | None, host: str) -> None:
    """Let every worker of a machine take jobs again, those that were drained one by one too."""
    await session.execute(delete(DrainedHost).where(DrainedHost.host == host))
    await session.execute(update(WorkerRow).where(WorkerRow.host == host).values(drain=False))
    audit.note(session, user, "worker.resume", host)


async def drained_hosts(session: AsyncSession) -> Sequence[str]:
    """Return the machines whose workers take nothing, whether or not there are any."""
    return (await session.scalars(select(DrainedHost.host).order_by(DrainedHost.host))).all()


async def worker_of_name(session: AsyncSession, name: str, *, silent_seconds: float) -> Present:
    """Return the worker whose name begins so.

    Raises:
        UnknownWorker: There is none, or more than one; the sentence names those that there are.

    """
    present = await present_workers(session, silent_seconds=silent_seconds)
    found = [worker for worker in present if worker.name.startswith(name)]
    if len(found) == 1:
        return found[0]
    there = ", ".join(f"{worker.name} ({worker.host})" for worker in present)
    if not present:
        raise UnknownWorker
    raise UnknownWorker(
        Text(
            zh=f"名称以 {name!r} 开头的评测进程有 {len(found)} 个。现有：{there}。",
            en=f"{len(found)} workers have a name that begins with {name!r}. There are: {there}.",
        )
    )


async def _mark(session: AsyncSession, worker: Present, *, drain: bool) -> None:
    await session.execute(update(WorkerRow).where(WorkerRow.id == worker.id).values(drain=drain))
