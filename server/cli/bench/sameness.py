"""Whether the same code always gets the same verdict: in every mode, in fresh and used slots, alone and in company."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from sandbox.contract import Isolation
from server.cli.bench.scene import MeasuredJudge, Scene, digest_of

COLD_SHARE = 20  # one in so many is judged cold or oneshot, which takes far longer


def sameness(scene: Scene, count: int, slots: int) -> dict[str, Any]:
    """Judge one program many times and compare everything that was found out about it, initial weights included.

    Args:
        scene: What to judge, and where.
        count: How often, in all modes together.
        slots: How many go at once; between them other programs are judged.

    """
    few = max(1, count // COLD_SHARE)
    shares = {Isolation.COLD: few, Isolation.ONESHOT: few, Isolation.WARM: count - 2 * few}
    digests: Counter[str] = Counter()
    outcomes: Counter[str] = Counter()
    for isolation, share in shares.items():
        scene.say(f"the same program, {isolation.value}: {share} of {count}")
        with scene.judge(isolation, slots) as judge, ThreadPoolExecutor(slots) as pool:
            for digest, outcome in pool.map(lambda number, judge=judge: _once(scene, judge, number), range(share)):
                digests[digest] += 1
                outcomes[outcome] += 1
    return {
        "judged": sum(digests.values()),
        "modes": {isolation.value: share for isolation, share in shares.items()},
        "distinct_results": len(digests),
        "outcomes": dict(outcomes),
    }


def _once(scene: Scene, judge: MeasuredJudge, number: int) -> tuple[str, str]:
    """Judge the program, now and then right after another one."""
    if number % 3 == 1:
        judge.check()
    result = judge.result(scene.source, everything=True)
    digest = digest_of(result, judge.initial_weights(scene.source))
    return digest, "needs training" if result.needs_training else result.verdict.outcome.value
