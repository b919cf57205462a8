"""Evidence of how a model behaves: how far its answers lie from the described network's, given the same weights."""

import itertools
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.contract import Json
from grader.hostile import BadArtifact, read_array, read_json
from grader.questions import Question

PROBLEMS = frozenset({"too_large", "several_inputs", "several_outputs", "not_finite", "raised"})
MAX_WEIGHTS = 200
MAX_AXES = 8
MAX_SIDE = 2_000
MAX_ORDERS = 24  #: ways to give weights of one shape to each other's places that are tried
MAX_NUMBERS = 50_000  #: of an answer
DIGITS = 4  #: of a difference; what is smaller is rounding, and would differ between processors
SMALLEST = 0.01  #: of the greatest number of an answer; smaller ones count as if they were as large as this
LARGEST = 1e6  #: difference that is told; how much larger it is says nothing more

Shape = tuple[int, ...]
Order = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Described:
    """What the judge says of the described network; its own artifacts, so nothing here is a claim."""

    sizes: Shape
    tokens: int
    steps: tuple[tuple[Shape, ...], ...]
    losses: int
    frozen: int
    training: str
    outputs: NDArray[Any]
    training_outputs: NDArray[Any] | None

    @property
    def weights(self) -> tuple[Shape, ...]:
        """The shapes of all weights, in the order in which data meet them."""
        return tuple(shape for step in self.steps for shape in step)


@dataclass(frozen=True, slots=True)
class Claimed:
    """What a slot claims of a student's model."""

    problem: str | None
    detail: str
    sizes: Shape
    tokens: int
    weights: tuple[Shape, ...]
    losses: int
    frozen: int
    bound: int


def kind_of_shape(shape: Sequence[int]) -> Shape:
    """Return a weight's shape without leading axes of length one: a bias may be written as (1, 128)."""
    ones = next((place for place, size in enumerate(shape[:-1]) if size != 1), len(shape[:-1]))
    return tuple(shape[ones:])


class NoAnswers(Exception):
    """The described network did not answer.

    Attributes:
        word: Why: ``no_reference`` where the judge cannot build it, ``other_input`` where it cannot be asked so.

    """

    def __init__(self, word: str, detail: str) -> None:
        """Say why."""
        super().__init__(detail)
        self.word = word


def read_described(artifacts: Mapping[str, bytes]) -> Described:
    """Return what the judge says of the described network.

    Raises:
        NoAnswers: It did not answer.

    """
    report = read_json(artifacts, "behaviour.json")
    if report["problem"] is not None:
        raise NoAnswers(report["problem"], str(report["detail"])[:200])
    own = report["training"] == "own"
    return Described(
        sizes=tuple(report["sizes"]),
        tokens=report["tokens"],
        steps=tuple(tuple(tuple(shape) for shape in step) for step in report["steps"]),
        losses=report["losses"],
        frozen=report["frozen"],
        training=report["training"],
        outputs=read_array(artifacts, "outputs.npy"),
        training_outputs=read_array(artifacts, "training_outputs.npy") if own else None,
    )


def read_claimed(artifacts: Mapping[str, bytes]) -> Claimed:
    """Return what a slot claims.

    Raises:
        BadArtifact: It claims nothing that can be read.

    """
    report = read_json(artifacts, "probe.json")
    if not isinstance(report, dict):
        raise BadArtifact("probe.json is not an object")
    problem = report.get("problem")
    if problem is not None and problem not in PROBLEMS:
        raise BadArtifact("an unknown problem")
    weights = report.get("weights")
    if not isinstance(weights, list) or (len(weights) > MAX_WEIGHTS and problem is None):
        raise BadArtifact("probe.json says nothing of the weights")
    return Claimed(
        problem=problem,
        detail=str(report.get("detail") or "")[:200],
        sizes=_sizes(report.get("sizes", [])),
        tokens=_count(report.get("tokens", 0)),
        weights=tuple(_sizes(shape) for shape in weights[:MAX_WEIGHTS]),
        losses=_count(report.get("losses", 0)),
        frozen=_count(report.get("frozen", 0)),
        bound=_count(report.get("bound", 0)),
    )


def behaviour_facts(
    artifacts: Mapping[str, bytes], claimed: Claimed, described: Described, place: int, orders: Sequence[Order]
) -> dict[str, Json]:
    """Return how a model behaves beside the described network.

    Args:
        artifacts: The slot's.
        claimed: What they claim.
        described: The described network's answers.
        place: Which of the judge's numbers was the program's.
        orders: The orders of weights that the judge tried.

    """
    more: dict[str, Json] = {
        "losses": claimed.losses - described.losses,
        "frozen": claimed.frozen - described.frozen,
        "bound": claimed.bound,
        "same_weights": _counted(claimed.weights) == _counted(described.weights),
    }
    if claimed.problem is not None:
        return without_answers(claimed.problem, claimed.detail, **more)
    if (claimed.sizes, claimed.tokens) != (described.sizes, described.tokens):
        return without_answers("other_input", str(claimed.sizes), **more)
    in_use, in_training = read_array(artifacts, "outputs.npy"), read_array(artifacts, "training_outputs.npy")
    wanted = described.outputs[place]
    if in_use.shape != wanted.shape[1:] or in_training.shape != in_use.shape or in_use.size > MAX_NUMBERS:
        return without_answers("other_shape", str(in_use.shape[1:]), **more)
    differences = [_difference(in_use, one) for one in wanted]
    best = int(np.argmin(differences))
    training: float | None = None
    if described.training == "same":
        training = _difference(in_training, in_use)
    elif described.training_outputs is not None:
        training = _difference(in_training, described.training_outputs[place][best])
    mapping = _mapping(claimed.weights, described, orders[best]) if more["same_weights"] else None
    return {
        "problem": None,
        "detail": None,
        "difference": differences[best],
        "training_difference": training,
        "mapping": mapping,
        **more,
    }


