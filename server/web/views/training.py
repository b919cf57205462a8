"""How far a training is, as it says itself, in words."""

from dataclasses import dataclass

from server.submissions import TrainingProgress
from server.web.locale import Speaker


@dataclass(frozen=True, slots=True)
class TrainingLine:
    """The latest epoch, or the latest training where there are several.

    Attributes:
        epoch: Which it was, from 1.
        epochs: How many there will be; None where nobody knows.
        said: Which it was and what was measured in it, in a few words each.

    """

    epoch: int
    epochs: int | None
    said: tuple[str, ...]


def training_line(progress: TrainingProgress | None, say: Speaker) -> TrainingLine | None:
    """Return what a page shows of a training that goes on; None as long as it told nothing."""
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
    return TrainingLine(point.epoch, point.epochs, tuple(said))
