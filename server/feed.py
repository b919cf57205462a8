"""Hear of changes: one LISTEN per process, handed on to everybody who waits for a certain submission.

A change is a doorbell without a message: who hears it reads the row again. Subscribe first, then read, so that nothing
falls between. After the listening connection was lost everybody is woken, because anything may have happened meanwhile.

A connection that seems to live may hear nothing: behind a pooler that cannot LISTEN, or where a firewall forgot it. So
the feed calls itself every few seconds, through the ordinary pool; what the database took and we did not hear makes us
deaf. While the database is away nobody is deaf, only alone.
"""

import asyncio
import json
import logging
import math
import random
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import text

from server.database.engine import AWAY, Database
from server.errors import DatabaseAway
from server.submissions.grading import CHANNEL

log = logging.getLogger(__name__)

RECONNECT_SECONDS = 0.5
EVERYTHING = "*"  # no submission's id: who waits for this hears of every change
PULSE_SECONDS = 5.0
PULSE = "feed_pulse"  #: the channel on which feeds call themselves; the payload says which

PATIENCE = 5.0  # seconds for the database to take a call

QUEUE_SECONDS = 2.0  # the least between two moves of the queue that one listener hears of
MOST_LOOKS = 25  # at the queue in a second, for all listeners of this process together; a look costs about 8 ms

#: Deaf for so long, a process is better started again.
DEAF_SECONDS = 30.0

_CALL = text("select pg_notify(:channel, :name)")


class Changes:
    """The changes of one submission, coalesced: however many came while nobody looked, they are one.

    Whoever shows a place in the queue sets ``follows_queue``, and hears now and then of changes of others too.
    """

    def __init__(self) -> None:
        self.follows_queue = False
        self._changed = asyncio.Event()
        self._ended = False
        self._moved_at = -math.inf  # when it was last told that the queue had moved
        self._to_tell: asyncio.TimerHandle | None = None

    def ring(self) -> None:
        """Say that something changed."""
        self._changed.set()

    def queue_moved(self, pause_seconds: float) -> None:
        """Say that the queue moved: soon, or when the pause since the last time is over; once for each pause.

        A pause longer than the least one says that many listen: they are told one after another over that time, or all
        of them would look at the same moment, and a verdict would have to wait behind their looks.
        """
        if not self.follows_queue or self._to_tell is not None:
            return
        loop = asyncio.get_running_loop()
        soon = loop.time() + random.uniform(0, pause_seconds - QUEUE_SECONDS)  # noqa: S311 (no secret)
        self._to_tell = loop.call_at(max(soon, self._moved_at + pause_seconds), self._tell_moved)

    def _tell_moved(self) -> None:
        self._to_tell = None
        self._moved_at = asyncio.get_running_loop().time()
        if self.follows_queue:
            self.ring()

    def forget(self) -> None:
        """Tell nothing later: nobody listens any more."""
        if self._to_tell is not None:
            self._to_tell.cancel()

    def end(self) -> None:
        """Say that nothing more will be told: the process stops."""
        self._ended = True
        self._changed.set()

    def __aiter__(self) -> AsyncIterator[None]:
        """Iterate over the changes, waiting for each."""
        return self

    async def __anext__(self) -> None:
        await self._changed.wait()
        if self._ended:
            raise StopAsyncIteration
        self._changed.clear()


