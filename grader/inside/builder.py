"""Build a Keras model from a canonical graph, and from nothing else: classes, arguments and sizes are allow-listed.

The graph comes from what a student's process claimed. So no configuration of that process is ever handed to Keras:
each step names a class of the table below, arguments of that class' own list, and numbers within bounds.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from .kinds import Layer, Tensor, Value

MAX_STEPS = 64
MAX_PARAMETERS = 7_000_000
MAX_SIZE = 8192

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

ACTIVATIONS = ("linear", "relu", "softmax", "sigmoid", "tanh", "elu", "selu", "gelu", "silu", "softplus", "leaky_relu")


class CannotBuild(Exception):
    """The graph holds something that is not on the list; the message says what."""


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
    budget = MAX_PARAMETERS
    for number, step in enumerate(steps):
        sources = [_source(tensors, place, number) for place in step["inputs"]]
        layer = _layer(step["layer"], step["arguments"])
        budget -= _parameters(step["layer"], step["arguments"], sources[0].shape)
        if budget < 0:
            raise CannotBuild("too many parameters")
        try:
            tensors.append(layer(sources if len(sources) > 1 else sources[0]))
        except ValueError as error:
            raise CannotBuild(f"step {number + 1}, {step['layer']}: {str(error)[:200]}") from error
        layers.append(layer)
    return keras.Model(tensors[0], tensors[-1]), layers


def _source(tensors: list[Any], place: int, number: int) -> Tensor:
    """Return the tensor a step reads; -1 is the model's input."""
    if not isinstance(place, int) or not -1 <= place < number:
        raise CannotBuild(f"step {number + 1} reads from step {place}")
    return tensors[place + 1]


def _layer(name: str, arguments: Mapping[str, Any]) -> Layer:
    """Make one layer."""
    import keras

    if name not in ALLOWED:
        raise CannotBuild(f"layer {name}")
    given = {}
    for key, value in arguments.items():
        if key not in ALLOWED[name]:
            raise CannotBuild(f"{name}({key}=...)")
        given[key] = _argument(key, value)
    try:
        return getattr(keras.layers, name)(**given)
    except (TypeError, ValueError) as error:
        raise CannotBuild(f"{name}: {str(error)[:200]}") from error


def _argument(key: str, value: Value) -> Value:
    """Return an argument if it is a word of ours, a truth value or a number within bounds."""
    if key in {"activation", "recurrent_activation"}:
        if value not in ACTIVATIONS:
            raise CannotBuild(f"activation {value!r:.60}")
        return value
    if isinstance(value, bool) or (key == "padding" and value in {"valid", "same"}):
        return value
    if isinstance(value, list) and len(value) <= 3:  # noqa: PLR2004 - at most three dimensions
        return tuple(_argument(key, item) for item in value)
    if isinstance(value, (int, float)) and math.isfinite(value) and abs(value) <= MAX_SIZE:
        return value
    raise CannotBuild(f"{key}={value!r:.60}")


def _parameters(name: str, arguments: Mapping[str, Any], shape: Sequence[int | None]) -> int:
    """Estimate a step's parameters from above, before Keras allocates them."""
    channels = shape[-1] or 1
    units = arguments.get("units", 0)
    if name in {"Conv1D", "Conv2D"}:
        kernel = arguments.get("kernel_size", 1)
        window = math.prod(kernel) if isinstance(kernel, list) else kernel ** (len(shape) - 2)
        return int((window * channels + 1) * arguments.get("filters", 1))
    if name == "Dense":
        return int((channels + 1) * units)
    if name == "Embedding":
        return int(arguments.get("input_dim", 0) * arguments.get("output_dim", 0))
    if name in {"SimpleRNN", "LSTM", "GRU"}:
        return int(4 * (channels + units + 2) * units)
    return int(4 * channels)
