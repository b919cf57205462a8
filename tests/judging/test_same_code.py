"""The same code gets the same verdict: in every mode, in fresh and used slots, alone, in company and after others."""

import io
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from exercises import Bundle
from exercises.schema import ModelCapture
from grader.evidence import starting_point
from grader.runs import training_run, weights_run
from grader.seeds import further_seeds
from sandbox.contract import Ending, Isolation, Json, RunOutcome, RunRequest, Sandbox
from sandbox.routing import Slots
from server.cli.bench.forks import TRAINING, forks
from server.cli.bench.scene import Scene, digest_of, varied
from server.judging import Judge
from server.translation import pins_of, request_of, result_of
from server.workshop import open_workshop

pytestmark = pytest.mark.docker

HOME = Path(__file__).resolve().parent.parent.parent / "var"

ONE_SLOT = Slots(quick=1, long=1, judges=1, ahead=False)
ROWS = 160  # of the training data, so that a training takes a second


@contextmanager
def opened(mode: Isolation, slots: Slots = ONE_SLOT) -> Iterator[Sandbox]:
    """Open a sandbox of containers in a mode."""
    with closing(open_workshop("docker", HOME, print, mode=mode, slots=slots)) as sandbox:
        yield sandbox


def found(judge: Judge, bundle: Bundle, source: str | None = None) -> str:
    """Return a digest of all that is found out without training, initial weights included."""
    program = source or bundle.solution or ""
    return digest_of(judge.quick(bundle, program), judge.initial_weights(bundle, program))


@pytest.fixture(scope="module")
def cold(catalogue: Mapping[str, Bundle]) -> dict[str, str]:
    """Return what a container of its own finds out about each solution."""
    with opened(Isolation.COLD) as sandbox:
        judge = Judge(sandbox)
        return {name: found(judge, catalogue[name]) for name in ("cnn-digits", "rnn-reviews")}


@pytest.mark.parametrize("exercise", ["cnn-digits", "rnn-reviews"])
def test_warm_finds_what_cold_finds(
    docker_judge: Judge, catalogue: Mapping[str, Bundle], cold: Mapping[str, str], exercise: str
) -> None:
    """A slot that serves many says what a container of its own says, to the bit of the initial weights."""
    assert cold[exercise] == found(docker_judge, catalogue[exercise])


def test_oneshot_finds_what_cold_finds(catalogue: Mapping[str, Bundle], cold: Mapping[str, str]) -> None:
    """So does a container that was prepared ahead and is used once."""
    with opened(Isolation.ONESHOT) as sandbox:
        oneshot = found(Judge(sandbox), catalogue["cnn-digits"])

    assert cold["cnn-digits"] == oneshot


def test_a_used_slot_finds_what_a_fresh_one_finds(catalogue: Mapping[str, Bundle], cold: Mapping[str, str]) -> None:
    """In one slot: the first run, the next ones, one after a training, one after an exception, one after a time-out."""
    bundle = catalogue["cnn-digits"]
    solution = bundle.solution or ""
    others = [solution, solution + TRAINING, solution + "\nraise ValueError\n", "import os\nos._exit(3)\n"]
    with opened(Isolation.WARM) as sandbox:
        judge = Judge(sandbox)
        digests = [found(judge, bundle)]
        for other in others:
            judge.quick(bundle, other)
            digests.append(found(judge, bundle))
        digests += [found(judge, bundle) for _ in range(12)]
        runs = max(slot.runs for slot in sandbox.health().slots if slot.role == "quick")

    assert {cold["cnn-digits"]} == set(digests)
    assert 2 * len(others) + 13 <= runs


def test_company_changes_nothing(docker_judge: Judge, catalogue: Mapping[str, Bundle], cold: Mapping[str, str]) -> None:
    """Six at once on fewer slots, among programs that train, all find the same."""
    bundle = catalogue["cnn-digits"]
    solution = bundle.solution or ""
    sources = [solution, solution + TRAINING, solution, varied(solution, 1), solution, solution]
    with ThreadPoolExecutor(len(sources)) as pool:
        digests = list(pool.map(lambda source: found(docker_judge, bundle, source), sources))
    same = [digest for source, digest in zip(sources, digests, strict=True) if source == solution]

    assert [cold["cnn-digits"]] * 4 == same


