"""Hear of changes: one LISTEN per process, handed on to everybody who waits for a certain submission.

A change is a doorbell without a message: who hears it reads the row again. Subscribe first, then read, so that nothing
falls between. After the listening connection was lost everybody is woken, because anything may have happened meanwhile.
"""

import asyncio
import contextlib
import json
import logging
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from server.database.engine import AWAY, Database
from server.submissions.grading import CHANNEL

log = logging.getLogger(__name__)

RECONNECT_SECONDS = 0.5


class Changes:
    """The changes of one submission, coalesced: however many came while nobody looked, they are one."""

    def __init__(self) -> None:
        self._changed = asyncio.Event()
        self._ended = False

    def ring(self) -> None:
        """Say that something changed."""
        self._changed.set()

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

    def __init__(self, database: Database) -> None:
        """Listen to ``database`` once :meth:`start` was called."""
        self._database = database
        self._waiting: dict[str, set[Changes]] = {}
        self._task: asyncio.Task[None] | None = None
        self._listening = asyncio.Event()

    @property
    def subscribers(self) -> int:
        """How many subscriptions there are."""
        return sum(len(changes) for changes in self._waiting.values())

    async def start(self) -> None:
        """Begin to listen, in the background; a database that is away is tried again and again."""
        if self._task is None:
            self._task = asyncio.create_task(self._listen_for_ever(), name="feed")

    async def stop(self) -> None:
        """Stop listening and end every subscription."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
            self._task = None
        for changes in [each for waiting in self._waiting.values() for each in waiting]:
            changes.end()

    async def listening(self) -> None:
        """Wait until the listener is connected."""
        await self._listening.wait()

    @asynccontextmanager
    async def subscribe(self, submission_id: uuid.UUID) -> AsyncIterator[Changes]:
        """Hear of each change of a submission from now on: ``async for _ in changes``."""
        key, changes = str(submission_id), Changes()
        self._waiting.setdefault(key, set()).add(changes)
        try:
            yield changes
        finally:
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
            self._listening.clear()
            await asyncio.sleep(RECONNECT_SECONDS)

    async def _listen(self) -> None:
        """Listen until the connection is lost."""
        async with await self._database.listener() as connection:
            await connection.execute(f"listen {CHANNEL}")
            self._listening.set()
            for waiting in self._waiting.values():
                for changes in waiting:
                    changes.ring()
            async for notification in connection.notifies():
                self._hand_on(notification.payload)

    def _hand_on(self, payload: str) -> None:
        try:
            key = json.loads(payload)["id"]
        except (ValueError, KeyError, TypeError):
            log.warning("a notification that is none of ours: %.100s", payload)
            return
        for changes in self._waiting.get(key, ()):
            changes.ring()
