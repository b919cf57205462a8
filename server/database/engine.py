"""The door to the database: units of work, which commit, and readings, which do not. Nobody else commits."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import psycopg
import psycopg_pool
from sqlalchemy import exc
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine

from server.errors import DatabaseAway

#: For connections over a network: a peer that vanished without a word is noticed in half a minute, not in hours.
KEEPALIVE: dict[str, Any] = {
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20000,
}

#: Set by each session that reads, once it holds its connection. An engine of this isolation level sets it while the
#: connection is taken; whoever is cancelled in that moment, such as a stream whose browser leaves, would lose it.
NO_TRANSACTION = {"isolation_level": "AUTOCOMMIT"}

#: What a driver, a pool or SQLAlchemy raises when the database is away, in the middle of something or from the start.
AWAY = (
    exc.OperationalError,
    exc.InterfaceError,
    exc.TimeoutError,
    psycopg.OperationalError,
    psycopg.InterfaceError,
    psycopg_pool.PoolTimeout,
    ConnectionError,
)


def plain_url(url: str) -> str:
    """Return ``url`` as libpq reads it: ``postgresql://...`` without a driver's name."""
    return f"postgresql://{url.partition('://')[2]}"


def sqlalchemy_url(url: str) -> str:
    """Return ``url`` as SQLAlchemy reads it: with the driver's name."""
    return f"postgresql+psycopg://{url.partition('://')[2]}"


class Database:
    """A pool of connections to one database."""

    def __init__(self, url: str, *, listen_url: str | None = None, pool_size: int = 10) -> None:
        """Prepare the pool; nothing connects before it is needed.

        Args:
            url: ``postgresql://...``.
            listen_url: The same database past a pooler, for LISTEN; ``url`` when left out.
            pool_size: Most connections held at a time, in both kinds of use together.

        """
        self.url = plain_url(url)
        self.listen_url = plain_url(listen_url or url)
        self.engine: AsyncEngine = create_async_engine(
            sqlalchemy_url(url),
            pool_size=pool_size,
            max_overflow=0,
            pool_timeout=30,  # who waits behind others after an outage is served late, not told that there is one
            hide_parameters=True,  # what an error says ends up in logs, and parameters are people's passwords and code
            pool_pre_ping=True,  # after a restart of the server the first request must not fail
            connect_args={**KEEPALIVE, "prepare_threshold": None},  # poolers cannot carry prepared statements
        )

    @asynccontextmanager
    async def unit_of_work(self) -> AsyncIterator[AsyncSession]:
        """Open a session that commits when the block ends well, and undoes everything when it does not.

        Raises:
            DatabaseAway: The database could not be reached, or was lost on the way.

        """
        try:
            async with AsyncSession(self.engine, expire_on_commit=False) as session, session.begin():
                yield session
        except AWAY as error:
            raise DatabaseAway(str(error)) from error

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        """Open a session for reading: no transaction, so no BEGIN and no ROLLBACK to wait for.

        Raises:
            DatabaseAway: The database could not be reached, or was lost on the way.

        """
        try:
            async with AsyncSession(
                self.engine, execution_options=NO_TRANSACTION, expire_on_commit=False, autoflush=False
            ) as session:
                yield session
        except AWAY as error:
            raise DatabaseAway(str(error)) from error

    async def listener(self) -> psycopg.AsyncConnection[Any]:
        """Open a connection of its own, for LISTEN; the caller closes it."""
        return await psycopg.AsyncConnection.connect(self.listen_url, autocommit=True, **KEEPALIVE)

    async def answers(self, *, within: float = 3) -> bool:
        """Tell whether the database answers a question, waiting ``within`` seconds at most."""
        try:
            async with asyncio.timeout(within), self.reading() as session:
                await session.connection()
        except (DatabaseAway, TimeoutError):
            return False
        return True

    async def dispose(self) -> None:
        """Close every connection."""
        await self.engine.dispose()
