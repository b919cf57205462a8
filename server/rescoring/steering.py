"""Steer a rescore: pause, resume, cancel, throw away, slow down; try again, or decide about what failed."""

import asyncio
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, func, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from server import audit
from server.courses.shelf import Shelf
from server.database.models import (
    Depth,
    ExerciseVersion,
    Grading,
    ItemState,
    Rescore,
    RescoreItem,
    RescoreState,
    Submission,
    User,
)
from server.errors import RescoreNotDue
from server.queue.doorbell import ring_for_rescore
from server.rescoring.applying import OUTDATED
from server.rescoring.depth import least_that_suffices
from server.rescoring.finding import held
from server.rescoring.picking import Pick, picked
from server.rescoring.planning import BY_A_LIMIT
from server.rescoring.progress import done_items
from server.rescoring.scope import JUDGED_BY
from server.rescoring.writing import tell

RUNNING, PAUSED, CANCELLED = RescoreState.RUNNING, RescoreState.PAUSED, RescoreState.CANCELLED
READY, APPLIED, DISCARDED = RescoreState.READY, RescoreState.APPLIED, RescoreState.DISCARDED

#: What an item is before anything is known of it.
_BLANK: dict[str, Any] = dict.fromkeys(
    ("after_outcome", "after_score", "change", "cause", "checks", "spread", "result", "fault", "deepened")
)

# The verdict that counts now takes the place of the one that was rescored; sets of people who were removed are gone.
_REFRESH = text(
    """
    update rescore_items item
       set before_grading_id = grading.id, before_outcome = grading.outcome, before_score = grading.score
      from submissions submission join gradings grading on grading.id = submission.current_grading_id
     where item.rescore_id = :rescore_id and item.state = 'waiting' and submission.id = item.submission_id
       and submission.state = 'done' and grading.state = 'final' and grading.id <> item.before_grading_id
    """
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
    await _let_run(session, rescore)
    return rescore


async def cancel(session: AsyncSession, user: User | None, rescore_id: uuid.UUID) -> Rescore:
    """Give a set up before it is worked out.

    Raises:
        UnknownRescore, RescoreNotDue: It is none that the person may see, or worked out already.

    """
    return await _move(session, user, rescore_id, _Step("rescore.cancel", (RUNNING, PAUSED), CANCELLED))


async def discard(session: AsyncSession, user: User | None, rescore_id: uuid.UUID) -> Rescore:
    """Throw away what a set worked out, none of which counts.

    Raises:
        UnknownRescore, RescoreNotDue: It is none that the person may see, or some of it counts.

    """
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


async def try_again(
    session: AsyncSession, user: User | None, rescore_id: uuid.UUID, shelf: Shelf, pick: Pick | None = None
) -> int:
    """Work out items again: those that failed, and those whose verdict has changed since.

    Args:
        session: A unit of work.
        user: Who asks; None for the operator.
        rescore_id: The set.
        shelf: Where versions stand.
        pick: Among which items; all when left out.

    Returns:
        How many are worked out again; the set is running then.

    Raises:
        UnknownRescore: There is none that the person may see.
        RescoreNotDue: It is not worked out, or nothing of it is to be tried again.

    """
    rescore = await held(session, user, rescore_id, (READY, APPLIED))
    changed_since = select(Submission.id).where(Submission.id == RescoreItem.submission_id, OUTDATED).exists()
    failed = RescoreItem.state.in_((ItemState.ERROR, ItemState.KEPT))
    meant = and_(
        *picked(rescore_id, pick or Pick()),
        RescoreItem.applied_grading_id.is_(None),
        failed | changed_since,
    )
    again = await session.execute(
        update(RescoreItem)
        .where(meant)
        .values(state=ItemState.WAITING, **_BLANK)
        .returning(RescoreItem.submission_id)
        .execution_options(synchronize_session=False)
    )
    number = len(again.all())
    if not number:
        raise RescoreNotDue(state=rescore.state.value)
    await session.execute(_REFRESH, {"rescore_id": rescore_id})
    await _choose_depths(session, rescore, shelf)
    rescore.state = RUNNING
    rescore.finished_at = None
    await _let_run(session, rescore)
    audit.note(session, user, "rescore.again", rescore_id, course_id=rescore.course_id, items=number)
    await tell(session, rescore_id)
    return number


async def keep_present(
    session: AsyncSession, user: User | None, rescore_id: uuid.UUID, pick: Pick | None = None
) -> int:
    """Decide that what could not be worked out keeps its present verdict; return for how many that was decided.

    Raises:
        UnknownRescore: There is none that the person may see.
        RescoreNotDue: It is not worked out.

    """
    rescore = await held(session, user, rescore_id, (READY, APPLIED))
    meant = and_(*picked(rescore_id, pick or Pick()), RescoreItem.state == ItemState.ERROR)
    kept = await session.execute(
        update(RescoreItem)
        .where(meant)
        .values(state=ItemState.KEPT)
        .returning(RescoreItem.submission_id)
        .execution_options(synchronize_session=False)
    )
    number = len(kept.all())
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


async def _let_run(session: AsyncSession, rescore: Rescore) -> None:
    """Ask workers for what waits, and begin to count how fast it goes."""
    await _note_start(session, rescore)
    await ring_for_rescore(session, rescore.id, await waiting_chunks(session, rescore.id))


async def _note_start(session: AsyncSession, rescore: Rescore) -> None:
    """Begin to count how fast a set goes."""
    rescore.done_at_resume = await done_items(session, rescore.id)
    moment = await session.scalar(select(func.clock_timestamp()))
    if moment is not None:
        rescore.resumed_at = moment
    await session.flush()


async def _choose_depths(session: AsyncSession, rescore: Rescore, shelf: Shelf) -> None:
    """Choose anew how deep the items go that wait: their verdict may be another version's now."""
    if rescore.scope.get("depth") is not None:
        return
    pairs = (
        await session.execute(
            select(JUDGED_BY.label("old"), RescoreItem.exercise_version_id.label("new"), BY_A_LIMIT.label("limit"))
            .select_from(RescoreItem)
            .join(Submission, Submission.id == RescoreItem.submission_id)
            .join(Grading, Grading.id == RescoreItem.before_grading_id)
            .where(RescoreItem.rescore_id == rescore.id, RescoreItem.state == ItemState.WAITING)
            .distinct()
        )
    ).all()
    for old, new, limit in pairs:
        depth = await _depth(session, shelf, old, new, by_a_limit=limit)
        of_pair: ColumnElement[bool] = and_(JUDGED_BY.in_([old]), BY_A_LIMIT.is_(limit))
        theirs = (
            select(Submission.id)
            .join(Grading, Grading.id == RescoreItem.before_grading_id)
            .where(Submission.id == RescoreItem.submission_id, of_pair)
            .correlate(RescoreItem)
        )
        await session.execute(
            update(RescoreItem)
            .where(
                RescoreItem.rescore_id == rescore.id,
                RescoreItem.state == ItemState.WAITING,
                RescoreItem.exercise_version_id == new,
                theirs.exists(),
            )
            .values(depth=depth)
            .execution_options(synchronize_session=False)
        )


async def _depth(session: AsyncSession, shelf: Shelf, old: uuid.UUID, new: uuid.UUID, *, by_a_limit: bool) -> Depth:
    """Return how deep it goes from one version to another."""
    before, now = await session.get_one(ExerciseVersion, old), await session.get_one(ExerciseVersion, new)

    def compare() -> Depth:
        bundle = shelf.load(before.version)
        return least_that_suffices(bundle, shelf.load(now.version), by_a_limit=by_a_limit).depth

    return await asyncio.to_thread(compare)
