"""How fast one caller may ask the API: so many requests a minute, some of them at once, then a pause."""

import time
from collections.abc import Callable

from server.errors import TooManyRequests


class Pace:
    """A bucket of requests per caller that fills up steadily. Kept in memory: each web process has its own."""

    def __init__(
        self, per_minute: int, *, most_keys: int = 10_000, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Allow ``per_minute`` requests a minute, a quarter of them at once.

        Args:
            per_minute: How many.
            most_keys: Callers remembered; the oldest go first, so that memory stays bounded.
            clock: Seconds that only go up.

        """
        self._rate = per_minute / 60
        self._size = max(1.0, per_minute / 4)
        self._most_keys = most_keys
        self._clock = clock
        self._left: dict[object, tuple[float, float]] = {}

    def take(self, key: object) -> None:
        """Count a request of a caller.

        Raises:
            TooManyRequests: There were too many; ``retry_after`` says in how many seconds the next one may come.

        """
        now = self._clock()
        left, since = self._left.pop(key, (self._size, now))
        left = min(self._size, left + (now - since) * self._rate)
        allowed = left >= 1
        self._left[key] = (left - 1 if allowed else left, now)  # at the young end
        while len(self._left) > self._most_keys:
            del self._left[next(iter(self._left))]
        if not allowed:
            raise TooManyRequests(retry_after=max(1, round((1 - left) / self._rate)))
