"""Looks of streams: a few at a time, shared by those who ask for the same before it begins, each fresh."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from serverhouse import House
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from server.errors import UnknownSubmission
from server.looks import Looks

pytestmark = pytest.mark.database

Read = Callable[[AsyncSession], Awaitable[int]]


class Reader:
    """Reads the number of its reading from the database, once it may."""

    def __init__(self) -> None:
        """Count from zero; begin with the door open."""
        self.readings = 0
        self.inside = 0
        self.most_inside = 0
        self.door = asyncio.Event()
        self.door.set()

    async def __call__(self, session: AsyncSession) -> int:
        """Read."""
        self.readings += 1
        number = self.readings
        self.inside += 1
        self.most_inside = max(self.most_inside, self.inside)
        await self.door.wait()
        await asyncio.sleep(0.002)  # reading takes a moment, in which others could come in
        self.inside -= 1
        return int(await session.scalar(text("select cast(:number as int)"), {"number": number}) or 0)


async def test_those_who_ask_together_are_answered_together(house: House) -> None:
    """A thousand who ask for the same at once cost one reading; who asks later gets a later one."""
    looks, reader = Looks(house.database), Reader()
    reader.door.clear()
    early = [asyncio.create_task(looks.look("one", reader)) for _ in range(1000)]
    while not reader.inside:  # noqa: ASYNC110 (the reader could set an event, but this is what is meant)
        await asyncio.sleep(0)
    late = asyncio.create_task(looks.look("one", reader))
    await asyncio.sleep(0)
    reader.door.set()

    assert [1] * 1000 == await asyncio.gather(*early)
    assert 2 == await late


async def test_a_few_look_at_a_time(house: House) -> None:
    """However many ask for different things, so many connections are used and no more; all are answered."""
    looks, reader = Looks(house.database, at_once=2), Reader()
    found = await asyncio.gather(*(looks.look(key, reader) for key in range(50)))

    assert (list(range(1, 51)), 2) == (sorted(found), reader.most_inside)


async def test_who_leaves_disturbs_nobody(house: House) -> None:
    """One listener that goes away while it waits takes the reading from nobody else."""
    looks, reader = Looks(house.database), Reader()
    reader.door.clear()
    leaving, staying = (asyncio.create_task(looks.look("one", reader)) for _ in range(2))
    await asyncio.sleep(0)
    leaving.cancel()
    await asyncio.gather(leaving, return_exceptions=True)
    reader.door.set()

    assert 1 == await asyncio.wait_for(staying, 5)


async def test_what_is_refused_is_refused_to_all_and_not_remembered(house: House) -> None:
    """A refusal reaches everybody who shares the reading; the next reading is a new one."""
    looks, reader = Looks(house.database), Reader()

    async def refuse(session: AsyncSession) -> int:
        await reader(session)
        raise UnknownSubmission

    refused = await asyncio.gather(*(looks.look("one", refuse) for _ in range(3)), return_exceptions=True)
    assert [UnknownSubmission] * 3 == [type(one) for one in refused]
    assert 2 == await looks.look("one", reader)
