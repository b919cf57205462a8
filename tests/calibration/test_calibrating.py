"""Calibrating an exercise: what is trained with which seeds, what the baselines are, what comes of it."""

import ast
import io
from pathlib import Path

import numpy as np
import pytest
from calibrationhouse import ROOT, BundleWithData, ScriptedJudging, copied, course_bundle, with_data
from numpy.typing import NDArray
from rich.console import Console
from typer.testing import CliRunner

from exercises import Bundle, load_bundle
from exercises.schema import AccuracyCheck
from grader.seeds import further_seeds
from server.calibration import Report, holding, read_report, unfair
from server.calibration.baselines import linear, majority_accuracy, untrained
from server.calibration.histogram import histogram
from server.calibration.holding import outdated
from server.calibration.measuring import (
    Accuracy,
    CannotMeasure,
    NothingToCalibrate,
    Trial,
    accuracy_check,
    measure,
    trials_of,
)
from server.cli.main import build

CODE_EXERCISES = ("cnn-digits", "rnn-reviews", "cats-vs-dogs")


def npy(array: NDArray[np.generic]) -> bytes:
    """Return an array as the bytes of a ``.npy`` file."""
    file = io.BytesIO()
    np.save(file, array, allow_pickle=False)
    return file.getvalue()


def digits() -> BundleWithData:
    """Return cnn-digits with few rows."""
    labels = np.array([0, 1, 1, 2, 1])
    return with_data(
        course_bundle("cnn-digits"),
        {"private/test_labels.npy": npy(labels), "data/train_images.npy": npy(np.zeros((3, 28, 28), np.uint8))},
    )


def report_of(bundle: Bundle, accuracies: list[float], *, baseline: float = 0.8) -> Report:
    """Return the report of a calibration that measured this."""
    found = [Accuracy("reference", seed, one, {"keras": "3"}) for seed, one in enumerate(accuracies)]
    return holding.report_of(bundle, [*found, Accuracy("linear", 0, baseline, {})], 0.1)


GOOD = [0.94, 0.945, 0.95, 0.935, 0.94, 0.94, 0.945, 0.93]


def test_the_reference_is_trained_with_seeds_of_its_own() -> None:
    """Each training is one run of the solution under a seed that decides on no submission, whatever it reaches."""
    bundle = digits()
    trials = trials_of(bundle, 8, with_baselines=False)
    judging = ScriptedJudging(lambda *_: 0.4)
    accuracies = list(measure(trials, judging))
    seeds = [asked.code.seed for asked, _, _ in judging.asked]
    checks = [accuracy_check(asked) for asked, _, _ in judging.asked]

    assert 8 == len(set(seeds))
    assert not set(seeds) & {bundle.code.seed, *further_seeds(bundle.code.seed)}
    assert [0.4] * 8 == [one.accuracy for one in accuracies]
    assert {bundle.solution} == {source for _, source, _ in judging.asked}
    assert {(1e-9, 0.0)} == {(check.threshold, check.spread) for check in checks}


def test_baselines_are_trained_three_times_each() -> None:
    """What has not learnt what the exercise is about goes through the same door under the reference's seeds."""
    trials = trials_of(digits(), 8, with_baselines=True)
    names = [trial.name for trial in trials]

    assert ["reference"] * 8 + ["untrained"] * 3 + ["linear"] * 3 == names
    assert [trial.seed for trial in trials[:3]] == [trial.seed for trial in trials[-3:]]


def test_the_linear_model_is_one_layer_on_the_inputs_as_they_come() -> None:
    """For a model that the judge trains: a program that builds Flatten and the last layer, in the data's own shape."""
    bundle = digits()
    _, program = linear(bundle, accuracy_check(bundle))

    ast.parse(program)
    assert "def build_model():" in program
    assert "Input((28, 28, 1), dtype='float32'), layers.Flatten()" in program
    assert "layers.Dense(units=10, activation='softmax')])" in program


