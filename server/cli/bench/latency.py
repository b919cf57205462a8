"""How long one structure check takes, cold, oneshot and warm, taken in turn so that they share the weather."""

from collections.abc import Sequence
from contextlib import ExitStack
from typing import Any

from sandbox.contract import Isolation
from server.cli.bench.figures import ratio, spread
from server.cli.bench.scene import Check, MeasuredJudge, Scene

MODES = (Isolation.COLD, Isolation.ONESHOT, Isolation.WARM)


def latency(scene: Scene, rounds: int, modes: Sequence[Isolation] = MODES) -> dict[str, Any]:
    """Measure single checks with pauses between them: each finds every slot waiting.

    Args:
        scene: What to judge, and where.
        rounds: Checks in each mode.
        modes: Which.

    Returns:
        For each mode the spread of the whole check, of the slot alone as the worker sees it, of the time inside, and of
        the child's processor time; and how many times faster than cold the others are.

    """
    taken: dict[Isolation, list[Check]] = {mode: [] for mode in modes}
    with ExitStack() as stack:
        judges: dict[Isolation, MeasuredJudge] = {}
        for mode in modes:
            scene.say(f"{mode.value}: preparing")
            judges[mode] = stack.enter_context(scene.judge(mode))
            judges[mode].check()  # the first of its kind reads files that nobody has read yet
        for number in range(1, rounds + 1):
            scene.say(f"round {number} of {rounds}: {', '.join(mode.value for mode in modes)}")
            for mode, judge in judges.items():
                for other in judges.values():
                    other.settle()
                taken[mode].append(judge.check())
    figures: dict[str, Any] = {mode.value: _figures(checks) for mode, checks in taken.items()}
    if Isolation.COLD in taken:
        cold = figures[Isolation.COLD.value]["check"]
        for mode in taken:
            if mode is not Isolation.COLD:
                figures[f"{mode.value}_times_faster"] = ratio(cold, figures[mode.value]["check"])
    return figures


def _figures(checks: Sequence[Check]) -> dict[str, Any]:
    """Sum up the checks of one mode."""
    return {
        "check": spread([check.total for check in checks]).to_json("s"),
        "slot": spread([check.slot for check in checks]).to_json("s"),
        "inside": spread([check.inside for check in checks]).to_json("s"),
        "child_cpu": spread([check.cpu for check in checks]).to_json("s"),
    }