def test_a_judge_trains_alike_warm_and_cold(
    docker_sandbox: Sandbox, docker_judge: Judge, catalogue: Mapping[str, Bundle]
) -> None:
    """History and predictions of a training are the same to the bit: cold, warm, warm again; each epoch was told."""
    request = training(docker_sandbox, docker_judge, catalogue["cnn-digits"])
    events: list[Mapping[str, Json]] = []
    warm = [docker_sandbox.run(request, events.append) for _ in range(2)]
    with opened(Isolation.COLD) as sandbox:
        cold = sandbox.run(request)

    assert [Ending.FINISHED] * 3 == [outcome.ending for outcome in (*warm, cold)]
    assert {"predictions.npy", "history.json"} == set(cold.artifacts)
    assert all_same([cold, *warm])
    assert [(1, 2), (2, 2)] * 2 == [(event["epoch"], event["epochs"]) for event in events if "step" not in event]


def test_a_further_seed_trains_alike_and_otherwise_than_the_first(
    docker_sandbox: Sandbox, docker_judge: Judge, catalogue: Mapping[str, Bundle]
) -> None:
    """A seed of its own gives a run the same weights and training every time, and others than the pinned one."""
    bundle = catalogue["cnn-digits"]
    pinned = docker_sandbox.run(training(docker_sandbox, docker_judge, bundle))
    seed = further_seeds(bundle.code.seed)[0]
    further = training(docker_sandbox, docker_judge, bundle, seed)
    first, again = (docker_sandbox.run(further) for _ in range(2))

    assert training(docker_sandbox, docker_judge, bundle, seed).files == further.files
    assert all_same([first, again])
    assert pinned.artifacts != first.artifacts


def test_forks_that_train_neither_hang_nor_differ(docker_sandbox: Sandbox, catalogue: Mapping[str, Bundle]) -> None:
    """A dozen children of processes that have imported TensorFlow train one after another (the bench does hundreds)."""
    bundle = catalogue["cnn-digits"]
    figures = forks(Scene(bundle, bundle.solution or "", lambda *_: Lent(docker_sandbox), lambda _: None), 12, 2)

    assert {"finished": 12} == figures["endings"]
    assert (0, 1) == (figures["hangs"], figures["distinct_histories"])


class Lent:
    """A sandbox that whoever uses it cannot close."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.run, self.health, self.describe = sandbox.run, sandbox.health, sandbox.describe

    def close(self) -> None:
        """Leave it open."""


def training(sandbox: Sandbox, judge: Judge, bundle: Bundle, seed: int | None = None) -> RunRequest:
    """Return the request by which a judge trains the bundle's solution, with few rows and two epochs."""
    source, code = bundle.solution or "", bundle.code
    capture = next(one for one in code.captures if isinstance(one, ModelCapture))
    facts = judge.quick(bundle, source).evidence["captures"][capture.id]
    weights = weights_run(bundle, source, capture, seed)
    start = starting_point(facts, result_of(sandbox.run(request_of(weights, code, pins_of(code)))), None)
    assert code.training is not None
    run = training_run(bundle, code.training, start.network, start.weights, seed)
    request = request_of(run, code, pins_of(code))
    data = {name: first_rows(content) for name, content in request.files.items() if name.startswith(("train", "test"))}
    recipe = {**request.arguments["recipe"], "epochs": 2}
    return replace(request, files={**request.files, **data}, arguments={**request.arguments, "recipe": recipe})


def first_rows(content: bytes) -> bytes:
    """Return the first rows of an array's file."""
    file = io.BytesIO()
    np.save(file, np.load(io.BytesIO(content), allow_pickle=False)[:ROWS], allow_pickle=False)
    return file.getvalue()


def all_same(outcomes: Sequence[RunOutcome]) -> bool:
    """Tell whether runs left the same artifacts, to the bit."""
    return all(outcome.artifacts == outcomes[0].artifacts for outcome in outcomes)
