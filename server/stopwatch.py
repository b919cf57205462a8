"""How long people wait for findings and verdicts: histograms that only rise, kept by each web process.

Why so. A histogram over the last minutes, made in SQL at each asking, cannot be summed, and loses what happened between
two askings. Counting along with the feed loses what happened while it was deaf, and reads a row for each change. So the
stored moments are read when somebody asks, each submission once, from an index and from where the last asking ended. A
submission's moment is written a little before its transaction commits; the last seconds are therefore read again, and
who was counted already is known by id.
"""

import asyncio
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import DateTime, func, select, type_coerce
from sqlalchemy.ext.asyncio import AsyncSession

from server.database.models import Grading, State, Submission

#: Upper ends, in seconds: from a quiz's answer to a long training behind others.
BOUNDS = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1800.0)

QUICK, VERDICT = "quick", "verdict"

#: No transaction that writes a verdict takes longer between its moment and its commit.
OVERLAP = timedelta(seconds=30)
#: Rows of one asking, so that the first one after a long silence is bounded; the next goes on from there.
MOST_ROWS = 2000


@dataclass(slots=True)
class Latencies:
    """One histogram."""

    counts: list[int] = field(default_factory=lambda: [0] * (len(BOUNDS) + 1))
    sum: float = 0.0

    def add(self, seconds: float) -> None:
        """Count one."""
        self.counts[bisect_left(BOUNDS, seconds)] += 1
        self.sum += seconds

    def buckets(self) -> list[tuple[str, float]]:
        """Return upper ends and how many stayed below each, as Prometheus wants them."""
        total, found = 0, []
        for end, count in zip([*(str(bound) for bound in BOUNDS), "+Inf"], self.counts, strict=True):
            total += count
            found.append((end, float(total)))
        return found


class Stopwatch:
    """Counts each submission that was judged since it was asked first."""

    def __init__(self) -> None:
        """Begin at the first asking."""
        self._latencies = {QUICK: Latencies(), VERDICT: Latencies()}
        self._since: datetime | None = None  #: the first asking; nothing before it is counted
        self._read_to: datetime | None = None
        self._counted: dict[UUID, datetime] = {}
        self._one_at_a_time = asyncio.Lock()

    async def read(self, session: AsyncSession) -> Mapping[str, Latencies]:
        """Count what was judged since the last asking, and return the histograms so far.

        Submissions that were answered with another one's verdict are left out: nobody judged anything for them.
        """
        async with self._one_at_a_time:
            if self._since is None or self._read_to is None:
                self._since = self._read_to = await session.scalar(select(func.clock_timestamp()))
            else:
                self._read_to = await self._read_on(session, max(self._since, self._read_to - OVERLAP), self._read_to)
            return self._latencies

    async def _read_on(self, session: AsyncSession, begin: datetime, read_to: datetime) -> datetime:
        """Count what was judged after ``begin`` and is not counted yet; return the latest moment that was met."""
        finished_at = type_coerce(Submission.finished_at, DateTime(timezone=True))
        rows = await session.execute(
            select(Submission.id, finished_at, Submission.created_at, Grading.created_at)
            .join(Grading, Grading.id == Submission.current_grading_id)
            .where(
                Submission.finished_at > begin,
                Submission.state == State.DONE,
                Submission.answered_by_id.is_(None),
                Submission.id.not_in(self._counted),
            )
            .order_by(Submission.finished_at)
            .limit(MOST_ROWS)
        )
        for submission_id, finished, handed_in, quick in rows:
            self._counted[submission_id] = finished
            read_to = max(read_to, finished)
            # A grading is dated when its transaction began, which is when the quick findings were there.
            self._latencies[QUICK].add(max(0.0, (quick - handed_in).total_seconds()))
            self._latencies[VERDICT].add((finished - handed_in).total_seconds())
        self._counted = {one: moment for one, moment in self._counted.items() if moment > read_to - OVERLAP}
        return read_to
