"""How a training goes, as two curves: loss and accuracy over its epochs, in the charts' own units.

What is not reached yet is a grey field; a curve of one epoch is a point. Loss begins at zero; accuracy may begin at one
half, and the axis says so.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from server.web.locale import Speaker

#: Geometry of a chart, in its own units.
WIDTH, HEIGHT = 420, 150
_LEFT, _RIGHT, _TOP, _BOTTOM = 48, 408, 14, 122
_HALF = 0.5
_MOST_MARKS = 6


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark of an axis: where it is, and what it says."""

    at: float
    text: str


@dataclass(frozen=True, slots=True)
class Curve:
    """One measure over the epochs.

    Attributes:
        name: What is measured.
        latest: The last value, for reading.
        label: The whole curve in a sentence, for those who hear it.
        path: The line.
        points: Where each epoch lies.
        ahead: Where the part that is not reached begins; None when all is.
        rows: Marks of the upright axis.
        columns: Marks of the epochs.
        threshold: Where what is asked for lies, if it is shown.

    """

    name: str
    latest: str
    label: str
    path: str
    points: tuple[tuple[float, float], ...]
    ahead: float | None
    rows: tuple[Tick, ...]
    columns: tuple[Tick, ...]
    threshold: Tick | None = None


def loss_curve(values: Sequence[tuple[int, float | None]], epochs: int | None, say: Speaker) -> Curve | None:
    """Return the loss over the epochs.

    Args:
        values: Epoch, from 1, and what was measured in it.
        epochs: How many there will be; None where nobody knows.
        say: The language.

    """
    known = _known(values)
    if not known:
        return None
    highest = _nice(max(value for _, value in known))
    rows = [(share * highest, f"{share * highest:.2g}") for share in (0, 0.5, 1)]
    said = [f"{value:.3g}" for _, value in known]
    return _curve(_Measure(say("curve-loss"), known, said, 0, highest, rows), epochs, say)


def accuracy_curve(
    values: Sequence[tuple[int, float | None]], epochs: int | None, say: Speaker, threshold: float | None = None
) -> Curve | None:
    """Return the accuracy over the epochs, with what is asked for where that is given."""
    known = _known(values)
    if not known:
        return None
    lowest = _HALF if min(value for _, value in known) >= _HALF and (threshold is None or threshold > _HALF) else 0
    rows = [(at, f"{at:.0%}") for at in (lowest, (lowest + 1) / 2, 1)]
    said = [f"{value:.1%}" for _, value in known]
    return _curve(_Measure(say("curve-accuracy"), known, said, lowest, 1, rows, threshold), epochs, say)


def _known(values: Sequence[tuple[int, float | None]]) -> list[tuple[int, float]]:
    """Return the epochs of which something was measured; an epoch that began again is told once, as it was last."""
    latest = {epoch: value for epoch, value in values if value is not None and math.isfinite(value)}
    return sorted(latest.items())


@dataclass(frozen=True, slots=True)
class _Measure:
    """What is drawn of one measure.

    Attributes:
        name: What it is called.
        known: Epoch and value, in order.
        said: Each value for reading.
        low: Where the upright axis begins.
        high: Where it ends.
        rows: What is written on it.
        threshold: What is asked for, if it is shown.

    """

    name: str
    known: Sequence[tuple[int, float]]
    said: Sequence[str]
    low: float
    high: float
    rows: Sequence[tuple[float, str]]
    threshold: float | None = None

    def up(self, value: float) -> float:
        """Return how high a value lies."""
        share = (min(max(value, self.low), self.high) - self.low) / (self.high - self.low)
        return round(_BOTTOM - (_BOTTOM - _TOP) * share, 1)


def _curve(measure: _Measure, epochs: int | None, say: Speaker) -> Curve:
    """Draw a curve."""
    last = measure.known[-1][0]
    whole = max(epochs or 0, last)
    across = {epoch: round(_LEFT + (_RIGHT - _LEFT) * epoch / whole, 1) for epoch, _ in measure.known}
    points = tuple((across[epoch], measure.up(value)) for epoch, value in measure.known)
    step = math.ceil(whole / _MOST_MARKS)
    said, threshold = measure.said, measure.threshold
    return Curve(
        name=measure.name,
        latest=said[-1],
        label=say("curve-label", name=measure.name, values=", ".join(said[-_MOST_MARKS:])),
        path="M" + "L".join(f"{x} {y}" for x, y in points),
        points=points,
        ahead=across[last] if last < whole else None,
        rows=tuple(Tick(measure.up(value), text) for value, text in measure.rows),
        columns=tuple(
            Tick(round(_LEFT + (_RIGHT - _LEFT) * epoch / whole, 1), str(epoch))
            for epoch in range(step, whole + 1, step)
        ),
        threshold=None if threshold is None else Tick(measure.up(threshold), f"{threshold:.0%}"),
    )


def _nice(value: float) -> float:
    """Return a round number that is not smaller, and never zero."""
    if value <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    return next(step * power for step in (1, 1.5, 2, 3, 4, 5, 6, 8, 10) if step * power >= value * 0.999)
