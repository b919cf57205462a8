"""How a worker's sandbox is doing, as plain data: written down by the worker, read by the web, which has no sandbox."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

#: The roles in which a slot runs what a student sent and waits for nothing but that.
STUDENT_ROLES = frozenset({"quick", "oneshot"})


#: How far runs are kept apart, each stricter than the one before; the words of ``sandbox.contract.Isolation``.
MODES = ("warm", "oneshot", "cold")


class Readiness(StrEnum):
    """What would happen to a submission that came now; the first is the best."""

    READY = "ready"  #: it would run at once
    BUSY = "busy"  #: it would wait for a slot
    WARMING = "warming"  #: slots are being started
    STUCK = "stuck"  #: no slot can be started; ``problem`` says why
    NOBODY = "nobody"  #: no worker is there


@dataclass(frozen=True, slots=True)
class SlotStanding:
    """One slot; the words are those of ``sandbox.contract.SlotHealth``."""

    role: str
    state: str
    runs: int
    age_seconds: float


@dataclass(frozen=True, slots=True)
class Standing:
    """A worker's sandbox at one moment.

    Attributes:
        backend: ``docker`` or ``process``; None as long as there is no sandbox.
        mode: How far runs are kept apart: ``warm``, ``oneshot`` or ``cold``.
        image: Id of the image, or digest of the process sandbox's environment.
        slots: Every slot there is.
        waiting: Runs that wait for a slot.
        faults: Faults of the sandbox since it was opened.
        recycled: Slots that were replaced since then, by reason.
        problem: Why no slot can be started at present.
        grader: Digest of the code that checks what runs leave (``grader.version``); None of a worker that does not say.

    """

    backend: str | None = None
    mode: str | None = None
    image: str | None = None
    slots: tuple[SlotStanding, ...] = ()
    waiting: int = 0
    faults: int = 0
    recycled: Mapping[str, int] = field(default_factory=dict)
    problem: str | None = None
    grader: str | None = None

    @property
    def readiness(self) -> Readiness:
        """What would happen to a submission that came now."""
        if self.problem is not None:
            return Readiness.STUCK
        if self.mode == "cold":
            return Readiness.READY
        states = {slot.state for slot in self.slots if slot.role in STUDENT_ROLES}
        if "ready" in states:
            return Readiness.READY
        return Readiness.BUSY if states & {"running", "ending"} else Readiness.WARMING


def best_readiness(standings: Iterable[Standing]) -> Readiness:
    """Return what would happen to a submission that came now, with several workers to choose from."""
    order = list(Readiness)
    return min((standing.readiness for standing in standings), key=order.index, default=Readiness.NOBODY)


def slots_by_role(standings: Iterable[Standing]) -> dict[str, dict[str, int]]:
    """Count slots: role to state to number."""
    counts: dict[str, Counter[str]] = {}
    for standing in standings:
        for slot in standing.slots:
            counts.setdefault(slot.role, Counter())[slot.state] += 1
    return {role: dict(states) for role, states in sorted(counts.items())}


def said_of_slots(standing: Standing) -> str:
    """Return how the slots are doing in a few words: ``quick 1 ready, 1 running; judge 1 ready``."""
    said = (
        f"{role} {', '.join(f'{count} {state}' for state, count in sorted(states.items()))}"
        for role, states in slots_by_role([standing]).items()
    )
    return "; ".join(said) or "no slots"
