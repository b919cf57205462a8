"""Which measurements there are, how large they are, and in which order they are taken."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sandbox.contract import SandboxFault
from server.cli.bench.endurance import endurance
from server.cli.bench.figures import load_per_core
from server.cli.bench.forks import forks
from server.cli.bench.latency import latency
from server.cli.bench.memory import memory
from server.cli.bench.sameness import sameness
from server.cli.bench.scene import BenchFailed, Scene
from server.cli.bench.throughput import throughput
from server.errors import JudgingBroke, JudgingFault, JudgingUnavailable
from server.settings import cores


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much is measured."""

    rounds: int = 20  #: single checks in each mode
    queued: int = 120  #: checks in each measurement of throughput
    forks: int = 300
    submissions: int = 2000
    repetitions: int = 100  #: of the same program


QUICK_LOOK = Sizes(rounds=5, queued=30, forks=10, submissions=60, repetitions=20)


@dataclass(frozen=True, slots=True)
class Plan:
    """What is measured, and where."""

    scene: Scene
    backend: str
    sizes: Sizes


FAILURES = (BenchFailed, SandboxFault, JudgingFault, JudgingBroke, JudgingUnavailable)

Section = Callable[[Plan], dict[str, Any]]

SECTIONS: Mapping[str, Section] = {
    "latency": lambda plan: latency(plan.scene, plan.sizes.rounds),
    "throughput": lambda plan: throughput(plan.scene, plan.sizes.queued),
    "memory": lambda plan: memory(plan.scene, plan.backend),
    "sameness": lambda plan: sameness(plan.scene, plan.sizes.repetitions, min(2, cores())),
    "forks": lambda plan: forks(plan.scene, plan.sizes.forks, min(2, cores())),
    "endurance": lambda plan: endurance(plan.scene, plan.backend, plan.sizes.submissions, min(2, cores())),
}


def sizes_for(*, quick_look: bool, rounds: int | None) -> Sizes:
    """Return how much to measure."""
    sizes = QUICK_LOOK if quick_look else Sizes()
    return sizes if rounds is None else replace(sizes, rounds=rounds)


def measure(plan: Plan, names: Iterable[str]) -> dict[str, Any]:
    """Take the named measurements in turn; each says how busy the machine was before it began.

    One that fails has ``failed``, a sentence, in place of its figures; the others are taken all the same.
    """
    figures: dict[str, Any] = {}
    for name in names:
        before = round(load_per_core(), 2)
        try:
            found = SECTIONS[name](plan)
        except FAILURES as failure:
            found = {"failed": f"{type(failure).__name__}: {failure}"}
        figures[name] = {"load_per_core_before": before, **found}
    return figures
