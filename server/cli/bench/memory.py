"""What the first warm slot holds in memory with its judge, and each further one beside them."""

import threading
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Any

from sandbox.contract import Isolation, SlotHealth
from server.cli.bench.cells import Memory, cells_of, memory_of
from server.cli.bench.scene import BenchFailed, MeasuredJudge, Scene

ATTEMPTS = 20
ROLE = "quick"  # of slots for student code


def memory(scene: Scene, backend: str, slots: int = 3) -> dict[str, Any]:
    """Start slots one by one and measure all of their processes after each has judged.

    Args:
        scene: What to judge, and where.
        backend: ``docker`` or ``process``: where the processes are found.
        slots: How many.

    """
    measured: list[Memory] = []
    # What describes the sandbox would stand beside them and share pages. The judge does stand there: the first check
    # asks it once for the described network's answers.
    with scene.judge(Isolation.WARM, slots, ahead=False, describe=False) as judge:
        for number in range(1, slots + 1):
            scene.say(f"{number} warm slot{'s' if number > 1 else ''}")
            _have_slots(judge, number)
            judge.settle()
            measured.append(memory_of(cells_of(backend)))
    totals = [one.bytes >> 20 for one in measured]
    return {
        "measure": measured[0].measure,
        "first_mib": totals[0],
        "further_mib": [after - before for before, after in pairwise(totals)],
        "total_mib": totals,
    }


def _have_slots(judge: MeasuredJudge, number: int) -> None:
    """Judge so many programs at once until there are so many slots, each of which has judged.

    Raises:
        BenchFailed: There never are.

    """
    slots: list[SlotHealth] = []
    for _ in range(ATTEMPTS):
        together = threading.Barrier(number)

        def check(_: int, together: threading.Barrier = together) -> None:
            together.wait()
            judge.check()

        with ThreadPoolExecutor(number) as pool:
            list(pool.map(check, range(number)))
        judge.settle()
        slots = [slot for slot in judge.sandbox.health().slots if slot.role == ROLE]
        if len(slots) == number and all(slot.runs > 0 for slot in slots):
            return
    raise BenchFailed(f"{len(slots)} slots were started where {number} were needed")
