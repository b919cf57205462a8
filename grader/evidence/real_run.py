"""Evidence of the real run: the classes that a student's training function answered, and how it trained on the way."""

from collections.abc import Mapping

from grader.contract import Json
from grader.evidence.model import problem_facts
from grader.evidence.predictions import Decision, decided
from grader.hostile import BadArtifact, read_array, read_json

COUNTS = ("rows", "steps", "longest_batch", "strangers", "wrong_labels", "optimizer_count")
MOST = 10**9
PAIR = 2


def real_run_facts(artifacts: Mapping[str, bytes], decide: Decision) -> dict[str, Json]:
    """Return what a real run answered and what was recorded of its training.

    Args:
        artifacts: ``real.json`` and ``answer.npy`` of one run.
        decide: How the check turns the answer into classes.

    Returns:
        ``classes`` (one per hidden row, or None where the answer decides nothing) and ``record``: what was recorded,
        None where nothing could be. Both are claims of the student's process.

    Raises:
        BadArtifact: There is no readable answer.

    """
    report = read_json(artifacts, "real.json")
    if not isinstance(report, dict):
        raise BadArtifact("real.json is not an object")
    if report.get("problem") not in {None, "not_numeric"}:
        return problem_facts(report)
    classes = None
    if report.get("problem") is None:
        classes = decided(read_array(artifacts, "answer.npy"), decide)
    return {"classes": classes, "record": training_record(report.get("record"))}


def training_record(value: Json) -> dict[str, Json] | None:
    """Return what was recorded of a training; None where it is not a record.

    Args:
        value: What the student's process says that was recorded.

    Returns:
        ``rows``, ``steps``, ``longest_batch``, ``strangers``, ``wrong_labels``, ``optimizer_count``; ``uses`` and
        ``rates`` (each the least and the greatest) and ``optimizer`` (its class) or None.

    """
    if not isinstance(value, dict) or not all(_is_count(value.get(name)) for name in COUNTS):
        return None
    uses = value.get("uses")
    if not isinstance(uses, list) or len(uses) != PAIR or not all(_is_count(one) for one in uses):
        return None
    optimizers = value.get("optimizers")
    first = optimizers[0] if isinstance(optimizers, list) and optimizers else None
    name = first.get("class") if isinstance(first, dict) else None
    return {
        **{name: value[name] for name in COUNTS},
        "uses": uses,
        "rates": rate_span(value.get("rates")),
        "optimizer": name[:80] if isinstance(name, str) else None,
    }


def rate_span(value: Json) -> list[float] | None:
    """Return the least and the greatest learning rate, if these are what was claimed."""
    if not isinstance(value, list) or len(value) != PAIR:
        return None
    fine = all(isinstance(rate, (int, float)) and not isinstance(rate, bool) for rate in value)
    return [float(rate) for rate in value] if fine else None


def _is_count(value: Json) -> bool:
    """Tell whether a claim is a whole number of things."""
    return type(value) is int and 0 <= value <= MOST
