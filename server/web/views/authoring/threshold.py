"""The calibration as a histogram with a threshold that can be moved: geometry in the chart's own units."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from server.authoring.thresholds import Calibrated
from server.calibration.odds import MOST_ODDS
from server.web.views.authoring.listing import percent_of, rare

LEFT, RIGHT, TOP, GROUND = 44, 744, 66, 226
BINS = (0.0025, 0.005, 0.01, 0.02, 0.05)  #: widths, as shares
MOST_BINS = 18
MOST_TICKS = 8
CURVE_STEPS = 120
STEP = 0.001  #: of the threshold
SURE = 5e-7


@dataclass(frozen=True, slots=True)
class Bar:
    """The trainings whose accuracy lies in one stretch."""

    x: float
    y: float
    width: float
    height: float
    middle: float  #: per cent
    below: bool  #: whether it lies below the threshold


@dataclass(frozen=True, slots=True)
class Tick:
    """A place on an axis."""

    place: float
    label: str


@dataclass(frozen=True, slots=True)
class Readout:
    """What a threshold means."""

    percent: str
    odds: str
    one_in: int | None  #: of how many right solutions one fails; None where that hardly ever happens
    fair: bool
    above_baseline: bool


@dataclass(frozen=True, slots=True)
class ThresholdPage:
    """Everything that the page shows.

    Attributes:
        low: The lowest threshold that can be chosen, in per cent; the chart begins there.
        high: The highest.
        value: The threshold that is looked at, in per cent.
        x: Where it lies in the chart.
        proposed: The threshold that is advised, in per cent; empty where none is fair.

    """

    bars: Sequence[Bar]
    curve: str
    across: Sequence[Tick]
    upwards: Sequence[Tick]
    low: float
    high: float
    value: float
    x: float
    now: str
    proposed: str
    proposed_x: float | None
    proposed_odds: str
    baseline: str
    baseline_name: str
    baseline_x: float | None
    mean: str
    sd: str
    runs: int
    readout: Readout


def readout(found: Calibrated, threshold: float) -> Readout:
    """Return what a threshold means."""
    odds = found.odds(threshold)
    return Readout(
        percent=percent_of(threshold),
        odds=rare(odds),
        one_in=round(1 / odds) if odds > SURE else None,
        fair=odds <= MOST_ODDS,
        above_baseline=threshold > found.report.best_baseline,
    )


def threshold_page(found: Calibrated, threshold: float) -> ThresholdPage:
    """Return what the page shows while one threshold is looked at."""
    report = found.report
    accuracies = [run.accuracy for run in report.runs]
    proposal = [one for one in (report.threshold, report.highest) if one is not None]
    low = math.floor((min(*accuracies, threshold, found.threshold, *proposal) - 0.02) * 100) / 100
    high = math.ceil((max(*accuracies, threshold) + 0.01) * 100) / 100
    low, high = max(low, STEP), min(high, 1 - STEP)

    place = Scale(low, high)
    width = next((one for one in BINS if (high - low) / one <= MOST_BINS), BINS[-1])
    counted = _counted(accuracies, width)
    most = max(counted.values())
    top = max(most, _peak(found, width))  # of the chart, in trainings
    best = max(report.baselines, key=lambda one: max(one.accuracies), default=None)
    return ThresholdPage(
        bars=[_bar(start, count / top, width, threshold, place) for start, count in sorted(counted.items())],
        curve=_curve(found, top, width, place),
        across=[Tick(place(one), percent_of(one)) for one in _round_places(low, high)],
        upwards=[Tick(_height(one / top), str(one)) for one in sorted({0, math.ceil(most / 2), most})],
        low=round(low * 100, 1),
        high=round(high * 100, 1),
        value=round(threshold * 100, 2),
        x=place(threshold),
        now=percent_of(found.threshold),
        proposed="" if report.threshold is None else percent_of(report.threshold),
        proposed_x=None if report.threshold is None else place(report.threshold),
        proposed_odds="" if report.threshold is None else rare(found.odds(report.threshold)),
        baseline=percent_of(report.best_baseline),
        baseline_name=best.name if best else "",
        baseline_x=place(report.best_baseline) if best and report.best_baseline > low else None,
        mean=f"{report.mean:.2%}",
        sd=f"{report.sd:.2%}",
        runs=len(report.runs),
        readout=readout(found, threshold),
    )


@dataclass(frozen=True, slots=True)
class Scale:
    """The horizontal axis."""

    low: float
    high: float

    def __call__(self, share: float) -> float:
        """Return where a share lies."""
        return round(LEFT + (share - self.low) / (self.high - self.low) * (RIGHT - LEFT), 1)


def _counted(accuracies: Sequence[float], width: float) -> dict[float, int]:
    counted: dict[float, int] = {}
    for one in accuracies:
        start = math.floor(one / width + 1e-9) * width
        counted[start] = counted.get(start, 0) + 1
    return counted


def _height(share: float) -> float:
    return round(GROUND - share * (GROUND - TOP), 1)


def _bar(start: float, share: float, width: float, threshold: float, place: Scale) -> Bar:
    x, y = place(start) + 1, _height(share)
    middle = start + width / 2
    return Bar(x, y, round(place(start + width) - x - 1, 1), round(GROUND - y, 1), round(middle * 100, 3),
               below=middle < threshold)  # fmt: skip


def _peak(found: Calibrated, width: float) -> float:
    """Return how many trainings the normal distribution expects in a stretch around its mean."""
    sd = found.report.sd
    return width * len(found.report.runs) / (sd * math.sqrt(2 * math.pi)) if sd else 0.0


def _curve(found: Calibrated, top: float, width: float, place: Scale) -> str:
    """Return the normal distribution that the trainings are taken to come from, on the scale of the bars."""
    report = found.report
    if report.sd == 0:
        return ""
    peak = _peak(found, width) / top
    points = []
    for step in range(CURVE_STEPS + 1):
        share = place.low + (place.high - place.low) * step / CURVE_STEPS
        density = peak * math.exp(-(((share - report.mean) / report.sd) ** 2) / 2)
        points.append(f"{place(share)} {_height(density)}")
    return "M" + "L".join(points)


def _round_places(low: float, high: float) -> list[float]:
    """Return round shares between two, few enough to be read."""
    step = next((one for one in (0.005, 0.01, 0.02, 0.05, 0.1) if (high - low) / one <= MOST_TICKS), 0.2)
    first = math.ceil(low / step + 1e-9)
    return [round(number * step, 4) for number in range(first, math.floor(high / step + 1e-9) + 1)]
