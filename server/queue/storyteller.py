"""Pass a training's points on from the judging thread to the database: two writes a second at most, never in the way.

Nothing waits for these writes. One that fails, or takes too long, is forgotten; the next one carries its points too.
"""

import asyncio
import contextlib
import logging

from server.database.engine import Database
from server.errors import DatabaseAway
from server.progress import TrainingPoint
from server.submissions.grading import Claim
from server.submissions.progress import MOST_POINTS, NumberedPoint, write_progress

log = logging.getLogger(__name__)

BETWEEN_WRITES = 0.5  # seconds
LONGEST_WRITE = 3.0  # seconds


class Storyteller:
    """Collects the points of one training and writes them down while it goes on."""

    def __init__(self, database: Database, held: Claim) -> None:
        """Prepare; to be made in the event loop that will run :meth:`tell_on`."""
        self._database = database
        self._held = held
        self._loop = asyncio.get_running_loop()
        self._points: list[NumberedPoint] = []
        self._stride = 1
        self._told = 0
        self._fresh = asyncio.Event()
        self._ended = False

    def add(self, point: TrainingPoint) -> None:
        """Take a point; called in the judging thread, returns at once."""
        with contextlib.suppress(RuntimeError):  # the loop has ended, and the worker with it
            self._loop.call_soon_threadsafe(self._take, point)

    def end(self) -> None:
        """Say that no more points will come; what is there is still written down, which nobody waits for."""
        self._ended = True
        self._fresh.set()

    async def tell_on(self) -> None:
        """Write points down as they come; ends after :meth:`end`."""
        written = 0
        while not self._ended:
            await self._fresh.wait()
            self._fresh.clear()
            if self._told > written:
                written = self._told
                await self._write()
                await asyncio.sleep(BETWEEN_WRITES)
        if self._told > written:
            await self._write()

    def _take(self, point: TrainingPoint) -> None:
        self._told += 1
        if self._points and not self._stays(self._points[-1]):
            self._points.pop()  # it was there as the latest only
        self._points.append(NumberedPoint(self._told, point))
        if len(self._points) > MOST_POINTS:
            self._stride *= 2  # whoever comes late sees the whole way, only coarser
            latest = self._points[-1]
            self._points = [one for one in self._points if self._stays(one) or one is latest]
        self._fresh.set()

    def _stays(self, point: NumberedPoint) -> bool:
        """Tell whether a point is one of those that stay when they are thinned out; the first always does."""
        return (point.n - 1) % self._stride == 0

    async def _write(self) -> None:
        try:
            async with asyncio.timeout(LONGEST_WRITE), self._database.unit_of_work() as session:
                await write_progress(session, self._held.submission_id, self._held.token, list(self._points))
        except (DatabaseAway, TimeoutError) as problem:
            log.info("the progress of submission %s was not written down: %s", self._held.submission_id, problem)
        except Exception:  # it must not end the telling, and is no fault of the submission
            log.exception("the progress of submission %s was not written down", self._held.submission_id)
