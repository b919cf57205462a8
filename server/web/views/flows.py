"""The arrows of a network's diagram: what leaves each layer.

On the arrows stand the shape that leaves each layer and its parameters; where the described network has other ones,
they stand beside them. Shapes of the student's are left out where its layers are no chain, or where their parameters do
not add up to what was counted: then the reckoning does not fit the network.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from server.web.views.shapes import Shape, along
from server.web.views.words import number, shape

#: Differences that say that the layers are no chain, or begin with another shape than the described one.
_NO_CHAIN = frozenset({"outputs", "branches", "input_shape", "unused"})


@dataclass(frozen=True, slots=True)
class Flow:
    """What stands on the arrow below a layer; empty texts where nobody can tell.

    Attributes:
        shape: The shape that leaves it.
        parameters: How many it has; None where nobody can tell.
        wanted_shape: The shape that should leave it, where that is another one.
        wanted_parameters: How many it should have, where that is another number.

    """

    shape: str = ""
    parameters: int | None = None
    wanted_shape: str = ""
    wanted_parameters: str = ""


#: An arrow of which nobody can tell anything.
NO_FLOW = Flow()


def flows_of(finding: Mapping[str, Any], counted: int | None) -> list[Flow]:
    """Return what stands on each arrow.

    Args:
        finding: What the check of the layers says.
        counted: How many parameters the student's network has, if that was counted.

    """
    found, wanted = finding["actual"], finding["expected"]
    begin: Shape = tuple(wanted["input_shape"])
    should = along(wanted["network"], begin)
    have = along(found["network"], begin)
    is_chain = not any(one["kind"] in _NO_CHAIN for one in found["differences"])
    sums_up = counted is None or counted == sum(parameters or 0 for _, parameters in have)
    if not (is_chain and sums_up):
        have = [(None, None)] * len(have)
    flows = []
    wanted_shape: Shape | None = begin
    found_shape: Shape | None = begin
    for want, own in found["alignment"]:
        wanted_parameters: int | None = None
        found_parameters: int | None = None
        if want is not None:
            wanted_shape, wanted_parameters = should[want]
        if own is not None:
            found_shape, found_parameters = have[own]
        flows.append(_flow(found_shape, found_parameters, wanted_shape, wanted_parameters))
    return flows


def _flow(have: Shape | None, parameters: int | None, should: Shape | None, asked: int | None) -> Flow:
    """Return one arrow; what is wanted is named only beside something else."""
    return Flow(
        shape="" if have is None else shape(have),
        parameters=parameters,
        wanted_shape=shape(should) if have is not None and should is not None and have != should else "",
        wanted_parameters=number(asked) if None not in {parameters, asked} and asked != parameters and asked else "",
    )
