"""The part that the evidence of every capture shares: how the run ended, and whether the program got as far as that."""

import json
from collections.abc import Callable, Mapping

from grader.contract import Json, RunResult
from grader.hostile import BadArtifact
from grader.student_errors import error_to_json, student_error

MAX_BYTES = 50_000  #: of one capture's evidence, as JSON

Facts = dict[str, Json]


def capture_evidence(
    kind: str, function: str, result: RunResult, source: str, distil: Callable[[Mapping[str, bytes]], Facts]
) -> Facts:
    """Return a capture's evidence.

    Args:
        kind: The capture's kind.
        function: The student's function it called.
        result: How the run ended and what it left.
        source: The student's program, for hints.
        distil: Turns the artifacts of a finished run into facts.

    """
    evidence: Facts = {
        "kind": kind,
        "function": function,
        "ending": result.ending,
        "imported": result.ending == "finished" or "stage.json" in result.artifacts,
        "error": error_to_json(student_error(result, source)),
        "problem": None,
    }
    if result.ending != "finished":
        return evidence
    try:
        facts = distil(result.artifacts)
    except BadArtifact as bad:
        return {**evidence, "problem": "unreadable", "detail": str(bad)[:200]}
    if len(json.dumps(facts)) > MAX_BYTES:
        return {**evidence, "problem": "unreadable", "detail": "too much to keep"}
    return {**evidence, **facts}


def without_run(kind: str, function: str, other: Mapping[str, Json]) -> Facts:
    """Return the evidence of a capture that was not run, because the program failed before any function was called."""
    shared = {key: other[key] for key in ("ending", "imported", "error")}
    return {"kind": kind, "function": function, "problem": None, **shared}
