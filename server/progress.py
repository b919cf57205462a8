"""What a training says of itself while it goes on: claims, for whoever waits, and never part of a verdict."""

import math
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

MOST_EPOCHS = 1_000_000
LARGEST = 1e12  # no loss is larger that is worth showing


@dataclass(frozen=True, slots=True)
class TrainingPoint:
    """One epoch as the run tells it, or the beginning of a further training, whose epochs are not told."""

    epoch: int  #: from 1
    epochs: int | None  #: None where nobody knows how many there will be, as in a loop of single steps
    loss: float | None
    accuracy: float | None  #: 0..1
    run: int = 1  #: which training, from 1; where the first does not decide, others follow under other seeds
    runs: int = 1  #: how many trainings there will be, as far as is known

    def to_json(self) -> dict[str, Any]:
        """Return it as an event carries it; what is said of several trainings stands there where there are several."""
        return {name: value for name, value in asdict(self).items() if self.runs > 1 or name not in {"run", "runs"}}


def beginning_of(run: int, runs: int) -> TrainingPoint:
    """Return the point that tells of a further training's beginning."""
    return TrainingPoint(epoch=1, epochs=None, loss=None, accuracy=None, run=run, runs=runs)


TellProgress = Callable[[TrainingPoint], None]


def read_point(event: Mapping[str, Any]) -> TrainingPoint | None:
    """Read an event of a run, which is hostile data; None if it tells of no epoch."""
    epoch, epochs = _count(event.get("epoch")), _count(event.get("epochs"))
    known = event.get("epochs") is not None
    if epoch is None or (known and (epochs is None or epoch > epochs)):
        return None
    accuracy = _number(event.get("accuracy"))
    return TrainingPoint(
        epoch=epoch,
        epochs=epochs,
        loss=_number(event.get("loss")),
        accuracy=accuracy if accuracy is not None and 0 <= accuracy <= 1 else None,
    )


def _count(value: Any) -> int | None:  # noqa: ANN401 (whatever JSON can hold)
    """Return a number of epochs."""
    is_count = isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= MOST_EPOCHS
    return value if is_count else None


def _number(value: Any) -> float | None:  # noqa: ANN401 (likewise)
    """Return a number that can be shown."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        return None
    return float(value) if math.isfinite(value) and abs(value) <= LARGEST else None
