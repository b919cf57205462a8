"""Let the described network answer the batches that students' models are asked about."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from . import pins
from .answers import (
    Floats,
    NoAnswer,
    Numbers,
    answer,
    assign,
    further_losses,
    make_batch,
    seeded_values,
    sizes_for,
    vocabulary_of,
)
from .builder import CannotBuild, build_graph
from .kinds import Model
from .outbox import Outbox

MAX_NUMBERS = 32  #: of one run
MAX_ORDERS = 32


def judge_behaviour(arguments: Mapping[str, Any]) -> None:
    """Write ``behaviour.json``, ``outputs.npy`` and, where they differ from those, ``training_outputs.npy``.

    Each array has one entry for each number and, within it, one for each order of the weights.

    Args:
        arguments: ``graph`` (of the described network), ``input_shape``, ``input_dtype``, ``row`` (its sizes),
            ``vocabulary``, ``numbers`` (from which weights and batches are made) and ``pins``; besides, to ask as a
            student's model was asked, ``sizes`` of a row, ``tokens``, and ``orders``: for each weight which of the
            seeded values it is given.

    """
    outbox = Outbox()
    pins.prepare(arguments)
    pins.seed(arguments)
    try:
        report, arrays = _answered(arguments)
    except (CannotBuild, NoAnswer) as problem:
        report, arrays = {"problem": "no_reference", "detail": str(problem)[:300]}, {}
    except Exception as problem:
        if "sizes" not in arguments:
            raise
        # A row of the student's sizes does not fit through the described network.
        report, arrays = {"problem": "other_input", "detail": str(problem)[:300]}, {}
    for name, array in arrays.items():
        outbox.write_array(name, array)
    outbox.write_json("behaviour.json", report)


def _answered(arguments: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Floats]]:
    """Return the report and the arrays."""
    dtype = arguments["input_dtype"]
    model, layers = build_graph(arguments["graph"], arguments["input_shape"], dtype)
    sizes = sizes_for(arguments.get("sizes") or arguments["row"])
    tokens = arguments.get("tokens") or (vocabulary_of(layers, arguments["vocabulary"]) if dtype == "int32" else 0)
    weights = [weight for layer in layers for weight in layer.weights]
    orders = arguments.get("orders") or [list(range(len(weights)))]
    kind = _kind_of_training(model, make_batch(0, sizes, dtype, tokens))
    in_use, in_training = [], []
    for number in arguments["numbers"][:MAX_NUMBERS]:
        batch = make_batch(number, sizes, dtype, tokens)
        values = seeded_values(number, [weight.shape for weight in weights], dtype)
        for order in orders[:MAX_ORDERS]:
            assign(weights, [values[place].reshape(one.shape) for place, one in zip(order, weights, strict=True)])
            in_use.append(answer(model, batch, training=False))
            if kind == "own":
                in_training.append(answer(model, batch, training=True))
    report = {
        "problem": None,
        "sizes": list(sizes),
        "tokens": tokens,
        "steps": [[list(weight.shape) for weight in layer.weights] for layer in layers],
        "losses": further_losses(model),
        "frozen": sum(not weight.trainable for weight in weights),
        "training": kind,
    }
    arrays = {"outputs.npy": _stacked(in_use, arguments, orders)}
    if in_training:
        arrays["training_outputs.npy"] = _stacked(in_training, arguments, orders)
    return report, arrays


def _kind_of_training(model: Model, batch: Numbers) -> str:
    """Say how the network answers in training: the same as in use, in its own way, or at random."""
    in_use, once, again = (answer(model, batch, training=training) for training in (False, True, True))
    if np.array_equal(in_use, once):
        return "same"
    return "own" if np.array_equal(once, again) else "random"


def _stacked(answers: Sequence[Floats], arguments: Mapping[str, Any], orders: Sequence[Sequence[int]]) -> Floats:
    """Return all answers as one array, by number and order."""
    shape = (len(arguments["numbers"][:MAX_NUMBERS]), len(orders[:MAX_ORDERS]), *answers[0].shape)
    return np.stack(answers).reshape(shape)
