"""A network in canonical form: what remains of a model when its style is taken away."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from grader.contract import Json

INPUT = -1  #: where a step reads from when it reads the network's input


@dataclass(frozen=True, slots=True)
class Step:
    """One layer.

    Attributes:
        layer: Class in Keras' own words.
        arguments: What it was told, defaults left out, its activation included.
        inputs: Numbers of the steps it reads from; ``INPUT`` is the network's input, -2 a second one.
        weights: Numbers of its weights in the description.

    """

    layer: str
    arguments: Mapping[str, Json]
    inputs: tuple[int, ...] = (INPUT,)
    weights: tuple[int, ...] = ()

    def same_layer(self, other: "Step") -> bool:
        """Tell whether both are the same layer, wherever they stand."""
        return self.layer == other.layer and self.arguments == other.arguments


@dataclass(frozen=True, slots=True)
class Network:
    """A canonical network.

    Attributes:
        steps: In the order in which data passes through them.
        outputs: Numbers of the steps that are outputs.
        input_shapes: Batch axis first; open sizes are None.
        unused_weights: How many weights belong to no step.

    """

    steps: tuple[Step, ...]
    outputs: tuple[int, ...]
    input_shapes: tuple[tuple[int | None, ...], ...] = ()
    unused_weights: int = 0

    @property
    def is_chain(self) -> bool:
        """Whether every step reads the one before it, and the last one is the only output."""
        straight = all(step.inputs == (number - 1,) for number, step in enumerate(self.steps))
        return straight and self.outputs == (len(self.steps) - 1,)

    def to_json(self) -> dict[str, Json]:
        """Return the network as evidence."""
        return {
            "steps": [
                {
                    "layer": step.layer,
                    "arguments": dict(step.arguments),
                    "inputs": list(step.inputs),
                    "weights": list(step.weights),
                }
                for step in self.steps
            ],
            "outputs": list(self.outputs),
            "input_shapes": [list(shape) for shape in self.input_shapes],
            "unused_weights": self.unused_weights,
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Json]) -> Self:
        """Return the network in evidence that :meth:`to_json` made."""
        return cls(
            steps=tuple(
                Step(step["layer"], step["arguments"], tuple(step["inputs"]), tuple(step["weights"]))
                for step in value["steps"]
            ),
            outputs=tuple(value["outputs"]),
            input_shapes=tuple(tuple(shape) for shape in value["input_shapes"]),
            unused_weights=value["unused_weights"],
        )
