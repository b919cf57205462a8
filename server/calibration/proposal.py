"""Which thresholds are fair: far enough below the reference, and above everything that has learnt too little."""

import math
from dataclasses import dataclass

from grader.seeds import Rule
from server.calibration.odds import MOST_ODDS, Measured, false_fail

MARGIN = 0.02  #: a threshold lies at least so far above the best baseline
PLACES = 4  #: decimal places of a spread as ``exercise.toml`` states it


@dataclass(frozen=True, slots=True)
class Proposal:
    """The thresholds that are fair, in whole per cents; all three are None where there is none.

    Attributes:
        spread: Standard deviation of the reference's accuracy, as ``exercise.toml`` is to state it.
        lowest: The best baseline and a margin, rounded up.
        highest: The highest at which a right solution fails seldom enough, rounded down.
        threshold: The middle of both, rounded down: as far from the right as from the wrong.

    """

    spread: float
    lowest: float | None
    highest: float | None
    threshold: float | None


def propose(measured: Measured, best_baseline: float) -> Proposal:
    """Return the thresholds that are fair.

    Args:
        measured: The reference's accuracy over seeds.
        best_baseline: The highest accuracy of anything that has not learnt what the exercise is about.

    """
    spread = round(measured.sd, PLACES)
    lowest = math.ceil((best_baseline + MARGIN) * 100 - 1e-9)
    highest = next((cent for cent in range(99, 0, -1) if seldom(measured, Rule(cent / 100, spread))), 0)
    if highest < lowest:
        return Proposal(spread, None, None, None)
    return Proposal(spread, lowest / 100, highest / 100, (lowest + highest) // 2 / 100)


def seldom(measured: Measured, rule: Rule) -> bool:
    """Tell whether a right solution fails seldom enough."""
    return false_fail(measured, rule) <= MOST_ODDS
