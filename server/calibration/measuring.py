"""Measure accuracies: the solution and the baselines, one training a seed, through the door of every submission."""

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from exercises import Bundle
from exercises.schema import AccuracyCheck
from exercises.text import Text
from grader.contract import Selection
from grader.seeds import calibration_seeds
from server.calibration import baselines
from server.calibration.report import ENOUGH_RUNS
from server.phase import PhaseResult

#: Judges one submission from its text to its verdict.
Judging = Callable[[Bundle, str, Selection], PhaseResult]

ACCURACY = Selection(only=frozenset({"accuracy"}))
SEEDS = ENOUGH_RUNS  #: trainings of the solution
BASELINE_SEEDS = 3  #: trainings of each baseline
TRAINED_BASELINES = (("untrained", baselines.untrained), ("linear", baselines.linear))
TRAININGS = SEEDS + BASELINE_SEEDS * len(TRAINED_BASELINES)  #: of a whole calibration

#: So low that the first training always decides: calibration looks at single trainings.
ANY_ACCURACY = 1e-9


class NothingToCalibrate(Exception):
    """The exercise has no check of an accuracy."""


class CannotMeasure(Exception):
    """A training gave no accuracy; the message says which and why, and ``why`` only that, in both languages."""

    def __init__(self, message: str, why: Text | None = None) -> None:
        super().__init__(message)
        self.why = why


@dataclass(frozen=True, slots=True)
class Trial:
    """One training to carry out."""

    name: str  #: ``reference`` or the baseline's
    bundle: Bundle
    source: str
    seed: int


@dataclass(frozen=True, slots=True)
class Accuracy:
    """What one training came to."""

    name: str
    seed: int
    accuracy: float
    environment: Mapping[str, Any]  #: where it was measured


def accuracy_check(bundle: Bundle) -> AccuracyCheck:
    """Return the check that is calibrated.

    Raises:
        NothingToCalibrate: A quiz, or an exercise that measures no accuracy.

    """
    if bundle.stub is None:
        raise NothingToCalibrate(f"{bundle.id} is a quiz: nothing is trained, so there is nothing to calibrate.")
    found = next((check for check in bundle.code.checks if isinstance(check, AccuracyCheck)), None)
    if found is None:
        raise NothingToCalibrate(f"{bundle.id} has no check of kind accuracy, so there is nothing to calibrate.")
    return found


def trials_of(bundle: Bundle, seeds: int, *, with_baselines: bool) -> list[Trial]:
    """Return the trainings of a calibration: the solution under each seed, then the baselines.

    Raises:
        NothingToCalibrate: There is no accuracy to measure.
        NoBaseline: No baseline is known for an exercise of this kind.

    """
    check = accuracy_check(bundle)
    numbers = calibration_seeds(bundle.code.seed, max(seeds, BASELINE_SEEDS))
    trials = [Trial("reference", bundle, bundle.solution or "", seed) for seed in numbers[:seeds]]
    if with_baselines:
        for name, make in TRAINED_BASELINES:
            other, source = make(bundle, check)
            trials += [Trial(name, other, source, seed) for seed in numbers[:BASELINE_SEEDS]]
    return trials


def measure(trials: list[Trial], judging: Judging) -> Iterator[Accuracy]:
    """Carry trainings out, one after the other, and yield each accuracy.

    Raises:
        CannotMeasure: A training gave none.
        JudgingFault: A run could not be carried out.
        JudgingBroke: A check of ours raised.

    """
    for trial in trials:
        result = judging(_single(trial), trial.source, ACCURACY)
        finding = next(one for one in result.findings if one.kind == "accuracy")
        measured = (finding.actual or {}).get("accuracies") or [None]
        if measured[0] is None:
            raise CannotMeasure(f"{trial.name}, seed {trial.seed}: {finding.message.en}", finding.message)
        yield Accuracy(trial.name, trial.seed, measured[0], result.environment)


def _single(trial: Trial) -> Bundle:
    """Return the exercise with the trial's seed as its own, and a threshold that one training always decides."""
    update = {"threshold": ANY_ACCURACY, "spread": 0.0}
    code = trial.bundle.code
    checks = tuple(one.model_copy(update=update) if isinstance(one, AccuracyCheck) else one for one in code.checks)
    return dataclasses.replace(trial.bundle, exercise=code.model_copy(update={"seed": trial.seed, "checks": checks}))
