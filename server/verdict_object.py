"""The verdict as JSON, the one shape that the command line, the API and the database share (additions only)."""

from collections.abc import Mapping, Sequence
from typing import Any

from exercises import Text
from grader.contract import Finding, StudentError

SCHEMA = 1


def text_object(text: Text | None) -> dict[str, str] | None:
    """Return ``{"zh": ..., "en": ...}``, or None."""
    return None if text is None else {"zh": text.zh, "en": text.en}


def finding_object(finding: Finding) -> dict[str, Any]:
    """Return one entry of ``checks``."""
    return {
        "id": finding.id,
        "kind": finding.kind,
        "title": text_object(finding.title),
        "outcome": finding.outcome.value,
        "weight": finding.weight,
        "partly": finding.partly,
        "required": finding.required,
        "because": finding.because,
        "expected": finding.expected,
        "actual": finding.actual,
        "message": text_object(finding.message),
        "hint": text_object(finding.hint),
    }


def error_object(error: StudentError | None) -> dict[str, Any] | None:
    """Return the ``error`` of a verdict: the exception that ended the student's code."""
    if error is None:
        return None
    return {"type": error.type, "message": error.message, "line": error.line, "hint": text_object(error.hint)}


def verdict_object(
    *,
    exercise_id: str,
    version: str,
    file: str | None,
    submission_sha256: str,
    state: str,
    outcome: str | None,
    score: float | None,
    checks: Sequence[Mapping[str, Any]],
    error: Mapping[str, Any] | None = None,
    stdout: str = "",
    environment: Mapping[str, Any] | None = None,
    timing_ms: Mapping[str, int] | None = None,
    fault: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Build the verdict object.

    Args:
        exercise_id: Id of the exercise.
        version: ``sha256:...`` of the bundle that was graded against.
        file: Name of the graded file, where there is one.
        submission_sha256: Hex digest of the graded text.
        state: ``queued``, ``running``, ``training``, ``checking``, ``done``, ``cancelled`` or ``system_error``.
        outcome: A word of :class:`grader.contract.SubmissionOutcome`; None while there is no verdict.
        score: Weighted share, 0..1; None while there is no verdict.
        checks: Entries made by :func:`finding_object`.
        error: Entry made by :func:`error_object`.
        stdout: What the student's code printed, bounded.
        environment: Image, seed, threads, versions.
        timing_ms: ``sandbox``, ``judge``, ``checks``, ``total``.
        fault: ``{"type": ..., "message": ...}`` when we failed; outcome and score are None then.

    """
    return {
        "schema": SCHEMA,
        "exercise": {"id": exercise_id, "version": version},
        "file": file,
        "submission_sha256": submission_sha256,
        "outcome": outcome,
        "score": None if score is None else round(score, 4),
        "checks": [dict(check) for check in checks],
        "error": None if error is None else dict(error),
        "state": state,
        "fault": None if fault is None else dict(fault),
        "stdout": stdout,
        "environment": dict(environment or {}),
        "timing_ms": dict(timing_ms or {}),
    }
