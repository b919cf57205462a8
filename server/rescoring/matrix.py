"""What a set would change, counted: verdicts before and after, scores by tenths, causes, depths."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from server.database.models import ItemState, RescoreItem

TENTHS = 10


@dataclass(frozen=True, slots=True)
class Cell:
    """Submissions whose verdict was this and would be that."""

    before: str
    after: str
    count: int
    up: int
    down: int


@dataclass(frozen=True, slots=True)
class Overview:
    """What a set would change, as far as it is worked out.

    Attributes:
        cells: One for each pair of outcomes that occurs.
        before_scores: How many had a score in each tenth; the last holds full scores too.
        after_scores: How many would have.
        changes: ``same``, ``words``, ``up``, ``down``, ``level`` to number.
        causes: ``rule``, ``environment``, ``noise`` to number.
        depths: ``recheck``, ``rejudge``, ``rerun`` to number.
        deepened: Why some went deeper than planned, to number.

    """

    cells: Sequence[Cell]
    before_scores: Sequence[int]
    after_scores: Sequence[int]
    changes: Mapping[str, int]
    causes: Mapping[str, int]
    depths: Mapping[str, int]
    deepened: Mapping[str, int]


async def overview(session: AsyncSession, rescore_id: uuid.UUID) -> Overview:
    """Count what a set would change; in one look at its items."""
    item = RescoreItem
    before_tenth = func.least(func.floor(item.before_score * TENTHS + 1e-9), TENTHS - 1).label("before_tenth")
    after_tenth = func.least(func.floor(item.after_score * TENTHS + 1e-9), TENTHS - 1).label("after_tenth")
    keys = (
        item.before_outcome,
        item.after_outcome,
        before_tenth,
        after_tenth,
        item.change,
        item.cause,
        item.depth,
        item.deepened,
    )
    rows = (
        await session.execute(
            select(*keys, func.count().label("number"))
            .where(item.rescore_id == rescore_id, item.state == ItemState.DONE)
            .group_by(*keys)
        )
    ).all()
    cells: dict[tuple[str, str], list[int]] = {}
    before_scores, after_scores = [0] * TENTHS, [0] * TENTHS
    counted: dict[str, dict[str, int]] = {"change": {}, "cause": {}, "depth": {}, "deepened": {}}
    for row in rows:
        cell = cells.setdefault((row.before_outcome, row.after_outcome), [0, 0, 0])
        for place, meant in enumerate((True, row.change == "up", row.change == "down")):
            cell[place] += row.number if meant else 0
        before_scores[int(row.before_tenth)] += row.number
        after_scores[int(row.after_tenth)] += row.number
        for name, numbers in counted.items():
            for word in str(getattr(row, name) or "").split():
                numbers[word] = numbers.get(word, 0) + row.number
    return Overview(
        cells=[Cell(*pair, *numbers) for pair, numbers in sorted(cells.items())],
        before_scores=before_scores,
        after_scores=after_scores,
        changes=counted["change"],
        causes=counted["cause"],
        depths=counted["depth"],
        deepened=counted["deepened"],
    )
