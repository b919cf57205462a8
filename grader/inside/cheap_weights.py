"""Give new layers initial weights that cost nothing, where only the network is looked at and no weight of it.

Drawing the 872,714 random numbers of one course model takes longer than everything else of a structure check. A model
that is to be trained is built once more, with the weights that its initializers really draw.
"""

import functools
import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from .kinds import Tensor, Value

RANDOM = ("RandomNormal", "RandomUniform", "TruncatedNormal", "VarianceScaling", "Orthogonal")
BLOCK = 4099  #: values drawn for a weight, then repeated
LARGEST = 7_000_000  #: numbers of a weight; what is larger fails or not as it always does
LIMIT = 0.05  #: what Keras itself takes where nothing else is said


@contextmanager
def cheap_initial_weights() -> Iterator[None]:
    """Replace what Keras' random initializers draw, for as long as the context lasts."""
    import keras

    classes = [getattr(keras.initializers, name) for name in RANDOM]
    originals = [vars(cls)["__call__"] for cls in classes]
    for cls, original in zip(classes, originals, strict=True):
        cls.__call__ = _cheaper(original)
    try:
        yield
    finally:
        for cls, original in zip(classes, originals, strict=True):
            cls.__call__ = original


def _cheaper(original: Callable[..., Tensor]) -> Callable[..., Tensor]:
    """Return an initializer's call that repeats a small block of random numbers, where float32 is asked for."""

    @functools.wraps(original)
    def call(self: Any, shape: Sequence[int], dtype: Value = None, **more: Value) -> Tensor:  # noqa: ANN401
        if dtype not in {None, "float32"} or more or not _is_plain(shape):
            return original(self, shape, dtype, **more)
        import keras

        seed = self.seed if isinstance(self.seed, int) else 0
        block = np.random.default_rng(seed).random(min(BLOCK, math.prod(shape)), dtype=np.float32)
        values = np.resize((2 * block - 1) * np.float32(LIMIT), tuple(shape))
        return keras.ops.convert_to_tensor(values)

    return call


def _is_plain(shape: Value) -> bool:
    """Tell whether a shape is one of whole numbers that an exercise may need."""
    plain = isinstance(shape, (tuple, list)) and all(type(size) is int and size > 0 for size in shape)
    return plain and math.prod(shape) <= LARGEST
