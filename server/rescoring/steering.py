"""Steer a rescore: pause, resume, cancel, throw away, slow down; try again, or decide about what failed."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import and_, delete, func, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from server import audit
from server.database.models import (
    ItemState,
    Rescore,
    RescoreItem,
    RescoreState,
    User,
)
from server.errors import RescoreNotDue, TrialNeverCounts
from server.queue.doorbell import ring_for_rescore
from server.rescoring.finding import held
from server.rescoring.picking import Pick, picked
from server.rescoring.progress import done_items
from server.rescoring.trials import is_trial
from server.rescoring.writing import counts, tell, updated

RUNNING, PAUSED, CANCELLED = RescoreState.RUNNING, RescoreState.PAUSED, RescoreState.CANCELLED
READY, APPLIED, DISCARDED = RescoreState.READY, RescoreState.APPLIED, RescoreState.DISCARDED


# Two jobs of one chunk would work the same items out twice; what a job misses that ends just now, the sweep finds.
_ATTENDED = text(
    "select (args ->> 'chunk')::integer from procrastinate_jobs where task_name = 'rescore_chunk'"
    " and args ->> 'rescore_id' = :id and status in ('todo', 'doing')"
)


@dataclass(frozen=True, slots=True)
class _Step:
    """A way from some states to another, and what the audit calls it."""

    action: str
    states: Sequence[RescoreState]
    to: RescoreState


async def pause(session: AsyncSession, user: User | None, rescore_id: uuid.UUID) -> Rescore:
    """Let a set rest; portions in hand are finished.

    Raises:
        UnknownRescore, RescoreNotDue: It is none that the person may see, or not running.

    """
    return await _move(session, user, rescore_id, _Step("rescore.pause", (RUNNING,), PAUSED))


async def resume(session: AsyncSession, user: User | None, rescore_id: uuid.UUID) -> Rescore:
    """Let a set go on that rests.

    Raises:
        UnknownRescore, RescoreNotDue: It is none that the person may see, or does not rest.

    """
    rescore = await _move(session, user, rescore_id, _Step("rescore.resume", (PAUSED,), RUNNING))
    await let_run(session, rescore)
    return rescore


async def cancel(session: AsyncSession, user: User | None, rescore_id: uuid.UUID) -> Rescore:
    """Give a set up before it is worked out; one of which something counts is an applied one again.

    Raises:
        UnknownRescore, RescoreNotDue: It is none that the person may see, or worked out already.

    """
    to = APPLIED if await session.scalar(select(counts(rescore_id))) else CANCELLED
    return await _move(session, user, rescore_id, _Step("rescore.cancel", (RUNNING, PAUSED), to))


async def discard(session: AsyncSession, user: User | None, rescore_id: uuid.UUID) -> Rescore:
    """Throw away what a set worked out, none of which counts.

    Raises:
        UnknownRescore, RescoreNotDue: It is none that the person may see, or some of it counts.

    """
    await held(session, user, rescore_id, (READY, PAUSED, CANCELLED))
    if await session.scalar(select(counts(rescore_id))):
        raise RescoreNotDue(state=APPLIED.value)
    rescore = await _move(session, user, rescore_id, _Step("rescore.discard", (READY, PAUSED, CANCELLED), DISCARDED))
    await session.execute(delete(RescoreItem).where(RescoreItem.rescore_id == rescore_id))
    return rescore


async def throttle(session: AsyncSession, user: User | None, rescore_id: uuid.UUID, per_minute: int | None) -> Rescore:
    """Say how fast a set may go from now on; None: as fast as nobody is kept waiting.

    Raises:
        UnknownRescore, RescoreNotDue: It is none that the person may see, or worked out already.

    """
    rescore = await held(session, user, rescore_id, (RUNNING, PAUSED))
    before, rescore.per_minute = rescore.per_minute, per_minute
    await _note_start(session, rescore)
    now = {"before": before, "now": per_minute}
    audit.note(session, user, "rescore.throttle", rescore_id, course_id=rescore.course_id, **now)
    return rescore


async def keep_present(
    session: AsyncSession, user: User | None, rescore_id: uuid.UUID, pick: Pick | None = None
) -> int:
    """Decide that what could not be worked out keeps its present verdict; return for how many that was decided.

    Raises:
        UnknownRescore: There is none that the person may see.
        RescoreNotDue: It is not worked out.
        TrialNeverCounts: It tries an image.

    """
    rescore = await held(session, user, rescore_id, (READY, APPLIED))
    if is_trial(rescore):
        raise TrialNeverCounts
    meant = and_(*picked(rescore_id, pick or Pick()), RescoreItem.state == ItemState.ERROR)
    number = await updated(session, update(RescoreItem).where(meant).values(state=ItemState.KEPT))
    audit.note(session, user, "rescore.keep", rescore_id, course_id=rescore.course_id, items=number)
    await tell(session, rescore_id)
    return number


async def waiting_chunks(session: AsyncSession, rescore_id: uuid.UUID) -> list[int]:
    """Return the chunks of a set in which items wait."""
    waiting = (RescoreItem.rescore_id == rescore_id, RescoreItem.state == ItemState.WAITING)
    rows = await session.scalars(select(RescoreItem.chunk).where(*waiting).distinct().order_by(RescoreItem.chunk))
    return list(rows)


async def _move(session: AsyncSession, user: User | None, rescore_id: uuid.UUID, step: _Step) -> Rescore:
    """Take a set from one state to another."""
    rescore = await held(session, user, rescore_id, step.states)
    before, to = rescore.state, step.to
    rescore.state = to
    audit.note(session, user, step.action, rescore_id, course_id=rescore.course_id, before=before.value, now=to.value)
    await session.flush()
    await tell(session, rescore_id)
    return rescore


async def let_run(session: AsyncSession, rescore: Rescore) -> None:
    """Ask workers for what waits and is in no job's hands yet, and begin to count how fast it goes."""
    await _note_start(session, rescore)
    if not is_trial(rescore):
        attended = set(await session.scalars(_ATTENDED, {"id": str(rescore.id)}))
        lonely = [chunk for chunk in await waiting_chunks(session, rescore.id) if chunk not in attended]
        await ring_for_rescore(session, rescore.id, lonely)


async def _note_start(session: AsyncSession, rescore: Rescore) -> None:
    """Begin to count how fast a set goes."""
    rescore.done_at_resume = await done_items(session, rescore.id)
    moment = await session.scalar(select(func.clock_timestamp()))
    if moment is not None:
        rescore.resumed_at = moment
    await session.flush()
