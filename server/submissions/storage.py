"""Phase results as rows and back: what the database keeps of a grading, and what it cannot keep."""

import math
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from exercises.text import Text
from grader.contract import Finding, Outcome, Phase, StudentError, SubmissionOutcome, Verdict
from server.database.models import FindingRow, Grading
from server.phase import PhaseResult
from server.verdict_object import error_object, finding_object


@dataclass(frozen=True, slots=True)
class StoredPhase:
    """A quick phase as it lies in the database; its artifacts are named by digest and not loaded yet."""

    grading_id: uuid.UUID
    result: PhaseResult
    artifacts: Mapping[str, str]

    def with_artifacts(self, contents: Mapping[str, bytes]) -> PhaseResult:
        """Return the phase as the training phase needs it."""
        return replace(self.result, artifacts=contents)


def storable(value: Any) -> Any:  # noqa: ANN401 (any JSON in, the same kind of JSON out)
    """Return JSON data without what PostgreSQL cannot hold: NUL, lone surrogates, NaN and infinities.

    What students print or name can contain all of these; they must never make a verdict impossible to write down.
    """
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8").replace("\0", "�")
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {storable(str(key)): storable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [storable(item) for item in value]
    return value


def grading_values(result: PhaseResult, artifacts: Mapping[str, str]) -> dict[str, Any]:
    """Return the columns of a grading that hold what a phase produced."""
    return {
        "outcome": result.verdict.outcome.value,
        "score": result.verdict.score,
        "evidence": storable(result.evidence),
        "artifacts": dict(artifacts),
        "error": storable(error_object(result.error)),
        "stdout": storable(result.stdout),
        "environment": storable(result.environment),
        "timing_ms": storable(result.timing_ms),
    }


def finding_rows(
    grading_id: uuid.UUID, result: PhaseResult, *, quick_ids: frozenset[str] | None = None
) -> list[FindingRow]:
    """Return the rows of a phase's findings, in the order of the exercise.

    Args:
        grading_id: Whose findings.
        result: The phase.
        quick_ids: The checks that had been found before training; None if nothing was trained.

    """
    return [
        FindingRow(
            grading_id=grading_id,
            position=position,
            phase=(Phase.QUICK if quick_ids is None or finding.id in quick_ids else Phase.TRAINING).value,
            check_id=finding.id,
            outcome=finding.outcome.value,
            data=storable(finding_object(finding)),
        )
        for position, finding in enumerate(result.findings)
    ]


def read_phase(grading: Grading, findings: Sequence[Mapping[str, Any]]) -> StoredPhase:
    """Read a provisional grading back."""
    read = tuple(_finding(data) for data in findings)
    error = _error(grading.error)
    verdict = Verdict(outcome=SubmissionOutcome(grading.outcome), score=grading.score, findings=read, error=error)
    result = PhaseResult(
        evidence=grading.evidence,
        findings=read,
        stdout=grading.stdout,
        error=error,
        needs_training=True,
        verdict=verdict,
        environment=grading.environment,
        timing_ms=grading.timing_ms,
    )
    return StoredPhase(grading_id=grading.id, result=result, artifacts=grading.artifacts)


def _finding(data: Mapping[str, Any]) -> Finding:
    """Read one finding; the inverse of ``finding_object``."""
    return Finding(
        id=data["id"],
        kind=data["kind"],
        title=Text.model_validate(data["title"]),
        outcome=Outcome(data["outcome"]),
        weight=data["weight"],
        required=data["required"],
        expected=data["expected"],
        actual=data["actual"],
        message=Text.model_validate(data["message"]),
        hint=_text(data["hint"]),
        because=data["because"],
    )


def _error(data: Mapping[str, Any] | None) -> StudentError | None:
    """Read a student's error; the inverse of ``error_object``."""
    if data is None:
        return None
    return StudentError(type=data["type"], message=data["message"], line=data["line"], hint=_text(data["hint"]))


def _text(data: Mapping[str, str] | None) -> Text | None:
    return None if data is None else Text.model_validate(data)
