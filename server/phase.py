"""What one phase of a grading produced: everything the next phase and the stored grading need."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from grader.contract import Finding, Json, StudentError, Verdict


@dataclass(frozen=True, slots=True)
class PhaseResult:
    """The result of the quick or the training phase.

    Attributes:
        evidence: Bounded plain data (256 KiB at most) from which checks can be repeated without a sandbox.
        findings: What is known after this phase; ``accuracy`` is missing while ``needs_training``.
        artifacts: Files the training phase needs (initial weights), by name; empty after the last phase.
        stdout: What the student's code printed, bounded.
        error: The exception that ended the student's code, for reading.
        needs_training: Whether a training phase must follow before there is a verdict.
        verdict: The verdict over ``findings``; final unless ``needs_training``.
        environment: Image, seed, threads, versions, the grader's digest: what a replay needs.
        timing_ms: ``sandbox``, ``judge``, ``checks`` and ``total`` in milliseconds, summed over the phases so far.
        left: What the student's runs of this phase left, packed (``server.kept_runs``): to be kept for a while, so that
            they can be judged once more without running; no verdict needs it.

    """

    evidence: Mapping[str, Json]
    findings: tuple[Finding, ...]
    stdout: str
    error: StudentError | None
    needs_training: bool
    verdict: Verdict
    environment: Mapping[str, Json]
    timing_ms: Mapping[str, int]
    artifacts: Mapping[str, bytes] = field(default_factory=dict)
    left: Mapping[str, bytes] = field(default_factory=dict)
