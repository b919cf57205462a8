"""Let a model answer a batch of ours with weights of ours: the same numbers for a student's model and for our own.

Slot and judge make the same weights and the same batch from the same number. A weight's values follow from its shape
and from its place among the weights of that shape, so that both sides agree without a word between them wherever the
weights come in the order in which data meet them.
"""

import math
from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .kinds import Model, Tensor

#: Of the rows: small ones keep softmax and sigmoid from saturating, large ones meet kinks and caps. Still
#: larger ones would make an honest exp() overflow.
SCALES = (0.0, 0.3, 1.0, 6.0, 15.0)
ROWS = len(SCALES)
SPARSE = 0.25  #: share of zeros within a row
TOKENS = 50  #: how many different words there are where the exercise does not say
OPEN_LENGTH = 12  #: of a sequence whose length is free and of which the exercise has no rows
OPEN_SIDE = 24  #: of each axis where several are free
STRETCH = 1.3
MAX_SQUARE = 512  #: columns; larger ones would take long to turn
MAX_NUMBERS = 1_000_000  #: of a batch
MAX_SIDE = 2_000  #: of each axis of a batch
MAX_OUTPUTS = 50_000  #: numbers that a model answers

Floats = NDArray[np.float32]
Numbers = NDArray[Any]


class NoAnswer(Exception):
    """A model cannot be given our batch, or answers with something else than one array of numbers.

    Attributes:
        word: What is the matter.

    """

    def __init__(self, word: str, detail: str = "") -> None:
        """Say what is the matter."""
        super().__init__(detail)
        self.word = word


def kind_of_shape(shape: Sequence[int]) -> tuple[int, ...]:
    """Return a weight's shape without leading axes of length one: a bias of shape (1, 128) is one of shape (128,)."""
    sizes = [int(size) for size in shape]
    while len(sizes) > 1 and sizes[0] == 1:
        del sizes[0]
    return tuple(sizes)


def seeded_values(number: int, shapes: Sequence[Sequence[int]], dtype: str) -> list[Floats]:
    """Return values for weights, such that no layer dies and no softmax makes up its mind altogether.

    Args:
        number: Other numbers give other values.
        shapes: The weights', in the order in which data meet them.
        dtype: The type of the model's inputs.

    """
    met: Counter[tuple[int, ...]] = Counter()
    values = []
    for shape in shapes:
        kind = kind_of_shape(shape)
        values.append(_values([number, met[kind], *kind], kind, dtype).reshape(shape))
        met[kind] += 1
    return values


def _values(seed: list[int], shape: tuple[int, ...], dtype: str) -> Floats:
    """Return one weight's values: of 256 different ones, because bytes are drawn four times as fast as numbers."""
    count = math.prod(shape)
    drawn = np.frombuffer(np.random.default_rng(seed).bytes(count), np.int8).astype(np.float32)
    drawn += 0.5  # from -127.5 to 127.5, a flat distribution of deviation 73.9
    if len(shape) < 2:  # noqa: PLR2004 - a bias, or the scale of a normalisation: all above zero
        return (drawn * np.float32(0.15 / 127.5) + np.float32(0.25)).reshape(shape)
    into = shape[-1]
    # Words become vectors of about length one, whatever the size of the vocabulary; other numbers keep their size, or
    # grow a little where many are brought into few.
    spread = into**-0.5 if dtype == "int32" else (count // into) ** -0.4 * into**-0.1
    drawn *= np.float32(spread / 73.9)
    values = drawn.reshape(shape)
    return _remembering(values) if dtype == "int32" and shape == (into, into) and into <= MAX_SQUARE else values


def _remembering(square: Floats) -> Floats:
    """Return a weight that takes a state to the next one, such that the first of forty words is not forgotten.

    A random square matrix forgets or saturates; one that only turns, a little stretched against what tanh takes away,
    does neither: leaving the first word out changes an answer by 0.08 and more, rounding by 0.00001.
    """
    return np.linalg.qr(square)[0].astype(np.float32) * np.float32(STRETCH)


def sizes_for(input_shape: Sequence[int | None]) -> tuple[int, ...]:
    """Return the sizes of one row, lengths of ours where the shape leaves them free.

    Raises:
        NoAnswer: A row would be too large.

    """
    free = OPEN_LENGTH if sum(size is None for size in input_shape) == 1 else OPEN_SIDE
    sizes = tuple(free if size is None else int(size) for size in input_shape)
    if math.prod(sizes) * ROWS > MAX_NUMBERS or not all(0 < size <= MAX_SIDE for size in sizes):
        raise NoAnswer("too_large", f"input of shape {sizes}")
    return sizes


def make_batch(number: int, sizes: Sequence[int], dtype: str, tokens: int) -> Numbers:
    """Return the rows that a model is asked about, some of them or parts of them zero.

    Args:
        number: As for the weights.
        sizes: Of one row.
        dtype: ``int32`` for word numbers, else numbers on both sides of zero.
        tokens: Word numbers lie below this.

    """
    generator = np.random.default_rng([number, *sizes])
    shape = (ROWS, *sizes)
    zero = generator.random(shape, dtype=np.float32) < SPARSE
    zero[0] = True
    if dtype == "int32":
        words = np.where(zero, np.int32(0), generator.integers(1, max(2, tokens), shape, dtype=np.int32))
        words.reshape(ROWS, -1)[1:3, -1] = 1, max(2, tokens) - 1  # where vocabularies begin and end, mistakes are made
        return words
    scales = np.array(SCALES, np.float32).reshape(ROWS, *(1 for _ in sizes))
    return np.where(zero, np.float32(0), (2 * generator.random(shape, dtype=np.float32) - 1) * scales)


def vocabulary_of(layers: Sequence[Any], most: int = TOKENS) -> int:
    """Return below which number words may lie: the smallest vocabulary of any embedding, but no more than ``most``."""
    sizes = [getattr(layer, "input_dim", None) for layer in layers if hasattr(layer, "embeddings_initializer")]
    return min([most, *(size for size in sizes if isinstance(size, int) and size > 0)])


def assign(variables: Sequence[Tensor], values: Sequence[Floats]) -> None:
    """Give weights their values."""
    for variable, value in zip(variables, values, strict=True):
        variable.assign(value)


def answer(model: Model, batch: Numbers, *, training: bool) -> Floats:
    """Return what a model makes of a batch.

    Raises:
        NoAnswer: It is not one bounded array of finite numbers.

    """
    import keras

    parts = keras.tree.flatten(model(keras.ops.convert_to_tensor(batch), training=training))
    if len(parts) != 1:
        raise NoAnswer("several_outputs", str(len(parts)))
    found = np.asarray(keras.ops.convert_to_numpy(parts[0]))
    if found.size > MAX_OUTPUTS or found.dtype.kind not in "fiub":
        raise NoAnswer("too_large" if found.size > MAX_OUTPUTS else "not_finite", str(found.shape))
    if not np.isfinite(found).all():
        raise NoAnswer("not_finite")
    return found.astype(np.float32)


def further_losses(model: Model) -> int:
    """Count the terms that a model adds to its loss, those left out that come to nothing, such as ``L2(0)``."""
    import keras

    return sum(bool(np.any(np.asarray(keras.ops.convert_to_numpy(loss)) != 0)) for loss in model.losses)
