"""What a sandbox is asked and what it answers: plain frozen values that both backends share.

Two kinds of failure never share a field. What a student's program did is an :class:`Ending`; what we failed to do is
a :class:`SandboxFault`, which is raised, retried, and never becomes a verdict.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

Json = Any  #: plain JSON data: dict, list, str, int, float, bool, None


class Ending(StrEnum):
    """How a run of untrusted code ended."""

    FINISHED = "finished"  #: the entry returned
    RAISED = "raised"  #: an exception left the code, or the process ended itself early
    TIMED_OUT = "timed_out"  #: wall clock or CPU limit
    OUT_OF_MEMORY = "out_of_memory"  #: the kernel or the limit took it
    TOO_MUCH_OUTPUT = "too_much_output"  #: more than ``Limits.flood_bytes`` were printed
    VIOLATION = "violation"  #: killed by the system-call filter


class SandboxFault(Exception):
    """The sandbox itself failed; the run says nothing about the code and may be repeated."""


class SandboxUnavailable(SandboxFault):
    """There is no sandbox to run in at present (no engine, no image, no environment)."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one run may use; sizes in bytes, times in seconds."""

    wall_seconds: float = 20.0
    memory_bytes: int = 2048 << 20
    output_bytes: int = 64 << 10
    flood_bytes: int = 16 << 20
    artifact_bytes: int = 32 << 20
    artifacts_bytes: int = 64 << 20
    artifact_count: int = 256


@dataclass(frozen=True, slots=True)
class Pins:
    """What the platform fixes so that the same code gets the same verdict (all set before TensorFlow is imported)."""

    seed: int = 1447
    threads: int = 1
    op_determinism: bool = True
    onednn: bool = True
    hash_seed: int = 0


@dataclass(frozen=True, slots=True)
class RunRequest:
    """One run: which entry of the payload to call, on what files, and which artifacts to bring back.

    Attributes:
        entry: Name in the payload's ``ENTRIES`` table.
        arguments: JSON object handed to the entry.
        files: Relative POSIX path to content; laid into the run's private folder before the entry is called.
        artifacts: Patterns (``fnmatch``) of flat file names in ``out/``; everything else is wiped unseen.

    """

    entry: str
    arguments: Mapping[str, Json] = field(default_factory=dict)
    files: Mapping[str, bytes] = field(default_factory=dict)
    artifacts: tuple[str, ...] = ("*.json", "*.npy")
    limits: Limits = Limits()
    pins: Pins = Pins()


@dataclass(frozen=True, slots=True)
class RunError:
    """The exception that ended a run, as the inside told it: a claim, for messages only."""

    type: str
    message: str
    frames: tuple[tuple[str, int, str], ...] = ()  #: (file, line, function), outermost first


@dataclass(frozen=True, slots=True)
class RunOutcome:
    """What came back; ``artifacts`` and ``error`` are hostile data."""

    ending: Ending
    error: RunError | None
    stdout: str
    stdout_bytes: int
    artifacts: Mapping[str, bytes]
    wall_seconds: float
    cpu_seconds: float
    peak_memory_bytes: int | None


@dataclass(frozen=True, slots=True)
class Description:
    """What a sandbox is, recorded with every grading."""

    backend: str  #: "docker" or "process"
    mode: str  #: "cold" (warm and oneshot come later)
    image: str  #: image id, or digest of the process environment's lock
    python: str
    packages: Mapping[str, str]  #: tensorflow, keras, numpy, opencv
    cpu: str
    layers: tuple[str, ...]  #: protections that are on, in words a doctor prints


class Sandbox(Protocol):
    """Runs untrusted code and brings files back. Thread-safe; one call of :meth:`run` is one submission's code."""

    def run(self, request: RunRequest) -> RunOutcome:
        """Run one request to its end.

        Raises:
            SandboxFault: The run could not be carried out; nothing is known about the code.

        """

    def describe(self) -> Description:
        """Say what this sandbox is; starts it if it must."""

    def close(self) -> None:
        """Stop and remove everything this sandbox started, running or not."""
