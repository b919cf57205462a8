"""How streams look at what changed: a few at a time, and those who want to know the same of the same moment together.

One change may wake a thousand streams, and a lost listener wakes all of them. If each took a connection at once, none
would be left for requests, and those that waited longest would be told that the database is away.
"""

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from typing import Any, TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

from server.database.engine import Database

T = TypeVar("T")

AT_ONCE = 4  # of the pool's ten connections


class Looks:
    """Reads for streams; one instance for each process."""

    def __init__(self, database: Database, *, at_once: int = AT_ONCE) -> None:
        """Read from ``database``, ``at_once`` at a time; the others wait for as long as it takes."""
        self._database = database
        self._gate = asyncio.Semaphore(at_once)
        self._ahead: dict[Hashable, asyncio.Task[Any]] = {}

    async def look(self, key: Hashable, read: Callable[[AsyncSession], Awaitable[T]]) -> T:
        """Return what ``read`` finds in a session that is opened after this call.

        Args:
            key: Says what is read, and for whom; whoever waits with the same key gets the same answer.
            read: Reads it; raises what it likes.

        Raises:
            DatabaseAway: The database could not be reached, or was lost on the way.

        """
        looking: asyncio.Task[T] | None = self._ahead.get(key)
        if looking is None:
            looking = self._ahead[key] = asyncio.create_task(self._read(key, read))
            looking.add_done_callback(_is_known)
        return await asyncio.shield(looking)  # that one listener leaves is nothing to the others

    async def _read(self, key: Hashable, read: Callable[[AsyncSession], Awaitable[T]]) -> T:
        async with self._gate:
            del self._ahead[key]  # who comes from now on may have heard of a later change
            async with self._database.reading() as session:
                return await read(session)


def _is_known(looking: asyncio.Task[Any]) -> None:
    """Take note of how a look ended, lest asyncio complains where nobody waits for it any more."""
    if not looking.cancelled():
        looking.exception()
