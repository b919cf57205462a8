"""How far a training is, as it says itself: kept beside the submission, read by whoever looks, gone after a day.

The claims lie in a table of their own, so that writing them down never touches the row that the verdict locks.
"""

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Self

from sqlalchemy import delete, func, text
from sqlalchemy.ext.asyncio import AsyncSession

from server.database.models import ProgressRow
from server.progress import TrainingPoint
from server.submissions.grading import notify

MOST_POINTS = 200
KEPT = timedelta(days=1)

#: Under the claim's token: what an outlived worker still tells is dropped. It locks no row of ``submissions``.
_WRITE = text(
    """
    insert into training_progress as old (submission_id, attempt, points, updated_at)
    select id, attempt, cast(:points as jsonb), clock_timestamp()
      from submissions where id = :submission_id and attempt = :attempt
        on conflict (submission_id) do update
       set attempt = excluded.attempt, points = excluded.points, updated_at = excluded.updated_at
     where old.attempt <= excluded.attempt
    returning 1
    """
)


@dataclass(frozen=True, slots=True)
class NumberedPoint:
    """A point and its place in the order in which it was told, from 1; epochs may begin again, this never does."""

    n: int
    point: TrainingPoint

    def to_json(self) -> dict[str, Any]:
        """Return it as it is stored and sent."""
        return {"n": self.n, **self.point.to_json()}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """Read what :meth:`to_json` wrote."""
        return cls(data["n"], TrainingPoint(**{name: value for name, value in data.items() if name != "n"}))


@dataclass(frozen=True, slots=True)
class TrainingProgress:
    """The points of one training, thinned out; another ``attempt`` is another training, from its first epoch on."""

    attempt: int
    points: tuple[NumberedPoint, ...]

    @classmethod
    def of(cls, row: ProgressRow | None, attempt: int) -> Self | None:
        """Read a row back, unless what it says is of an earlier claim than the present one."""
        if row is None or row.attempt != attempt or not row.points:
            return None
        return cls(row.attempt, tuple(NumberedPoint.from_json(point) for point in row.points))

    @property
    def latest(self) -> TrainingPoint:
        """The last epoch that was told."""
        return self.points[-1].point

    def after(self, n: int) -> list[dict[str, Any]]:
        """Return the points that were told after the ``n``-th, as they are sent."""
        return [point.to_json() for point in self.points if point.n > n]


async def write_progress(
    session: AsyncSession, submission_id: uuid.UUID, attempt: int, points: Sequence[NumberedPoint]
) -> None:
    """Write down how far a training is, and tell whoever listens; nothing if somebody else has claimed it since."""
    written = await session.scalar(
        _WRITE,
        {
            "submission_id": submission_id,
            "attempt": attempt,
            "points": json.dumps([point.to_json() for point in points]),
        },
    )
    if written is not None:
        await notify(session, submission_id)


async def purge_progress(session: AsyncSession) -> None:
    """Take away what trainings told that ended long ago."""
    await session.execute(delete(ProgressRow).where(ProgressRow.updated_at < func.now() - KEPT))
