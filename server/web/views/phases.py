"""The way of one submission as a line of phases."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from exercises.schema import AccuracyCheck, CodeExercise, Exercise
from server.web.locale import Speaker

PhaseName = Literal["queue", "run", "train", "check", "verdict"]

A_MINUTE = 60

#: The phase in which each state finds a submission.
_NOW: Mapping[str, PhaseName] = {
    "queued": "queue",
    "running": "run",
    "training": "train",
    "checking": "check",
    "done": "verdict",
}

#: Outcomes that end while the student's code runs.
_STOPPED = {"raised", "timed_out", "out_of_memory", "too_much_output", "violation", "rejected"}


@dataclass(frozen=True, slots=True)
class PhaseStep:
    """One phase: its name, how it stands, and one small fact."""

    name: PhaseName
    status: Literal["done", "now", "todo", "bad"]
    label: str
    fact: str


def phase_steps(
    status: Mapping[str, Any],
    exercise: Exercise,
    say: Speaker,
    *,
    queue_position: int | None,
    expected_seconds: float | None = None,
) -> list[PhaseStep]:
    """Return the phases of a submission, in order.

    Args:
        status: The verdict object as far as it is known.
        exercise: The exercise, for what will come.
        say: The language.
        queue_position: How many will be taken before it, while it is queued.
        expected_seconds: How long it will probably wait for its turn; None if it does not wait, or nobody can tell.

    """
    names: list[PhaseName] = ["queue", "run"]
    if trains(exercise):
        names.append("train")
    names += ["check", "verdict"]
    now = _NOW.get(status["state"])
    position = names.index(now) if now in names else len(names)
    stopped = status["outcome"] in _STOPPED
    untrained = _never_trained(status)
    facts = _facts(status, exercise, say)
    if queue_position is not None:
        facts["queue"] = _wait(queue_position, expected_seconds, say)
    elif expected_seconds is not None:
        facts["train"] = say("training-about", time=_about(expected_seconds, say))
    if stopped or untrained:
        facts["train"] = say("not-started")
    if stopped:
        facts["check"] = say("not-started")
    steps = []
    for index, name in enumerate(names):
        standing = _standing(index, position, name, status)
        if stopped and name in {"run", "train", "check"}:
            standing = "bad" if name == "run" else "todo"
        elif name == "train" and untrained:
            standing = "todo"
        steps.append(PhaseStep(name, standing, say(f"phase-{name}"), facts.get(name, "")))
    return steps


def trains(exercise: Exercise) -> bool:
    """Tell whether judging this exercise includes a training phase."""
    return isinstance(exercise, CodeExercise) and any(isinstance(check, AccuracyCheck) for check in exercise.checks)


def _never_trained(status: Mapping[str, Any]) -> bool:
    """Tell whether the training was left out because of what was found before it."""
    trained = [check for check in status["checks"] if check["kind"] == "accuracy"]
    return status["state"] == "done" and any(check["outcome"] == "skipped" for check in trained)


def _standing(
    index: int, position: int, name: PhaseName, status: Mapping[str, Any]
) -> Literal["done", "now", "todo", "bad"]:
    """Tell how a phase stands when the submission is at ``position``."""
    if name == "verdict" and status["state"] == "done":
        return "done" if status["outcome"] == "passed" else "bad"
    if index == position:
        return "now"
    return "done" if index < position else "todo"


def _wait(position: int, seconds: float | None, say: Speaker) -> str:
    """Say how many will be taken before a submission, and how long that will probably take if it is worth saying."""
    place = say("queue-ahead", n=position) if position else say("queue-next")
    return place if seconds is None or seconds < 1 else say("queue-about", place=place, time=_about(seconds, say))


def _about(seconds: float, say: Speaker) -> str:
    """Return an expected time for reading: whole seconds, as nobody knows it better."""
    return duration(math.ceil(seconds) * 1000, say)


def _facts(status: Mapping[str, Any], exercise: Exercise, say: Speaker) -> dict[PhaseName, str]:
    """Return the small fact under each phase."""
    facts: dict[PhaseName, str] = {}
    timing = status["timing_ms"]
    if "sandbox" in timing:
        facts["run"] = duration(timing["sandbox"], say)
    if isinstance(exercise, CodeExercise):
        facts["check"] = say("n-checks", n=len(exercise.checks))
        if exercise.training is not None:
            facts["train"] = say("n-epochs", n=exercise.training.epochs)
    if status["state"] == "done" and "total" in timing:
        facts["verdict"] = duration(timing["total"], say)
    return facts


def duration(milliseconds: float, say: Speaker) -> str:
    """Return a time for reading."""
    seconds = milliseconds / 1000
    if seconds < 1:
        return say("duration-ms", n=round(milliseconds))
    if seconds < A_MINUTE:
        return say("duration-s", n=round(seconds, 1))
    return f"{int(seconds) // A_MINUTE}:{int(seconds) % A_MINUTE:02d}"
