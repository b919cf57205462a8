"""A PostgreSQL of the harness's own: kept running as a service manager would, and asked whether it is there."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import psycopg

from server.cli.bench.chaos.outages import Outages, Part
from server.database.embedded import EmbeddedPostgres

LOOK = 0.1
SETTLED = 0.5  #: seconds in which it must answer several times before it is taken to be back
ANSWER_SECONDS = 2


@asynccontextmanager
async def own_database(home: Path, outages: Outages) -> AsyncIterator[str]:
    """Yield the URL of a fresh database; its server is started again whenever it was killed.

    Args:
        home: Folder of its own, open to the account it runs under.
        outages: Told when the database is back.

    """
    postgres = EmbeddedPostgres(home)
    url = await asyncio.to_thread(postgres.ensure)
    beside = [asyncio.create_task(postgres.guard()), asyncio.create_task(_watch(url, outages))]
    try:
        yield url
    finally:
        for task in beside:
            task.cancel()
        await asyncio.gather(*beside, return_exceptions=True)
        await asyncio.to_thread(postgres.stop)


async def _watch(url: str, outages: Outages) -> None:
    """Say when the database is back, for as long as the run lasts."""
    while True:
        await asyncio.sleep(LOOK)
        asked = time.monotonic()
        if outages.is_away(Part.DATABASE) and await _is_back(url):
            outages.end(Part.DATABASE, asked=asked)


async def _is_back(url: str) -> bool:
    """Tell whether a connection is taken and kept: one that still dies of the kill is no proof."""
    with contextlib.suppress(psycopg.Error, OSError):
        async with await psycopg.AsyncConnection.connect(
            url, autocommit=True, connect_timeout=ANSWER_SECONDS
        ) as connection:
            await asyncio.sleep(SETTLED)
            await connection.execute("select 1")
            return True
    return False
