"""Why a verdict of something that ran is another: the rule, the environment, or chance."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from server.database.models import Cause
from server.rescoring.after import After, same_verdict
from server.rescoring.before import Item

#: What of an environment can change what a program does.
DECIDES = (
    "image", "cpu", "backend", "isolation", "python", "tensorflow", "keras", "numpy", "opencv",
    "seed", "threads", "onednn", "op_determinism", "hash_seed",
)  # fmt: skip


def cause_of(item: Item, after: After, by_rule: After | None) -> Cause | None:
    """Return why a verdict changed; None where it did not.

    Args:
        item: The verdict before.
        after: The verdict of the new run.
        by_rule: The verdict of the old evidence by the new rule; None where the evidence does not tell.

    """
    before = After(item.outcome, item.score, item.findings, item.error)
    if same_verdict(before, after):
        return None
    if by_rule is not None and same_verdict(by_rule, after):
        return Cause.RULE
    if by_rule is None and item.version != item.judged_by:
        return Cause.RULE
    now = (after.run or {}).get("environment", {})
    return Cause.ENVIRONMENT if other_environment(item.environment, now) else Cause.NOISE


def other_environment(before: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Return what decides and was another: name to what it was and what it is."""
    return {name: (before.get(name), now.get(name)) for name in DECIDES if before.get(name) != now.get(name)}


def spread_of(runs: Sequence[After]) -> dict[str, Any]:
    """Return how the repeats of one program came out."""
    return {
        "runs": len(runs),
        "outcomes": dict(Counter(run.outcome for run in runs)),
        "scores": [round(run.score, 6) for run in runs],
        "lowest": min(run.score for run in runs),
        "highest": max(run.score for run in runs),
    }
