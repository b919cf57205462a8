"""Accuracy by the rule of five: one seed decides where that is clear, the mean of five where it is not."""

import dataclasses
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pytest
from describedmodels import model_named
from gradertools import BundleWithData, finished, npy, raised

from grader import CheckBroke, Finding, Gathered, Outcome, Phase, Run, RunResult, Selection, check, gather_training
from grader.evidence import model_facts
from grader.seeds import Rule, calibration_seeds, further_seeds
from grader.trainings import accuracies_of, hidden_targets, more_runs_wanted, run_evidence
from grader.verdict import verdict

ACCURACY = Selection(only=frozenset({"accuracy"}))
SOURCE = "def build_model():\n    return None\n"
LABELS = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3]
SEED = 1447

Loader = Callable[..., BundleWithData]
Answer = Callable[[int], RunResult]


class Trainings:
    """Answers every run of a gathering: initial weights at once, trainings by their seed."""

    def __init__(self, answer: Answer) -> None:
        """Answer the training of a seed with ``answer(seed)``."""
        self._answer = answer
        self.batches: list[list[Run]] = []

    def gather(self, bundle: BundleWithData, quick: Gathered) -> Gathered:
        """Drive a gathering to its end."""
        gathering = gather_training(bundle, SOURCE, quick, ACCURACY)
        try:
            runs = next(gathering)
            while True:
                self.batches.append(list(runs))
                runs = gathering.send(tuple(self._result(run) for run in runs))
        except StopIteration as stop:
            gathered: Gathered = stop.value
            return gathered

    def _result(self, run: Run) -> RunResult:
        """Return what a run left."""
        if run.entry == "capture_model":
            return captured()
        return self._answer(run.arguments.get("seed", SEED))

    @property
    def seeds(self) -> list[list[int]]:
        """The seeds of the trainings of each batch."""
        batches = ([run for run in batch if run.entry != "capture_model"] for batch in self.batches)
        return [[run.arguments.get("seed", SEED) for run in batch] for batch in batches if batch]


def captured() -> RunResult:
    """Return the result of a run that captured the right network with its initial weights."""
    weights = {f"weight.{index:03d}.npy": npy(np.zeros(2, np.float32)) for index in range(8)}
    return finished({"model.json": json.dumps(model_named("cnn", "article").model).encode(), **weights})


def quick_of(kind: str) -> Gathered:
    """Return quick evidence that lets a training follow."""
    facts: dict[str, Any] = {"kind": "model", "function": "build_model", "ending": "finished", "imported": True}
    facts |= {"error": None, "problem": None, **model_facts(captured().artifacts)}
    return Gathered({"captures": {"model": facts} if kind == "model" else {}})


def digits(course_bundle: Loader, **changes: Any) -> BundleWithData:  # noqa: ANN401 - keys of the check
    """Return cnn-digits with ten hidden rows and an accuracy check of the test's own."""
    data = dict.fromkeys(("data/train_images.npy", "data/train_labels.npy", "data/test_images.npy"), b"array")
    bundle = course_bundle("cnn-digits", {**data, "private/test_labels.npy": npy(np.array(LABELS))})
    return with_check(bundle, **{"threshold": 0.8, "spread": 0.04, **changes})


def pictures(course_bundle: Loader) -> BundleWithData:
    """Return cats-vs-dogs with four hidden pictures, of which three quarters must be right."""
    data = dict.fromkeys(("data/train.zip", "data/test.zip"), b"zip")
    bundle = course_bundle("cats-vs-dogs", {**data, "private/test_labels.npy": npy(np.array([0, 1, 1, 0]))})
    return with_check(bundle, threshold=0.75, spread=0.05)


def with_check(bundle: BundleWithData, **changes: Any) -> BundleWithData:  # noqa: ANN401 - keys of the check
    """Return a bundle whose accuracy check has other values."""
    checks = tuple(one.model_copy(update=changes) if one.kind == "accuracy" else one for one in bundle.code.checks)
    return dataclasses.replace(bundle, exercise=bundle.code.model_copy(update={"checks": checks}))


def predicting(rows: int) -> RunResult:
    """Return the result of a judge's training that gets so many of the ten rows right."""
    classes = [label if row < rows else 0 for row, label in enumerate(LABELS)]
    return finished({"predictions.npy": npy(np.eye(10)[classes]), "history.json": b'{"loss": [1.0]}'})