class Feed:
    """The process's one listener, and who waits for what."""

    def __init__(
        self, database: Database, *, pulse_seconds: float = PULSE_SECONDS, deaf_after: float = DEAF_SECONDS
    ) -> None:
        """Listen to ``database`` once :meth:`start` was called.

        Args:
            database: Tells of changes.
            pulse_seconds: How often we call ourselves.
            deaf_after: Seconds without hearing that after which :attr:`is_deaf`.

        """
        self._database = database
        self._deaf_after = deaf_after
        self._pulse_seconds = pulse_seconds
        self._name = uuid.uuid4().hex
        self._waiting: dict[str, set[Changes]] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._listening = asyncio.Event()
        self._ended = False
        self._unheard_since: float | None = None

    @property
    def subscribers(self) -> int:
        """How many subscriptions there are."""
        return sum(len(changes) for changes in self._waiting.values())

    @property
    def deaf_seconds(self) -> float:
        """For how long the database took what we did not hear; 0 when all is well, and while the database is away."""
        return 0.0 if self._unheard_since is None else time.monotonic() - self._unheard_since

    @property
    def is_deaf(self) -> bool:
        """Whether that has lasted too long to hope."""
        return self.deaf_seconds > self._deaf_after

    @property
    def is_listening(self) -> bool:
        """Whether there is a listening connection, as far as we know."""
        return self._listening.is_set()

    async def start(self) -> None:
        """Begin to listen, in the background; a database that is away is tried again and again."""
        if not self._tasks:
            self._tasks = [
                asyncio.create_task(self._listen_for_ever(), name="feed"),
                asyncio.create_task(self._call_ourselves(), name="feed's pulse"),
            ]

    async def stop(self) -> None:
        """Stop listening and end every subscription, those that come later at once."""
        self._ended = True
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []
        for changes in [each for waiting in self._waiting.values() for each in waiting]:
            changes.end()

    async def listening(self) -> None:
        """Wait until the listener is connected."""
        await self._listening.wait()

    @asynccontextmanager
    async def subscribe(self, submission_id: uuid.UUID) -> AsyncIterator[Changes]:
        """Hear of each change of a submission from now on: ``async for _ in changes``."""
        async with self._waiting_for(str(submission_id)) as changes:
            yield changes

    @asynccontextmanager
    async def subscribe_to_all(self) -> AsyncIterator[Changes]:
        """Hear of each change of any submission from now on; many changes at once are one."""
        async with self._waiting_for(EVERYTHING) as changes:
            yield changes

    @asynccontextmanager
    async def _waiting_for(self, key: str) -> AsyncIterator[Changes]:
        changes = Changes()
        if self._ended:
            changes.end()
        self._waiting.setdefault(key, set()).add(changes)
        try:
            yield changes
        finally:
            changes.forget()
            waiting = self._waiting[key]
            waiting.discard(changes)
            if not waiting:
                del self._waiting[key]

    async def _listen_for_ever(self) -> None:
        while True:
            try:
                await self._listen()
            except AWAY as error:
                log.warning("the feed lost the database and tries again: %s", error)
            except Exception:  # a feed that gives up is none
                log.exception("the feed failed in a way nobody foresaw, and tries again")
            self._listening.clear()
            await asyncio.sleep(RECONNECT_SECONDS)

    async def _listen(self) -> None:
        """Listen until the connection is lost."""
        async with await self._database.listener() as connection:
            await connection.execute(f"listen {PULSE}")
            await connection.execute(f"listen {CHANNEL}")
            self._listening.set()
            for waiting in self._waiting.values():
                for changes in waiting:
                    changes.ring()
            async for notification in connection.notifies():
                if notification.channel == PULSE:
                    self._take_pulse(notification.payload)
                else:
                    self._hand_on(notification.payload)

    def _take_pulse(self, name: str) -> None:
        if name == self._name:  # every process hears every pulse
            self._unheard_since = None

    async def _call_ourselves(self) -> None:
        """Call ourselves again and again, and remember since when that is not heard."""
        while True:
            # Before the call, as it may be heard before we know that it was taken.
            self._unheard_since = self._unheard_since or time.monotonic()
            try:
                async with asyncio.timeout(PATIENCE), self._database.unit_of_work() as session:
                    await session.execute(_CALL, {"channel": PULSE, "name": self._name})
            except (DatabaseAway, TimeoutError):
                self._unheard_since = None  # nobody hears anything now, which is not the listener's fault
            except Exception:
                log.exception("the feed could not call itself")
            await asyncio.sleep(self._pulse_seconds)

    def _hand_on(self, payload: str) -> None:
        try:
            key = json.loads(payload)["id"]
        except (ValueError, KeyError, TypeError):
            log.warning("a notification that is none of ours: %.100s", payload)
            return
        for waiting in (self._waiting.get(key, ()), self._waiting.get(EVERYTHING, ())):
            for changes in waiting:
                changes.ring()
        self._tell_of_queue()

    def _tell_of_queue(self) -> None:
        """Tell whoever shows a place in the queue that it may be another, so that all together look so often."""
        followers = [one for waiting in self._waiting.values() for one in waiting if one.follows_queue]
        pause = max(QUEUE_SECONDS, len(followers) / MOST_LOOKS)
        for changes in followers:
            changes.queue_moved(pause)
