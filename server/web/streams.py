"""Begin a stream with its first event in hand: what is refused is refused before, and nothing is looked up twice."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import TypeVar

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