def without_answers(problem: str, detail: str = "", **more: Json) -> dict[str, Json]:
    """Return the evidence of a model that gave no answers, or of which none are known."""
    nothing: dict[str, Json] = {"difference": None, "training_difference": None, "mapping": None}
    return {"problem": problem, "detail": detail or None, **nothing, **more}


def question_again(claimed: Claimed, described: Described, *, opaque: bool, equal: bool) -> Question | None:
    """Return what must be asked once more before a model is judged by its answers; None where all is known.

    Args:
        claimed: What the slot claims.
        described: The described network.
        opaque: Whether the model holds own code, which may keep its weights in an order of its own.
        equal: Whether the answers are equal already.

    """
    if claimed.problem is not None or equal or _counted(claimed.weights) != _counted(described.weights):
        return None
    if len(claimed.sizes) != len(described.sizes) or not all(0 < size <= MAX_SIDE for size in claimed.sizes):
        return None
    orders = orders_of(described.weights) if opaque else orders_of(described.weights)[:1]
    if (claimed.sizes, claimed.tokens) == (described.sizes, described.tokens) and len(orders) == 1:
        return None
    return Question(claimed.sizes, min(claimed.tokens, described.tokens), orders)


def orders_of(weights: Sequence[Shape]) -> tuple[Order, ...]:
    """Return the orders in which weights of equal shapes may stand, the natural one first."""
    places: dict[Shape, list[int]] = {}
    for place, shape in enumerate(weights):
        places.setdefault(kind_of_shape(shape), []).append(place)
    orders = []
    for way in itertools.islice(_ways(list(places.values())), MAX_ORDERS):
        order = [0] * len(weights)
        for group, chosen in zip(places.values(), way, strict=True):
            for place, value in zip(group, chosen, strict=True):
                order[place] = value
        orders.append(tuple(order))
    return tuple(orders)


def _ways(groups: Sequence[Sequence[int]]) -> Iterator[tuple[Order, ...]]:
    """Yield the ways to arrange each group, one after the other: of twelve alike there are half a billion."""
    if not groups:
        yield ()
        return
    for first in itertools.permutations(groups[0]):
        for rest in _ways(groups[1:]):
            yield (first, *rest)


def _mapping(claimed: Sequence[Shape], described: Described, order: Order) -> list[list[int]]:
    """Return for each step of the described network which of the student's weights are its own."""
    own: dict[Shape, list[int]] = {}
    for index, shape in enumerate(claimed):
        own.setdefault(kind_of_shape(shape), []).append(index)
    shapes = [kind_of_shape(shape) for shape in described.weights]
    ranks = [shapes[:place].count(shape) for place, shape in enumerate(shapes)]
    flat = iter(own[shapes[place]][ranks[order[place]]] for place in range(len(shapes)))
    return [[next(flat) for _ in step] for step in described.steps]


def _difference(found: NDArray[Any], wanted: NDArray[Any]) -> float:
    """Return the greatest difference of any number, as a share of the number that was wanted.

    Small numbers count by their own size, as far down as rounding allows: what is wrong behind a softmax that has made
    up its mind shows in nothing but the classes that it has ruled out. Of a probability near one the rest counts.
    """
    one, other = (np.nan_to_num(array.astype(np.float64), posinf=LARGEST, neginf=-LARGEST) for array in (found, wanted))
    sizes = np.abs(other)
    if other.size and other.min() >= 0 and other.max() <= 1:
        sizes = np.minimum(sizes, 1 - sizes)
    sizes = np.maximum(sizes, SMALLEST * (float(np.abs(other).max(initial=0.0)) or 1.0))
    apart = float((np.abs(one - other) / sizes).max(initial=0.0))
    return round(min(apart, LARGEST), DIGITS)


def _counted(weights: Sequence[Shape]) -> Counter[Shape]:
    """Count the weights of each shape."""
    return Counter(map(kind_of_shape, weights))


def _sizes(value: Json) -> Shape:
    """Return a claimed shape."""
    if not isinstance(value, list) or len(value) > MAX_AXES:
        raise BadArtifact("probe.json holds no shape where one belongs")
    return tuple(_count(size) for size in value)


def _count(value: Json) -> int:
    """Return a claimed count."""
    if type(value) is not int or not 0 <= value < 2**40:
        raise BadArtifact("probe.json holds no count where one belongs")
    return value
