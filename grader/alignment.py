"""Pair the steps of two networks, so that one missing layer is one difference and not a row of them."""

from collections.abc import Sequence

from grader.contract import Json
from grader.keras_words import DEFAULTS
from grader.network import Step

GAP = 1.0  #: cost of a layer that has no partner
OTHER_LAYER = 1.5  #: cost of a layer in the place of another; less than a gap on both sides
PER_ARGUMENT = 0.2

Pairs = tuple[tuple[int | None, int | None], ...]


def align(expected: Sequence[Step], found: Sequence[Step]) -> tuple[tuple[int | None, int | None], ...]:
    """Pair the steps of two networks at the least cost; None stands for a step without a partner."""
    rows, columns = len(expected), len(found)
    cost = [[0.0] * (columns + 1) for _ in range(rows + 1)]
    for row in range(rows, -1, -1):
        for column in range(columns, -1, -1):
            ways = []
            if row < rows:
                ways.append(GAP + cost[row + 1][column])
            if column < columns:
                ways.append(GAP + cost[row][column + 1])
            if row < rows and column < columns:
                ways.append(_distance(expected[row], found[column]) + cost[row + 1][column + 1])
            cost[row][column] = min(ways, default=0.0)
    pairs: list[tuple[int | None, int | None]] = []
    row = column = 0
    while row < rows or column < columns:
        both = row < rows and column < columns
        if both and cost[row][column] == _distance(expected[row], found[column]) + cost[row + 1][column + 1]:
            pairs.append((row, column))
            row, column = row + 1, column + 1
        elif row < rows and cost[row][column] == GAP + cost[row + 1][column]:
            pairs.append((row, None))
            row += 1
        else:
            pairs.append((None, column))
            column += 1
    return tuple(pairs)


def argument_differences(expected: Step, found: Step) -> list[tuple[str, Json, Json]]:
    """Return the arguments in which two layers of one class differ, with Keras' defaults for those not given."""
    defaults = DEFAULTS.get(expected.layer, {})
    keys = [*expected.arguments, *(key for key in found.arguments if key not in expected.arguments)]
    different = []
    for key in keys:
        assumed = expected.arguments.get("pool_size") if key == "strides" else None
        assumed = defaults.get(key, key == "trainable" or assumed)
        want, have = expected.arguments.get(key, assumed), found.arguments.get(key, assumed)
        if want != have:
            different.append((key, want, have))
    return different


def _distance(expected: Step, found: Step) -> float:
    """Return how unlike two steps are."""
    if expected.layer != found.layer:
        return OTHER_LAYER
    return min(0.9, PER_ARGUMENT * len(argument_differences(expected, found)))
