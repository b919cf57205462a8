"""What the grader asks to be run, what it is told, and what it says: plain frozen values, no sandbox, no database."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Literal

from exercises.text import Text

Json = Any  #: plain JSON data: dict, list, str, int, float, bool, None


class Phase(StrEnum):
    """The two phases of a grading: quick findings first, then whatever needs training."""

    QUICK = "quick"
    TRAINING = "training"


class Outcome(StrEnum):
    """How a finding came out."""

    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"  #: ``because`` says why: ``left_out`` or the id of the failed check
    ERROR = "error"  #: a check of ours raised; there is no verdict


class SubmissionOutcome(StrEnum):
    """The word over a whole verdict."""

    PASSED = "passed"
    FAILED = "failed"
    RAISED = "raised"
    TIMED_OUT = "timed_out"
    OUT_OF_MEMORY = "out_of_memory"
    TOO_MUCH_OUTPUT = "too_much_output"
    VIOLATION = "violation"
    REJECTED = "rejected"


class CheckBroke(Exception):
    """A check or the distilling of evidence raised: a fault of ours, never a student's zero."""


@dataclass(frozen=True, slots=True)
class Run:
    """One run the grader needs; judging turns it into a sandbox request.

    ``where`` is ``slot`` for runs of student code and ``judge`` for runs that never see any.
    ``cache_key`` is set where the result depends on the bundle alone, so that it need not be run twice.
    """

    id: str
    where: Literal["slot", "judge"]
    entry: str
    arguments: Mapping[str, Json]
    files: Mapping[str, bytes]
    artifacts: tuple[str, ...]
    training: bool = False  #: use the exercise's training limits, in the lane of trainings
    long_lane: bool = False  #: use the lane of trainings, with the limits of quick runs
    cache_key: str | None = None


@dataclass(frozen=True, slots=True)
class StudentError:
    """What a student reads of an exception in the submission; ``line`` counts in the student's own file."""

    type: str
    message: str
    line: int | None
    hint: Text | None


@dataclass(frozen=True, slots=True)
class RunResult:
    """How a run ended, and the hostile artifacts it left."""

    ending: str  #: a word of sandbox.contract.Ending
    error_type: str | None
    error_message: str | None
    error_frames: tuple[tuple[str, int, str], ...]
    stdout: str
    artifacts: Mapping[str, bytes]
    wall_ms: int


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check says."""

    id: str
    kind: str
    title: Text
    outcome: Outcome
    weight: float
    required: bool
    expected: Json
    actual: Json
    message: Text
    hint: Text | None = None
    because: str | None = None
    partly: float = 0  #: share of the weight that a failed finding earns all the same (partial credit)


@dataclass(frozen=True, slots=True)
class Selection:
    """Which check kinds a caller asked for (``--only``) or left out (``--skip``)."""

    only: frozenset[str] | None = None
    skip: frozenset[str] = frozenset()

    def includes(self, kind: str) -> bool:
        """Tell whether checks of ``kind`` are wanted."""
        return kind not in self.skip and (self.only is None or kind in self.only)


@dataclass(frozen=True, slots=True)
class Gathered:
    """The end of a gathering generator: bounded evidence to store, and artifacts the next phase needs."""

    evidence: Mapping[str, Json]
    artifacts: Mapping[str, bytes] = field(default_factory=dict)
    stdout: str = ""
    error: StudentError | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """The end of a grading."""

    outcome: SubmissionOutcome
    score: float  #: 0..1, weighted share
    findings: tuple[Finding, ...]
    error: StudentError | None
