"""Work out items by running: what a set has of the same code already, and what a run needs to know."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from server.database.models import Depth, ExerciseVersion, ItemState, Rescore, RescoreItem, RescoreState, Submission
from server.rescoring.after import After
from server.rescoring.before import Item
from server.rescoring.trials import UPGRADE


@dataclass(frozen=True, slots=True)
class Orders:
    """What a set asks of whoever works it out, as of now."""

    state: RescoreState
    scope: dict[str, Any]
    per_minute: int | None
    repeats: int

    @property
    def deepen(self) -> bool:
        """Whether an item may go deeper than planned."""
        return self.scope.get("depth") is None

    @property
    def is_trial(self) -> bool:
        """Whether it tries an image: whoever has that image works it out, and no worker."""
        return UPGRADE in self.scope


async def orders_of(session: AsyncSession, rescore_id: uuid.UUID) -> Orders | None:
    """Return what a set asks; None where there is no such set any more."""
    columns = (Rescore.state, Rescore.scope, Rescore.per_minute, Rescore.repeats)
    row = (await session.execute(select(*columns).where(Rescore.id == rescore_id))).one_or_none()
    return None if row is None else Orders(*row)


async def source_of(session: AsyncSession, submission_id: uuid.UUID) -> str | None:
    """Return the program of a submission; None where it was removed meanwhile."""
    source: str | None = await session.scalar(select(Submission.source).where(Submission.id == submission_id))
    return source or None


@dataclass(frozen=True, slots=True)
class Known:
    """What a program came to, and how its repeats did where it was repeated."""

    after: After
    spread: dict[str, Any] | None


async def already_run(session: AsyncSession, rescore_id: uuid.UUID, item: Item) -> Known | None:
    """Return what another item of the set with the same code came to, if it ran; rather one that was repeated."""
    row = (
        await session.execute(
            select(RescoreItem.after_outcome, RescoreItem.after_score, RescoreItem.result, RescoreItem.spread)
            .join(ExerciseVersion, ExerciseVersion.id == RescoreItem.exercise_version_id)
            .where(
                RescoreItem.rescore_id == rescore_id,
                ExerciseVersion.version == item.version,
                RescoreItem.sha256 == item.sha256,
                RescoreItem.state == ItemState.DONE,
                RescoreItem.depth.in_((Depth.REJUDGE, Depth.RERUN)),
                RescoreItem.result.is_not(None),
            )
            .order_by(RescoreItem.spread.is_(None))
            .limit(1)
        )
    ).one_or_none()
    if row is None or "evidence" not in row.result:
        return None
    run = {name: value for name, value in row.result.items() if name not in {"findings", "error"}}
    after = After(row.after_outcome, row.after_score, row.result["findings"], row.result["error"], run)
    return Known(after, row.spread)


def of_same_code(items: Sequence[Item]) -> list[Item]:
    """Return the first of some items and those after it that have its code, version and depth."""
    first = items[0]
    return [one for one in items if (one.version, one.sha256, one.depth) == (first.version, first.sha256, first.depth)]
