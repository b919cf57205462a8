"""How often a right solution would fail: the whole rule of five, with what a few calibration runs leave uncertain.

The accuracies of n calibration runs, one a seed, are taken as drawn from a normal distribution of unknown mean and
spread. What is foretold of further runs then has Student's t distribution with n - 1 degrees of freedom, wider by the
uncertainty of the measured mean.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from grader.seeds import RUNS, Rule
from server.calibration.student_t import below

MOST_ODDS = 0.001  #: how often a right solution may fail

STEPS = 4000  #: of the integral over the mean of five
LEAST = 2  #: runs that show a spread


class TooFewRuns(ValueError):
    """One run shows no spread."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What calibration runs of one solution showed: mean and standard deviation (n - 1) of n accuracies."""

    runs: int
    mean: float
    sd: float

    @classmethod
    def of(cls, accuracies: Sequence[float]) -> Self:
        """Sum up accuracies.

        Raises:
            TooFewRuns: They are fewer than two.

        """
        if len(accuracies) < LEAST:
            raise TooFewRuns("a spread needs two runs")
        mean = math.fsum(accuracies) / len(accuracies)
        squares = math.fsum((one - mean) ** 2 for one in accuracies)
        return cls(len(accuracies), mean, math.sqrt(squares / (len(accuracies) - 1)))


def false_fail(measured: Measured, rule: Rule) -> float:
    """Return the probability that a solution like the measured one fails under the whole rule.

    It fails if its first run stays below the threshold and twice the spread, and the mean of five runs, the first one
    among them, below the threshold. Both are foretold from the same calibration, so they have a bivariate t
    distribution; given the mean of five, the first run has a t distribution with one more degree of freedom
    (P. Ding, On the conditional distribution of the multivariate t distribution, 2016). That a first run far below is
    decided alone changes nothing: it could not be lifted.

    The integral over the mean of five runs over angles: with t = sqrt(degrees) * tan(angle) the density is a power of
    the cosine, and nothing is cut off.
    """
    if measured.sd == 0:
        return 0.0 if measured.mean >= rule.threshold else 1.0
    degrees = measured.runs - 1
    of_mean = 1 / RUNS + 1 / measured.runs  # variance of the foretold mean of five, in units of sd²
    of_first = 1 + 1 / measured.runs
    highest = math.atan((rule.threshold - measured.mean) / measured.sd / math.sqrt(of_mean * degrees))
    clear = (rule.clear_from - measured.mean) / measured.sd

    def failing(angle: float) -> float:
        """Return the density at one mean of five, times the odds that the first run is not clear."""
        value = math.sqrt(degrees) * math.tan(angle)
        # The covariance of first run and mean is the mean's variance, so the first run is foretold to be the mean.
        rest = (of_first - of_mean) * (degrees + value * value) / (degrees + 1)
        unclear = below((clear - value * math.sqrt(of_mean)) / math.sqrt(rest), degrees + 1)
        return math.cos(angle) ** (degrees - 1) * unclear

    step = (highest + math.pi / 2) / STEPS
    area = math.fsum(failing(-math.pi / 2 + (index + 0.5) * step) for index in range(STEPS)) * step
    return area * math.exp(math.lgamma((degrees + 1) / 2) - math.lgamma(degrees / 2)) / math.sqrt(math.pi)
