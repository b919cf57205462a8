"""Build a Keras model from a canonical graph, and from nothing else: classes, arguments and sizes are allow-listed.

The graph comes from what a student's process claimed. So no configuration of that process is ever handed to Keras:
each step names a class of the table below and arguments of that class' own list, each of its own kind and within its
bounds (:mod:`.bounds`). Weights are counted before Keras allocates them, and every step's output before the next one
is built on it.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from .bounds import CannotBuild, argument
from .kinds import Layer, Tensor, Value

__all__ = ["CannotBuild", "build_graph"]

MAX_STEPS = 64
MAX_SOURCES = 16  #: of one step
MAX_PARAMETERS = 7_000_000
MAX_OUTPUTS = 2_000_000  #: numbers that all steps together compute for one row

CONVOLUTION = ("filters", "kernel_size", "strides", "padding", "dilation_rate", "groups", "use_bias", "activation")
POOLING = ("pool_size", "strides", "padding")
RECURRENT = ("units", "activation", "use_bias", "return_sequences", "go_backwards", "dropout", "recurrent_dropout")
GATED = (*RECURRENT, "recurrent_activation")

#: Class -> the arguments it may be given.
ALLOWED: dict[str, tuple[str, ...]] = {
    "Conv1D": CONVOLUTION,
    "Conv2D": CONVOLUTION,
    "MaxPooling1D": POOLING,
    "MaxPooling2D": POOLING,
    "AveragePooling1D": POOLING,
    "AveragePooling2D": POOLING,
    "GlobalAveragePooling1D": (),
    "GlobalAveragePooling2D": (),
    "GlobalMaxPooling1D": (),
    "GlobalMaxPooling2D": (),
    "Flatten": (),
    "Dropout": ("rate",),
    "BatchNormalization": ("axis", "momentum", "epsilon", "center", "scale"),
    "Activation": ("activation",),
    "Dense": ("units", "activation", "use_bias"),
    "Embedding": ("input_dim", "output_dim", "mask_zero"),
    "SimpleRNN": RECURRENT,
    "LSTM": GATED,
    "GRU": (*GATED, "reset_after"),
    "Add": (),
    "Concatenate": ("axis",),
}


def build_graph(graph: Mapping[str, Any], input_shape: Sequence[int | None], dtype: str) -> tuple[Any, list[Any]]:
    """Build the model of a canonical graph.

    Args:
        graph: ``steps``, each with ``layer``, ``arguments`` and ``inputs`` (-1 is the model's input, else a step).
        input_shape: Without the batch axis.
        dtype: The inputs' type.

    Returns:
        The model, and for each step its layer.

    Raises:
        CannotBuild: Something is not on the allow-list, out of bounds or does not fit.

    """
    import keras

    steps = graph["steps"]
    if not 0 < len(steps) <= MAX_STEPS:
        raise CannotBuild(f"{len(steps)} steps")
    tensors = [keras.Input(shape=tuple(input_shape), dtype=dtype)]
    layers = []
    parameters, outputs = MAX_PARAMETERS, MAX_OUTPUTS
    for number, step in enumerate(steps):
        sources = _sources(tensors, step["inputs"], number)
        name, given = step["layer"], _arguments(step["layer"], step["arguments"])
        parameters -= _parameters(name, given, [source.shape for source in sources])
        if parameters < 0:
            raise CannotBuild("too many parameters")
        layer, tensor = _built(number, name, given, sources)
        outputs -= math.prod(size or 1 for size in tensor.shape[1:])
        if outputs < 0:
            raise CannotBuild("too many numbers to compute")
        layers.append(layer)
        tensors.append(tensor)
    return keras.Model(tensors[0], tensors[-1]), layers


def _sources(tensors: list[Any], places: Value, number: int) -> list[Tensor]:
    """Return the tensors a step reads; -1 is the model's input."""
    if not isinstance(places, list) or not 0 < len(places) <= MAX_SOURCES:
        raise CannotBuild(f"step {number + 1} reads from {places!r:.60}")
    for place in places:
        if type(place) is not int or not -1 <= place < number:
            raise CannotBuild(f"step {number + 1} reads from step {place!r:.60}")
    return [tensors[place + 1] for place in places]


def _arguments(name: Value, arguments: Value) -> dict[str, Any]:
    """Return a step's arguments, each of them allowed for its class and within bounds."""
    if not isinstance(name, str) or name not in ALLOWED:
        raise CannotBuild(f"layer {name!r:.60}")
    if not isinstance(arguments, Mapping):
        raise CannotBuild(f"{name}({arguments!r:.60})")
    unknown = [key for key in arguments if key not in ALLOWED[name]]
    if unknown:
        raise CannotBuild(f"{name}({unknown[0]!r:.60}=...)")
    return {key: argument(key, value) for key, value in arguments.items()}


def _built(number: int, name: str, given: Mapping[str, Any], sources: list[Tensor]) -> tuple[Layer, Tensor]:
    """Make one layer and apply it; whatever Keras says against it, the graph does not fit."""
    import keras

    try:
        layer = getattr(keras.layers, name)(**given)
        return layer, layer(sources if len(sources) > 1 else sources[0])
    except Exception as error:
        raise CannotBuild(f"step {number + 1}, {name}: {str(error)[:200]}") from error


def _parameters(name: str, given: Mapping[str, Any], shapes: Sequence[Sequence[int | None]]) -> int:
    """Estimate a step's parameters from above, before Keras allocates them."""
    largest = max(size or 1 for shape in shapes for size in shape)
    units: int = given.get("units", 0)
    if name in {"Conv1D", "Conv2D"}:
        kernel = given.get("kernel_size", 1)
        window = math.prod(kernel) if isinstance(kernel, tuple) else kernel ** (len(shapes[0]) - 2)
        return int((window * largest + 1) * given.get("filters", 1))
    if name == "Dense":
        return (largest + 1) * units
    if name == "Embedding":
        return int(given.get("input_dim", 0) * given.get("output_dim", 0))
    if name in {"SimpleRNN", "LSTM", "GRU"}:
        return 4 * (largest + units + 2) * units
    return 4 * largest
