"""How far a training is, as it says itself, in words and as curves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from exercises.schema import AccuracyCheck, CodeExercise, Exercise
from server.submissions import TrainingProgress
from server.web.locale import Speaker
from server.web.views.curves import Curve, accuracy_curve, loss_curve


@dataclass(frozen=True, slots=True)
class TrainingLine:
    """The latest epoch, or the latest training where there are several.

    Attributes:
        epoch: Which it was, from 1.
        epochs: How many there will be; None where nobody knows.
        said: Which it was and what was measured in it, in a few words each.
        curves: Loss and accuracy so far, those that were told.

    """

    epoch: int
    epochs: int | None
    said: tuple[str, ...]
    curves: tuple[Curve, ...] = ()


def training_line(
    progress: TrainingProgress | None, say: Speaker, threshold: float | None = None
) -> TrainingLine | None:
    """Return what a page shows of a training that goes on; None as long as it told nothing.

    Args:
        progress: What it told.
        say: The language.
        threshold: The accuracy that is asked for, where that is drawn.

    """
    if progress is None:
        return None
    point = progress.latest
    if point.runs > 1:
        return TrainingLine(point.run, point.runs, (say("training-run", run=point.run, runs=point.runs),))
    if point.epochs is None:
        said = [say("training-some-epoch", epoch=point.epoch)]
    else:
        said = [say("training-epoch", epoch=point.epoch, epochs=point.epochs)]
    if point.loss is not None:
        said.append(say("training-loss", loss=f"{point.loss:.4g}"))
    if point.accuracy is not None:
        said.append(say("training-accuracy", percent=f"{point.accuracy * 100:.1f}"))
    points = [one.point for one in progress.points if one.point.runs <= 1]
    losses = loss_curve([(one.epoch, one.loss) for one in points], point.epochs, say)
    accuracies = accuracy_curve([(one.epoch, one.accuracy) for one in points], point.epochs, say, threshold)
    curves = tuple(curve for curve in (losses, accuracies) if curve is not None)
    return TrainingLine(point.epoch, point.epochs, tuple(said), curves)


def learning_curves(
    findings: Sequence[Mapping[str, Any]], say: Speaker, threshold: float | None = None
) -> tuple[Curve, ...]:
    """Return the curves of a training that is over, from what the accuracy's finding keeps of it."""
    told = next((one["actual"] for one in findings if one["kind"] == "accuracy"), None)
    history = told.get("history") if isinstance(told, Mapping) else None
    if not isinstance(history, Mapping):
        return ()
    losses, accuracies = (list(enumerate(history.get(name) or (), 1)) for name in ("loss", "accuracy"))
    drawn = (loss_curve(losses, None, say), accuracy_curve(accuracies, None, say, threshold))
    return tuple(curve for curve in drawn if curve is not None)


def threshold_of(exercise: Exercise) -> float | None:
    """Return the accuracy that an exercise asks for, if it asks for one."""
    checks = exercise.checks if isinstance(exercise, CodeExercise) else ()
    return next((check.threshold for check in checks if isinstance(check, AccuracyCheck)), None)
