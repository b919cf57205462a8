"""Cells without a container: they speak the wire's words and do what a test tells them to."""

import json
import struct
import threading
import time
from collections.abc import Callable
from typing import Any

from sandbox import Isolation, SandboxFault
from sandbox.cells import CellGone, CellSilent, Plan

READY = {"say": "ready", "layers": ["paper walls"], "python": "3.13.0", "number": 1}
ANSWER: dict[str, Any] = {
    "say": "answer",
    "ending": "finished",
    "error": None,
    "stdout": "",
    "stdout_bytes": 0,
    "wall_seconds": 0.1,
    "cpu_seconds": 0.1,
    "peak_memory_bytes": 1,
    "layers": ["paper walls"],
    "clean": True,
    "strays": False,
    "resident_bytes": 200 << 20,
    "names": [],
    "blobs": [],
}


def framed(header: dict[str, Any], content: bytes = b"") -> bytes:
    """Write a message as a supervisor does."""
    text = json.dumps(header).encode()
    return struct.pack(">I", len(text)) + text + content


class FakeCell:
    """A cell in memory."""

    def __init__(self, maker: "FakeCells", plan: Plan, number: int) -> None:
        self.plan = plan
        self.number = number
        self.name = f"cell {number}"
        self.removed = threading.Event()
        self.asked: list[str] = []  #: the entries it was sent
        self._maker = maker
        self._changed = threading.Condition()
        self._said = bytearray()
        self._dead = False

    def say(self, header: dict[str, Any], content: bytes = b"") -> None:
        """Say something to whoever reads."""
        self.utter(framed(header, content))

    def utter(self, data: bytes) -> None:
        """Say bytes that need not make sense."""
        with self._changed:
            self._said += data
            self._changed.notify_all()

    def die(self) -> None:
        """End, as if somebody had killed it."""
        with self._changed:
            self._dead = True
            self._changed.notify_all()

    def send(self, data: bytes, deadline: float) -> None:
        """Take a request and behave as the test says."""
        del deadline
        if self._dead:
            raise CellGone("dead")
        (size,) = struct.unpack(">I", data[:4])
        entry = json.loads(data[4 : 4 + size])["entry"]
        self.asked.append(entry)
        self._maker.behave(self, entry)

    def read(self, count: int, deadline: float) -> bytes:
        """Wait for so many bytes."""
        with self._changed:
            self._changed.wait_for(lambda: len(self._said) >= count or self._dead, max(0, deadline - time.monotonic()))
            if len(self._said) < count:
                raise (CellGone if self._dead else CellSilent)("no words")
            data = bytes(self._said[:count])
            del self._said[:count]
            return data

    def is_quiet(self) -> bool:
        """Tell whether it lives and says nothing."""
        with self._changed:
            return not self._dead and not self._said

    def remove(self) -> None:
        """Be removed."""
        self.die()
        self.removed.set()


def finish(cell: FakeCell, entry: str) -> None:
    """Answer at once, then be ready again unless a cell of this kind is used once."""
    del entry
    cell.say(ANSWER)
    if cell.plan.isolation is Isolation.WARM:
        cell.say(READY)


class FakeCells:
    """Makes them, and remembers all it made."""

    backend = "fake"
    image = "sha256:fake"

    def __init__(self, behave: Callable[[FakeCell, str], None] = finish) -> None:
        self.behave = behave
        self.cells: list[FakeCell] = []
        self.problem: SandboxFault | None = None  #: raised instead of making one
        self.ready = True  #: whether new cells get ready by themselves
        self.halted_cells: frozenset[str] = frozenset()
        self.closed = False
        self.attempts = 0  #: at making a cell, those counted that failed
        self._guard = threading.Lock()

    def layers(self, isolation: Isolation) -> tuple[str, ...]:
        """List what protects from outside."""
        return (f"{isolation} paper",)

    def make(self, plan: Plan) -> FakeCell:
        """Make a cell."""
        with self._guard:
            self.attempts += 1
        if self.problem is not None:
            raise self.problem
        with self._guard:
            cell = FakeCell(self, plan, len(self.cells) + 1)
            self.cells.append(cell)
        if self.ready:
            cell.say(READY)
        return cell

    def tidy(self) -> None:
        """Have nothing to tidy."""

    def halted(self) -> frozenset[str]:
        """Name the cells that the test has paused."""
        return self.halted_cells

    def close(self) -> None:
        """Remember it."""
        self.closed = True

    @property
    def living(self) -> list[FakeCell]:
        """List those that were not removed."""
        return [cell for cell in self.cells if not cell.removed.is_set()]


class FakeClock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        """Give the time."""
        return self.now


def eventually(fact: Callable[[], object], seconds: float = 10.0) -> bool:
    """Wait until something is so; False if it never is."""
    deadline = time.monotonic() + seconds
    while not fact():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.002)
    return True
