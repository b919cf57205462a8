"""One way in which a network differs from the expected one, and the words for the layers in it."""

from dataclasses import dataclass
from typing import Literal

from grader.contract import Json
from grader.network import Step

Kind = Literal[
    "changed", "replaced", "missing", "extra", "moved", "swapped", "counted", "uncounted",
    "input_shape", "batch_size", "outputs", "branches", "unused",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Difference:
    """One way in which a network differs from the expected one.

    Attributes:
        kind: What is the matter.
        step: Where, counted from 1 in the student's canonical network; for ``missing`` the step before it.
        place: The same, counted as in the student's own program.
        layer: The layer there (for ``missing`` the missing one).
        after: For ``missing``, ``extra`` and ``moved``: the layer behind which it should stand, or stands; empty at the
            start. For ``swapped`` the second of the two.
        after_place: Where that one stands in the student's own program. For the ``changed`` activation of a layer that
            stands before it: where that layer stands.
        argument: For ``changed``: which argument; for ``counted``: which switch counts it.
        expected: For ``changed`` the value, for ``replaced`` the layer, or the name of an activation.
        found: Likewise.

    """

    kind: Kind
    step: int = 0
    place: int = 0
    layer: str = ""
    after: str = ""
    after_place: int = 0
    argument: str = ""
    expected: Json = None
    found: Json = None


def short(step: Step) -> str:
    """Return a layer in a word, with the size by which a student knows it: ``Conv2D(64)``."""
    sizes = [step.arguments[key] for key in ("filters", "units", "input_dim", "output_dim") if key in step.arguments]
    if step.layer == "Activation":
        sizes = [step.arguments.get("activation")]
    return f"{step.layer}({', '.join(str(size)[:40] for size in sizes)})" if sizes else step.layer


def place_of(step: Step | None) -> int:
    """Return where a step stands in the student's own program; 0 before the first."""
    return step.places[0] if step is not None and step.places else 0


def words_of(step: Step) -> Json:
    """Return a layer as plain data."""
    return {"layer": step.layer, **step.arguments}
