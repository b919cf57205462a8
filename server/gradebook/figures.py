"""The arithmetic of statistics: histograms, medians, correlations. Plain numbers in, plain numbers out."""

from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

BINS = 10  # of a histogram of scores
POINTS = 100

#: Below this a spread is rounding, not a difference between people.
NOTHING = 1e-9


def score_histogram(scores: Iterable[float]) -> list[int]:
    """Count scores (0..1) in tenths: [0, 0.1), ..., [0.9, 1]; the last one holds full scores too."""
    bins = [0] * BINS
    for score in scores:
        # Whole points first: 0.3 is three tenths although its binary fraction lies a little below.
        bins[min(round(score * POINTS, 6) // (POINTS / BINS), BINS - 1).__int__()] += 1
    return bins


def counts(values: Iterable[int]) -> list[tuple[int, int]]:
    """Return each value that occurs with how often it does, in order."""
    return sorted(Counter(values).items())


def median(values: Sequence[int]) -> float | None:
    """Return the median; None of nothing."""
    return float(np.median(values)) if values else None


def correlation(one: NDArray[np.float64], other: NDArray[np.float64]) -> float | None:
    """Return Pearson's correlation (with a 0/1 variable: the point-biserial one); None where either never varies."""
    if len(one) < 2 or one.std() < NOTHING or other.std() < NOTHING:  # noqa: PLR2004 - two points make a line
        return None
    return float(np.clip(np.corrcoef(one, other)[0, 1], -1, 1))
