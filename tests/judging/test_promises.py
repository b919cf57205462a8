"""The course keeps its promises in the real sandbox: solutions pass, stubs do not, submissions as their folders say."""

from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from exercises import Bundle, load_catalogue
from server.gate import STUB, Kept, Promise, check_bundle, promises
from server.judging import Judge

ROOT = Path(__file__).resolve().parent.parent.parent
CODE_EXERCISES = ("cnn-digits", "rnn-reviews", "cats-vs-dogs")
QUICKLY_TRAINED = ("cnn-digits", "rnn-reviews")

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


def about_accuracy(bundle: Bundle) -> Promise:
    """Return the first known submission with the right structure that cannot learn."""
    return next(promise for promise in promises(bundle) if promise.word == "accuracy")


@pytest.fixture(scope="session")
def untrained(
    request: pytest.FixtureRequest, docker_judge: Judge, catalogue: Mapping[str, Bundle]
) -> Iterator[Mapping[tuple[str, Path], "Future[Kept]"]]:
    """Judge what the selected tests ask about, two at a time: each is its own container and its own core."""
    cases = [
        (item.callspec.params["exercise"], item.callspec.params["promise"])
        for item in request.session.items
        if isinstance(item, pytest.Function) and item.originalname == "test_a_known_submission_gets_its_verdict"
    ]
    with ThreadPoolExecutor(2) as pool:
        yield {
            (exercise, promise.file): pool.submit(kept, docker_judge, catalogue[exercise], promise, training=False)
            for exercise, promise in cases
        }
        pool.shutdown(cancel_futures=True)


@pytest.fixture(scope="session")
def trained(docker_judge: Judge, catalogue: Mapping[str, Bundle]) -> Iterator[Mapping[tuple[str, str], "Future[Kept]"]]:
    """Train each solution and, where that is quick, a network that cannot learn; two at a time, the longest first."""
    wanted = {(exercise, "solution"): promises(catalogue[exercise])[0] for exercise in reversed(CODE_EXERCISES)}
    wanted |= {(exercise, "accuracy"): about_accuracy(catalogue[exercise]) for exercise in QUICKLY_TRAINED}
    with ThreadPoolExecutor(2) as pool:
        yield {
            key: pool.submit(kept, docker_judge, catalogue[key[0]], promise, training=True)
            for key, promise in wanted.items()
        }
        pool.shutdown(cancel_futures=True)


@pytest.mark.docker
@pytest.mark.parametrize(("exercise", "promise"), CASES)
def test_a_known_submission_gets_its_verdict(
    untrained: Mapping[tuple[str, Path], "Future[Kept]"], exercise: str, promise: Promise
) -> None:
    """Right ones pass and wrong ones fail for the reason their folder names; nothing is trained."""
    result = untrained[exercise, promise.file].result()

    assert result.kept, f"{promise.word} was promised: {result.said}"


@pytest.mark.docker
@pytest.mark.training
@pytest.mark.parametrize("exercise", CODE_EXERCISES)
def test_the_reference_solution_passes_with_training(
    trained: Mapping[tuple[str, str], "Future[Kept]"], exercise: str
) -> None:
    """Trained for real, judged against labels that were never inside: passed."""
    assert "passed" == trained[exercise, "solution"].result().said


@pytest.mark.docker
@pytest.mark.training
@pytest.mark.parametrize("exercise", QUICKLY_TRAINED)
def test_a_network_that_cannot_learn_misses_the_accuracy(
    trained: Mapping[tuple[str, str], "Future[Kept]"], exercise: str
) -> None:
    """The right structure with a dead start fails the accuracy, and nothing else."""
    assert "failed, accuracy" == trained[exercise, "accuracy"].result().said


@pytest.mark.process
def test_the_process_sandbox_says_the_same(process_judge: Judge, catalogue: Mapping[str, Bundle]) -> None:
    """Without a Docker engine the solution passes and the stub does not."""
    bundle = catalogue["rnn-reviews"]
    solution, stub = promises(bundle)[:2]

    assert ("passed", STUB) == (solution.word, stub.word)
    assert kept(process_judge, bundle, solution, training=False).kept
    assert kept(process_judge, bundle, stub, training=False).kept
