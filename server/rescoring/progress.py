"""How far a rescore is, how fast it goes, and when it will probably be done."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from server.database.models import ItemState, Rescore, RescoreItem, RescoreState

MINUTE = 60.0


@dataclass(frozen=True, slots=True)
class Tally:
    """A set in a list, in numbers.

    Attributes:
        total: Items.
        waiting: Not worked out yet.
        errors: Could not be worked out, and nobody has decided about them.
        changed: Would have another outcome or score.
        applied: Were let count and have not been taken back.
        undone: Were let count and taken back.

    """

    total: int = 0
    waiting: int = 0
    errors: int = 0
    changed: int = 0
    applied: int = 0
    undone: int = 0


@dataclass(frozen=True, slots=True)
class Progress:
    """A set at one moment.

    Attributes:
        total: Items; fewer than there were where people were removed since.
        waiting: Not worked out yet.
        errors: Could not be worked out, and nobody has decided about them.
        kept: Could not be worked out, and a grader decided that the present verdict stays.
        changed: Would have another outcome or score.
        reworded: Would only be told otherwise.
        up: Of those that change, would rise.
        down: Would fall.
        level: Would have another outcome with the same score.
        per_minute: How fast it goes since it was last let run; None while that cannot be said.
        seconds_left: Until it is worked out, probably; None while that cannot be said.

    """

    total: int
    waiting: int
    errors: int
    kept: int
    changed: int
    reworded: int
    up: int
    down: int
    level: int
    per_minute: float | None
    seconds_left: float | None

    @property
    def done(self) -> int:
        """How many are worked out, whatever came of it."""
        return self.total - self.waiting


async def progress_of(session: AsyncSession, rescore: Rescore) -> Progress:
    """Count a set's items."""
    item, state = RescoreItem, RescoreItem.state
    counts = (
        await session.execute(
            select(
                func.count(),
                func.count().filter(state == ItemState.WAITING),
                func.count().filter(state == ItemState.ERROR),
                func.count().filter(state == ItemState.KEPT),
                func.count().filter(item.change.in_(("up", "down", "level"))),
                func.count().filter(item.change == "words"),
                func.count().filter(item.change == "up"),
                func.count().filter(item.change == "down"),
                func.count().filter(item.change == "level"),
            ).where(item.rescore_id == rescore.id)
        )
    ).one()
    total, waiting = counts[0], counts[1]
    rate = await _per_minute(session, rescore, total - waiting) if rescore.state is RescoreState.RUNNING else None
    left = None if not rate else round(waiting / rate * MINUTE, 1)
    return Progress(*counts, per_minute=None if not rate else round(rate, 1), seconds_left=left)


async def tallies_of(session: AsyncSession, rescore_ids: Sequence[uuid.UUID]) -> Mapping[uuid.UUID, Tally]:
    """Count the items of several sets at once; a set without any is left out."""
    item, state = RescoreItem, RescoreItem.state
    counted = item.applied_grading_id.is_not(None)
    rows = await session.execute(
        select(
            item.rescore_id,
            func.count(),
            func.count().filter(state == ItemState.WAITING),
            func.count().filter(state == ItemState.ERROR),
            func.count().filter(item.change.in_(("up", "down", "level"))),
            func.count().filter(counted, item.undone.is_(False)),
            func.count().filter(counted, item.undone.is_(True)),
        )
        .where(item.rescore_id.in_(rescore_ids))
        .group_by(item.rescore_id)
    )
    return {row[0]: Tally(*row[1:]) for row in rows}


async def ahead_of_pace(session: AsyncSession, rescore_id: uuid.UUID) -> float:
    """Return the seconds by which a set is ahead of the pace that was asked for."""
    rescore = await session.get(Rescore, rescore_id, populate_existing=True)
    if rescore is None or not rescore.per_minute:
        return 0.0
    done = await done_items(session, rescore_id) - rescore.done_at_resume
    return done / rescore.per_minute * MINUTE - await _running_seconds(session, rescore)


async def done_items(session: AsyncSession, rescore_id: uuid.UUID) -> int:
    """Return how many items do not wait any more."""
    counted = select(func.count()).where(RescoreItem.rescore_id == rescore_id, RescoreItem.state != ItemState.WAITING)
    return await session.scalar(counted) or 0


async def _per_minute(session: AsyncSession, rescore: Rescore, done: int) -> float | None:
    """Return how fast a set goes since it was last let run."""
    seconds = await _running_seconds(session, rescore)
    return None if seconds <= 0 else (done - rescore.done_at_resume) / seconds * MINUTE


async def _running_seconds(session: AsyncSession, rescore: Rescore) -> float:
    """Return for how long a set has been running since it was last let run."""
    elapsed = select(func.extract("epoch", func.clock_timestamp() - Rescore.resumed_at)).where(Rescore.id == rescore.id)
    return float(await session.scalar(elapsed) or 0)
