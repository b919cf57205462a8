"""What an argument of a layer may be: one small kind and one range for each name, before Keras sees any of them."""

import math
from typing import Any

from .kinds import Value

MAX_COUNT = 8192
MAX_WINDOW = 64
MAX_DIMENSIONS = 3
MAX_AXIS = 4

ACTIVATIONS = ("linear", "relu", "softmax", "sigmoid", "tanh", "elu", "selu", "gelu", "silu", "softplus", "leaky_relu")

WORDS: dict[str, tuple[str, ...]] = {
    "activation": ACTIVATIONS,
    "recurrent_activation": ACTIVATIONS,
    "padding": ("valid", "same"),
}
COUNTS = frozenset({"filters", "units", "groups", "input_dim", "output_dim"})
WINDOWS = frozenset({"kernel_size", "strides", "dilation_rate", "pool_size"})
SHARES = frozenset({"rate", "dropout", "recurrent_dropout", "momentum", "epsilon"})
FLAGS = frozenset({"use_bias", "return_sequences", "go_backwards", "center", "scale", "mask_zero", "reset_after"})


class CannotBuild(Exception):
    """The graph holds something that is not on the list; the message says what."""


def argument(key: str, value: Value) -> Any:  # noqa: ANN401 - as many kinds as there are arguments
    """Return an argument as Keras is given it.

    Args:
        key: Its name, which is one of the tables above.
        value: What was claimed.

    Raises:
        CannotBuild: It is of another kind, or out of bounds. Truth values are no numbers here, and 64.0 is not 64.

    """
    if key in WORDS:
        fits = isinstance(value, str) and value in WORDS[key]
    elif key in FLAGS:
        fits = isinstance(value, bool)
    elif key in COUNTS:
        fits = _is_whole(value, 1, MAX_COUNT)
    elif key in WINDOWS and isinstance(value, list):
        fits = 0 < len(value) <= MAX_DIMENSIONS and all(_is_whole(size, 1, MAX_WINDOW) for size in value)
    elif key in WINDOWS:
        fits = _is_whole(value, 1, MAX_WINDOW)
    elif key in SHARES:
        fits = type(value) in {int, float} and math.isfinite(value) and 0 <= value <= 1
    else:
        fits = key == "axis" and _is_whole(value, -MAX_AXIS, MAX_AXIS)
    if not fits:
        raise CannotBuild(f"{key}={value!r:.60}")
    return tuple(value) if isinstance(value, list) else value


def _is_whole(value: Value, least: int, most: int) -> bool:
    """Tell whether a value is a whole number within bounds, and nothing that merely equals one."""
    return type(value) is int and least <= value <= most
