"""What is kept alive between runs: a supervisor somewhere, seen as bytes in, bytes out, and a way to end it.

A *cell* is one container or one local process with its supervisor. Everything above this module (``slot``, ``pool``,
``pooled``) is the same whatever a cell is made of; ``docker`` and ``process`` make them.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from sandbox.contract import Isolation, Lane, Pins, SandboxFault


class CellSilent(SandboxFault):
    """The cell neither answered nor ended before the deadline."""


class CellGone(SandboxFault):
    """The cell ended, or was ended by somebody, before it had answered."""


class Role(StrEnum):
    """What a cell is for; runs of different roles never share one."""

    QUICK = "quick"
    LONG = "long"
    JUDGE = "judge"
    LONG_JUDGE = "long judge"
    ONESHOT = "oneshot"
    LONG_ONESHOT = "long oneshot"
    COLD = "cold"


@dataclass(frozen=True, slots=True)
class Plan:
    """How a cell is made; all of it is fixed before it starts, so that it can be started ahead.

    Attributes:
        role: What it is for.
        isolation: How its supervisor serves: one run after another, one prepared ahead, or one from scratch.
        lane: Cells of the quick lane get more of the processor.
        pins: Of these, threads, oneDNN and the hash seed are fixed at the start of an interpreter.
        memory_bytes: What all of its processes together may hold.
        box_bytes: What the files in its box may take.
        lifetime_seconds: After which, at the latest, nobody asks for it any more.

    """

    role: Role
    isolation: Isolation
    lane: Lane
    pins: Pins
    memory_bytes: int
    box_bytes: int
    lifetime_seconds: float


class Cell(Protocol):
    """A started supervisor; used by one thread at a time, except that :meth:`remove` may come at any time."""

    @property
    def name(self) -> str:
        """Name it so that its maker, and a person, can tell which it is."""

    def send(self, data: bytes, deadline: float) -> None:
        """Send everything before ``deadline`` (of ``time.monotonic()``).

        Raises:
            CellSilent: It took no more before the deadline.
            CellGone: It has ended.

        """

    def read(self, count: int, deadline: float) -> bytes:
        """Read exactly ``count`` bytes.

        Raises:
            CellSilent: They did not come before the deadline.
            CellGone: It ended first.

        """

    def is_quiet(self) -> bool:
        """Tell at once whether it lives and says nothing, as it should while it has nothing to do."""

    def remove(self) -> None:
        """End it and take away all that is left of it; never fails, and may be repeated."""


class CellMaker(Protocol):
    """Starts cells of one kind; thread-safe."""

    @property
    def backend(self) -> str:
        """Name the kind, as in a description."""

    @property
    def image(self) -> str:
        """Identify what its cells run."""

    def layers(self, isolation: Isolation) -> tuple[str, ...]:
        """List what protects from outside, in words that a doctor prints."""

    def make(self, plan: Plan) -> Cell:
        """Start a cell; it need not be ready yet.

        Raises:
            SandboxUnavailable: None can be started at present; the sentence says what to do.
            SandboxFault: This one could not be started.

        """

    def tidy(self) -> None:
        """Try again to remove what could not be removed when it should have been."""

    def halted(self) -> frozenset[str]:
        """Name the cells that exist and do not run, as far as it can be told; their own lines would not tell."""

    def close(self) -> None:
        """Let go of whatever it takes to make cells."""
