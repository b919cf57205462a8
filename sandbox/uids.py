"""Ranges of user numbers, one for each supervisor, so that no two runs on a machine ever share one.

The kernel counts processes per user number for the whole machine, and a number that is used again could own what an
earlier run left. So ranges are drawn at random among those that no living container names in its labels.
"""

import secrets
import threading
from collections.abc import Callable, Collection
from dataclasses import dataclass

from sandbox.contract import SandboxUnavailable

FIRST, LAST, COUNT = 200_000, 2_000_000_000, 1_000
SMALL_FIRST, SMALL_LAST, SMALL_COUNT = 20_000, 60_000, 250  # where 65,536 numbers are all there are

ATTEMPTS = 2_000  # at random draws; enough to find the last free one of the small ranges most of the time


@dataclass(frozen=True, slots=True)
class UidRange:
    """``count`` user numbers from ``first`` on."""

    first: int
    count: int

    def __str__(self) -> str:
        return f"{self.first}:{self.count}"


class UidRanges:
    """Gives out ranges; thread-safe within a process, and good neighbours with others through ``taken``."""

    def __init__(self, *, small: bool, taken: Callable[[], Collection[str]] = tuple) -> None:
        """Set up.

        Args:
            small: Whether only 65,536 user numbers are mapped where they are used.
            taken: Lists the ranges that others have, as text.

        """
        first, last, self._count = (SMALL_FIRST, SMALL_LAST, SMALL_COUNT) if small else (FIRST, LAST, COUNT)
        self._first = first
        self._ranges = (last - first) // self._count
        self._taken = taken
        self._guard = threading.Lock()
        self._own: set[UidRange] = set()

    def take(self) -> UidRange:
        """Give a range that nobody has.

        Raises:
            SandboxUnavailable: None was found.

        """
        taken = set(self._taken())
        with self._guard:
            for _ in range(ATTEMPTS):
                drawn = UidRange(self._first + secrets.randbelow(self._ranges) * self._count, self._count)
                if drawn not in self._own and str(drawn) not in taken:
                    self._own.add(drawn)
                    return drawn
        raise SandboxUnavailable(
            "All user numbers that are mapped here are in use; stop other workers on this machine."
        )

    def give_back(self, used: UidRange) -> None:
        """Take a range back when everything that used it is gone."""
        with self._guard:
            self._own.discard(used)
