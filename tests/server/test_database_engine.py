"""The door to the database: whoever is cancelled on the way gives their connection back."""

import asyncio
import contextlib
import gc
import itertools
import types
import warnings
from collections.abc import Coroutine, Generator
from typing import Any

import pytest
from serverhouse import House
from sqlalchemy import text

from server.database.engine import Database

pytestmark = pytest.mark.database

#: Whether the transaction is one of this statement alone.
ALONE = text("select xact_start = query_start from pg_stat_activity where pid = pg_backend_pid()")


@types.coroutine
def interrupted(coroutine: Coroutine[Any, Any, None], at: int) -> Generator[Any, Any, None]:
    """Run a coroutine and cancel its task when it waits for the time of this number."""
    go_on, value = coroutine.send, None
    for number in itertools.count():
        try:
            waits_for = go_on(value)
        except StopIteration:
            return
        if number == at:
            task = asyncio.current_task()
            assert task is not None
            task.cancel()
        try:
            go_on, value = coroutine.send, (yield waits_for)
        except BaseException as error:  # noqa: BLE001 - handed on
            go_on, value = coroutine.throw, error


@pytest.mark.parametrize("door", ["reading", "unit_of_work"])
async def test_no_connection_is_lost_to_a_cancellation(
    house: House, door: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Wherever somebody is cancelled, no connection is left behind for the garbage collector to find."""
    monkeypatch.setattr("psycopg.waiting.MAX_BUSY_TIME", 0)  # let others have a turn at every step, as under load
    database = Database(house.settings.database_url or "", pool_size=1)

    async def asks() -> None:
        async with getattr(database, door)() as session:
            await session.scalar(text("select 1"))

    async def is_cancelled(at: int) -> bool:
        asking = asyncio.ensure_future(interrupted(asks(), at))
        with contextlib.suppress(asyncio.CancelledError):
            await asking
        assert await database.answers(), at  # with the only connection that there may be
        return asking.cancelled()

    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        waits = 0
        while await is_cancelled(waits):
            waits += 1
        await database.dispose()
        gc.collect()

    assert [] == [str(one.message) for one in told]
    assert waits > 3  # for the connection, how it is set, the statement and the way back


async def test_a_reading_opens_no_transaction(house: House) -> None:
    """Each statement sees the newest there is, and nothing waits for the end of one that only read."""
    async with house.database.reading() as session:
        assert [True, True] == [await session.scalar(ALONE) for _ in range(2)]
    async with house.database.unit_of_work() as session:
        assert [False, False] == [await session.scalar(ALONE) for _ in range(2)]
