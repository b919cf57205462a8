"""Telling of a training, and warming a process for it, change nothing of what comes of it."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from sandbox.contract import Pins
from sandbox.environment import prepare
from sandbox.pins import environment_of
from server.workshop import PAYLOADS

pytestmark = pytest.mark.process

HERE = Path(__file__).parent
HOME = HERE.parent.parent / "var"
WAYS = ("fitted", "fitted_with_callbacks", "by_hand")


@pytest.fixture(scope="module")
def answer() -> dict[str, Any]:
    """Return what the trials came to, in the process sandbox's Python."""
    environment = prepare(HOME, PAYLOADS, print)
    done = subprocess.run(
        [str(environment.python), "-W", "ignore", str(HERE / "telling_trial.py")],
        env={**environment_of(Pins()), "PYTHONPATH": str(environment.code), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
    )
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


@pytest.mark.parametrize("way", WAYS)
def test_results_are_the_same_to_the_bit(answer: dict[str, Any], way: str) -> None:
    """Weights, predictions, history and layer names do not depend on who listens, nor on having been warmed."""
    trials = answer["trials"][way]

    assert 1 == len({json.dumps(trial["result"]) for trial in trials.values()})
    assert trials["told"]["events"]
    assert [] == trials["untold"]["events"]


def test_epochs_and_steps_are_told_as_plain_numbers(answer: dict[str, Any]) -> None:
    """Of three epochs each end is told, and between them the steps; the last loss told is the history's last."""
    trial = answer["trials"]["fitted"]["told"]
    ends = [event for event in trial["events"] if "step" not in event]
    steps = [event for event in trial["events"] if "step" in event]

    assert [(1, 3), (2, 3), (3, 3)] == [(event["epoch"], event["epochs"]) for event in ends]
    assert trial["result"][2]["loss"] == [event["loss"] for event in ends]
    assert trial["result"][2]["accuracy"] == [event["accuracy"] for event in ends]
    assert {"epoch", "epochs", "loss", "accuracy", "step", "steps"} == set(steps[-1])


def test_a_students_own_list_of_callbacks_stays_as_it_is(answer: dict[str, Any]) -> None:
    """Ours is not put into a list that is theirs."""
    assert [1, 1] == [trial["result"][2][1] for trial in answer["trials"]["fitted_with_callbacks"].values()]


def test_batches_by_hand_tell_the_epoch_they_belong_to(answer: dict[str, Any]) -> None:
    """Six batches make an epoch here; how many there will be nobody knows."""
    events = answer["trials"]["by_hand"]["told"]["events"]

    assert [1] * 6 + [2] * 6 + [3] * 6 == [event["epoch"] for event in events]
    assert {None} == {event["epochs"] for event in events}


def test_importing_everything_leaves_one_thread(answer: dict[str, Any]) -> None:
    """A process with threads cannot be forked safely, so whatever forks may import but never execute."""
    assert 1 == answer["threads_after_preload"]
