"""Read what a piece of code without weights does from its values, where Keras cannot follow it (raw ``tf.*``)."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from .activations import FAR, READ_BY_VALUES, TOLERANCE
from .kinds import Layer, Tensor

PICTURES = 4  #: batch, height, width, channels
MAX_NUMBERS = 2_000_000
OPEN_SIZE = 41  #: of an axis that may have any
WORDS = 1000  #: numbers of words lie below this


def read_by_values(layer: Layer, tensor: Tensor, *, words: bool) -> dict[str, Any] | None:
    """Compare a layer's outputs with those of known operations.

    Args:
        layer: A layer without weights.
        tensor: The symbolic tensor it was applied to.
        words: Whether it meets numbers of words, whatever type Keras has for them.

    Returns:
        The class and configuration of the built-in layer that gives the same values, or None.

    """
    values = _probe(tensor, words=words)
    found = None if values is None else _outputs(layer, values)
    if values is None or found is None:
        return None
    for name, reference in READ_BY_VALUES.items():
        if _same(found, reference(values)):
            return {"class": "Activation", "config": {"activation": {"name": name, "by": "values"}}}
    if _same(found, values.reshape(len(values), -1)):
        return {"class": "Flatten", "config": {}}
    if values.ndim == PICTURES and _same(found, _pooled(values)):
        return {"class": "MaxPooling2D", "config": {"pool_size": [2, 2], "strides": [2, 2], "padding": "valid"}}
    return None


def _probe(tensor: Tensor, *, words: bool) -> NDArray[Any] | None:
    """Return random values of a tensor's shape, some of them large; None where that would be many."""
    sizes = [3, *(OPEN_SIZE if size is None else int(size) for size in tensor.shape[1:])]
    if int(np.prod(sizes)) > MAX_NUMBERS:
        return None
    generator = np.random.default_rng(13)
    if words:
        some = generator.integers(0, WORDS, sizes)
        some.reshape(-1)[:2] = 0, WORDS - 1
        return some.astype(str(tensor.dtype))
    values = generator.normal(size=sizes) * 4
    values[-1] = generator.uniform(-FAR, FAR, sizes[1:])  # what is capped somewhere is none of the known
    return values.astype("float32")


def _outputs(layer: Layer, values: NDArray[Any]) -> NDArray[Any] | None:
    """Return what a layer makes of values; None if it cannot, or makes something else of them in training."""
    import keras

    try:
        given = keras.ops.convert_to_tensor(values)
        found = np.asarray(layer(given, training=False))
        in_training = np.asarray(layer(given, training=True))
    except Exception:
        return None
    return found if _same(found, in_training) else None


def _pooled(values: NDArray[Any]) -> NDArray[Any]:
    """Return 2x2 max pooling without padding."""
    rows, height, width, channels = values.shape
    even = values[:, : height // 2 * 2, : width // 2 * 2]
    blocks = even.reshape(rows, height // 2, 2, width // 2, 2, channels)
    pooled: NDArray[Any] = blocks.max(axis=(2, 4))
    return pooled


def _same(found: NDArray[Any], wanted: NDArray[Any]) -> bool:
    """Tell whether two arrays hold the same values."""
    return found.shape == wanted.shape and bool(np.allclose(found, wanted, rtol=TOLERANCE, atol=TOLERANCE))
