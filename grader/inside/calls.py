"""Read the arguments with which a layer or an operation was called."""

from collections.abc import Mapping, Sequence
from typing import Any

from .activations import describe_activation
from .kinds import Tensor, Value
from .plain import plain


def is_mask(tensor: Tensor, kwargs: Mapping[str, Any]) -> bool:
    """Tell whether a symbolic tensor came in as a mask, which is no step of the network."""
    return any(key.endswith("mask") and value is tensor for key, value in kwargs.items())


def plain_arguments(arguments: Value) -> dict[str, Any]:
    """Return the plain arguments of a call, by place or name; tensors, weights and empty ones are left out."""
    import keras

    named: dict[str, Any] = {str(place): value for place, value in enumerate(arguments.args)}
    named.update(arguments.kwargs)
    scalars = {}
    for key, value in named.items():
        parts = keras.tree.flatten(value)
        if key.endswith("mask") or any(isinstance(part, (keras.KerasTensor, keras.Variable)) for part in parts):
            continue
        if value is not None:
            scalars[key] = describe_activation(value) if callable(value) else _indices(value)
    return scalars


def variables_among(arguments: Value) -> list[Any]:
    """Return the weights that a call was given as arguments: own code multiplies with them by hand."""
    import keras

    parts = keras.tree.flatten((list(arguments.args), dict(arguments.kwargs)))
    return [part for part in parts if isinstance(part, keras.Variable)]


def unwrapped(args: Sequence[Any]) -> Sequence[Any]:
    """Return call arguments with a lone input taken out of its list, as models are written to be called."""
    if len(args) == 1 and isinstance(args[0], list) and len(args[0]) == 1:
        return args[0]
    return args


def _indices(value: Value) -> Value:
    """Return a plain argument; slices are written as in ``x[:, 2:5]``."""
    if isinstance(value, slice):
        ends = [value.start, value.stop] if value.step is None else [value.start, value.stop, value.step]
        return ":".join("" if end is None else str(plain(end)) for end in ends)
    if isinstance(value, tuple):
        return [_indices(item) for item in value[:8]]
    return "..." if value is Ellipsis else plain(value)
