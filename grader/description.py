"""The plain description of a model that ``grader/inside/describe.py`` writes, validated as the hostile data it is."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictInt, ValidationError, model_validator

from grader.contract import Json
from grader.hostile import BadArtifact

Name = Annotated[str, Field(max_length=120)]
Index = Annotated[StrictInt, Field(ge=0, lt=1000)]
Size = Annotated[StrictInt, Field(ge=0, lt=2**40)]
Shape = Annotated[list[Size | None], Field(max_length=8)]


class Loose(BaseModel):
    """What every part shares: keys of a newer inside are ignored, values never change."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class Cell(Loose):
    """The cell of a generic recurrent layer."""

    class_: Name = Field(alias="class")
    builtin: StrictBool
    config: dict[str, Any] = {}


class Like(Loose):
    """The built-in layer whose values an opaque piece of code gave."""

    class_: Name = Field(alias="class")
    config: dict[str, Any] = {}


class Node(Loose):
    """One node of a described graph; ``inputs`` are indices of earlier nodes, ``shape`` is its output's.

    ``owner`` is the student's own class in which an operation stands.
    """

    class_: Name = Field(alias="class")
    kind: Literal["input", "layer", "op", "opaque"]
    builtin: StrictBool
    config: dict[str, Any] = {}
    inputs: Annotated[list[Index], Field(max_length=64)]
    shape: Shape | None = None
    layer: Index = 0
    arguments: dict[str, Any] = {}
    trainable: StrictBool = True
    weights: Annotated[list[Index], Field(max_length=64)] = []
    cell: Cell | None = None
    like: Like | None = None
    owner: Name | None = None


class Weight(Loose):
    """One weight: its shape and whether training changes it."""

    shape: Annotated[list[Size], Field(max_length=8)]
    trainable: StrictBool


class Description(Loose):
    """A described model."""

    style: Literal["sequential", "functional", "subclassed"]
    nodes: Annotated[list[Node], Field(max_length=300)]
    outputs: Annotated[list[Index], Field(min_length=1, max_length=64)]
    weights: Annotated[list[Weight], Field(max_length=1000)]
    notes: Annotated[list[Annotated[str, Field(max_length=200)]], Field(max_length=50)] = []

    @model_validator(mode="after")
    def _indices_exist(self) -> "Description":
        """Every index points somewhere, and inputs point backwards."""
        for number, node in enumerate(self.nodes):
            if any(place >= number for place in node.inputs):
                raise ValueError(f"node {number} reads from a later one")
            if any(place >= len(self.weights) for place in node.weights):
                raise ValueError(f"node {number} names a weight that does not exist")
        if any(place >= len(self.nodes) for place in self.outputs):
            raise ValueError("an output does not exist")
        return self


def parse_description(value: Json) -> Description:
    """Return the description in a JSON value.

    Raises:
        BadArtifact: It is not one.

    """
    try:
        return Description.model_validate(value)
    except (ValidationError, RecursionError) as error:
        raise BadArtifact("model.json is not the description of a model") from error
