"""Put the grader's wishes into the sandbox's words, and what the sandbox answers into the grader's."""

from typing import Any

from exercises.schema import CodeExercise
from exercises.schema import Limits as ExerciseLimits
from grader.contract import Run, RunResult
from sandbox.contract import Description, Isolation, Lane, Limits, Pins, RunOutcome, RunRequest

#: From the laxest to the strictest.
STRICTER = (Isolation.WARM, Isolation.ONESHOT, Isolation.COLD)


def pins_of(exercise: CodeExercise) -> Pins:
    """Return what the platform fixes for every run of an exercise."""
    return Pins(seed=exercise.seed)


def request_of(run: Run, exercise: CodeExercise, pins: Pins) -> RunRequest:
    """Return the request that carries out a run.

    Args:
        run: What the grader needs.
        exercise: Whose limits and isolation hold.
        pins: What is fixed for the run.

    """
    limits = exercise.training_limits if run.training else exercise.limits
    return RunRequest(
        entry=run.entry,
        arguments=run.arguments,
        files=run.files,
        artifacts=run.artifacts,
        limits=_limits(limits),
        pins=pins,
        trusted=run.where == "judge",
        lane=Lane.LONG if run.training or run.long_lane else Lane.QUICK,
        isolation=_asked(exercise),
    )


def result_of(outcome: RunOutcome) -> RunResult:
    """Return the sandbox's answer as the grader reads it."""
    error = outcome.error
    return RunResult(
        ending=outcome.ending.value,
        error_type=error.type if error else None,
        error_message=error.message if error else None,
        error_frames=error.frames if error else (),
        stdout=outcome.stdout,
        artifacts=outcome.artifacts,
        wall_ms=round(outcome.wall_seconds * 1000),
    )


def environment_of(description: Description, exercise: CodeExercise, pins: Pins) -> dict[str, Any]:
    """Return what a replay must set alike, recorded with every grading.

    Args:
        description: Where the runs were carried out.
        exercise: What was judged.
        pins: What was fixed.

    """
    return {
        "backend": description.backend,
        "mode": description.mode,
        "isolation": _isolation(description.mode, exercise).value,
        "image": description.image,
        "python": description.python,
        **dict(description.packages),
        "cpu": description.cpu,
        "seed": pins.seed,
        "threads": pins.threads,
        "onednn": pins.onednn,
        "op_determinism": pins.op_determinism,
        "hash_seed": pins.hash_seed,
    }


def recorded_pins(environment: dict[str, Any]) -> Pins:
    """Return the pins that :func:`environment_of` wrote down; what an older grading lacks has its default."""
    names = ("seed", "threads", "onednn", "op_determinism", "hash_seed")
    return Pins(**{name: environment[name] for name in names if name in environment})


def _asked(exercise: CodeExercise) -> Isolation | None:
    """Return the isolation that an exercise insists on; None where it leaves that to the sandbox."""
    return Isolation.ONESHOT if exercise.isolation == "oneshot" else None


def _isolation(mode: str, exercise: CodeExercise) -> Isolation:
    """Return how the student's code was kept apart: the stricter of what the sandbox does and the exercise asks."""
    return max(Isolation(mode), _asked(exercise) or Isolation.WARM, key=STRICTER.index)


def _limits(limits: ExerciseLimits) -> Limits:
    """Return an exercise's limits; MiB and KiB become bytes."""
    return Limits(
        wall_seconds=limits.wall_seconds,
        memory_bytes=limits.memory_mib << 20,
        output_bytes=limits.output_kib << 10,
    )
