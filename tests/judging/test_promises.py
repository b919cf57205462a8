"""The course keeps its promises in the real sandbox: solutions pass, stubs do not, submissions as their folders say."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from exercises import Bundle, load_catalogue
from server.gate import STUB, Kept, Promise, check_bundle, promises
from server.judging import Judge

ROOT = Path(__file__).resolve().parent.parent.parent
CODE_EXERCISES = ("cnn-digits", "rnn-reviews", "cats-vs-dogs")

#: A run of cats-vs-dogs takes six containers, so one submission of each kind stands for its folder here;
#: ``beginend exercise check`` judges them all.
ONE_PER_FOLDER = {"cats-vs-dogs"}

#: These train, or wait for a time limit.
SLOW = {"accuracy", "timed_out"}


def chosen(exercise: str) -> list[Promise]:
    """Return the promises of an exercise that are kept in every test run, without those that train."""
    bundle = load_catalogue(ROOT / "exercises" / "bundles", ROOT / "var" / "data")[exercise]
    wanted = [promise for promise in promises(bundle) if promise.word not in SLOW]
    if exercise not in ONE_PER_FOLDER:
        return wanted
    first = {promise.word: promise for promise in reversed(wanted) if promise.file.name != "solution.py"}
    return [promise for promise in wanted if promise in first.values()]


CASES = [
    pytest.param(exercise, promise, id=f"{exercise}-{promise.word}-{promise.file.stem}".replace(" ", "-"))
    for exercise in CODE_EXERCISES
    for promise in chosen(exercise)
]


def kept(judge: Judge, bundle: Bundle, promise: Promise, *, training: bool) -> Kept:
    """Judge one file of a bundle."""
    (result,) = check_bundle(bundle, judge.whole, training=training, chosen=lambda other: other == promise)
    return result


@pytest.mark.docker
@pytest.mark.parametrize(("exercise", "promise"), CASES)
def test_a_known_submission_gets_its_verdict(
    docker_judge: Judge, catalogue: Mapping[str, Bundle], exercise: str, promise: Promise
) -> None:
    """Right ones pass and wrong ones fail for the reason their folder names; nothing is trained."""
    result = kept(docker_judge, catalogue[exercise], promise, training=False)

    assert (promise.word, True) == (promise.word, result.kept), result.said


@pytest.mark.docker
@pytest.mark.training
@pytest.mark.parametrize("exercise", CODE_EXERCISES)
def test_the_reference_solution_passes_with_training(
    docker_judge: Judge, catalogue: Mapping[str, Bundle], exercise: str
) -> None:
    """Trained for real, judged against labels that were never inside, full marks."""
    bundle = catalogue[exercise]
    result = docker_judge.whole(bundle, bundle.solution or "")

    assert ("passed", 1.0) == (result.verdict.outcome.value, result.verdict.score)


@pytest.mark.docker
@pytest.mark.training
@pytest.mark.parametrize("exercise", ["cnn-digits", "rnn-reviews"])
def test_a_network_that_cannot_learn_misses_the_accuracy(
    docker_judge: Judge, catalogue: Mapping[str, Bundle], exercise: str
) -> None:
    """The right structure with a dead start fails the accuracy, and nothing else."""
    bundle = catalogue[exercise]
    promise = next(promise for promise in promises(bundle) if promise.word == "accuracy")
    result = kept(docker_judge, bundle, promise, training=True)

    assert result.kept, result.said


@pytest.mark.process
def test_the_process_sandbox_says_the_same(process_judge: Judge, catalogue: Mapping[str, Bundle]) -> None:
    """Without a Docker engine the solution passes and the stub does not."""
    bundle = catalogue["rnn-reviews"]
    solution, stub = promises(bundle)[:2]

    assert ("passed", STUB) == (solution.word, stub.word)
    assert kept(process_judge, bundle, solution, training=False).kept
    assert kept(process_judge, bundle, stub, training=False).kept
