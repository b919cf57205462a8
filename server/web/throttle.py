"""Slow down guessing of join codes: a few failures, and then a pause."""

import time
from collections.abc import Callable


class Throttle:
    """Counts failures per key in this process; a success forgets them.

    Kept in memory: with several web processes somebody who is signed in gets as many tries in each, which changes
    nothing of note for codes of this length.
    """

    def __init__(
        self,
        *,
        failures: int = 8,
        pause: float = 600,
        most_keys: int = 10_000,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Allow ``failures`` failures within ``pause`` seconds.

        Args:
            failures: How many failures are free.
            pause: Seconds until a failure is forgotten.
            most_keys: Keys remembered; the oldest go first, so that memory stays bounded.
            clock: Seconds that only go up.

        """
        self._failures = failures
        self._pause = pause
        self._most_keys = most_keys
        self._clock = clock
        self._seen: dict[str, list[float]] = {}

    def wait(self, key: str) -> float:
        """Return for how many seconds ``key`` must wait before another try; 0 when it may try now."""
        recent = self._recent(key)
        if len(recent) < self._failures:
            return 0
        return recent[-self._failures] + self._pause - self._clock()

    def failed(self, key: str) -> None:
        """Remember a failure."""
        recent = [*self._recent(key), self._clock()]
        self._seen.pop(key, None)  # put it at the young end
        self._seen[key] = recent[-self._failures :]
        while len(self._seen) > self._most_keys:
            del self._seen[next(iter(self._seen))]

    def forgive(self, key: str) -> None:
        """Take the latest failure back, because it was none."""
        if recent := self._recent(key)[:-1]:
            self._seen[key] = recent
        else:
            self._seen.pop(key, None)

    def succeeded(self, key: str) -> None:
        """Forget the failures of ``key``."""
        self._seen.pop(key, None)

    def _recent(self, key: str) -> list[float]:
        """Return when ``key`` failed within the pause."""
        oldest = self._clock() - self._pause
        return [moment for moment in self._seen.get(key, []) if moment > oldest]
