"""The feed: every change of a submission reaches who waits for it, also past a lost connection."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

import psycopg
import pytest
from serverhouse import QUICK_ONLY, House, until
from sqlalchemy import text

from grader.contract import Phase
from server import feed as feeds
from server.database.engine import Database
from server.feed import Changes, Feed
from server.submissions import claim, record_quick
from server.submissions.grading import notify

pytestmark = pytest.mark.database


@pytest.fixture
async def feed(house: House) -> AsyncIterator[Feed]:
    """Start a feed that listens."""
    feed = Feed(house.database)
    await feed.start()
    await asyncio.wait_for(feed.listening(), 10)
    yield feed
    await feed.stop()


async def heard(changes: Changes, within: float = 5) -> None:
    """Wait for the next change."""
    await asyncio.wait_for(anext(changes), within)


async def silent(changes: Changes, seconds: float = 0.3) -> bool:
    """Tell whether nothing is heard for a while."""
    try:
        await heard(changes, seconds)
    except TimeoutError:
        return True
    return False


async def test_changes_are_heard(house: House, feed: Feed) -> None:
    """A claim and a verdict are each heard by everybody who waits for that submission, and by nobody else."""
    submission, another = await house.submit(), await house.submit()
    async with (
        feed.subscribe(submission.id) as one,
        feed.subscribe(submission.id) as two,
        feed.subscribe(another.id) as other,
    ):
        async with house.database.unit_of_work() as session:
            held = await claim(session, submission.id, Phase.QUICK)
        assert held is not None
        await asyncio.gather(heard(one), heard(two))
        async with house.database.unit_of_work() as session:
            await record_quick(session, held, QUICK_ONLY, {})
        await asyncio.gather(heard(one), heard(two))

        assert await silent(other)
        assert 3 == feed.subscribers
    assert 0 == feed.subscribers


async def test_nothing_is_told_of_what_did_not_happen(house: House, feed: Feed) -> None:
    """A change that was undone is not heard of."""
    submission = await house.submit()
    async with feed.subscribe(submission.id) as changes:
        with pytest.raises(ZeroDivisionError):  # noqa: PT012 (the promise is about the whole block)
            async with house.database.unit_of_work() as session:
                await claim(session, submission.id, Phase.QUICK)
                raise ZeroDivisionError

        assert await silent(changes)


async def test_listener_lost(house: House, feed: Feed) -> None:
    """After the listening connection was cut everybody is woken, and later changes are heard again."""
    submission = await house.submit()
    async with feed.subscribe(submission.id) as changes:
        async with house.database.unit_of_work() as session:
            cut = await session.execute(
                text(
                    "select pg_terminate_backend(pid) from pg_stat_activity where query ilike 'listen%'"
                    " and datname = current_database()"
                )
            )
            assert [(True,)] == cut.all()
        await heard(changes)

        async with house.database.unit_of_work() as session:
            await claim(session, submission.id, Phase.QUICK)
        await heard(changes)


async def test_many_changes_are_one(house: House, feed: Feed) -> None:
    """Who was busy meanwhile finds one change, not a backlog."""
    submission = await house.submit()
    async with feed.subscribe(submission.id) as changes:
        for _ in range(3):
            async with house.database.unit_of_work() as session:
                await claim(session, submission.id, Phase.QUICK)
        await heard(changes)
        await asyncio.sleep(0.2)
        changes.ring()
        await heard(changes)

        assert await silent(changes)


async def test_moves_of_the_queue_are_heard_now_and_then(
    house: House, feed: Feed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who shows a place hears of others' changes: the first at once, many later ones as one, after the pause."""
    monkeypatch.setattr(feeds, "QUEUE_SECONDS", 0.5)
    own, other = await house.submit(), await house.submit(user=house.other)
    async with feed.subscribe(own.id) as places, feed.subscribe(own.id) as verdicts:
        places.follows_queue = True
        began = asyncio.get_running_loop().time()
        times = []
        for _ in range(8):
            async with house.database.unit_of_work() as session:
                await notify(session, other.id)
            with contextlib.suppress(TimeoutError):
                await heard(places, 0.1)
                times.append(asyncio.get_running_loop().time() - began)
        assert 1 <= len(times) <= 1 + times[-1] / 0.5
        await asyncio.sleep(0.6)
        await silent(places, 0.1)  # the last of them, if it was not told yet
        assert await silent(places, 0.6)
        assert await silent(verdicts)

        places.follows_queue = False
        async with house.database.unit_of_work() as session:
            await notify(session, other.id)
        assert await silent(places)