def answering(classes: Sequence[float]) -> RunResult:
    """Return the result of a real run that answered these classes."""
    return finished({"real.json": b'{"problem": null}', "answer.npy": npy(np.array(classes, np.float64))})


def found(bundle: BundleWithData, gathered: Gathered) -> Finding:
    """Return the finding of the accuracy check, from evidence as it is stored."""
    evidence = json.loads(json.dumps(gathered.evidence))
    return next(one for one in check(bundle, evidence, ACCURACY, Phase.TRAINING) if one.kind == "accuracy")


def test_seeds_are_always_the_same_and_never_meet() -> None:
    """Four further seeds follow from the exercise's own; calibration uses none of the five."""
    further = further_seeds(SEED)
    calibrating = calibration_seeds(SEED, 40)

    assert further_seeds(SEED) == further
    assert 45 == len({SEED, *further, *calibrating})
    assert calibration_seeds(SEED, 8) == calibrating[:8]
    assert all(0 <= seed < 2**31 for seed in (*further, *calibrating))


@pytest.mark.parametrize(
    ("accuracies", "wanted"),
    [
        ([], True),
        ([0.88], False),  # exactly two standard deviations above
        ([0.8799], True),
        ([0.80], True),
        ([0.79], True),
        ([0.0], True),  # four perfect trainings would lift the mean to the threshold
        ([0.79, 0.9, 0.9, 0.9, 0.9], False),
        ([0.79, 0.9], True),
    ],
)
def test_when_more_runs_are_wanted(accuracies: list[float], wanted: bool) -> None:  # noqa: FBT001
    """A first run decides alone from two standard deviations above the threshold on."""
    assert wanted == Rule(0.8, 0.04).more_runs_wanted(accuracies)


def test_a_hopeless_first_run_decides_alone() -> None:
    """Where not even four perfect trainings could lift the mean to the threshold, nobody waits for them."""
    rule = Rule(0.9, 0.01)

    assert not rule.more_runs_wanted([0.49])
    assert not rule.decide([0.49]).passed
    assert rule.more_runs_wanted([0.5])


@pytest.mark.parametrize(
    ("accuracies", "passed", "accuracy"),
    [
        ([0.88], True, 0.88),
        ([0.80, 0.80, 0.80, 0.80, 0.80], True, 0.80),
        ([0.70, 0.83, 0.82, 0.83, 0.82], True, 0.80),
        ([0.87, 0.78, 0.78, 0.78, 0.78], False, 0.798),
        ([0.90, 0.10, 0.10, 0.10, 0.10], True, 0.90),  # as a fresh judging, which stops after the first
    ],
)
def test_the_mean_of_five_decides_unless_the_first_is_clear(
    accuracies: list[float],
    passed: bool,  # noqa: FBT001
    accuracy: float,
) -> None:
    """The mean may be exactly the threshold; evidence with more runs than needed gets the verdict of a fresh one."""
    decision = Rule(0.8, 0.04).decide(accuracies)

    assert (passed, pytest.approx(accuracy)) == (decision.passed, decision.accuracy)


def test_a_clear_first_training_is_the_only_one(course_bundle: Loader) -> None:
    """Nine of ten where eight are asked for and the spread is small: passed, with one seed named."""
    bundle = digits(course_bundle)
    trainings = Trainings(lambda _: predicting(9))
    finding = found(bundle, trainings.gather(bundle, quick_of("model")))

    assert [[SEED]] == trainings.seeds
    assert (Outcome.PASSED, "90 % right on hidden data (80 % asked for).") == (finding.outcome, finding.message.en)
    assert {"accuracy": 0.8, "clear_from": 0.88, "seeds": 5} == finding.expected
    assert {
        "accuracy": 0.9,
        "rows": 10,
        "history": {"loss": [1.0]},
        "seeds": [SEED],
        "accuracies": [0.9],
        "decided_by": "first",
    } == {name: told for name, told in finding.actual.items() if name not in {"matrix", "misjudged"}}


