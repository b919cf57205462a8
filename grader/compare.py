"""Compare two canonical networks and say where they differ, in the places a student can find.

Steps are aligned before they are compared, so that one missing layer is one difference and not a row of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from grader.contract import Json
from grader.keras_words import DEFAULTS
from grader.network import Network, Step

GAP = 1.0  #: cost of a layer that has no partner
OTHER_LAYER = 1.5  #: cost of a layer in the place of another; less than a gap on both sides
PER_ARGUMENT = 0.2


@dataclass(frozen=True, slots=True)
class Difference:
    """One way in which a network differs from the expected one.

    Attributes:
        kind: What is the matter.
        step: Where, counted from 1 in the student's network; for ``missing`` the step after which it should stand.
        layer: The layer there (for ``missing`` the missing one).
        after: For ``missing`` and ``extra``: the layer before it, empty at the start.
        argument: For ``changed``: which argument.
        expected: For ``changed`` the value, for ``replaced`` the layer.
        found: Likewise.

    """

    kind: Literal[
        "changed", "replaced", "missing", "extra", "input_shape", "batch_size", "outputs", "branches", "unused"
    ]
    step: int = 0
    layer: str = ""
    after: str = ""
    argument: str = ""
    expected: Json = None
    found: Json = None


def differences(
    expected: Network, found: Network, input_shape: Sequence[int | None]
) -> tuple[tuple[Difference, ...], tuple[tuple[int | None, int | None], ...]]:
    """Compare two networks.

    Args:
        expected: What the exercise describes; its input shape comes apart.
        found: The student's.
        input_shape: The exercise's input shape without the batch axis; an open size fits any.

    Returns:
        The differences, in the order of the network, and the alignment as pairs of step numbers (expected, found).

    """
    pairs = align(expected.steps, found.steps)
    found_differences = _of_inputs(found, input_shape)
    last = None
    for want, have in pairs:
        found_differences.extend(_of_pair(expected, found, want, have, last))
        last = have if have is not None else last
    if len(found.outputs) != len(expected.outputs):
        found_differences.append(Difference("outputs", expected=len(expected.outputs), found=len(found.outputs)))
    if not found_differences and not _same_edges(expected, found):
        found_differences.append(Difference("branches"))
    if found.unused_weights:
        found_differences.append(Difference("unused", found=found.unused_weights))
    return tuple(found_differences), pairs


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
        assumed = defaults.get(key, key == "trainable" or None)
        want, have = expected.arguments.get(key, assumed), found.arguments.get(key, assumed)
        if want != have:
            different.append((key, want, have))
    return different


def _distance(expected: Step, found: Step) -> float:
    """Return how unlike two steps are."""
    if expected.layer != found.layer:
        return OTHER_LAYER
    return min(0.9, PER_ARGUMENT * len(argument_differences(expected, found)))


def _of_pair(
    expected: Network, found: Network, want: int | None, have: int | None, last: int | None
) -> list[Difference]:
    """Return the differences of one aligned pair; ``last`` is the student's step before it."""
    after = "" if last is None else found.steps[last].layer
    if have is None and want is not None:
        place = 0 if last is None else last + 1
        return [Difference("missing", place, expected.steps[want].layer, after, expected=_words(expected.steps[want]))]
    if want is None and have is not None:
        return [Difference("extra", have + 1, found.steps[have].layer, after, found=_words(found.steps[have]))]
    if want is None or have is None:
        return []
    one, other = expected.steps[want], found.steps[have]
    if one.layer != other.layer:
        return [Difference("replaced", have + 1, other.layer, after, expected=_words(one), found=_words(other))]
    return [
        Difference("changed", have + 1, other.layer, after, key, value, instead)
        for key, value, instead in argument_differences(one, other)
    ]


def _of_inputs(found: Network, input_shape: Sequence[int | None]) -> list[Difference]:
    """Return what is wrong with the network's input."""
    if len(found.input_shapes) != 1:
        return [Difference("input_shape", expected=1, found=len(found.input_shapes), argument="count")]
    batch, *sizes = found.input_shapes[0] or (None,)
    wrong = []
    fits = len(sizes) == len(input_shape) and all(
        want is None or have is None or want == have for want, have in zip(input_shape, sizes, strict=True)
    )
    if not fits:
        wrong.append(Difference("input_shape", expected=list(input_shape), found=sizes))
    if batch is not None:
        wrong.append(Difference("batch_size", found=batch))
    return wrong


def _same_edges(expected: Network, found: Network) -> bool:
    """Tell whether the steps read from each other in the same way."""
    edges = [step.inputs for step in expected.steps] == [step.inputs for step in found.steps]
    return edges and expected.outputs == found.outputs


def _words(step: Step) -> Json:
    """Return a layer as plain data."""
    return {"layer": step.layer, **step.arguments}
