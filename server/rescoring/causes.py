"""Why a verdict of something that ran is another: the rule, the environment, or chance."""

from collections import Counter
from collections.abc import Mapping, Sequence
from enum import StrEnum
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


class Why(StrEnum):
    """Why a program has another verdict on the image that is tried than it had."""

    RULE = "rule"  #: our checks say something else of the evidence that was stored
    IMAGE = "image"  #: the present image never says what the new one says
    NOISE = "noise"  #: repeated, it comes out one way and another
    ELSEWHERE = "elsewhere"  #: the present image says the same as the new one: something else has changed since

    @property
    def cause(self) -> Cause:
        """The word under which an item keeps it."""
        return {Why.RULE: Cause.RULE, Why.NOISE: Cause.NOISE}.get(self, Cause.ENVIRONMENT)


def why_of(present: Sequence[After], tried: Sequence[After], by_rule: After | None) -> Why:
    """Return why a program has another verdict than it had.

    Args:
        present: What it came to on the present image, each time.
        tried: What it came to on the image that is tried, each time; the first is another than the stored one.
        by_rule: The verdict of the stored evidence by the present rule; None where the evidence does not tell.

    """
    if by_rule is not None and same_verdict(by_rule, tried[0]):
        return Why.RULE
    pairs = [same_verdict(one, other) for one in present for other in tried]
    if all(pairs):
        return Why.ELSEWHERE
    return Why.NOISE if any(pairs) else Why.IMAGE
