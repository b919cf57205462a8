"""The course keeps its promises in the real sandbox: solutions pass, stubs do not, submissions as their folders say.

Every file is judged, without accuracy; the solution and one that cannot learn are trained. What cannot differ from the
solution is not judged again (``server.gate.reach`` says why that is sound); ``make gate`` judges all of it.
"""

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest

from exercises import Bundle, load_catalogue
from exercises.schema import Limits
from server.gate import STUB, Fate, Kept, Promise, Training, keep, promises
from server.gate.fates import judge_mutant
from server.gate.mutants import mutants_of
from server.gate.promises import is_open
from server.judging import Judge

#: By exercise, and the file or what it stands for.
Judged = Mapping[tuple[str, Path | str], Future[Kept]]

ROOT = Path(__file__).resolve().parent.parent.parent
BUNDLES = ROOT / "exercises" / "bundles"
CODE_EXERCISES = ("cnn-digits", "rnn-reviews", "cats-vs-dogs")
QUICKLY_TRAINED = ("cnn-digits", "rnn-reviews")

#: Slots that judge side by side; each is its own container.
SLOTS = 2

#: Seconds for programs that never end: whoever waits for ever waits as well for five.
SOON = 5


def untrained_promises(exercise: str) -> list[Promise]:
    """Return the promises of an exercise that need no training."""
    bundle = load_catalogue(BUNDLES, ROOT / "var" / "data")[exercise]
    return [promise for promise in promises(bundle) if not is_open(bundle, promise, Training.NONE)]


CASES = [
    pytest.param(exercise, promise, id=f"{exercise}-{promise.word}-{promise.file.stem}".replace(" ", "-"))
    for exercise in CODE_EXERCISES
    for promise in untrained_promises(exercise)
]


def about_accuracy(bundle: Bundle) -> Promise:
    """Return the first known submission with the right structure that cannot learn."""
    return next(promise for promise in promises(bundle) if promise.word == "accuracy")


def judged(judge: Judge, bundle: Bundle, promise: Promise) -> Kept:
    """Judge one file of a bundle by the checks that can decide its promise; nothing is trained."""
    if promise.word == "timed_out":
        hasty = bundle.code.model_copy(update={"limits": Limits(wall_seconds=SOON)})
        bundle = dataclasses.replace(bundle, exercise=hasty)
    return keep(bundle, judge.whole, promise, Training.NONE, only_what_decides=promise.file.name != "solution.py")


def side_by_side(work: Mapping[tuple[str, Path | str], Callable[[], Kept]]) -> Iterator[Judged]:
    """Yield what will come of each piece of work, two at a time; what nobody waits for any more is left."""
    with ThreadPoolExecutor(SLOTS) as pool:
        yield {key: pool.submit(one) for key, one in work.items()}
        pool.shutdown(cancel_futures=True)


@pytest.fixture(scope="session")
def untrained(request: pytest.FixtureRequest, docker_judge: Judge, catalogue: Mapping[str, Bundle]) -> Iterator[Judged]:
    """Judge what the selected tests ask about."""
    cases = [
        (item.callspec.params["exercise"], item.callspec.params["promise"])
        for item in request.session.items
        if isinstance(item, pytest.Function) and item.originalname == "test_a_known_submission_gets_its_verdict"
    ]
    yield from side_by_side(
        {
            (exercise, promise.file): partial(judged, docker_judge, catalogue[exercise], promise)
            for exercise, promise in cases
        }
    )


@pytest.fixture(scope="session")
def trained(docker_judge: Judge, catalogue: Mapping[str, Bundle]) -> Iterator[Judged]:
    """Train each solution and, where that is quick, a network that cannot learn; the longest first."""
    wanted = {(exercise, "solution"): promises(catalogue[exercise])[0] for exercise in reversed(CODE_EXERCISES)}
    wanted |= {(exercise, "accuracy"): about_accuracy(catalogue[exercise]) for exercise in QUICKLY_TRAINED}
    yield from side_by_side(
        {
            key: partial(keep, catalogue[key[0]], docker_judge.whole, promise, Training.SOME)
            for key, promise in wanted.items()
        }
    )


@pytest.mark.docker
@pytest.mark.parametrize(("exercise", "promise"), CASES)
def test_a_known_submission_gets_its_verdict(untrained: Judged, exercise: str, promise: Promise) -> None:
    """Right ones pass and wrong ones fail for the reason their folder names; nothing is trained."""
    result = untrained[exercise, promise.file].result()

    assert result.kept, f"{promise.word} was promised: {result.said}"


@pytest.mark.docker
@pytest.mark.parametrize("exercise", QUICKLY_TRAINED)
def test_mutants_of_the_solution_are_noticed(
    docker_judge: Judge, catalogue: Mapping[str, Bundle], exercise: str
) -> None:
    """The first mutant of every kind fails some check; the gate judges all of them, and those of cats-vs-dogs."""
    bundle = catalogue[exercise]
    made = [one for one in mutants_of(bundle.solution or "") if one.number == 1]
    with ThreadPoolExecutor(SLOTS) as pool:
        fated = list(pool.map(lambda one: judge_mutant(bundle, docker_judge.whole, one, Training.NONE), made))

    assert len(made) >= 30
    assert [] == [one.mutant.id for one in fated if one.fate is Fate.SURVIVED]


@pytest.mark.docker
@pytest.mark.training
@pytest.mark.parametrize("exercise", CODE_EXERCISES)
def test_the_reference_solution_passes_with_training(trained: Judged, exercise: str) -> None:
    """Trained for real, judged against labels that were never inside: passed."""
    assert "passed" == trained[exercise, "solution"].result().said


@pytest.mark.docker
@pytest.mark.training
@pytest.mark.parametrize("exercise", QUICKLY_TRAINED)
def test_a_network_that_cannot_learn_misses_the_accuracy(trained: Judged, exercise: str) -> None:
    """The right structure with a dead start fails the accuracy, and nothing else."""
    assert "failed, accuracy" == trained[exercise, "accuracy"].result().said


@pytest.mark.process
def test_the_process_sandbox_says_the_same(process_judge: Judge, catalogue: Mapping[str, Bundle]) -> None:
    """Without a Docker engine the solution passes and the stub does not."""
    bundle = catalogue["rnn-reviews"]
    solution, stub = promises(bundle)[:2]

    assert ("passed", STUB) == (solution.word, stub.word)
    assert judged(process_judge, bundle, solution).kept
    assert judged(process_judge, bundle, stub).kept
