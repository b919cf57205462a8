"""The rule of five: which seeds an accuracy is measured with, when one run is not enough, and what decides then.

A training depends on chance: on the initial weights and on the order of the rows. One pinned seed decides where its
result is clear, and five pinned seeds decide on their mean where it is not. All of them follow from the exercise, so
the same code always meets the same seeds. Whoever judges, and whoever judges stored evidence again, asks here.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count, islice

from exercises.schema import AccuracyCheck

RUNS = 5  #: trainings where the first one does not decide
CLEARANCE = 2  #: standard deviations above the threshold from which the first training decides alone
ROUNDING = 1e-9  #: sums of decimal fractions are off by less; no share of rows is this close to another

SEEDS = 2**31  #: what Keras and numpy take


def further_seeds(seed: int) -> tuple[int, ...]:
    """Return the four seeds that follow an exercise's own where one training does not decide."""
    return tuple(islice(_derived("accuracy", seed, frozenset({seed})), RUNS - 1))


def calibration_seeds(seed: int, number: int) -> tuple[int, ...]:
    """Return ``number`` seeds to calibrate an exercise with: none of those that decide on submissions."""
    return tuple(islice(_derived("calibration", seed, frozenset({seed, *further_seeds(seed)})), number))


def _derived(purpose: str, seed: int, taken: frozenset[int]) -> Iterator[int]:
    """Yield distinct numbers that look like chance and are always the same, none of them ``taken``."""
    seen = set(taken)
    for number in count():
        digest = hashlib.sha256(f"{purpose}/{seed}/{number}".encode()).digest()
        one = int.from_bytes(digest[:4], "big") % SEEDS
        if one not in seen:
            seen.add(one)
            yield one


@dataclass(frozen=True, slots=True)
class Decision:
    """What a number of trainings comes to.

    Attributes:
        passed: Whether the accuracy suffices.
        accuracy: The share of right rows that decided: of the first training, or the mean of all.
        alone: Whether the first training decided by itself.

    """

    passed: bool
    accuracy: float
    alone: bool


@dataclass(frozen=True, slots=True)
class Rule:
    """A threshold and the spread of a right solution's accuracy over seeds, both as shares of rows (0 to 1)."""

    threshold: float
    spread: float

    @classmethod
    def of(cls, check: AccuracyCheck) -> "Rule":
        """Return the rule of a check."""
        return cls(check.threshold, check.spread)

    @property
    def clear_from(self) -> float:
        """The accuracy from which the first training decides alone."""
        return self.threshold + CLEARANCE * self.spread

    def is_clear(self, first: float) -> bool:
        """Tell whether the first training decides alone.

        It passes alone from :attr:`clear_from` on. It fails alone where even four perfect trainings could not lift the
        mean of five to the threshold.
        """
        best_mean = (first + RUNS - 1) / RUNS
        return first >= self.clear_from - ROUNDING or best_mean < self.threshold - ROUNDING

    def more_runs_wanted(self, accuracies: Sequence[float]) -> bool:
        """Tell whether the trainings so far, the exercise's own seed first, leave the matter open."""
        return not accuracies or (len(accuracies) < RUNS and not self.is_clear(accuracies[0]))

    def decide(self, accuracies: Sequence[float]) -> Decision:
        """Decide on the trainings there are, the exercise's own seed first.

        Raises:
            ValueError: There is no training at all.

        """
        if not accuracies:
            raise ValueError("there is no training to decide on")
        alone = len(accuracies) == 1 or self.is_clear(accuracies[0])
        accuracy = accuracies[0] if alone else sum(accuracies) / len(accuracies)
        return Decision(accuracy >= self.threshold - ROUNDING, accuracy, alone)
