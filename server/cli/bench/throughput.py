"""How many structure checks a second come out when more wait than there are slots, every program another."""

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from sandbox.contract import Isolation
from server.cli.bench.figures import spread
from server.cli.bench.scene import Scene
from server.settings import cores

COLD_SHARE = 10  # a cold check takes so many times longer that fewer of them must do


def throughput(scene: Scene, checks: int, slots: tuple[int, ...] = (1, 2)) -> dict[str, Any]:
    """Measure a queue that is never empty.

    Args:
        scene: What to judge, and where.
        checks: In each measurement with warm slots.
        slots: Numbers of slots to measure with; cold is measured with the largest.

    """
    rows = [_row(scene, Isolation.WARM, number, checks) for number in slots]
    rows.append(_row(scene, Isolation.COLD, max(slots), max(2 * max(slots), checks // COLD_SHARE)))
    return {"rows": rows}


def _row(scene: Scene, isolation: Isolation, slots: int, checks: int) -> dict[str, Any]:
    """Measure one mode with one number of slots."""
    scene.say(f"{checks} checks on {slots} {isolation.value} slot{'s' if slots > 1 else ''}")
    with scene.judge(isolation, slots) as judge:
        judge.check()
        judge.settle()
        # A cold sandbox starts as many cells as it is asked for; slots are kept full by one more that waits.
        callers = slots if isolation is Isolation.COLD else slots + 1
        started = time.perf_counter()
        with ThreadPoolExecutor(callers) as pool:
            walls = [check.slot for check in pool.map(lambda _: judge.check(), range(checks))]
        seconds = time.perf_counter() - started
    per_second = checks / seconds
    return {
        "mode": isolation.value,
        "slots": slots,
        "checks": checks,
        "per_second": round(per_second, 2),
        "per_minute": round(60 * per_second),
        "per_core_and_second": round(per_second / min(slots, cores()), 2),
        "with_waiting": spread(walls).to_json("s"),
    }
