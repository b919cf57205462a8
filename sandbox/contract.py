"""What a sandbox is asked and what it answers: plain frozen values that both backends share.

Two kinds of failure never share a field. What a student's program did is an :class:`Ending`; what we failed to do is
a :class:`SandboxFault`, which is raised, retried, and never becomes a verdict.
"""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
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


class Isolation(StrEnum):
    """How far apart two runs are kept; each stricter than the one before."""

    WARM = "warm"  #: a confined child of a container that lives on and serves one run after another
    ONESHOT = "oneshot"  #: a container prepared ahead, with no capabilities at all, used once
    COLD = "cold"  #: a container started for the run


class Lane(StrEnum):
    """Which runs wait for each other; no long run ever takes the place of a quick one."""

    QUICK = "quick"
    LONG = "long"


class SandboxFault(Exception):
    """The sandbox itself failed; the run says nothing about the code and may be repeated."""


class SandboxUnavailable(SandboxFault):
    """There is no sandbox to run in at present (no engine, no image, no environment)."""


class RunUnwanted(SandboxFault):
    """The run was ended, or not begun, because nobody wants it any more."""

    def __init__(self) -> None:
        super().__init__("Nobody wants this run any more.")


@dataclass(frozen=True, slots=True)
class Limits:
    """What one run may use; sizes in bytes, times in seconds.

    While a busy machine keeps a run waiting for a core its clock stands still, until it has had its time twice.
    """

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
        limits: What the run may use.
        pins: What is fixed so that it can be repeated.
        trusted: Whether no untrusted code runs; such runs go where none has ever run, and no other run goes there.
        lane: Which runs it may wait for.
        isolation: Stricter than the sandbox's own, where an exercise asks for it; ``None`` leaves it to the sandbox.

    """

    entry: str
    arguments: Mapping[str, Json] = field(default_factory=dict)
    files: Mapping[str, bytes] = field(default_factory=dict)
    artifacts: tuple[str, ...] = ("*.json", "*.npy")
    limits: Limits = Limits()
    pins: Pins = Pins()
    trusted: bool = False
    lane: Lane = Lane.QUICK
    isolation: Isolation | None = None


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
    mode: str  #: a word of Isolation: how far runs are kept apart that ask for nothing stricter
    image: str  #: image id, or digest of the process environment's lock
    python: str
    packages: Mapping[str, str]  #: tensorflow, keras, numpy, opencv
    cpu: str
    layers: tuple[str, ...]  #: protections that are on, in words a doctor prints


class SlotState(StrEnum):
    """What a slot, a place in which one run at a time is carried out, is doing."""

    STARTING = "starting"
    READY = "ready"
    RUNNING = "running"
    ENDING = "ending"


@dataclass(frozen=True, slots=True)
class SlotHealth:
    """One slot as it is now."""

    role: str  #: "quick", "long", "judge", "long judge", "oneshot", "long oneshot", "cold"
    state: SlotState
    runs: int
    age_seconds: float


@dataclass(frozen=True, slots=True)
class Health:
    """How a sandbox is doing; plain numbers for a page, a probe or a metric."""

    slots: tuple[SlotHealth, ...] = ()
    waiting: int = 0  #: runs that wait for a slot at this moment
    faults: int = 0  #: since it was opened
    recycled: Mapping[str, int] = field(default_factory=dict)  #: how many slots were replaced, by reason
    problem: str | None = None  #: why no slot can be started at present


Tell = Callable[[Mapping[str, Json]], None]  #: is told the events of a run while it goes on; hostile data


class Stop(Protocol):
    """Says when nobody wants a run any more; thread-safe."""

    @property
    def is_set(self) -> bool:
        """Whether that is so."""

    def calling(self, action: Callable[[], None]) -> AbstractContextManager[None]:
        """Have ``action`` called once it is so, at once if it is already, and never after the block."""


class Sandbox(Protocol):
    """Runs untrusted code and brings files back. Thread-safe; one call of :meth:`run` is one submission's code."""

    def run(self, request: RunRequest, tell: Tell | None = None, *, stop: Stop | None = None) -> RunOutcome:
        """Run one request to its end; waits for a slot as long as all are busy.

        Args:
            request: What to run.
            tell: Called, in this thread, with each event that comes while the run goes on; a claim like everything else
                that a run says, bounded in rate and size.
            stop: Ends the run at once when it is set; its slot is replaced.

        Raises:
            RunUnwanted: ``stop`` was set.
            SandboxFault: The run could not be carried out; nothing is known about the code.

        """

    def health(self) -> Health:
        """Say how it is doing; starts nothing and waits for nothing."""

    def describe(self) -> Description:
        """Say what this sandbox is; starts it if it must."""

    def close(self) -> None:
        """Stop and remove everything this sandbox started, running or not."""
