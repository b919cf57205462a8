"""A graph that may still be rewritten: nodes by number, with the few moves that the rules of equality need."""

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from grader.contract import Json
from grader.network import Remark

Sizes = tuple[int | None, ...]

MAX_REMARKS = 40


@dataclass(slots=True)
class Part:
    """One node while it is being rewritten.

    ``shape`` is its output's, batch axis first, where it is known; ``places`` and ``traits`` are those of the step that
    it becomes.
    """

    layer: str
    arguments: dict[str, Json]
    inputs: list[int]
    weights: tuple[int, ...] = ()
    shape: Sizes | None = None
    places: tuple[int, ...] = ()
    traits: Mapping[str, Json] = field(default_factory=dict)


@dataclass(slots=True)
class Draft:
    """Parts by number, in topological order, the numbers of the outputs, and what was taken away."""

    parts: dict[int, Part] = field(default_factory=dict)
    outputs: list[int] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)

    def add(self, part: Part) -> int:
        """Add a part behind the ones it reads; returns its number."""
        number = len(self.parts)
        self.parts[number] = part
        return number

    def reads(self) -> Counter[int]:
        """Count how often each part's output is read, outputs of the network included; swapping changes no count."""
        return Counter(self.outputs) + Counter(place for part in self.parts.values() for place in part.inputs)

    def feeding(self, part: Part) -> Part | None:
        """Return the part that a part with one input reads."""
        return self.parts[part.inputs[0]] if len(part.inputs) == 1 else None

    def remark(self, kind: str, part: Part) -> None:
        """Write down that a part is taken away or moved; no more than anybody would read."""
        if len(self.remarks) < MAX_REMARKS:
            self.remarks.append(Remark(kind, part.places[0] if part.places else 0, part.layer))

    def prune(self) -> None:
        """Take out what no output needs: further results that nobody reads."""
        needed: set[int] = set()
        waiting = list(self.outputs)
        while waiting:
            number = waiting.pop()
            if number not in needed:
                needed.add(number)
                waiting.extend(self.parts[number].inputs)
        self.parts = {number: part for number, part in self.parts.items() if number in needed or part.layer == "Input"}

    def drop(self, number: int) -> None:
        """Take out a part that hands its only input on unchanged."""
        (source,) = self.parts.pop(number).inputs
        for part in self.parts.values():
            if number in part.inputs:
                part.inputs = [source if place == number else place for place in part.inputs]
        self.outputs = [source if place == number else place for place in self.outputs]

    def swap_with_input(self, number: int) -> None:
        """Let a part and the one it reads change places; the second must be read by the first alone."""
        later = self.parts[number]
        earlier = self.parts[later.inputs[0]]
        before = self.feeding(earlier)
        later.layer, earlier.layer = earlier.layer, later.layer
        later.arguments, earlier.arguments = earlier.arguments, later.arguments
        later.weights, earlier.weights = earlier.weights, later.weights
        later.places, earlier.places = earlier.places, later.places
        later.traits, earlier.traits = earlier.traits, later.traits
        # What stands later rearranged the numbers; what stands earlier now leaves them where they are.
        later.shape = earlier.shape
        earlier.shape = before.shape if before else None


def rank(shape: Sizes | None) -> int | None:
    """Return the number of axes, batch included."""
    return None if shape is None else len(shape)


def keeps_all_numbers(before: Sizes | None, after: Sizes | None) -> bool:
    """Tell whether a reshape from ``before`` to ``after`` leaves each row's numbers in its row."""
    if before is None or after is None:
        return True
    inner, outer = before[1:], after[1:]
    if None in inner or None in outer:
        return True
    return math.prod(size or 0 for size in inner) == math.prod(size or 0 for size in outer)
