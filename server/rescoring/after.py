"""What a verdict would be: compared with the one before, and packed as a set keeps it."""

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from grader.contract import SubmissionOutcome, Verdict
from server.database.models import Cause, Depth, ItemState
from server.phase import PhaseResult
from server.rescoring.before import Item
from server.submissions.storage import storable
from server.verdict_object import error_object, finding_object

Json = dict[str, Any]

SAME, WORDS, UP, DOWN, LEVEL = "same", "words", "up", "down", "level"
CHANGES = (SAME, WORDS, UP, DOWN, LEVEL)

_ALMOST = 1e-9


@dataclass(frozen=True, slots=True)
class After:
    """A verdict worked out anew; what is None is as it was.

    Attributes:
        outcome: A word of ``SubmissionOutcome``.
        score: 0..1.
        findings: As ``finding_object`` writes them.
        error: The exception that ended the student's code.
        run: What only a run brings: evidence, stdout, environment, timing_ms, artifacts.

    """

    outcome: str
    score: float
    findings: Sequence[Json]
    error: Json | None
    run: Mapping[str, Any] | None = None


def after_check(verdict: Verdict) -> After:
    """Return a verdict of stored evidence."""
    return After(
        outcome=verdict.outcome.value,
        score=verdict.score,
        findings=[storable(finding_object(one)) for one in verdict.findings],
        error=storable(error_object(verdict.error)),
    )


def after_run(result: PhaseResult, artifacts: Mapping[str, str]) -> After:
    """Return a verdict of something that ran."""
    return After(
        outcome=result.verdict.outcome.value,
        score=result.verdict.score,
        findings=[storable(finding_object(one)) for one in result.findings],
        error=storable(error_object(result.error)),
        run={
            "evidence": storable(result.evidence),
            "stdout": storable(result.stdout),
            "environment": storable(result.environment),
            "timing_ms": storable(result.timing_ms),
            "artifacts": dict(artifacts),
        },
    )


def same_verdict(one: After, other: After) -> bool:
    """Tell whether two verdicts have the same outcome and score."""
    return one.outcome == other.outcome and abs(one.score - other.score) < _ALMOST


def change_of(item: Item, after: After) -> str:
    """Return what becomes of a verdict in one word; a pass that is lost falls, whatever the score."""
    passed = SubmissionOutcome.PASSED.value
    if item.outcome == passed != after.outcome:
        return DOWN
    if after.score > item.score + _ALMOST:
        return UP
    if after.score < item.score - _ALMOST:
        return DOWN
    if after.outcome != item.outcome:
        return UP if after.outcome == passed else LEVEL
    return SAME if list(after.findings) == list(item.findings) and after.error == item.error else WORDS


def checks_of(item: Item, after: After) -> list[Json]:
    """Return the checks that came out otherwise, or that one of the two verdicts lacks."""
    before = {one["id"]: one for one in item.findings}
    now = {one["id"]: one for one in after.findings}
    return [
        {"id": name, "before": _outcome(before.get(name)), "after": _outcome(now.get(name))}
        for name in dict.fromkeys((*now, *before))
        if _outcome(before.get(name)) != _outcome(now.get(name)) or _share(before.get(name)) != _share(now.get(name))
    ]


def _outcome(finding: Json | None) -> str | None:
    return None if finding is None else str(finding["outcome"])


def _share(finding: Json | None) -> tuple[float, float]:
    """Return what a finding weighs and what share of it it earns though it failed."""
    return (0, 0) if finding is None else (finding["weight"], finding.get("partly", 0))


@dataclass(frozen=True, slots=True)
class Written:
    """An item as it is written down."""

    submission_id: uuid.UUID
    before_grading_id: uuid.UUID  #: with which it was compared
    state: ItemState
    depth: Depth
    deepened: str | None = None
    after_outcome: str | None = None
    after_score: float | None = None
    change: str | None = None
    cause: Cause | None = None
    checks: list[Json] | None = None
    spread: Json | None = None
    result: Json | None = None
    fault: Json | None = None


def written(
    item: Item, after: After, cause: Cause | None, *, spread: Json | None = None, deepened: str | None = None
) -> Written:
    """Return an item that was worked out; of what is the same, nothing more is kept than that it is."""
    change = change_of(item, after)
    result = None
    if change != SAME or after.run is not None:  # a run's evidence also answers for the same code elsewhere in the set
        result = {"findings": list(after.findings), "error": after.error, **(after.run or {})}
    return Written(
        submission_id=item.submission_id,
        before_grading_id=item.grading_id,
        state=ItemState.DONE,
        depth=item.depth,
        deepened=deepened,
        after_outcome=after.outcome,
        after_score=after.score,
        change=change,
        cause=None if change in {SAME, WORDS} else cause,
        checks=None if change in {SAME, WORDS} else checks_of(item, after),
        spread=spread,
        result=result,
    )


def failed(item: Item, kind: str, message: str) -> Written:
    """Return an item that could not be worked out through a fault of ours."""
    fault: Json = storable({"type": kind, "message": message[:2000]})
    return Written(item.submission_id, item.grading_id, ItemState.ERROR, item.depth, fault=fault)


def deeper(item: Item, depth: Depth, word: str) -> Written:
    """Return an item that waits to be worked out once more, deeper; ``word`` says why."""
    return Written(item.submission_id, item.grading_id, ItemState.WAITING, depth, deepened=word)


def parsed(text: str) -> Json:
    """Read evidence that was loaded as text."""
    value: Json = json.loads(text)
    return value
