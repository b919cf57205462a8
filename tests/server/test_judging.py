"""The judge over a scripted sandbox: what it asks for, what it hands on, and that it never waits for itself."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from scriptedjudging import EVENTS, LABELS, SlottedSandbox, digits_sandbox, quick_script, small_data, trained
from serverhouse import House, ended, in_training, worker

from exercises import Bundle
from exercises.schema import CodeExercise
from grader.contract import Run
from grader.seeds import further_seeds
from sandbox.contract import (
    Description,
    Health,
    Isolation,
    Lane,
    Pins,
    RunOutcome,
    RunRequest,
    SandboxUnavailable,
    SlotHealth,
    SlotState,
)
from sandbox.fake import ScriptedSandbox, Telling, outcome
from server.database.models import State
from server.judging import Judge
from server.progress import TrainingPoint
from server.standing import Readiness
from server.translation import environment_of, recorded_pins, request_of

SOURCE = "def build_model():\n    return None\n"


@pytest.fixture(autouse=True)
def _small_data(monkeypatch: pytest.MonkeyPatch) -> None:
    """Judge with data that need not be built."""
    monkeypatch.setattr(Bundle, "read", small_data)


@pytest.fixture
def digits(catalogue: dict[str, Bundle]) -> Bundle:
    """Return the digits exercise."""
    return catalogue["cnn-digits"]


def run(where: str, *, training: bool = False, number: int = 0) -> Run:
    """Return a run of which only these matter."""
    return Run(f"run-{number}", where, "entry", {}, {}, (), training=training)  # type: ignore[arg-type]


def exercise_with(bundle: Bundle, isolation: str) -> CodeExercise:
    """Return the bundle's exercise, with another isolation."""
    return bundle.code.model_copy(update={"isolation": isolation})


@pytest.mark.parametrize(
    ("where", "lane", "seconds"),
    [
        ("slot", Lane.QUICK, 20),
        ("slot", Lane.LONG, 600),
        ("judge", Lane.QUICK, 20),
        ("judge", Lane.LONG, 600),
    ],
)
def test_a_run_goes_where_it_belongs(digits: Bundle, where: str, lane: Lane, seconds: int) -> None:
    """A judge's run is trusted and a slot's is not; trainings have a lane and limits of their own."""
    request = request_of(run(where, training=lane is Lane.LONG), digits.code, Pins())

    assert (where == "judge", lane, seconds) == (request.trusted, request.lane, request.limits.wall_seconds)
    assert request.isolation is None


def test_initial_weights_are_fetched_among_the_trainings(digits: Bundle) -> None:
    """The run that fetches them takes no place from a structure check, and has no more time than one."""
    asked = replace(run("slot", training=False), long_lane=True)
    request = request_of(asked, digits.code, Pins())

    assert (Lane.LONG, 20) == (request.lane, request.limits.wall_seconds)


@pytest.mark.parametrize(
    ("mode", "asked", "had"),
    [
        ("warm", "warm", "warm"),
        ("warm", "oneshot", "oneshot"),
        ("oneshot", "warm", "oneshot"),
        ("cold", "oneshot", "cold"),
    ],
)
def test_an_exercise_may_ask_for_more_isolation_and_never_gets_less(
    digits: Bundle, mode: str, asked: str, had: str
) -> None:
    """What a run had is recorded: the stricter of what the sandbox does and what the exercise asks for."""
    exercise = exercise_with(digits, asked)
    about = Description("docker", mode, "sha256:1", "3.13", {"keras": "3.15.1"}, "a processor", ())

    assert (Isolation.ONESHOT if asked == "oneshot" else None) == request_of(run("slot"), exercise, Pins()).isolation
    assert (mode, had) == tuple(environment_of(about, exercise, Pins())[key] for key in ("mode", "isolation"))


def test_pins_can_be_read_back_from_what_was_recorded(digits: Bundle) -> None:
    """A replay sets every pin as it was; a grading from before a pin was recorded had its default."""
    about = Description("docker", "warm", "sha256:1", "3.13", {}, "a processor", ())
    pins = Pins(seed=7, threads=2, op_determinism=False, onednn=False, hash_seed=3)

    assert pins == recorded_pins(environment_of(about, digits.code, pins))
    assert Pins(seed=7) == recorded_pins({"seed": 7, "mode": "cold"})


def test_a_judge_may_be_given_its_pins(digits: Bundle) -> None:
    """The pins of a replay reach every run and the record, whatever the exercise says today."""
    sandbox = digits_sandbox()
    pins = Pins(seed=99, threads=2)
    result = Judge(sandbox, pins=pins).whole(digits, SOURCE)

    assert [pins] * 4 == [request.pins for request in sandbox.requests]
    assert (99, 2) == (result.environment["seed"], result.environment["threads"])


