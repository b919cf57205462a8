"""Tell what goes on in other threads that nobody wants it any more."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Stop:
    """Set once, from any thread; what can be ended at once hears of it, whoever goes step by step looks."""

    def __init__(self) -> None:
        """Begin as not set."""
        self._guard = threading.Lock()
        self._is_set = False
        self._actions: list[Callable[[], None]] = []

    @property
    def is_set(self) -> bool:
        """Whether nobody wants it any more."""
        return self._is_set

    def set(self) -> None:
        """Say so; everything that waits for it is called, in this thread."""
        with self._guard:
            if self._is_set:
                return
            self._is_set = True
            for action in self._actions:
                action()

    @contextmanager
    def calling(self, action: Callable[[], None]) -> Iterator[None]:
        """Have ``action`` called once it is set, at once if it is already; after the block it never will be.

        Args:
            action: Takes next to no time and never fails.

        """
        with self._guard:
            if self._is_set:
                action()
            self._actions.append(action)
        try:
            yield
        finally:
            with self._guard:
                self._actions.remove(action)
