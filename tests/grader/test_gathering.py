"""The grader asks for the runs it needs, in an order that spares needless ones, and never blames a student for ours."""

import json
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest
from describedmodels import model_named
from gradertools import BundleWithData, answers, described_answers, finished, npy, raised

from grader import (
    CheckBroke,
    Gathered,
    Outcome,
    Phase,
    Run,
    RunResult,
    Selection,
    check,
    gather_quick,
    gather_training,
    needs_training,
    verdict,
)

EVERYTHING = Selection()
SOURCE = "def build_model():\n    return None\n" + "\n" * 8
CATS_DATA = dict.fromkeys(
    (*(f"data/folder_{letter}.zip" for letter in "abcd"), "data/train.zip", "data/test.zip"), b"zip"
)
CNN_DATA = dict.fromkeys(("data/train_images.npy", "data/train_labels.npy", "data/test_images.npy"), b"array")

Loader = Callable[..., BundleWithData]


class Script:
    """Answers runs with results written down beforehand and remembers which were asked for."""

    def __init__(self, results: Mapping[str, RunResult]) -> None:
        """Answer the run ``id`` with ``results[id]``; the described network answers by itself."""
        self._results = {"model-answers": described_answers(), **results}
        self.asked: list[list[str]] = []
        self.runs: list[Run] = []

    def gather(self, gathering: Any) -> Gathered:  # noqa: ANN401
        """Drive a gathering."""
        try:
            runs = next(gathering)
            while True:
                self.asked.append([run.id for run in runs])
                self.runs.extend(runs)
                runs = gathering.send(tuple(self._results[run.id] for run in runs))
        except StopIteration as stop:
            gathered: Gathered = stop.value
            return gathered


def described(title: str) -> RunResult:
    """Return the result of a run that captured a model of the corpus."""
    weights = {f"weight.{index:03d}.npy": npy(np.zeros(2, np.float32)) for index in range(8)}
    model = json.dumps(model_named("cnn", title).model).encode()
    return finished({"model.json": model, **weights, **answers()}, stdout="hello\n")


def trained(classes: list[int]) -> RunResult:
    """Return the result of a judge's training that predicts these digits."""
    return finished({"predictions.npy": npy(np.eye(10)[classes]), "history.json": b'{"loss": [1.0]}'})


def test_a_right_model_is_trained_and_passes(course_bundle: Loader) -> None:
    """Quick phase, training phase, verdict: the whole way of a right submission."""
    labels = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3]
    bundle = course_bundle("cnn-digits", {**CNN_DATA, "private/test_labels.npy": npy(np.array(labels))})
    script = Script(
        {"model": described("article"), "model-weights": described("article"), "model-training": trained(labels)}
    )
    quick = script.gather(gather_quick(bundle, SOURCE, EVERYTHING))
    findings = check(bundle, quick.evidence, EVERYTHING, Phase.QUICK)

    assert ["layers", "behaviour", "parameters"] == [finding.id for finding in findings]
    assert needs_training(bundle, findings, EVERYTHING)

    full = script.gather(gather_training(bundle, SOURCE, quick, EVERYTHING))
    evidence = json.loads(json.dumps(full.evidence))
    result = verdict(check(bundle, evidence, EVERYTHING, Phase.TRAINING), evidence)

    assert ("passed", 1.0) == (result.outcome.value, result.score)
    assert [["model", "model-answers"], ["model-weights"], ["model-training"]] == script.asked
    assert "hello\n" == full.stdout


def test_nothing_is_trained_after_a_failed_check(course_bundle: Loader) -> None:
    """A wrong structure skips accuracy because of it, and the skipped weight counts as zero."""
    bundle = course_bundle("cnn-digits")
    quick = Script({"model": described("tanh")}).gather(gather_quick(bundle, SOURCE, EVERYTHING))
    findings = check(bundle, quick.evidence, EVERYTHING, Phase.TRAINING)
    result = verdict(findings, quick.evidence)

    assert not needs_training(bundle, findings, EVERYTHING)
    because = {"layers": None, "behaviour": "layers", "parameters": None, "accuracy": "layers"}
    assert because == {finding.id: finding.because for finding in findings}
    assert ("failed", 0.1) == (result.outcome.value, result.score)


def test_a_program_that_does_not_import_is_run_once(course_bundle: Loader) -> None:
    """The same syntax error is not waited for four times, and is told once with its line and a hint."""
    bundle = course_bundle("cats-vs-dogs", CATS_DATA)
    failure = raised("SyntaxError", "'(' was never closed (student.py, line 7)", 7, imported=False)
    script = Script({"folder-a": failure, "folder-a-references": references()})
    quick = script.gather(gather_quick(bundle, SOURCE, EVERYTHING))
    findings = check(bundle, quick.evidence, EVERYTHING, Phase.TRAINING)
    result = verdict(findings, quick.evidence)

    assert 1 == len(script.asked)
    assert [Outcome.FAILED] + [Outcome.SKIPPED] * 8 == [finding.outcome for finding in findings]
    assert {"images"} == {finding.because for finding in findings[1:3]}
    assert "The program does not run: SyntaxError at line 7: '(' was never closed" == findings[0].message.en
    assert result.error is not None
    assert ("raised", 7) == (result.outcome.value, result.error.line)


