"""Watch one child from the moment its job has started until it is dead and reaped."""

import os
import resource
import select
import time
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from signal import SIGKILL
from typing import Any

from .libc import LINUX

TICK = 0.05  # seconds between two looks at the memory
LAST_TICK = 0.002  # seconds between two looks at a child that has closed its pipes and is about to end
PIECE = 64 << 10  # bytes


class Stop(Enum):
    """Why watching ended."""

    EXIT = "exit"  #: the child ended by itself, or the kernel ended it
    WALL = "wall"
    FLOOD = "flood"
    MEMORY = "memory"


class Abandoned(Exception):
    """Whoever asked for this run is gone."""


@dataclass(frozen=True)
class Watched:
    """What was seen of a child; ``status`` is its wait status."""

    stop: Stop
    status: int
    output: bytes
    output_bytes: int
    wall_seconds: float
    cpu_seconds: float
    peak_memory_bytes: int


@dataclass(frozen=True)
class Watch:
    """What to look at: the child, its output and status pipes, and the line to whoever asked.

    ``started`` is ``time.monotonic()`` and ``cpu_before`` the CPU seconds used when the job began.
    """

    pid: int
    output: int
    status: int
    asker: int
    limits: dict[str, Any]
    memory_too: bool
    started: float
    cpu_before: float


class Output:
    """The beginning of what a child prints, and how much it was."""

    def __init__(self, descriptor: int, most: int) -> None:
        self._descriptor = descriptor
        self._most = most
        self.kept = bytearray()
        self.total = 0

    def take(self) -> bool:
        """Take one piece; False when there is none at present."""
        try:
            piece = os.read(self._descriptor, PIECE)
        except BlockingIOError:
            return False
        self.total += len(piece)
        self.kept += piece[: max(0, self._most - len(self.kept))]
        return bool(piece)


def watch(what: Watch) -> Watched:
    """Watch a child to its end, kill it where it must be, reap it.

    Raises:
        Abandoned: The asker went away; the child is dead.

    """
    os.set_blocking(what.output, False)
    output = Output(what.output, int(what.limits["output_bytes"]))
    abandoned = False
    stop = Stop.WALL
    try:
        stop = _wait(what, output)
    except Abandoned:
        abandoned = True
    wall = time.monotonic() - what.started
    status, usage = reap(what.pid)
    while output.total <= int(what.limits["flood_bytes"]) and output.take():
        pass
    if abandoned:
        raise Abandoned
    kilobyte = 1024 if LINUX else 1  # what ru_maxrss counts in
    return Watched(
        stop=stop,
        status=status,
        output=bytes(output.kept),
        output_bytes=output.total,
        wall_seconds=wall,
        cpu_seconds=max(0.0, usage.ru_utime + usage.ru_stime - what.cpu_before),
        peak_memory_bytes=usage.ru_maxrss * kilobyte,
    )


def _wait(what: Watch, output: Output) -> Stop:
    """Wait until the child has ended or has used up one of its limits."""
    deadline = what.started + float(what.limits["wall_seconds"])
    poll = select.poll()
    for descriptor in (what.output, what.asker):
        poll.register(descriptor, select.POLLIN)
    poll.register(what.status, 0)  # hang-up only: the child's last words are read when it is dead
    tick = TICK
    while True:
        for descriptor, _ in poll.poll(tick * 1000):
            if descriptor == what.asker:
                raise Abandoned
            if descriptor == what.status or not output.take():
                poll.unregister(descriptor)
                tick = LAST_TICK
        if output.total > int(what.limits["flood_bytes"]):
            return Stop.FLOOD
        if _has_ended(what.pid):
            return Stop.EXIT
        if time.monotonic() > deadline:
            return Stop.WALL
        if what.memory_too and _memory(what.pid) > int(what.limits["memory_bytes"]):
            return Stop.MEMORY


def reap(pid: int) -> tuple[int, resource.struct_rusage]:
    """Kill a child with all that it started in its session, and collect its wait status and its use of resources."""
    for kill in (os.killpg, os.kill):
        try:
            kill(pid, SIGKILL)
        except ProcessLookupError:
            continue
        except PermissionError:
            continue  # macOS says so of a group that is dead already
    _, status, usage = os.wait4(pid, 0)
    return status, usage


def _has_ended(pid: int) -> bool:
    """Tell whether a child is dead, without reaping it."""
    return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def _memory(pid: int) -> int:
    """Measure what a child holds beside the shared pages of its libraries, in bytes."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return 0
    words = (line.split() for line in lines if line.startswith(("RssAnon:", "RssShmem:")))
    return sum(int(number) << 10 for _, number, *_ in words)