async def test_a_crowd_looks_at_the_queue_one_after_another(
    house: House, feed: Feed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many follow the queue, they look so many times a second all together, and never all at one moment."""
    monkeypatch.setattr(feeds, "QUEUE_SECONDS", 0.1)
    monkeypatch.setattr(feeds, "MOST_LOOKS", 20)
    own, other = await house.submit(), await house.submit(user=house.other)
    moments: list[float] = []

    async def follow(changes: Changes) -> None:
        changes.follows_queue = True
        async for _ in changes:
            moments.append(asyncio.get_running_loop().time())  # noqa: PERF401 (it ends by being cancelled)

    async with contextlib.AsyncExitStack() as stack:
        crowd = [await stack.enter_async_context(feed.subscribe(own.id)) for _ in range(40)]
        following = [asyncio.create_task(follow(one)) for one in crowd]
        await asyncio.sleep(0)
        began = asyncio.get_running_loop().time()
        while asyncio.get_running_loop().time() < began + 3:
            async with house.database.unit_of_work() as session:
                await notify(session, other.id)
            await asyncio.sleep(0.05)
        for task in following:
            task.cancel()
    # Pause: 40 of them at 20 a second are two seconds; each looks within the first, and then once in each.
    assert 40 <= len(moments) <= 80
    most_in_a_moment = max(sum(1 for other in moments if 0 <= other - moment < 0.1) for moment in moments)
    assert most_in_a_moment <= 15


async def test_stopping_ends_subscriptions(house: House) -> None:
    """When the process stops, whoever iterates over changes comes to an end."""
    feed = Feed(house.database)
    await feed.start()
    submission = await house.submit()
    async with feed.subscribe(submission.id) as changes:
        await feed.stop()
        assert [] == [change async for change in changes]
    async with feed.subscribe(submission.id) as late:
        assert [] == [change async for change in late]


async def test_database_away() -> None:
    """A feed whose database is away starts and stops all the same."""
    database = Database("postgresql://nobody@127.0.0.1:9/nothing")
    feed = Feed(database)
    await feed.start()
    await asyncio.sleep(0.1)
    await feed.stop()
    await database.dispose()


async def test_foreign_payload(house: House, feed: Feed) -> None:
    """What somebody else says on the channel disturbs nobody."""
    submission = await house.submit()
    async with feed.subscribe(submission.id) as changes:
        for payload in ("", "nonsense", "[]", "{}"):
            async with house.database.unit_of_work() as session:
                await session.execute(text("select pg_notify('submission', :payload)"), {"payload": payload})
        async with house.database.unit_of_work() as session:
            await claim(session, submission.id, Phase.QUICK)
        await heard(changes)


async def deaf(feed: Feed) -> bool:
    """Tell whether a feed knows that it is deaf."""
    return feed.is_deaf


async def test_a_listener_that_comes_back_is_not_deaf(house: House) -> None:
    """Cut again and again, a listener that connects again hears its own calls, and is not called deaf."""
    feed = Feed(house.database, pulse_seconds=0.1, deaf_after=2)
    await feed.start()
    await feed.listening()
    for _ in range(4):
        async with house.database.unit_of_work() as session:
            await session.execute(
                text(
                    "select pg_terminate_backend(pid) from pg_stat_activity where query ilike 'listen%'"
                    " and datname = current_database()"
                )
            )
        await asyncio.sleep(0.8)
        assert not feed.is_deaf
    await until(lambda: _hears(feed))
    await feed.stop()


async def _hears(feed: Feed) -> bool:
    return feed.is_listening and feed.deaf_seconds < 0.2


async def test_a_listener_that_cannot_come_back_is_deaf(house: House) -> None:
    """Where only LISTEN's address is wrong, the database takes calls that nobody hears: that is noticed."""
    database = Database(house.settings.database_url or "", listen_url="postgresql://nobody@127.0.0.1:9/nothing")
    feed = Feed(database, pulse_seconds=0.1, deaf_after=0.5)
    await feed.start()
    await until(lambda: deaf(feed))

    assert not feed.is_listening
    await feed.stop()
    await database.dispose()


async def test_a_connection_that_hears_nothing_is_deaf(house: House) -> None:
    """A connection that lives and hears nothing, as behind a pooler that forgets LISTEN, is noticed too."""
    feed = Feed(house.database, pulse_seconds=0.1, deaf_after=0.5)
    connect = house.database.listener

    async def forgetful() -> psycopg.AsyncConnection[Any]:
        connection = await connect()
        execute = connection.execute

        async def forget(query: str) -> object:
            return await execute("select 1" if query.startswith("listen") else query)

        connection.execute = forget  # type: ignore[method-assign, assignment]
        return connection

    house.database.listener = forgetful  # type: ignore[method-assign]
    await feed.start()
    await until(lambda: deaf(feed))

    assert feed.is_listening
    await feed.stop()


async def test_nobody_is_deaf_while_the_database_is_away() -> None:
    """A feed whose database is away altogether is not called deaf: starting it again would help nothing."""
    database = Database("postgresql://nobody@127.0.0.1:9/nothing")
    feed = Feed(database, pulse_seconds=0.05, deaf_after=0.3)
    await feed.start()
    for _ in range(10):
        await asyncio.sleep(0.1)
        assert not feed.is_deaf
    await feed.stop()
    await database.dispose()


async def test_many_streams_one_listener(house: House, feed: Feed) -> None:
    """Two hundred subscriptions of a process use one connection, and hear of one change each."""
    submission = await house.submit()
    async with contextlib.AsyncExitStack() as stack:
        streams = [await stack.enter_async_context(feed.subscribe(submission.id)) for _ in range(200)]
        async with house.database.unit_of_work() as session:
            await claim(session, submission.id, Phase.QUICK)
        await asyncio.gather(*(heard(stream) for stream in streams))
        async with house.database.reading() as session:
            listeners = await session.scalar(
                text(
                    "select count(*) from pg_stat_activity where query ilike 'listen%' and datname = current_database()"
                )
            )
        assert (1, 200) == (listeners, feed.subscribers)
