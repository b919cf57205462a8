"""Carry out attacks in one place: judge the program, keep all that comes back, then judge an honest one beside it."""

import builtins
import dataclasses
import json
import socket
from collections.abc import Mapping
from dataclasses import dataclass

from attacklist import Attack
from canaries import found_in, plant_in_judge, with_canary

from exercises import Bundle
from exercises.schema import CodeExercise, Limits
from grader.contract import Selection
from sandbox import Isolation, Sandbox, Slots, open_sandbox
from sandbox.contract import Description, Health, Json, RunOutcome, RunRequest, Stop, Tell
from server.judging import Judge
from server.phase import PhaseResult
from server.workshop import PAYLOAD, PAYLOADS

WON = "ESCAPED"  #: what a program prints when a step of it succeeded
UNTRAINED = Selection(skip=frozenset({"accuracy"}))
LONGEST_WORD = 300  # characters of a confession that a test shows


class Everything:
    """A sandbox that keeps a copy of whatever its runs bring back."""

    def __init__(self, sandbox: Sandbox) -> None:
        """Stand before ``sandbox``."""
        self._sandbox = sandbox
        self.outcomes: list[RunOutcome] = []
        self.events: list[Mapping[str, Json]] = []

    def run(self, request: RunRequest, tell: Tell | None = None, *, stop: Stop | None = None) -> RunOutcome:
        """Run, and keep what comes back."""

        def heard(event: Mapping[str, Json]) -> None:
            self.events.append(event)
            if tell is not None:
                tell(event)

        outcome = self._sandbox.run(request, heard, stop=stop)
        if not request.trusted:
            self.outcomes.append(outcome)
        return outcome

    def health(self) -> Health:
        """Say how the sandbox is doing."""
        return self._sandbox.health()

    def describe(self) -> Description:
        """Say nothing of the sandbox: to ask it would start slots that an attack may not need."""
        return Description(backend="attacked", mode="warm", image="", python="", packages={}, cpu="", layers=())

    def close(self) -> None:
        """Close the sandbox."""
        self._sandbox.close()

    def take_texts(self) -> list[str]:
        """Return everything that came back since the last time, as text, and forget it."""
        texts = [json.dumps(self.events, ensure_ascii=False)]
        for outcome in self.outcomes:
            texts += [outcome.stdout, repr(outcome.error)]
            texts += [name + content.decode("latin-1") for name, content in outcome.artifacts.items()]
        self.outcomes, self.events = [], []
        return texts


@dataclass(frozen=True)
class Report:
    """What an attack came to.

    Attributes:
        outcome: The word over its verdict.
        said: What it, or anything that came back, says of a step that succeeded.
        leaked: Where the canaries came from that it found.
        heard: What the socket heard to which nobody may send.
        ran_here: Whether code of the program ran in this process.
        honest: The evidence of the honest program judged after it, as it is stored; ``None`` if there was none.

    """

    outcome: str
    said: tuple[str, ...]
    leaked: tuple[str, ...]
    heard: bytes
    ran_here: bool
    honest: bytes | None


class Place:
    """One sandbox with one slot, in which attacks and honest programs take turns."""

    def __init__(
        self,
        kind: str,
        mode: Isolation,
        catalogue: Mapping[str, Bundle],
        canaries: Mapping[str, str],
        listener: socket.socket,
    ) -> None:
        """Open the sandbox; nothing is started in it yet."""
        slots = Slots(quick=1, long=1, judges=1, ahead=False)
        # The home is that of all tests: wheels, image and environment are too heavy to be made anew.
        home = next(iter(catalogue.values())).built.parent
        self._sandbox = Everything(open_sandbox(kind, home, PAYLOADS, PAYLOAD, mode=mode, slots=slots))  # type: ignore[arg-type]
        self._judge = Judge(self._sandbox, parallel_runs=1)
        self._bundles = {name: with_canary(bundle, canaries["labels"]) for name, bundle in catalogue.items()}
        self._canaries = canaries
        self._listener = listener

    def plant(self) -> None:
        """Plant a canary in the sandbox's judge."""
        plant_in_judge(self._sandbox, self._canaries["judge"])

    def close(self) -> None:
        """Stop the sandbox."""
        self._judge.close()

    def health(self) -> Health:
        """Say how the sandbox is doing."""
        return self._sandbox.health()

    def honest(self) -> bytes:
        """Judge the reference solution, with a canary in it; return its evidence as it is stored."""
        bundle = self._bundles["cnn-digits"]
        source = f'{bundle.solution}\nNOTE = "{self._canaries["previous"]}"\n'
        result = self._judge.quick(bundle, source, UNTRAINED)
        self._sandbox.take_texts()  # its weights are its own, and its canary may stand in them
        return json.dumps([result.verdict.outcome, result.evidence, result.stdout], sort_keys=True).encode()

    def attack(self, attack: Attack, *, then_honest: bool = True) -> Report:
        """Judge a hostile program, then an honest one in the same slot.

        Raises:
            JudgingFault: The sandbox gave way.
            JudgingBroke: The grader or the judge did.

        """
        self._sandbox.take_texts()
        result = self._judged(attack)
        texts = [*self._sandbox.take_texts(), _everything_in(result)]
        ran_here = hasattr(builtins, WON)
        if ran_here:
            delattr(builtins, WON)
        return Report(
            outcome=result.verdict.outcome.value,
            said=tuple(text[text.index(WON) :][:LONGEST_WORD] for text in texts if WON in text),
            leaked=tuple(found_in(texts, self._canaries)),
            heard=self._heard(),
            ran_here=ran_here,
            honest=self.honest() if then_honest else None,
        )

    def _judged(self, attack: Attack) -> PhaseResult:
        """Judge a hostile program within its own limits."""
        bundle = self._bundles[attack.exercise]
        exercise = bundle.exercise
        if not isinstance(exercise, CodeExercise):
            raise TypeError(f"{attack.name} attacks a quiz")
        limits = Limits(wall_seconds=attack.seconds, memory_mib=attack.mib)
        bundle = dataclasses.replace(bundle, exercise=exercise.model_copy(update={"limits": limits}))
        if not attack.kinds:
            return self._judge.quick(bundle, attack.source, UNTRAINED)
        return self._judge.whole(bundle, attack.source, Selection(only=attack.kinds))

    def _heard(self) -> bytes:
        """Return what was sent to the socket to which nobody may send."""
        try:
            return self._listener.recv(1000)
        except BlockingIOError:
            return b""


def _everything_in(result: PhaseResult) -> str:
    """Return all that a student, a teacher or a database would see of a verdict, as one text."""
    findings = [dataclasses.asdict(finding) for finding in result.findings]
    seen = [result.evidence, result.stdout, repr(result.error), findings, sorted(result.artifacts)]
    return json.dumps(seen, ensure_ascii=False, default=str)