def test_one_function_that_raises_costs_its_own_checks(course_bundle: Loader) -> None:
    """An exception in one function leaves the checks of the others alone."""
    bundle = course_bundle("cats-vs-dogs", CATS_DATA)
    nothing = finished({"model.json": b'{"problem": "returned_none"}'})
    failure = raised("NameError", "name 'resise' is not defined", 3)
    folders = [f"folder-{letter}" for letter in "abcd"]
    results = {**dict.fromkeys(folders, failure), "model": nothing, "standin": failure}
    results |= {f"{folder}-references": references() for folder in folders}
    quick = Script(results).gather(gather_quick(bundle, SOURCE, EVERYTHING))
    findings = {finding.id: finding for finding in check(bundle, quick.evidence, EVERYTHING, Phase.QUICK)}

    assert "get_train_data() raised NameError at line 3: name 'resise' is not defined" == findings["images"].message.en
    assert "images" == findings["one-hot"].because
    assert "build_model() returned nothing." == findings["layers"].message.en
    assert "layers" == findings["parameters"].because
    assert (
        "fit_and_predict() raised NameError at line 3: name 'resise' is not defined" == findings["compile"].message.en
    )


def test_selection_leaves_runs_out(course_bundle: Loader) -> None:
    """What is left out is neither run nor counted."""
    bundle = course_bundle("cats-vs-dogs", CATS_DATA)
    script = Script({"model": finished({"model.json": b'{"problem": "returned_none"}'})})
    selection = Selection(only=frozenset({"parameters"}))
    quick = script.gather(gather_quick(bundle, SOURCE, selection))
    findings = check(bundle, quick.evidence, selection, Phase.QUICK)

    assert [["model", "model-answers"]] == script.asked
    assert ["left_out"] * 4 + [None] == [finding.because for finding in findings[:5]]
    assert not needs_training(bundle, findings, selection)


def test_no_slot_is_given_what_it_must_not_have(course_bundle: Loader) -> None:
    """Hidden labels and expected structure go to no run of student code, and labels to no run at all."""
    data = {**CNN_DATA, "private/test_labels.npy": npy(np.array([1]))}
    script = Script(
        {"model": described("article"), "model-weights": described("article"), "model-training": trained([1])}
    )
    bundle = course_bundle("cnn-digits", data)
    quick = script.gather(gather_quick(bundle, SOURCE, EVERYTHING))
    script.gather(gather_training(bundle, SOURCE, quick, EVERYTHING))
    slot, answers_run, again, judge = script.runs

    assert {"student.py"} == set(slot.files) == set(again.files)
    assert {"function", "input_shape", "input_dtype", "weights", "row", "probe", "compat", "pins"} == set(
        slot.arguments
    )
    assert not answers_run.files
    assert {**slot.arguments, "weights": True} == {"probe": slot.arguments["probe"], **again.arguments}
    assert "student.py" not in judge.files
    assert all(data["private/test_labels.npy"] not in run.files.values() for run in script.runs)


@pytest.mark.parametrize("ending", ["raised", "timed_out", "out_of_memory"])
def test_a_judge_that_does_not_finish_is_our_fault(course_bundle: Loader, ending: str) -> None:
    """A judge's failure is an error of ours, never a zero."""
    bundle = course_bundle("cnn-digits", CNN_DATA)
    script = Script(
        {
            "model": described("article"),
            "model-weights": described("article"),
            "model-training": RunResult(ending, None, None, (), "", {}, 1),
        }
    )
    quick = script.gather(gather_quick(bundle, SOURCE, EVERYTHING))

    with pytest.raises(CheckBroke):
        script.gather(gather_training(bundle, SOURCE, quick, EVERYTHING))


@pytest.mark.parametrize(
    ("ending", "message"),
    [
        ("timed_out", "build_model() did not end within the limit of 20 seconds."),
        ("out_of_memory", "build_model() used up the 2048 MiB of memory."),
        ("too_much_output", "build_model() printed more than 16 MiB."),
        ("violation", "build_model() did something the sandbox does not allow and was stopped."),
        ("raised", "The program ended itself before build_model() returned."),
    ],
)
def test_endings_have_their_word_and_sentence(course_bundle: Loader, ending: str, message: str) -> None:
    """However a run ends, the verdict says so and the first check explains it."""
    bundle = course_bundle("cnn-digits")
    result = RunResult(ending, None, None, (), "", {"stage.json": b"{}"}, 1)
    quick = Script({"model": result}).gather(gather_quick(bundle, SOURCE, EVERYTHING))
    findings = check(bundle, quick.evidence, EVERYTHING, Phase.TRAINING)

    assert message == findings[0].message.en
    assert ending == verdict(findings, quick.evidence).outcome.value


def test_the_stand_in_changes_with_the_program(course_bundle: Loader) -> None:
    """The same program meets the same stand-in, another program another one."""
    bundle = course_bundle("cats-vs-dogs", CATS_DATA)
    selection = Selection(only=frozenset({"training"}))
    numbers = [next(gather_quick(bundle, source, selection))[0].arguments["standin"] for source in ("a", "a", "b")]

    assert numbers[0] == numbers[1] != numbers[2]


def references() -> RunResult:
    """Return the result of a judge that read two pictures."""
    pictures = np.zeros((2, 128, 128, 3))
    return finished(
        {
            "names.json": b'["cat.1.jpg", "dog.1.jpg"]',
            "after.npy": npy(pictures.astype(np.uint8)),
            "before.npy": npy(pictures.astype(np.float32)),
        }
    )
