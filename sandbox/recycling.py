"""When a slot is replaced: after so many runs or so long in any case, and at once on anything suspicious. Pure.

Nothing that ran in a slot is trusted to have left it as it was. What can be seen from outside ends it at once; what
cannot be seen is bounded by how long any slot lives.
"""

from dataclasses import dataclass
from enum import StrEnum

from sandbox.contract import Ending

MOST_RUNS = 200
MOST_AGE = 3600.0  # seconds
MOST_GROWTH = 64 << 20  # bytes of idle memory beyond what the slot held after its first run


class Reason(StrEnum):
    """Why a slot is replaced, in the words of a metric."""

    RUNS = "many runs"
    AGE = "age"
    USED = "used once"
    UNCLEAN = "not clean"
    STRAYS = "living processes"
    VIOLATION = "violation"
    GROWTH = "memory growth"
    SILENT = "silent past its deadline"
    BAD_ANSWER = "bad answer"
    FAULT = "fault"
    DIED = "died"
    SURPLUS = "fewer wanted"
    UNWANTED = "run not wanted any more"

    @property
    def can_wait(self) -> bool:
        """Whether the slot may serve on until another one stands in its place."""
        return self in {Reason.RUNS, Reason.AGE}


@dataclass(frozen=True, slots=True)
class Aftermath:
    """What is known of a slot after a run.

    Attributes:
        ending: How the run ended.
        clean: Whether nothing was left in the run's folder.
        strays: Whether a process of the run's user still lived.
        runs: How many the slot has carried out, this one counted.
        age_seconds: Of the slot.
        resident_bytes: What the slot holds with nothing to do; ``None`` where it is not known.
        first_resident_bytes: The same, after the slot's first run.

    """

    ending: Ending
    clean: bool
    strays: bool
    runs: int
    age_seconds: float
    resident_bytes: int | None
    first_resident_bytes: int | None


def reason_to_replace(after: Aftermath, *, once: bool) -> Reason | None:
    """Say why a slot is to be replaced after a run; the most suspicious reason first.

    Args:
        after: What is known.
        once: Whether slots of this pool serve a single run.

    """
    known: tuple[tuple[bool, Reason], ...] = (
        (after.strays, Reason.STRAYS),
        (not after.clean, Reason.UNCLEAN),
        (after.ending is Ending.VIOLATION, Reason.VIOLATION),
        (once, Reason.USED),
        (_growth(after) > MOST_GROWTH, Reason.GROWTH),
        (after.runs >= MOST_RUNS, Reason.RUNS),
        (after.age_seconds >= MOST_AGE, Reason.AGE),
    )
    return next((reason for holds, reason in known if holds), None)


def _growth(after: Aftermath) -> int:
    """Give by how many bytes a slot holds more than after its first run."""
    if after.resident_bytes is None or after.first_resident_bytes is None:
        return 0
    return after.resident_bytes - after.first_resident_bytes