@pytest.mark.parametrize(("others", "outcome", "mean"), [(8, Outcome.PASSED, 0.8), (7, Outcome.FAILED, 0.72)])
def test_a_close_first_training_is_followed_by_four(
    course_bundle: Loader, others: int, outcome: Outcome, mean: float
) -> None:
    """The four run as one batch, from their own initial weights, and the mean of all five decides; each is told."""
    bundle = digits(course_bundle)
    trainings = Trainings(lambda seed: predicting(8 if seed == SEED else others))
    finding = found(bundle, trainings.gather(bundle, quick_of("model")))
    weights = [run.arguments.get("seed") for batch in trainings.batches for run in batch if "weights" in run.id]

    assert [[SEED], list(further_seeds(SEED))] == trainings.seeds
    assert [None, *further_seeds(SEED)] == weights
    assert [1, 1, 4, 4] == [len(batch) for batch in trainings.batches]
    assert (outcome, mean, "mean") == (finding.outcome, finding.actual["accuracy"], finding.actual["decided_by"])
    assert [SEED, *further_seeds(SEED)] == finding.actual["seeds"]
    assert [0.8] + [others / 10] * 4 == finding.actual["accuracies"]
    assert ", ".join(["80 %"] + [f"{others}0 %"] * 4) in finding.message.en


def test_what_is_just_below_never_reads_like_the_threshold(course_bundle: Loader) -> None:
    """89.99 % is told as 89.9 %, not as the 90 % that were asked for."""
    labels = npy(np.zeros(10_000, np.uint8))
    bundle = digits(course_bundle, threshold=0.9, spread=0.0)
    bundle = dataclasses.replace(bundle, data={**bundle.data, "private/test_labels.npy": labels})
    answers = np.eye(2)[(np.arange(10_000) >= 8_999).astype(int)]
    result = finished({"predictions.npy": npy(answers), "history.json": b"{}"})
    finding = found(bundle, Trainings(lambda _: result).gather(bundle, quick_of("model")))

    assert Outcome.FAILED is finding.outcome
    assert "only 89.9 % right on hidden data on average; 90 % asked for." in finding.message.en


def test_a_later_training_without_an_answer_counts_as_zero(course_bundle: Loader) -> None:
    """A seed under which nothing can be trained is told as such, and lowers the mean."""
    bundle = digits(course_bundle)
    broken = finished({"problem.json": b'{"problem": "cannot_train", "detail": "no"}'})
    last = further_seeds(SEED)[-1]
    trainings = Trainings(lambda seed: broken if seed == last else predicting(8))
    finding = found(bundle, trainings.gather(bundle, quick_of("model")))

    assert (Outcome.FAILED, 0.64) == (finding.outcome, finding.actual["accuracy"])
    assert finding.actual["accuracies"][-1] is None
    assert "80 %, 80 %, 80 %, 80 %, no answer" in finding.message.en


def test_a_first_training_without_an_answer_decides(course_bundle: Loader) -> None:
    """Predictions that decide nothing fail at once, with the sentence that says so."""
    bundle = digits(course_bundle)
    result = finished({"predictions.npy": npy(np.zeros((3, 10))), "history.json": b"{}"})
    trainings = Trainings(lambda _: result)
    finding = found(bundle, trainings.gather(bundle, quick_of("model")))

    assert [[SEED]] == trainings.seeds
    assert "There is no prediction with one class per row." == finding.message.en


@pytest.mark.parametrize(
    ("detail", "hint"),
    [("No gradients provided for any variable.", "remove it: Keras compiles the model itself"), ("no", "initialisers")],
)
def test_a_network_that_cannot_be_trained_has_a_hint(course_bundle: Loader, detail: str, hint: str) -> None:
    """What is known of the message is told; else where to look."""
    bundle = digits(course_bundle)
    broken = finished({"problem.json": json.dumps({"problem": "cannot_train", "detail": detail}).encode()})
    finding = found(bundle, Trainings(lambda _: broken).gather(bundle, quick_of("model")))

    assert finding.hint is not None
    assert hint in finding.hint.en


def test_five_real_runs_decide_on_their_mean(course_bundle: Loader) -> None:
    """The student's own training is repeated under the same further seeds, and judged on the mean."""
    bundle = pictures(course_bundle)
    trainings = Trainings(lambda seed: answering([0, 1, 1, 1] if seed == SEED else [0, 1, 1, 0]))
    gathered = trainings.gather(bundle, quick_of("none"))
    finding = found(bundle, gathered)

    assert [[SEED], list(further_seeds(SEED))] == trainings.seeds
    assert (Outcome.PASSED, 0.95) == (finding.outcome, finding.actual["accuracy"])
    assert ["0111", "0110"] == [run["classes"] for run in gathered.evidence["trained"]["real"]["runs"][:2]]