def test_epochs_are_handed_on_and_change_nothing(digits: Bundle) -> None:
    """Whoever listens hears each epoch; the verdict is the same as for somebody who does not."""
    heard: list[TrainingPoint] = []
    judge = Judge(digits_sandbox())
    quick = judge.quick(digits, SOURCE)
    told = judge.training(digits, SOURCE, quick, progress=heard.append)
    untold = judge.training(digits, SOURCE, quick)

    assert [(1, 1.5, 0.5), (2, 0.5, 0.75), (3, 0.25, 0.875)] == [(one.epoch, one.loss, one.accuracy) for one in heard]
    assert (untold.evidence, untold.verdict) == (told.evidence, told.verdict)
    assert "passed" == told.verdict.outcome.value


def test_a_close_training_is_followed_by_four(digits: Bundle) -> None:
    """Of five trainings only the first tells its epochs; of the others it is told that they begin, two at a time."""
    heard: list[TrainingPoint] = []
    weak = trained([0, *LABELS[1:]])
    sandbox = ScriptedSandbox({**quick_script(), "judge_train": [Telling(EVENTS, weak)]})
    judge = Judge(sandbox)
    result = judge.training(digits, SOURCE, judge.quick(digits, SOURCE), progress=heard.append)
    accuracy = result.findings[-1]
    trainings = [request for request in sandbox.requests if request.entry == "judge_train"]

    assert [(1, 1), (1, 1), (1, 1)] == [(one.run, one.runs) for one in heard[:3]]
    assert [(2, 5), (3, 5), (4, 5), (5, 5)] == sorted((one.run, one.runs) for one in heard[3:])
    assert [1447, *further_seeds(1447)] == accuracy.actual["seeds"]
    assert {None, *further_seeds(1447)} == {request.arguments.get("seed") for request in trainings}
    assert {(Lane.LONG, True)} == {(request.lane, request.trusted) for request in trainings}


def test_many_submissions_share_one_slot(digits: Bundle) -> None:
    """A submission holds no slot while it waits for another: more runs than slots all come to their end."""
    judge = Judge(SlottedSandbox({"entry": [outcome()]}), parallel_runs=3)
    case = judge._case(digits.code)
    batch = tuple(run("judge" if number % 3 == 0 else "slot", number=number) for number in range(6))
    with ThreadPoolExecutor(8) as submissions:
        results = list(submissions.map(lambda _: judge._carry_out(batch, case), range(8), timeout=20))

    assert [6] * 8 == [len(result) for result in results]


@pytest.mark.database
async def test_a_training_holds_no_quick_slot(house: House) -> None:
    """While a training has its slot for as long as it likes, others get their first findings from the quick one."""
    release, begun = threading.Event(), threading.Event()

    def long_training(_: RunRequest) -> RunOutcome:
        begun.set()
        release.wait(20)
        return trained()

    judge = Judge(SlottedSandbox({**quick_script(), "judge_train": [long_training]}))
    smallest = replace(house, settings=house.settings.model_copy(update={"slots": 1}))
    async with worker(smallest, judge):
        first = await house.submit()
        await asyncio.to_thread(begun.wait, 20)
        others = [await house.submit() for _ in range(2)]
        for other in others:
            await in_training(house, other.id)
        assert State.TRAINING == await house.state(first.id)
        release.set()
        states = [await ended(house, one.id) for one in (first, *others)]

    assert [State.DONE] * 3 == states


def test_standing_is_the_sandboxs_health(digits: Bundle) -> None:
    """Slots, waiting runs, faults and reasons are handed on in plain words, with what the sandbox is."""
    del digits
    health = Health((SlotHealth("quick", SlotState.RUNNING, 5, 60.0),), 2, 1, {"age": 3}, None)
    standing = Judge(ScriptedSandbox({}, health)).standing()

    assert ("scripted", "cold", "none") == (standing.backend, standing.mode, standing.image)
    assert [("quick", "running", 5, 60.0)] == [
        (one.role, one.state, one.runs, one.age_seconds) for one in standing.slots
    ]
    assert (2, 1, {"age": 3}, None) == (standing.waiting, standing.faults, standing.recycled, standing.problem)


def test_a_sandbox_that_cannot_describe_itself_is_stuck() -> None:
    """Without an answer there is a problem to show, not an exception in whoever asks."""

    class Away(ScriptedSandbox):
        def describe(self) -> Description:
            raise SandboxUnavailable("no engine")

    standing = Judge(Away({})).standing()

    assert ("no engine", Readiness.STUCK) == (standing.problem, standing.readiness)
