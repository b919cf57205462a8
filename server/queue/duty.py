"""What a worker may take at present: told by whoever signs the roll, heeded by its lanes."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum


class DutyState(StrEnum):
    """Where a worker is between work and rest."""

    WORKING = "working"
    DRAINING = "draining"  #: takes nothing new, finishes what it has in hand
    DRAINED = "drained"  #: has nothing in hand; the machine may be switched off


@dataclass(frozen=True, slots=True)
class Terms:
    """On which terms a worker works.

    Attributes:
        draining: Whether it takes nothing new.
        image: In which image it judges; what asks for that image is for it.
        misfit: Whether the database has become another version's: then nothing in it is to be touched.

    """

    draining: bool = False
    image: str | None = None
    misfit: bool = False


#: To work, in an image that is not known yet.
UNDRAINED = Terms()
#: To take nothing before somebody has said that it may: the machine may be drained.
UNTOLD = Terms(draining=True)


class Duty:
    """The terms of one worker as they are now, and which of its lanes are at work."""

    def __init__(self, terms: Terms = UNDRAINED) -> None:
        """Begin on some terms."""
        self.terms = terms
        self._changed = asyncio.Event()
        self._busy: set[str] = set()

    @property
    def draining(self) -> bool:
        """Whether nothing new is to be taken."""
        return self.terms.draining

    @property
    def state(self) -> DutyState:
        """Where the worker is between work and rest."""
        if not self.draining:
            return DutyState.WORKING
        return DutyState.DRAINING if self._busy else DutyState.DRAINED

    @property
    def busy(self) -> Iterable[str]:
        """Names of the lanes that take jobs, or finish some."""
        return sorted(self._busy)

    def tell(self, terms: Terms) -> None:
        """Let other terms hold from now on."""
        if terms != self.terms:
            self.terms = terms
            self._changed.set()
            self._changed = asyncio.Event()

    async def until(self, condition: Callable[[Terms], bool]) -> None:
        """Return once the terms are of some kind."""
        while not condition(self.terms):
            await self._changed.wait()

    def begin(self, lane: str) -> None:
        """Write down that a lane takes jobs."""
        self._busy.add(lane)

    def end(self, lane: str) -> None:
        """Write down that a lane has ended, with nothing in hand."""
        self._busy.discard(lane)
