"""Where a training starts: the initial weights of a run of their own, for the network that was judged and no other."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from grader.behaviour import fault_of_own_code
from grader.canonical import canonical
from grader.contract import Json, RunResult
from grader.description import parse_description
from grader.hostile import BadArtifact, read_array, read_json
from grader.network import Network


class CannotTrain(Exception):
    """There is nothing to start a training from; the message says why."""


@dataclass(frozen=True, slots=True)
class StartingPoint:
    """A network to build and the weights to begin with.

    Attributes:
        network: What the judge builds; each step names its weights by number.
        weights: ``weight.NNN.npy`` -> its bytes, each a readable array.

    """

    network: Network
    weights: Mapping[str, bytes]


def starting_point(facts: Mapping[str, Json], result: RunResult, described: Network | None) -> StartingPoint:
    """Return what a training starts from.

    Args:
        facts: Quick evidence of the model that was judged.
        result: How :func:`grader.runs.weights_run` ended and what it left.
        described: The exercise's network, as which a model of own code is trained.

    Raises:
        CannotTrain: The program does not end, builds another model than was judged, or left no readable weights.

    """
    judged = Network.from_json(facts["network"])
    if result.ending != "finished":
        raise CannotTrain(f"the program ended as {result.ending} when it was run for the training")
    try:
        found = canonical(parse_description(read_json(result.artifacts, "model.json")))
        if found.to_json() != judged.to_json():
            raise CannotTrain("the program built another network when it was run for the training")
        start = _as_described(facts, described) if judged.is_opaque else judged
        names = [f"weight.{index:03d}.npy" for step in start.steps for index in step.weights]
        for name in names:
            read_array(result.artifacts, name)
    except BadArtifact as bad:
        raise CannotTrain(str(bad)[:200]) from bad
    return StartingPoint(start, {name: result.artifacts[name] for name in names})


def _as_described(facts: Mapping[str, Json], described: Network | None) -> Network:
    """Return the described network with the weights of a model of own code that behaves as it does.

    Raises:
        CannotTrain: It does not.

    """
    fault = fault_of_own_code(facts)
    if described is None or fault is not None:
        raise CannotTrain("code of its own cannot be rebuilt" if fault is None else fault.message.en)
    mapping = facts["behaviour"]["mapping"]
    steps = tuple(replace(step, weights=tuple(weights)) for step, weights in zip(described.steps, mapping, strict=True))
    return replace(described, steps=steps)
