"""What streams share: they begin with their first event in hand, and pause between two looks at what many change."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import TypeVar

from server.feed import Changes

T = TypeVar("T")


async def begun(events: AsyncGenerator[T, None]) -> AsyncIterator[T]:
    """Wait for the first event, and return all of them.

    Args:
        events: Yields at least one; what it raises before that is raised here.

    """
    first = await anext(events)

    async def whole() -> AsyncIterator[T]:
        async with aclosing(events):
            yield first
            async for event in events:
                yield event

    return whole()


async def next_look(changes: Changes, *, calm_seconds: float, look_seconds: float) -> bool:
    """Wait until it is time to look again; return False where the process stops.

    Args:
        changes: Many, of which one look may serve several.
        calm_seconds: The least time between two looks.
        look_seconds: After this time one looks although nothing was heard.

    """
    await asyncio.sleep(calm_seconds)
    try:
        async with asyncio.timeout(look_seconds):
            return await anext(changes, "stopping") != "stopping"
    except TimeoutError:
        return True
