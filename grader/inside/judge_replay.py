"""Replay a recorded training on the stand-in with our own optimizer and loss, and predict with both results.

A recorded training is a claim. Whoever claims it must show final weights that the replay of the claimed rows, with the
stand-in's own labels, reaches as well.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from . import pins
from .outbox import Outbox
from .standin import StandIn, make_standin, standin_model

OPTIMIZERS = ("Adam", "SGD", "RMSprop")
LOSSES = ("categorical_crossentropy", "binary_crossentropy", "mean_squared_error")
MAX_STEPS = 4000  #: as many as the recorder writes down
MAX_BATCH_SIZES = 8
NOWHERE = 1e-9  #: length of a way in the space of weights that is none


def judge_replay(arguments: Mapping[str, Any]) -> None:
    """Write ``replay.json`` and, from the claimed weights' own predictions, ``probabilities.npy``.

    Args:
        arguments: ``rows``, ``test_rows``, ``standin``, ``pins`` and ``recipes``: each an optimizer's ``class`` and
            ``learning_rate`` and a ``loss``. The recorded rows lie in ``steps.npy``, the claimed final weights in
            ``final.N.npy``.

    """
    outbox = Outbox()
    pins.prepare(arguments)
    standin = make_standin(arguments["standin"], arguments["rows"], arguments["test_rows"])
    steps = np.load("steps.npy", allow_pickle=False)
    final = [np.load(f"final.{index}.npy", allow_pickle=False) for index in range(len(standin.weights))]
    if [one.shape for one in final] != [one.shape for one in standin.weights]:
        outbox.write_json("replay.json", {"problem": "the trained weights have other shapes"})
        return
    batches = _batches(steps, len(standin.train))
    report: list[dict[str, float | None]] = []
    for recipe in arguments["recipes"]:
        if batches is None:
            report.append({"difference": None})
            continue
        pins.seed(arguments)
        replayed = _replay(standin, batches, recipe)
        report.append({"difference": _difference(final, replayed, standin.weights)})
    model = standin_model(standin)
    model.set_weights(final)
    probabilities = model.predict(standin.test, verbose=0)
    outbox.write_array("probabilities.npy", np.asarray(probabilities, dtype=np.float32))
    outbox.write_json("replay.json", {"recipes": report, "rows": len(standin.train)})


def _batches(steps: NDArray[np.int16], rows: int) -> list[NDArray[np.int16]] | None:
    """Return the rows of each recorded step, those that are none of ours left out; None where they are too many.

    The table is a claim: nobody needs thousands of steps here, and each size of a batch is compiled anew.
    """
    batches = [step[(step >= 0) & (step < rows)] for step in steps]
    if len(batches) > MAX_STEPS or len({len(batch) for batch in batches}) > MAX_BATCH_SIZES:
        return None
    return batches


def _replay(
    standin: StandIn, batches: Sequence[NDArray[np.int16]], recipe: Mapping[str, Any]
) -> list[NDArray[np.float32]]:
    """Return the weights after the recorded steps."""
    import keras

    if recipe["class"] not in OPTIMIZERS or recipe["loss"] not in LOSSES:
        raise ValueError(f"no such recipe: {recipe}")
    optimizer = getattr(keras.optimizers, recipe["class"])(learning_rate=float(recipe["learning_rate"]))
    model = standin_model(standin)
    model.compile(optimizer=optimizer, loss=recipe["loss"])
    onehot = standin.onehot
    for rows in batches:
        if len(rows):
            model.train_on_batch(standin.train[rows], onehot[rows])
    weights: list[NDArray[np.float32]] = model.get_weights()
    return weights


def _difference(
    final: Sequence[NDArray[Any]], replayed: Sequence[NDArray[Any]], initial: Sequence[NDArray[Any]]
) -> float | None:
    """Return how far the claimed weights lie from the replayed ones, as a share of the way the replay went; or None."""
    apart = np.sqrt(sum(float(np.square(one - two).sum()) for one, two in zip(final, replayed, strict=True)))
    way = np.sqrt(sum(float(np.square(one - two).sum()) for one, two in zip(replayed, initial, strict=True)))
    # A replay that goes nowhere agrees with weights that were never trained, and proves nothing.
    share = apart / way if way > NOWHERE else np.nan
    return float(share) if np.isfinite(share) else None