def test_a_later_real_run_that_raises_names_its_line(course_bundle: Loader) -> None:
    """What fails under one of the seeds fails, as it would under the first."""
    bundle = pictures(course_bundle)
    third = further_seeds(SEED)[1]
    failure = raised("ValueError", "unlucky", 2)
    trainings = Trainings(lambda seed: failure if seed == third else answering([0, 1, 1, 1]))
    gathered = trainings.gather(bundle, quick_of("none"))
    finding = found(bundle, gathered)

    assert "fit_and_predict() raised ValueError at line 2: unlucky" == finding.message.en
    assert "raised" == verdict([finding], gathered.evidence).outcome.value


def test_a_changed_threshold_is_decided_from_stored_evidence(course_bundle: Loader) -> None:
    """Evidence says by itself whether a changed threshold needs more runs, and is judged again without any."""
    bundle = digits(course_bundle)
    gathered = Trainings(lambda _: predicting(9)).gather(bundle, quick_of("model"))
    stricter = with_check(bundle, threshold=0.88)
    runs = gathered.evidence["trained"]["model"]["runs"]
    wanted = [
        more_runs_wanted(runs, one.code.checks[-1], hidden_targets(one, one.code.checks[-1]))  # type: ignore[arg-type]
        for one in (bundle, stricter)
    ]

    assert [False, True] == wanted
    assert Outcome.PASSED is found(bundle, gathered).outcome


@pytest.mark.parametrize(
    ("labels", "classes", "text"),
    [([0, 9, 3], [0, 9, 4], "094"), ([0, 10, 3], [7, 10, -1], "0710--"), ([0, 1, 1], [1, 12, 0], "1-0")],
)
def test_classes_are_kept_as_digits(course_bundle: Loader, labels: list[int], classes: list[int], text: str) -> None:
    """As many digits a row as the largest label has; what can be no label is dashes, and right nowhere."""
    bundle = digits(course_bundle)
    bundle = dataclasses.replace(bundle, data={**bundle.data, "private/test_labels.npy": npy(np.array(labels))})
    wanted = bundle.code.checks[-1]
    assert wanted.kind == "accuracy"
    targets = hidden_targets(bundle, wanted)
    run = run_evidence(1, {"problem": None, "classes": classes}, wanted, targets)
    right = sum(one == other for one, other in zip(labels, classes, strict=True)) / 3

    assert text == run["classes"]
    assert [pytest.approx(right)] == accuracies_of([run], wanted, targets)


def test_numbers_are_right_within_a_tolerance(course_bundle: Loader) -> None:
    """Where a number is asked for, a row is right if it is no further from its target than the tolerance."""
    targets = {"private/test_labels.npy": npy(np.array([1.0, 2.0, 3.0, 4.0]))}
    bundle = digits(course_bundle, decide="within", tolerance=0.5, threshold=0.5, spread=0.0)
    bundle = dataclasses.replace(bundle, data={**bundle.data, **targets})
    answers = npy(np.array([[1.5], [2.6], [2.75], [np.nan]], np.float32))
    result = finished({"predictions.npy": answers, "history.json": b"{}"})
    gathered = Trainings(lambda _: result).gather(bundle, quick_of("model"))

    assert [1.5, 2.6, 2.75, -1.0] == gathered.evidence["trained"]["model"]["runs"][0]["values"]
    assert (Outcome.PASSED, 0.5) == (found(bundle, gathered).outcome, found(bundle, gathered).actual["accuracy"])


def test_five_runs_of_the_largest_exercise_fit_into_evidence(course_bundle: Loader) -> None:
    """As many hidden rows as are allowed leave evidence well below 256 KiB; more are the author's mistake."""
    bundle = digits(course_bundle, threshold=0.999)
    data = {name: npy(np.zeros(rows, np.uint8)) for name, rows in (("fits", 20_000), ("large", 50_000))}
    bundle = dataclasses.replace(bundle, data={**bundle.data, "private/test_labels.npy": data["fits"]})
    result = finished({"predictions.npy": npy(np.eye(2)[np.arange(20_000) % 2]), "history.json": b"{}"})
    gathered = Trainings(lambda _: result).gather(bundle, quick_of("model"))

    assert len(json.dumps(gathered.evidence)) < 120_000

    too_large: Mapping[str, bytes] = {**bundle.data, "private/test_labels.npy": data["large"]}
    with pytest.raises(CheckBroke, match="evidence has room for 40000 hidden rows"):
        Trainings(lambda _: result).gather(dataclasses.replace(bundle, data=too_large), quick_of("model"))
