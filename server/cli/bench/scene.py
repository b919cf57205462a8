"""What every measurement works with: an exercise, a way to open sandboxes, and somebody who is told how far it is."""

import hashlib
import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count

from exercises import Bundle
from grader.contract import Selection
from sandbox.contract import Description, Health, Isolation, RunOutcome, RunRequest, Sandbox, SlotState, Stop, Tell
from server.judging import Judge
from server.phase import PhaseResult

Say = Callable[[str], None]

#: Isolation and number of slots -> a sandbox; started ahead or not.
Open = Callable[[Isolation, int, bool], Sandbox]

STRUCTURE = Selection(only=frozenset({"layers", "parameters"}))

PATIENCE = 180.0  # seconds for a sandbox to get ready
LOOK = 0.01  # seconds between two looks whether it is

#: Stands in for a description that nobody asked for.
UNDESCRIBED = Description(backend="", mode=Isolation.WARM.value, image="", python="", packages={}, cpu="", layers=())

_numbers = count(1)


class BenchFailed(Exception):
    """What was measured did not do what it should, so there is no figure; the sentence says what it did."""


@dataclass(frozen=True, slots=True)
class Scene:
    """What a measurement is given.

    Attributes:
        bundle: The exercise that is judged.
        source: A program that passes its structure checks.
        open: Opens a sandbox; whoever calls it closes it.
        say: Told how far it is.

    """

    bundle: Bundle
    source: str
    open: Open
    say: Say

    @contextmanager
    def judge(
        self, isolation: Isolation, slots: int = 1, *, ahead: bool = True, describe: bool = True
    ) -> Iterator["MeasuredJudge"]:
        """Open a sandbox and judge in it; everything is started and quiet at the beginning.

        Args:
            isolation: The sandbox's mode.
            slots: For student code.
            ahead: Whether slots are started before anybody asks.
            describe: Whether the sandbox is asked what it is, as a worker does, which takes a run.

        """
        sandbox = self.open(isolation, slots, ahead)
        try:
            if describe:
                sandbox.describe()
            judge = MeasuredJudge(self, sandbox, describe=describe)
            judge.settle()
            yield judge
        finally:
            sandbox.close()

    def another_source(self) -> str:
        """Return a program that was never judged before and does the same."""
        return varied(self.source, next(_numbers))


def varied(source: str, number: int) -> str:
    """Return a program of another digest that does the same."""
    return f"{source.rstrip()}\n\n# attempt {number}\nattempt = {number}\n"


@dataclass(frozen=True, slots=True)
class Check:
    """One structure check as it was measured; seconds."""

    total: float  #: from the program's text to the findings
    slot: float  #: of these, in the sandbox as the worker sees it
    inside: float  #: of these, from the job's beginning to the child's end
    cpu: float  #: processor time of the child for the job; what was used to get ready is not in it


class MeasuredJudge:
    """Judges in one sandbox and notes what each check took; thread-safe."""

    def __init__(self, scene: Scene, sandbox: Sandbox, *, describe: bool = True) -> None:
        """Use an open sandbox, which stays the caller's; ``describe`` as in :meth:`Scene.judge`."""
        self._scene = scene
        self.sandbox = sandbox
        self._watch = _Watch(sandbox, describe=describe)
        self._judge = Judge(self._watch)

    def check(self, source: str | None = None) -> Check:
        """Judge the structure of a program that is right.

        Args:
            source: The program; by itself a new one.

        Raises:
            BenchFailed: It did not pass.
            JudgingFault: The sandbox failed.

        """
        self.begin()
        started = time.perf_counter()
        result = self.result(source or self._scene.another_source())
        total = time.perf_counter() - started
        slot, inside, cpu = self.sums()
        if result.verdict.outcome.value != "passed":
            raise BenchFailed(f"a right program came out as {result.verdict.outcome.value}: {result.error}")
        return Check(total, slot, inside, cpu)

    def result(self, source: str, *, everything: bool = False) -> PhaseResult:
        """Judge the structure of any program, or everything that needs no training."""
        return self._judge.quick(self._scene.bundle, source, Selection() if everything else STRUCTURE)

    def initial_weights(self, source: str) -> Mapping[str, bytes]:
        """Fetch the weights that a program's model starts its training from, as the training phase does.

        Raises:
            JudgingFault: The sandbox failed.

        """
        return self._judge.initial_weights(self._scene.bundle, source)

    def begin(self) -> None:
        """Count this thread's seconds from zero."""
        self._watch.begin()

    def sums(self) -> tuple[float, float, float]:
        """Return this thread's seconds since the beginning: in the sandbox, inside it, and of processor time there."""
        return self._watch.sums()

    def settle(self) -> None:
        """Wait until every slot waits for a run, as it does where submissions come now and then.

        Raises:
            BenchFailed: They do not get there.

        """
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            health = self.sandbox.health()
            if all(slot.state is SlotState.READY for slot in health.slots):
                return
            time.sleep(LOOK)
        raise BenchFailed(f"the sandbox did not get ready: {self.sandbox.health().problem or 'nobody knows why'}")


def digest_of(result: PhaseResult, weights: Mapping[str, bytes]) -> str:
    """Return a digest of everything that a phase found out about a program, times left out, and of its weights."""
    parts = [json.dumps(dict(result.evidence), sort_keys=True), result.verdict.outcome.value, str(result.verdict.score)]
    parts += [f"{finding.id} {finding.outcome.value}" for finding in result.findings]
    digest = hashlib.sha256("\n".join(parts).encode())
    for name, content in sorted(weights.items()):
        digest.update(name.encode())
        digest.update(content)
    return digest.hexdigest()


class _Sums(threading.local):
    """Seconds of one thread."""

    slot = inside = cpu = 0.0


class _Watch:
    """A sandbox that notes what the runs of the calling thread took."""

    def __init__(self, sandbox: Sandbox, *, describe: bool) -> None:
        self._sandbox = sandbox
        self._describe = describe
        self._sums = _Sums()

    def begin(self) -> None:
        """Count from zero, for this thread."""
        self._sums.slot = self._sums.inside = self._sums.cpu = 0.0

    def sums(self) -> tuple[float, float, float]:
        """Return the seconds since the beginning: seen from here, inside, and of processor time."""
        return self._sums.slot, self._sums.inside, self._sums.cpu

    def run(self, request: RunRequest, tell: Tell | None = None, *, stop: Stop | None = None) -> RunOutcome:
        """Run, and note."""
        started = time.perf_counter()
        outcome = self._sandbox.run(request, tell, stop=stop)
        self._sums.slot += time.perf_counter() - started
        self._sums.inside += outcome.wall_seconds
        self._sums.cpu += outcome.cpu_seconds
        return outcome

    def health(self) -> Health:
        """See :class:`sandbox.contract.Sandbox`."""
        return self._sandbox.health()

    def describe(self) -> Description:
        """See :class:`sandbox.contract.Sandbox`; without asking it where that would disturb what is measured."""
        return self._sandbox.describe() if self._describe else UNDESCRIBED

    def close(self) -> None:
        """Close nothing: the sandbox is another's."""
