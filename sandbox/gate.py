"""Let a few through at a time, so that a machine is not flooded by everything that wants to start at once."""

import heapq
import itertools
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from sandbox.contract import SandboxFault


class Closed(SandboxFault):
    """The sandbox has been closed."""

    def __init__(self) -> None:
        super().__init__("This sandbox has been closed.")


class Gate:
    """A number of permits; whoever has the lowest rank goes first, and among equals whoever came first."""

    def __init__(self, permits: int) -> None:
        """Open with so many permits."""
        self._permits = permits
        self._inside = 0
        self._closed = False
        self._numbers = itertools.count()
        self._queue: list[tuple[int, int]] = []
        self._changed = threading.Condition()

    @property
    def waiting(self) -> int:
        """How many wait in front of it."""
        with self._changed:
            return len(self._queue)

    @contextmanager
    def turn(self, rank: int = 0) -> Iterator[None]:
        """Wait for a permit and hold it.

        Raises:
            Closed: The gate was closed before it was this one's turn.

        """
        self._enter(rank)
        try:
            yield
        finally:
            with self._changed:
                self._inside -= 1
                self._changed.notify_all()

    def resize(self, permits: int) -> None:
        """Change the number of permits; those that are held stay."""
        with self._changed:
            self._permits = permits
            self._changed.notify_all()

    def close(self) -> None:
        """Turn everybody away who waits or comes later."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def _enter(self, rank: int) -> None:
        with self._changed:
            ticket = (rank, next(self._numbers))
            heapq.heappush(self._queue, ticket)
            try:
                self._changed.wait_for(lambda: self._closed or self._is_next(ticket))
            finally:
                self._queue.remove(ticket)
                heapq.heapify(self._queue)
                self._changed.notify_all()
            if self._closed:
                raise Closed
            self._inside += 1

    def _is_next(self, ticket: tuple[int, int]) -> bool:
        return self._queue[0] == ticket and self._inside < self._permits
