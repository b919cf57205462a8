"""Watch one child from the moment its job has started until it is dead and reaped."""

import os
import select
import time
from dataclasses import dataclass
from enum import Enum
from typing import Any

from .asker import Abandoned
from .events import Hearing
from .memory import memory_of
from .waiting import Allowance
from .zygote import Zygote

TICK = 0.025  # seconds between two looks at the memory
PIECE = 64 << 10  # bytes


class Stop(Enum):
    """Why watching ended."""

    EXIT = "exit"  #: the child ended by itself, or the kernel ended it
    WALL = "wall"
    FLOOD = "flood"
    MEMORY = "memory"


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
    """What to look at: the child, what it prints and says, and the line to whoever asked.

    ``started`` is ``time.monotonic()`` and ``cpu_before`` the CPU seconds used when the job began.
    """

    pid: int
    zygote: Zygote
    output: int
    hearing: Hearing
    asker: int
    limits: dict[str, Any]
    started: float
    cpu_before: float


class Output:
    """The beginning of what a child prints, and how much it was."""

    def __init__(self, descriptor: int, most: int) -> None:
        self._descriptor = descriptor
        self._most = most
        self.kept = bytearray()
        self.total = 0
        os.set_blocking(descriptor, False)

    def take(self) -> bool:
        """Take one piece; False when there is none at present, or none will come."""
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
        ZygoteFault: The process that forked it is gone.

    """
    output = Output(what.output, int(what.limits["output_bytes"]))
    abandoned = False
    stop = Stop.WALL
    try:
        stop = _wait(what, output)
    except (Abandoned, BrokenPipeError):
        abandoned = True
    wall = time.monotonic() - what.started
    remains = what.zygote.end_child()
    while output.total <= int(what.limits["flood_bytes"]) and output.take():
        pass
    if abandoned or remains is None:
        raise Abandoned
    return Watched(
        stop=stop,
        status=remains.status,
        output=bytes(output.kept),
        output_bytes=output.total,
        wall_seconds=wall,
        cpu_seconds=max(0.0, remains.cpu_seconds - what.cpu_before),
        peak_memory_bytes=remains.peak_memory_bytes,
    )


def _wait(what: Watch, output: Output) -> Stop:
    """Wait until the child has ended or has used up one of its limits. Each round takes one piece of each pipe."""
    allowance = Allowance(what.pid, what.started, float(what.limits["wall_seconds"]))
    takers = {what.output: output.take, what.hearing.descriptor: what.hearing.take}
    poll = select.poll()
    for descriptor in (*takers, what.asker, what.zygote.descriptor):
        poll.register(descriptor, select.POLLIN)
    what.hearing.take()  # what came together with the child's last word before the job
    next_look = 0.0
    while not allowance.used_up(now := time.monotonic()):
        if now >= next_look:
            if memory_of(what.pid) > int(what.limits["memory_bytes"]):
                return Stop.MEMORY
            next_look = now + TICK
        ready = [one for one, _ in poll.poll(max(0.0, min(allowance.until, next_look) - now) * 1000 + 1)]
        if what.asker in ready:
            raise Abandoned
        for descriptor in ready:
            if descriptor in takers and not takers[descriptor]():
                poll.unregister(descriptor)
        if output.total > int(what.limits["flood_bytes"]):
            return Stop.FLOOD
        if what.zygote.descriptor in ready:
            return Stop.EXIT
    return Stop.WALL
