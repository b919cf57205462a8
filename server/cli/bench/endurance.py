"""Whether a sandbox that works for long stays as it was: no memory grows, no file and no cell is left behind."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from typing import Any

import psutil

from sandbox.contract import Isolation
from server.cli.bench.cells import cells_of, files_in, memory_of
from server.cli.bench.figures import spread
from server.cli.bench.scene import Scene

LOOKS = 10


@dataclass(frozen=True, slots=True)
class Look:
    """What is there after so many submissions, with nothing going on."""

    submissions: int
    cells: int
    cells_mib: int
    worker_mib: int
    files: int | None


def endurance(scene: Scene, backend: str, count: int, slots: int) -> dict[str, Any]:
    """Judge many submissions in a row, every one another, and look ten times at what is there.

    Args:
        scene: What to judge, and where.
        backend: ``docker`` or ``process``.
        count: Submissions in all.
        slots: How many are judged at once.

    """
    looks: list[Look] = []
    walls: list[float] = []
    with scene.judge(Isolation.WARM, slots) as judge:
        judge.check()
        for part in range(LOOKS):
            share = count * (part + 1) // LOOKS - count * part // LOOKS
            scene.say(f"submissions {len(walls) + 1} to {len(walls) + share} of {count}")
            with ThreadPoolExecutor(slots + 1) as pool:
                walls += [check.total for check in pool.map(lambda _: judge.check(), range(share))]
            judge.settle()
            looks.append(_look(backend, len(walls)))
        health = judge.sandbox.health()
    return {
        "submissions": count,
        "slots": slots,
        "check": spread(walls).to_json("s"),
        "memory_growth_mib": looks[-1].cells_mib - looks[0].cells_mib,
        "worker_growth_mib": looks[-1].worker_mib - looks[0].worker_mib,
        "most_files": None if any(look.files is None for look in looks) else max(look.files or 0 for look in looks),
        "cells_left_behind": len(cells_of(backend)),
        "faults": health.faults,
        "replaced": dict(health.recycled),
        "looks": [asdict(look) for look in looks],
    }


def _look(backend: str, submissions: int) -> Look:
    """Look once."""
    cells = cells_of(backend)
    return Look(
        submissions=submissions,
        cells=len(cells),
        cells_mib=memory_of(cells).bytes >> 20,
        worker_mib=psutil.Process().memory_info().rss >> 20,
        files=files_in(cells),
    )
