"""One run: give a child its job, watch it to its end, and bring back what it left."""

import os
import time
from dataclasses import dataclass
from typing import Any

from .asker import Asker
from .collect import Collected, Order, collect
from .endings import decide
from .events import Hearing
from .layers import COLLECTOR
from .memory import kernel_kills, resident_of, resident_of_container
from .orphans import kill_orphans
from .settings import Settings
from .spare import NotStarted, Spare, expect
from .text import plain
from .watch import Watch, Watched, watch
from .wire import write_message
from .zygote import Zygote


@dataclass(frozen=True)
class Answer:
    """What is answered: a header, and the artifacts by name."""

    header: dict[str, Any]
    artifacts: dict[str, bytearray]


def run(settings: Settings, zygote: Zygote, asker: Asker, spare: Spare, layers: list[str]) -> Answer:
    """Read a request and carry it out in a child that is ready; afterwards nothing of the child is left.

    Raises:
        StreamEnded: There is no request any more.
        NotStarted: The job never began.
        Abandoned: The asker went away meanwhile.
        CollectionFailed: The artifacts could not be brought back.
        ZygoteFault: The process that forks is gone.

    """
    header, blobs = asker.read_request()
    limits = header["limits"]
    kills = kernel_kills() if settings.contained else None
    cpu_before = _start(spare, asker, header, blobs)
    del blobs
    hearing = Hearing(spare.listener, asker.tell)
    watched = watch(
        Watch(
            pid=spare.pid,
            zygote=zygote,
            output=spare.output,
            hearing=hearing,
            asker=asker.incoming,
            limits=limits,
            started=time.monotonic(),
            cpu_before=cpu_before,
        )
    )
    kills_now = kernel_kills() if settings.contained else None
    claim = hearing.claim()
    orphans = kill_orphans(zygote.pid)
    wanted = tuple(header["artifacts"])
    collected = collect(Order(settings.home, spare.uid, wanted, limits, careful=settings.has(COLLECTOR)))
    ending, error = decide(
        watched, claim, limits, kernel_killed=None if kills is None or kills_now is None else kills_now > kills
    )
    return Answer(
        {
            "ending": ending,
            "error": error,
            **_figures(watched),
            "layers": layers,
            "clean": not any(settings.box.iterdir()),
            "strays": orphans or collected.strays,
            "resident_bytes": _resident(settings, zygote, collected),
            "names": list(collected.artifacts),
        },
        collected.artifacts,
    )


def _start(spare: Spare, asker: Asker, header: dict[str, Any], blobs: list[bytearray]) -> float:
    """Hand over the job; gives the CPU seconds that the child has used before it."""
    try:
        write_message(spare.job, header, blobs)
        return float(expect(spare, asker, "started")["cpu"])
    except BrokenPipeError as error:
        raise NotStarted("the child ended before it had its job") from error


def _figures(watched: Watched) -> dict[str, Any]:
    """Put what was seen into an answer's words."""
    return {
        "stdout": plain(watched.output),
        "stdout_bytes": watched.output_bytes,
        "wall_seconds": watched.wall_seconds,
        "cpu_seconds": watched.cpu_seconds,
        "peak_memory_bytes": watched.peak_memory_bytes,
    }


def _resident(settings: Settings, zygote: Zygote, collected: Collected) -> int | None:
    """Measure what stays in memory between runs; the artifacts, which are about to go, do not count."""
    held = sum(len(content) for content in collected.artifacts.values())
    total = resident_of_container() if settings.contained else resident_of((os.getpid(), zygote.pid))
    return None if total is None else max(0, total - held)
