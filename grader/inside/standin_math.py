"""The stand-in's arithmetic in plain numpy: its answers, its losses' gradients, and the optimizers that replay them.

Sixty steps take milliseconds here, where Keras would first need a second to trace them. The formulas are those of Keras
3.15; a test holds them against Keras itself.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .standin import PATCH, StandIn

Floats = NDArray[Any]  #: of 32 bits throughout
Weights = list[Floats]
Slots = list[Floats]  #: what an optimizer remembers of one weight

EPSILON = np.float32(1e-7)  #: of Keras' optimizers


class Batch(NamedTuple):
    """One step: the numbers of its rows, and the number that the optimizer counts it as, from 1."""

    rows: NDArray[Any]
    number: int


def probabilities(pictures: Floats, weights: Sequence[Floats]) -> Floats:
    """Return the stand-in's answers, (rows, classes).

    Args:
        pictures: (rows, side, side, 3).
        weights: Convolution kernel and bias, dense kernel and bias.

    """
    return _softmax(_forward(patches_of(pictures), weights)[1])


def patches_of(pictures: Floats) -> Floats:
    """Return what each place of the convolution looks at, (rows, places, numbers of a patch)."""
    rows, count = len(pictures), pictures.shape[1] // PATCH
    cut = pictures.reshape(rows, count, PATCH, count, PATCH, 3).transpose(0, 1, 3, 2, 4, 5)
    return cut.reshape(rows, count**2, -1)


def replay(standin: StandIn, batches: Sequence[Batch], recipe: Mapping[str, Any]) -> Weights:
    """Return the weights after training on the rows of each batch, with the stand-in's own labels.

    Args:
        standin: Where training starts, and on what.
        batches: Each step; all have rows.
        recipe: ``class`` and ``learning_rate`` of the optimizer, and ``loss``.

    Raises:
        KeyError: There is no such optimizer or loss.

    """
    update, slope = OPTIMIZERS[recipe["class"]], LOSSES[recipe["loss"]]
    rate = np.float32(recipe["learning_rate"])
    weights = [one.copy() for one in standin.weights]
    slots: list[Slots] = [[np.zeros_like(one), np.zeros_like(one)] for one in weights]
    patches, onehot = patches_of(standin.train), standin.onehot
    for rows, number in batches:
        gradients = _gradients(patches[rows], onehot[rows], weights, slope)
        for index, gradient in enumerate(gradients):
            weights[index] -= update(gradient, slots[index], rate, number)
    return weights


def _forward(patches: Floats, weights: Sequence[Floats]) -> tuple[Floats, Floats]:
    """Return the flat features and the logits."""
    kernel, bias, dense, dense_bias = weights
    features = (patches @ kernel.reshape(-1, kernel.shape[-1]) + bias).reshape(len(patches), -1)
    return features, features @ dense + dense_bias


def _softmax(logits: Floats) -> Floats:
    """Return probabilities."""
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    shares: Floats = powers / powers.sum(axis=1, keepdims=True)
    return shares


def _gradients(
    patches: Floats, onehot: Floats, weights: Sequence[Floats], slope: Callable[[Floats, Floats], Floats]
) -> Weights:
    """Return the mean loss's gradient for each weight."""
    kernel, _, dense, _ = weights
    features, logits = _forward(patches, weights)
    by_logit = slope(onehot, logits) / np.float32(len(patches))
    by_feature = (by_logit @ dense.T).reshape(*patches.shape[:2], -1)
    by_kernel = patches.reshape(-1, patches.shape[-1]).T @ by_feature.reshape(-1, by_feature.shape[-1])
    return [by_kernel.reshape(kernel.shape), by_feature.sum(axis=(0, 1)), features.T @ by_logit, by_logit.sum(axis=0)]


def _cross_entropy(onehot: Floats, logits: Floats) -> Floats:
    """Return the gradient of categorical cross-entropy by the logits."""
    return _softmax(logits) - onehot


def _binary(onehot: Floats, logits: Floats) -> Floats:
    """Return that of binary cross-entropy: Keras remembers the softmax's logits and takes them for a sigmoid's."""
    slope: Floats = (1 / (1 + np.exp(-logits)) - onehot) / np.float32(onehot.shape[1])
    return slope


def _squares(onehot: Floats, logits: Floats) -> Floats:
    """Return that of the mean squared error, through the softmax."""
    answers = _softmax(logits)
    by_answer = (answers - onehot) * np.float32(2 / onehot.shape[1])
    slope: Floats = answers * (by_answer - (by_answer * answers).sum(axis=1, keepdims=True))
    return slope


def _adam(gradient: Floats, kept: Slots, rate: np.float32, number: int) -> Floats:
    """Return Adam's step."""
    kept[0] += (gradient - kept[0]) * np.float32(1 - 0.9)
    kept[1] += (np.square(gradient) - kept[1]) * np.float32(1 - 0.999)
    alpha = rate * np.float32(np.sqrt(1 - 0.999**number) / (1 - 0.9**number))
    return alpha * kept[0] / (np.sqrt(kept[1]) + EPSILON)


def _rmsprop(gradient: Floats, kept: Slots, rate: np.float32, number: int) -> Floats:
    """Return RMSprop's step."""
    del number
    kept[0] += (np.square(gradient) - kept[0]) * np.float32(1 - 0.9)
    return rate * gradient / np.sqrt(kept[0] + EPSILON)


def _sgd(gradient: Floats, kept: Slots, rate: np.float32, number: int) -> Floats:
    """Return the step of plain gradient descent."""
    del kept, number
    return rate * gradient


OPTIMIZERS: dict[str, Callable[[Floats, Slots, np.float32, int], Floats]] = {
    "Adam": _adam,
    "SGD": _sgd,
    "RMSprop": _rmsprop,
}
LOSSES: dict[str, Callable[[Floats, Floats], Floats]] = {
    "categorical_crossentropy": _cross_entropy,
    "binary_crossentropy": _binary,
    "mean_squared_error": _squares,
}
