"""The platform's stand-in: a tiny model and data on which a training function is recorded and replayed.

Slot and judge make the same stand-in from the same number. Its model's width, its pictures and its row counts vary with
that number, so that nothing prepared for one stand-in fits the next. They are small, because each of their steps is
taken eagerly, by the recorder's leave.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .kinds import Model

PATCH = 8
CLASSES = 2

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class StandIn:
    """Everything a stand-in is, as numbers.

    Attributes:
        weights: Convolution kernel and bias, dense kernel and bias.
        train: Pictures (rows, side, side, 3), float32 in 0..1; the side is 32, 40 or 48.
        classes: The class of each training row.
        test: Pictures (rows, side, side, 3).

    """

    weights: tuple[Floats, ...]
    train: Floats
    classes: NDArray[np.int64]
    test: Floats

    @property
    def onehot(self) -> Floats:
        """The training labels, (rows, 2)."""
        return np.eye(CLASSES, dtype=np.float32)[self.classes]


def make_standin(number: int, rows: int, test_rows: int) -> StandIn:
    """Make the stand-in of ``number``.

    Args:
        number: Chosen anew for each submission.
        rows: About how many training rows.
        test_rows: About how many test rows.

    """
    generator = np.random.default_rng(number)
    filters, patches = int(generator.integers(3, 7)), int(generator.integers(4, 7))
    # Few enough that the last batch of an epoch stays a short one whatever the number: who drops it is always found.
    rows -= int(generator.integers(0, max(1, rows // 14)))
    test_rows -= int(generator.integers(0, max(1, test_rows // 8)))
    train, test = _pictures(generator, rows, patches), _pictures(generator, test_rows, patches)
    kernel = _glorot(generator, (PATCH, PATCH, 3, filters), PATCH * PATCH * 3, filters)
    dense = _glorot(generator, (patches**2 * filters, CLASSES), patches**2 * filters, CLASSES)
    lean = _lean(np.concatenate([train, test]), kernel, dense)
    # The bias sets half of the pictures on either side, so that an answer of one class only is never right.
    bias = np.array([lean, 0], dtype=np.float32)
    classes = generator.permutation(np.arange(rows) % CLASSES)
    weights = (kernel, np.zeros(filters, np.float32), dense, bias)
    return StandIn(weights=weights, train=train, classes=classes, test=test)


def standin_model(standin: StandIn) -> Model:
    """Build the stand-in's model with its initial weights, not compiled."""
    import keras

    model = keras.Sequential(
        [
            keras.Input(standin.train.shape[1:]),
            keras.layers.Conv2D(standin.weights[0].shape[-1], PATCH, strides=PATCH),
            keras.layers.Flatten(),
            keras.layers.Dense(CLASSES, activation="softmax"),
        ]
    )
    model.set_weights(list(standin.weights))
    return model


def _pictures(generator: np.random.Generator, rows: int, patches: int) -> Floats:
    """Return pictures of coloured patches with a little noise, all different."""
    colours = generator.random((rows, patches, patches, 3))
    pictures = colours.repeat(PATCH, axis=1).repeat(PATCH, axis=2)
    noise = generator.random(pictures.shape) * 0.1
    scaled: Floats = (pictures * 0.9 + noise).astype(np.float32)
    return scaled


def _glorot(generator: np.random.Generator, shape: tuple[int, ...], fan_in: int, fan_out: int) -> Floats:
    """Return weights spread as Keras spreads them."""
    limit = np.sqrt(6 / (fan_in + fan_out))
    return generator.uniform(-limit, limit, shape).astype(np.float32)


def _lean(pictures: Floats, kernel: Floats, dense: Floats) -> float:
    """Return by how much the untrained model prefers the second class in the middle picture."""
    patches = pictures.shape[1] // PATCH
    blocks = pictures.reshape(len(pictures), patches, PATCH, patches, PATCH, 3).transpose(0, 1, 3, 2, 4, 5)
    features = blocks.reshape(len(pictures), patches**2, -1) @ kernel.reshape(-1, kernel.shape[-1])
    logits = features.reshape(len(pictures), -1) @ dense
    return float(np.median(logits[:, 1] - logits[:, 0]))
