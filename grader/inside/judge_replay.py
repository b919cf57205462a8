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
from .standin import make_standin
from .standin_math import probabilities, replay

MAX_STEPS = 2000  #: as many as the recorder writes down
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
        replayed = replay(standin, batches, recipe)
        report.append({"difference": _difference(final, replayed, standin.weights)})
    answers = probabilities(standin.test, [one.astype(np.float32) for one in final])
    outbox.write_array("probabilities.npy", answers)
    outbox.write_json(
        "replay.json",
        {
            "recipes": report,
            "rows": len(standin.train),
            "finite": all(bool(np.isfinite(one).all()) for one in final),
            "moved": any(bool((one != other).any()) for one, other in zip(final, standin.weights, strict=True)),
        },
    )


def _batches(steps: NDArray[np.int16], rows: int) -> list[NDArray[np.int16]] | None:
    """Return the rows of each recorded step, those that are none of ours left out; None where they are too many."""
    return None if len(steps) > MAX_STEPS else [step[(step >= 0) & (step < rows)] for step in steps]


def _difference(
    final: Sequence[NDArray[Any]], replayed: Sequence[NDArray[Any]], initial: Sequence[NDArray[Any]]
) -> float | None:
    """Return how far the claimed weights lie from the replayed ones, as a share of the way the replay went; or None."""
    apart = np.sqrt(sum(float(np.square(one - two).sum()) for one, two in zip(final, replayed, strict=True)))
    way = np.sqrt(sum(float(np.square(one - two).sum()) for one, two in zip(replayed, initial, strict=True)))
    # A replay that goes nowhere agrees with weights that were never trained, and proves nothing.
    share = apart / way if way > NOWHERE else np.nan
    return float(share) if np.isfinite(share) else None
