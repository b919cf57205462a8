"""Gather what accuracy needs: trainings by the judge, or the student's own on real pictures, by the rule of five."""

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass

from exercises import Bundle
from exercises.schema import AccuracyCheck, JudgeTraining, ModelCapture, RealRunCapture
from grader.canonical import described_network
from grader.contract import Gathered, Json, Run, RunResult, Selection
from grader.evidence import (
    CannotTrain,
    StartingPoint,
    capture_evidence,
    prediction_facts,
    real_run_facts,
    starting_point,
)
from grader.gathering.packing import Gathering, finished, our_own_failures, pack
from grader.runs import real_run, training_run, weights_run
from grader.seeds import further_seeds
from grader.selecting import accuracy_checks
from grader.trainings import hidden_targets, more_runs_wanted, run_evidence

Facts = dict[str, Json]

#: None stands for the seed that is pinned for the grading.
Seeds = Sequence[int | None]


@dataclass(frozen=True, slots=True)
class Trained:
    """What one training shows, and what the student's code printed meanwhile."""

    facts: Facts
    printed: str = ""


#: Carries out one training for each seed.
Trainings = Generator[tuple[Run, ...], tuple[RunResult, ...], list[Trained]]


def gather_training(bundle: Bundle, source: str, gathered_quick: Gathered, selection: Selection) -> Gathering:
    """Gather what accuracy needs, on top of the quick evidence.

    One training is asked for first. Only where it leaves the matter open (:mod:`grader.seeds`), four more follow, which
    need nothing of each other.

    Raises:
        CheckBroke: A judge's run did not finish, or our own distilling failed.

    """
    exercise = bundle.code
    captures: dict[str, Facts] = dict(gathered_quick.evidence["captures"])
    runs: dict[str, Json] = {}
    printed = [gathered_quick.stdout]
    for check in accuracy_checks(exercise, selection):
        capture = next(one for one in exercise.captures if one.id == check.capture)
        if isinstance(capture, RealRunCapture):
            trained, kept = yield from _by_the_rule(bundle, check, _RealRuns(bundle, source, capture, check))
            captures[capture.id] = _speaking_for_all([one.facts for one in trained])
            printed += [one.printed for one in trained]
        elif isinstance(capture, ModelCapture) and exercise.training and "network" in captures.get(capture.id, {}):
            judged = _JudgedRuns(bundle, source, capture, check, exercise.training, captures[capture.id])
            _, kept = yield from _by_the_rule(bundle, check, judged)
        else:
            continue
        runs[capture.id] = {"runs": kept}
    return pack(captures, printed, trained=runs)


def _by_the_rule(
    bundle: Bundle, check: AccuracyCheck, train: Callable[[Seeds], Trainings]
) -> Generator[tuple[Run, ...], tuple[RunResult, ...], tuple[list[Trained], list[Facts]]]:
    """Train under the pinned seed, and under four more if that decides nothing; return what each showed and is kept."""
    pinned = bundle.code.seed
    with our_own_failures():
        targets = hidden_targets(bundle, check)
    trained = yield from train([None])
    kept = [run_evidence(pinned, trained[0].facts, check, targets)]
    if more_runs_wanted(kept, check, targets):
        seeds = further_seeds(pinned)
        trained += yield from train(seeds)
        kept += [run_evidence(seed, one.facts, check, targets) for seed, one in zip(seeds, trained[1:], strict=True)]
    return trained, kept


@dataclass(frozen=True, slots=True)
class _JudgedRuns:
    """Trainings of a student's model by the judge, each from the model's own initial weights under the same seed."""

    bundle: Bundle
    source: str
    capture: ModelCapture
    check: AccuracyCheck
    recipe: JudgeTraining
    facts: Facts  #: quick evidence of the model

    def __call__(self, seeds: Seeds) -> Trainings:
        """Fetch initial weights, then train what has some."""
        fetched = yield tuple(weights_run(self.bundle, self.source, self.capture, seed) for seed in seeds)
        starts = [self._start(result) for result in fetched]
        ready = [(seed, start) for seed, start in zip(seeds, starts, strict=True) if isinstance(start, StartingPoint)]
        runs = tuple(
            training_run(self.bundle, self.recipe, start.network, start.weights, seed) for seed, start in ready
        )
        results = iter((yield runs) if runs else ())
        return [
            self._trained(next(results)) if isinstance(start, StartingPoint) else Trained(start) for start in starts
        ]

    def _start(self, result: RunResult) -> StartingPoint | Facts:
        """Return what a training starts from, or the problem."""
        try:
            return starting_point(self.facts, result, described_network(self.bundle.code, self.capture.id))
        except CannotTrain as problem:
            return {"problem": "cannot_train", "detail": str(problem)}

    def _trained(self, result: RunResult) -> Trained:
        """Return what a judge's training shows."""
        with our_own_failures():
            return Trained(prediction_facts(finished(result), self.check.decide))


@dataclass(frozen=True, slots=True)
class _RealRuns:
    """Runs of the student's own training function on real pictures and the described network."""

    bundle: Bundle
    source: str
    capture: RealRunCapture
    check: AccuracyCheck

    def __call__(self, seeds: Seeds) -> Trainings:
        """Call the function once for each seed."""
        results = yield tuple(real_run(self.bundle, self.source, self.capture, seed) for seed in seeds)
        return [self._trained(result) for result in results]

    def _trained(self, result: RunResult) -> Trained:
        """Return what one run shows."""
        capture, decide = self.capture, self.check.decide
        with our_own_failures():
            facts = capture_evidence(
                capture.kind, capture.function, result, self.source, lambda given: real_run_facts(given, decide)
            )
        return Trained(facts, result.stdout)


def _speaking_for_all(runs: Sequence[Facts]) -> Facts:
    """Return the evidence of one run for all: of the first that failed if one did; what each answered is kept apart."""
    failed = (one for one in runs if one["ending"] != "finished" or one["problem"] is not None)
    chosen = next(failed, runs[0])
    return {name: value for name, value in chosen.items() if name not in {"classes", "record"}}
