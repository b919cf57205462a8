"""The part that the evidence of every capture shares: how the run ended, how far the program got, what it was told."""

import json
import re
from collections.abc import Callable, Mapping

from grader.contract import Json, RunResult
from grader.hints import hint_for_warning, plain_message
from grader.hostile import BadArtifact
from grader.stage import Stage, read_stage
from grader.student_errors import error_to_json, student_error

MAX_BYTES = 50_000  #: of one capture's evidence, as JSON

#: Endings that the next run of the same function would most likely reach too, after as long a wait.
LIMITS_REACHED = frozenset({"timed_out", "out_of_memory", "too_much_output", "violation"})

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
    stage = read_stage(result.artifacts)
    evidence: Facts = {
        "kind": kind,
        "function": function,
        "ending": result.ending,
        "imported": result.ending == "finished" or stage.word != "importing",
        "stage": stage.word,
        "error": error_to_json(student_error(result, source, stage.error)),
        "warnings": _warnings(stage, source),
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
    if facts.get("problem") == "returned_none" and re.search(r"\breturn\s+print\s*\(", source):
        facts = {**facts, "problem": "returned_print"}
    return {**evidence, **facts}


def without_run(kind: str, function: str, other: Mapping[str, Json]) -> Facts:
    """Return the evidence of a capture that was not run, because what ended the run ``other`` would end it too."""
    shared = {key: other.get(key) for key in ("ending", "imported", "stage", "error")}
    return {"kind": kind, "function": function, "problem": None, "warnings": [], **shared}


def ended_already(function: str, captures: Mapping[str, Mapping[str, Json]]) -> Mapping[str, Json] | None:
    """Return the evidence of a run of ``function`` that reached a limit; nobody need wait for that twice.

    Args:
        function: The student's function.
        captures: The evidence so far.

    """
    ended = (one for one in captures.values() if one["function"] == function and one["ending"] in LIMITS_REACHED)
    return next(ended, None)


def _warnings(stage: Stage, source: str) -> list[Json]:
    """Return the warnings that we have something to say about, and what."""
    told = [(plain_message(text), line) for text, line in stage.warnings]
    hinted = [(text, line, hint_for_warning(text, source)) for text, line in told]
    return [{"text": text, "line": line, "hint": hint.model_dump()} for text, line, hint in hinted if hint is not None]
