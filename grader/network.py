"""A network in canonical form: what remains of a model when its style is taken away."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

from grader.contract import Json

INPUT = -1  #: where a step reads from when it reads the network's input

OWN_CODE = "own code: "  #: how the name of a step begins that Keras does not have
OPERATION = "keras.ops "  #: how the name of a step begins that is an operation no layer stands for


@dataclass(frozen=True, slots=True)
class Step:
    """One layer.

    Attributes:
        layer: Class in Keras' own words.
        arguments: What it was told, defaults left out, its activation included.
        inputs: Numbers of the steps it reads from; ``INPUT`` is the network's input, -2 a second one.
        weights: Numbers of its weights in the description.
        places: Where it stands in the student's own program, counted from 1: the layer, then the activation where that
            is a layer of its own; empty for an expected network.
        traits: What an author may ask for and nothing else looks at: a name, initialisers other than Keras' own; of an
            operation the student's class in which it stands.

    """

    layer: str
    arguments: Mapping[str, Json]
    inputs: tuple[int, ...] = (INPUT,)
    weights: tuple[int, ...] = ()
    places: tuple[int, ...] = ()
    traits: Mapping[str, Json] = field(default_factory=dict)

    @property
    def is_opaque(self) -> bool:
        """Whether this is code that cannot be read as a layer."""
        return self.layer.startswith((OWN_CODE, OPERATION))

    def same_layer(self, other: "Step") -> bool:
        """Tell whether both are the same layer, wherever they stand."""
        return self.layer == other.layer and self.arguments == other.arguments

    def to_json(self) -> dict[str, Json]:
        """Return the step as evidence."""
        plain: dict[str, Json] = {
            "layer": self.layer,
            "arguments": dict(self.arguments),
            "inputs": list(self.inputs),
            "weights": list(self.weights),
            "places": list(self.places),
        }
        return {**plain, "traits": dict(self.traits)} if self.traits else plain

    @classmethod
    def from_json(cls, value: Mapping[str, Json]) -> Self:
        """Return the step in evidence; what older evidence lacks is empty."""
        return cls(
            layer=value["layer"],
            arguments=value["arguments"],
            inputs=tuple(value["inputs"]),
            weights=tuple(value["weights"]),
            places=tuple(value.get("places", ())),
            traits=value.get("traits", {}),
        )


@dataclass(frozen=True, slots=True)
class Remark:
    """Something that the canonical form took away and that an author may count all the same.

    Attributes:
        kind: Which switch of a policy counts it.
        place: Where it stands in the student's own program, counted from 1.
        layer: Its class.

    """

    kind: str
    place: int
    layer: str


@dataclass(frozen=True, slots=True)
class Network:
    """A canonical network.

    Attributes:
        steps: In the order in which data passes through them.
        outputs: Numbers of the steps that are outputs.
        input_shapes: Batch axis first; open sizes are None.
        unused_weights: How many weights belong to no step.
        remarks: What was taken away on the way to this form.

    """

    steps: tuple[Step, ...]
    outputs: tuple[int, ...]
    input_shapes: tuple[tuple[int | None, ...], ...] = ()
    unused_weights: int = 0
    remarks: tuple[Remark, ...] = ()

    @property
    def is_chain(self) -> bool:
        """Whether every step reads the one before it, and the last one is the only output."""
        straight = all(step.inputs == (number - 1,) for number, step in enumerate(self.steps))
        return straight and self.outputs == (len(self.steps) - 1,)

    @property
    def is_opaque(self) -> bool:
        """Whether some of it is code that cannot be read as layers."""
        return any(step.is_opaque for step in self.steps)

    @property
    def own_code(self) -> tuple[str, ...]:
        """What cannot be read, each once: the student's own classes, and operations that stand in none of them."""
        unread = (step for step in self.steps if step.is_opaque)
        return tuple(dict.fromkeys(str(step.traits.get("owner", step.layer.removeprefix(OWN_CODE))) for step in unread))

    def to_json(self) -> dict[str, Json]:
        """Return the network as evidence."""
        return {
            "steps": [step.to_json() for step in self.steps],
            "outputs": list(self.outputs),
            "input_shapes": [list(shape) for shape in self.input_shapes],
            "unused_weights": self.unused_weights,
            "remarks": [[remark.kind, remark.place, remark.layer] for remark in self.remarks],
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Json]) -> Self:
        """Return the network in evidence that :meth:`to_json` made."""
        return cls(
            steps=tuple(Step.from_json(step) for step in value["steps"]),
            outputs=tuple(value["outputs"]),
            input_shapes=tuple(tuple(shape) for shape in value["input_shapes"]),
            unused_weights=value["unused_weights"],
            remarks=tuple(Remark(kind, place, layer) for kind, place, layer in value.get("remarks", ())),
        )
