"""Call the student's ``build_model`` and write down the model it returns: its graph and its initial weights."""

from collections.abc import Mapping
from contextlib import nullcontext
from typing import Any

from . import pins
from .cheap_weights import cheap_initial_weights
from .describe import ModelReader, TooManyLayers, weight_values
from .keras2 import understand_keras2
from .kinds import Model
from .loading import MissingFunction, find_function, load_student
from .outbox import Outbox
from .plain import plain, type_name
from .probe import probe

MAX_WEIGHTS = 200
MAX_NUMBERS = 7_000_000  #: 28 MB of float32


def capture_model(arguments: Mapping[str, Any]) -> None:
    """Write ``model.json`` and, where asked for, ``weight.NNN.npy``.

    Args:
        arguments: ``function``, ``input_shape`` (without batch axis), ``input_dtype``, ``weights`` (whether the
            initial weights are wanted), ``row`` (the sizes of the exercise's rows, open where it has none),
            ``compat`` and ``pins``; with ``probe``, a number, the model is asked what it answers as well
            (:mod:`.probe`).

    """
    outbox = Outbox()
    pins.prepare(arguments)
    notes = understand_keras2() if arguments.get("compat") == "keras2" else []
    pins.seed(arguments)
    with nullcontext() if arguments.get("weights", True) else cheap_initial_weights():
        _capture(outbox, arguments, notes)


def _capture(outbox: Outbox, arguments: Mapping[str, Any], notes: list[str]) -> None:
    """Run the student's program and write down the model; ``notes`` grow while it runs."""
    module = load_student(outbox)
    try:
        function = find_function(module, arguments["function"])
    except MissingFunction:
        outbox.write_json("model.json", {"problem": "missing_function"})
        return
    model = function()
    problem = _problem_of(model)
    if problem is not None:
        outbox.write_json("model.json", problem)
        return
    description, variables = _described(model, arguments)
    description.setdefault("notes", []).extend(notes)
    if arguments.get("weights", True):
        _write_weights(outbox, description, variables)
    outbox.write_json("model.json", description)
    if "probe" in arguments and "problem" not in description:
        probe(outbox, model, description, variables, arguments)


def _problem_of(model: object) -> dict[str, Any] | None:
    """Say why a returned value is no model, or None if it is one."""
    import keras

    if model is None:
        return {"problem": "returned_none"}
    if not isinstance(model, keras.Model):
        return {"problem": "not_a_model", "found": type_name(model)}
    return None


def _described(model: Model, arguments: Mapping[str, Any]) -> tuple[dict[str, Any], list[Any]]:
    """Return the description and the weights' variables, or a problem where the model cannot be built or followed."""
    reader = ModelReader()
    try:
        shapes = [arguments["input_shape"], arguments.get("row", arguments["input_shape"])]
        return reader.read(model, shapes, arguments["input_dtype"]), reader.variables
    except TooManyLayers:
        return {"problem": "too_many_layers"}, []
    except Exception as error:
        built = bool(getattr(model, "built", False)) and bool(model.weights)
        problem = "not_traceable" if built else "not_buildable"
        return {"problem": problem, "found": type_name(error), "detail": plain(str(error))}, []


def _write_weights(outbox: Outbox, description: dict[str, Any], variables: list[Any]) -> None:
    """Write each weight as one array, unless they are more than any exercise needs."""
    values = weight_values(variables) if len(variables) <= MAX_WEIGHTS else []
    if len(values) < len(variables) or sum(value.size for value in values) > MAX_NUMBERS:
        description["notes"].append("weights_too_large")
        return
    for index, value in enumerate(values):
        outbox.write_array(f"weight.{index:03d}.npy", value)
