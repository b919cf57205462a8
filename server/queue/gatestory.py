"""Pass on how far a check is, from its threads to the database: two writes a second at most, never in the way."""

import asyncio
import contextlib
import logging

from server.database.engine import Database
from server.errors import DatabaseAway
from server.gate import Fated, Kept
from server.gate.report import file_of
from server.imports.checking import GateClaim, GateProgress, write_gate_progress

log = logging.getLogger(__name__)

BETWEEN_WRITES = 0.5  # seconds
LONGEST_WRITE = 3.0  # seconds
SIGN_OF_LIFE = 10.0  # seconds after which it is written down that the check goes on, though nothing is new


class GateStory:
    """Knows how far one check is, and writes it down while it goes on."""

    def __init__(self, database: Database, held: GateClaim) -> None:
        """Prepare; to be made in the event loop that will run :meth:`tell_on`."""
        self._database = database
        self._held = held
        self._loop = asyncio.get_running_loop()
        self._latest: GateProgress | None = None
        self._broken = 0
        self._fresh = asyncio.Event()
        self._ended = False

    def tell(self, done: int, total: int, last: Kept | Fated) -> None:
        """Take what was judged last; called in the check's threads, one at a time, returns at once."""
        if isinstance(last, Kept) and not last.kept:
            self._broken += 1
        name = file_of(last) if isinstance(last, Kept) else last.mutant.id
        progress = GateProgress(done=done, total=total, broken=self._broken, last=name)
        with contextlib.suppress(RuntimeError):  # the loop has ended, and the worker with it
            self._loop.call_soon_threadsafe(self._take, progress)

    def end(self) -> None:
        """Say that nothing more will come."""
        self._ended = True
        self._fresh.set()

    async def tell_on(self) -> None:
        """Write down how far it is as it goes on; ends after :meth:`end`."""
        written: GateProgress | None = None
        while not self._ended:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._fresh.wait(), SIGN_OF_LIFE)
            self._fresh.clear()
            if self._ended:
                return
            latest = self._latest
            await self._write(latest if latest != written else None)
            written = latest
            await asyncio.sleep(BETWEEN_WRITES)

    def _take(self, progress: GateProgress) -> None:
        self._latest = progress
        self._fresh.set()

    async def _write(self, progress: GateProgress | None) -> None:
        try:
            async with asyncio.timeout(LONGEST_WRITE), self._database.unit_of_work() as session:
                await write_gate_progress(session, self._held, progress)
        except (DatabaseAway, TimeoutError) as problem:
            log.info("the progress of import %s was not written down: %s", self._held.import_id, problem)
        except Exception:  # it must not end the telling, and is no fault of the exercise
            log.exception("the progress of import %s was not written down", self._held.import_id)