def test_the_linear_model_of_a_real_run_is_what_the_solution_trains() -> None:
    """Where the student's own function trains, it is given another network."""
    bundle = course_bundle("cats-vs-dogs")
    other, source = linear(bundle, accuracy_check(bundle))
    real = next(capture for capture in other.code.captures if capture.kind == "real_run")

    assert bundle.solution == source
    assert ["Flatten", "Dense"] == [layer.layer for layer in real.network]
    assert {"units": 2, "activation": "softmax"} == real.network[-1].model_extra


def test_untrained_networks_take_no_step() -> None:
    """The judge trains for no epoch, or the function only predicts."""
    bundle = digits()
    judged, source = untrained(bundle, accuracy_check(bundle))
    real, program = untrained(course_bundle("cats-vs-dogs"), accuracy_check(course_bundle("cats-vs-dogs")))

    assert judged.code.training is not None
    assert (0, bundle.solution) == (judged.code.training.epochs, source)
    assert real.code == course_bundle("cats-vs-dogs").code
    assert "fit" not in program.replace("fit_and_predict", "")


def test_the_same_answer_everywhere_is_a_baseline() -> None:
    """The most frequent class of the hidden rows; the median of the training targets where numbers are asked for."""
    bundle = digits()
    check = accuracy_check(bundle)
    assert pytest.approx(0.6) == majority_accuracy(bundle, check)

    targets = {"private/test_labels.npy": npy(np.array([1.0, 2.0, 9.0])), "data/train_labels.npy": npy(np.arange(4.0))}
    within = check.model_copy(update={"decide": "within", "tolerance": 0.5})

    assert pytest.approx(2 / 3) == majority_accuracy(with_data(bundle, targets), within)


def test_a_training_without_an_accuracy_ends_the_calibration() -> None:
    """It says which one, and what the judge said."""
    trial = Trial("linear", digits(), "", 5)
    with pytest.raises(CannotMeasure, match=r"linear, seed 5: This network cannot be trained\."):
        list(measure([trial], ScriptedJudging(lambda *_: None)))


def test_what_has_no_accuracy_is_refused_with_a_sentence() -> None:
    """A quiz is nothing to calibrate; the command says so and ends as a wrong call."""
    with pytest.raises(NothingToCalibrate, match="is a quiz"):
        accuracy_check(course_bundle("backpropagation"))
    called = CliRunner().invoke(build(["exercise"]), ["exercise", "calibrate", "backpropagation"])

    assert 2 == called.exit_code


def test_a_report_sums_up_and_is_read_back(tmp_path: Path) -> None:
    """What is written into the bundle is what was measured, and the bundle still loads."""
    folder = copied("cnn-digits", tmp_path)
    bundle = load_bundle(folder, tmp_path)
    report = report_of(bundle, GOOD)
    report.write(folder)
    read = read_report(load_bundle(folder, tmp_path))

    assert read == report
    assert (0.930, 0.950, 0.0062) == (report.min, report.max, report.spread)
    assert {"keras": "3"} == report.measured_on
    assert report.probability is not None
    assert report.probability <= 0.001


def test_a_calibration_holds_for_what_it_was_made_for(tmp_path: Path) -> None:
    """Nothing is said where it holds; a change of solution, data, recipe or spread is named."""
    folder = copied("cnn-digits", tmp_path)
    manifest, solution = folder / "exercise.toml", folder / "solution.py"

    def told() -> str:
        return " ".join(outdated(load_bundle(folder, tmp_path)))

    report = report_of(load_bundle(folder, tmp_path), GOOD)
    report.write(folder)
    text = stated(manifest.read_text("utf-8"), spread=report.spread)
    manifest.write_text(text, "utf-8")
    program = solution.read_text("utf-8")

    assert "" == told()

    solution.write_text(program + "\n\n# a comment\n", "utf-8")
    assert "" == told()

    solution.write_text(program.replace("128", "100 + 28"), "utf-8")
    assert "solution changed since" in told()

    solution.write_text(program, "utf-8")
    manifest.write_text(text.replace("epochs = 3", "epochs = 4").replace("9c61e314", "9c61e315"), "utf-8")
    assert "data, recipe changed since" in told()

    manifest.write_text(stated(text, spread=0.01), "utf-8")
    assert "exercise.toml says spread = 0.01; measured was 0.0062." == told()

    (folder / "calibration.json").unlink()
    assert "cnn-digits has not been calibrated" in told()


