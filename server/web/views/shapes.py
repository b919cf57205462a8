"""What shape leaves a layer and how many parameters it has, for the arrows of a diagram; None where nobody can tell.

Layers come as findings keep them: Keras' own class names, defaults left out, no batch axis in shapes.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

Shape = tuple[int | None, ...]
Layer = Mapping[str, Any]
After = tuple[Shape | None, int | None]

#: Layers that change no shape and have no parameters.
_PASSING = frozenset(
    {"Activation", "Dropout", "SpatialDropout1D", "SpatialDropout2D", "GaussianNoise", "GaussianDropout", "ReLU"}
    | {"AlphaDropout", "Identity", "Rescaling", "Softmax", "LeakyReLU", "ELU"}
)
_GATES = {"SimpleRNN": 1, "LSTM": 4, "GRU": 3}
_PER_CHANNEL = {"BatchNormalization": 4, "LayerNormalization": 2}


def after(layer: Layer, shape: Shape | None) -> After:
    """Return the shape that leaves a layer and the number of its parameters.

    Args:
        layer: ``{"layer": class, argument: value, ...}``.
        shape: What enters it.

    """
    try:
        return (None, None) if shape is None else _after(layer, shape)
    except (KeyError, IndexError, TypeError, ValueError, ZeroDivisionError):
        return None, None  # an argument that Keras would refuse, or one that is not known here


def along(layers: Sequence[Layer], shape: Shape) -> list[After]:
    """Return what :func:`after` says of each layer of a chain that begins with ``shape``."""
    found = []
    entering: Shape | None = shape
    for layer in layers:
        entering, parameters = after(layer, entering)
        found.append((entering, parameters))
    return found


def _after(layer: Layer, shape: Shape) -> After:
    """Return the same for a shape that is known."""
    kind: str = layer["layer"]
    if kind in _PASSING:
        return shape, 0
    if kind.startswith("Global"):
        return ((*(1 for _ in shape[:-1]), shape[-1]) if layer.get("keepdims") else (shape[-1],)), 0
    if kind.startswith(("MaxPooling", "AveragePooling")):
        return _pooled(layer, shape)
    rule = _RULES.get(kind)
    return (None, None) if rule is None else rule(layer, shape)


def _normalised(layer: Layer, shape: Shape) -> After:
    """Return the same for a normalisation, which keeps numbers for each channel."""
    channels = shape[-1]
    return shape, None if channels is None else _PER_CHANNEL[layer["layer"]] * channels


def _flattened(_layer: Layer, shape: Shape) -> After:
    """Return the same for a layer that puts everything in one row."""
    return (None if None in shape else math.prod(size or 0 for size in shape),), 0


def _dense(layer: Layer, shape: Shape) -> After:
    """Return the same for a fully connected layer."""
    return (*shape[:-1], layer["units"]), _weights(layer, shape[-1], layer["units"])


def _embedded(layer: Layer, shape: Shape) -> After:
    """Return the same for a table of vectors."""
    return (*shape, layer["output_dim"]), layer["input_dim"] * layer["output_dim"]


def _reshaped(layer: Layer, _shape: Shape) -> After:
    """Return the same for a layer that says what shape it makes."""
    sizes = layer["target_shape"]
    return (None, None) if -1 in sizes else (tuple(sizes), 0)


def _pooled(layer: Layer, shape: Shape) -> After:
    """Return the same for a pool that slides a window."""
    pool = layer.get("pool_size", [2] * (len(shape) - 1))
    return (*_slid(shape[:-1], pool, layer.get("strides") or pool, layer.get("padding")), shape[-1]), 0


def _convolved(layer: Layer, shape: Shape) -> After:
    """Return the same for a convolution."""
    kernel, ones = layer["kernel_size"], [1] * (len(shape) - 1)
    widened = [(size - 1) * rate + 1 for size, rate in zip(kernel, layer.get("dilation_rate", ones), strict=True)]
    sides = _slid(shape[:-1], widened, layer.get("strides", ones), layer.get("padding"))
    channels = None if shape[-1] is None else math.prod(kernel) * shape[-1] // layer.get("groups", 1)
    return (*sides, layer["filters"]), _weights(layer, channels, layer["filters"])


def _slid(sides: Shape, window: Sequence[int], strides: Sequence[int], padding: str | None) -> Shape:
    """Return the sides that are left after a window has slid over them."""
    if len(sides) != len(window):
        raise ValueError(sides, window)
    left: list[int | None] = []
    for side, size, stride in zip(sides, window, strides, strict=True):
        if side is None:
            left.append(None)
        elif padding in {"same", "causal"}:
            left.append(-(-side // stride))
        elif side < size:
            raise ValueError(side, size)
        else:
            left.append((side - size) // stride + 1)
    return tuple(left)


def _recurrent(layer: Layer, shape: Shape) -> After:
    """Return the same for a recurrent layer."""
    units, entering, gates = layer["units"], shape[-1], _GATES[layer["layer"]]
    bias = 0 if layer.get("use_bias") is False else units
    if layer["layer"] == "GRU" and layer.get("reset_after", True):
        bias *= 2
    parameters = None if entering is None else gates * (units * (entering + units) + bias)
    return ((shape[0], units) if layer.get("return_sequences") else (units,)), parameters


def _weights(layer: Layer, entering: int | None, units: int) -> int | None:
    """Return the parameters of weights with a bias."""
    return None if entering is None else (entering + (layer.get("use_bias") is not False)) * units


_RULES: Mapping[str, Callable[[Layer, Shape], After]] = {
    "BatchNormalization": _normalised,
    "LayerNormalization": _normalised,
    "Flatten": _flattened,
    "Dense": _dense,
    "Embedding": _embedded,
    "Reshape": _reshaped,
    "Conv1D": _convolved,
    "Conv2D": _convolved,
    "SimpleRNN": _recurrent,
    "LSTM": _recurrent,
    "GRU": _recurrent,
}