def stated(manifest: str, *, spread: float) -> str:
    """Return an ``exercise.toml`` with another spread."""
    lines = [line for line in manifest.splitlines() if not line.startswith("spread =")]
    at = next(number for number, line in enumerate(lines) if line.startswith("threshold ="))
    return "\n".join([*lines[: at + 1], f"spread = {spread}", *lines[at + 1 :], ""])


@pytest.mark.parametrize(
    ("changes", "objection"),
    [
        ({"threshold": 0.93}, "At 93% a right solution fails with a probability of"),
        ({"threshold": 0.81}, "The threshold 81.0% is not 2% above the best baseline, 80.0%."),
        ({"spread": 0.1}, "exercise.toml says spread = 0.1; measured was 0.0062."),
    ],
)
def test_unfair_thresholds_are_told(changes: dict[str, float], objection: str) -> None:
    """Too near the reference, too near a baseline, another spread than was measured."""
    bundle = digits()
    check = accuracy_check(bundle).model_copy(update={"threshold": 0.9, "spread": 0.0062, **changes})
    told = unfair(report_of(bundle, GOOD), check)

    assert any(objection in sentence for sentence in told), told


def test_few_seeds_and_no_baselines_are_told() -> None:
    """A quick look is no calibration."""
    bundle = digits()
    report = holding.report_of(bundle, [Accuracy("reference", seed, 0.94 + seed / 100, {}) for seed in range(2)], None)
    told = unfair(report, accuracy_check(bundle))

    assert "2 seeds were measured; 8 are needed." in told
    assert "No baseline was measured." in told


def test_a_histogram_has_a_block_for_each_run_and_the_marks() -> None:
    """From the best run down to the best baseline, with the threshold between."""
    console = Console(file=io.StringIO(), width=80)
    console.print(histogram(report_of(digits(), GOOD), 0.9))
    assert isinstance(console.file, io.StringIO)
    lines = console.file.getvalue().splitlines()

    assert "95 % █" == lines[0].rstrip()
    assert 8 == sum(line.count("█") for line in lines)
    assert ["90 %  ◀ threshold"] == [line.rstrip() for line in lines if "threshold" in line]
    assert "80 %  ◀ linear" == lines[-1].rstrip()


@pytest.mark.parametrize("exercise", CODE_EXERCISES)
def test_the_committed_calibrations_hold(exercise: str) -> None:
    """Each was measured with this data, solution, recipe and training code, and its threshold is fair."""
    bundle = course_bundle(exercise)
    report = read_report(bundle)

    assert () == outdated(bundle)
    assert report is not None
    assert 8 <= len(report.runs)
    assert isinstance(accuracy_check(bundle), AccuracyCheck)


@pytest.mark.parametrize("exercise", CODE_EXERCISES)
def test_the_page_on_data_says_what_was_measured(exercise: str) -> None:
    """Mean, extremes, spread, best baseline and fair range stand there as the committed calibration has them."""
    report = read_report(course_bundle(exercise))
    assert report is not None
    page = (ROOT / "docs" / "data.md").read_text("utf-8")
    row = next(line for line in page.splitlines() if line.startswith(f"| `{exercise}` |") and "epochs" in line)
    figures = [
        f"{report.mean:.1%} ({report.min:.1%} to {report.max:.1%}), {report.sd:.2%}",
        f"{report.best_baseline:.1%}",
        f"| {report.lowest or 0:.0%} to {report.highest or 0:.0%} |",
        f"| {accuracy_check(course_bundle(exercise)).threshold:.0%} |",
    ]
    # The page writes 92.6 to 95.2, and a space before each sign.
    plain = row.replace(" %", "%")
    shown = [one.replace("% to ", " to ").replace("%),", "),") for one in figures]

    assert [] == [one for one in shown if one not in plain]
