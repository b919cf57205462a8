"""Replay a recorded training on the stand-in with our own optimizer and loss, and predict with both results.

A recorded training is a claim. Whoever claims it must show final weights that the replay of the claimed rows, with the
stand-in's own labels, reaches as well.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from . import pins
from .outbox import Outbox
from .standin import StandIn, make_standin
from .standin_math import Batch, probabilities, replay

MAX_STEPS = 2000  #: as many as the recorder writes down
MAX_SKIPPED = 40  #: counts without a step
NOWHERE = 1e-9  #: length of a way in the space of weights that is none


def judge_replay(arguments: Mapping[str, Any]) -> None:
    """Write ``replay.json`` and, from the claimed weights' own predictions, ``probabilities.npy``.

    Args:
        arguments: ``rows``, ``test_rows``, ``standin``, ``pins`` and ``recipes``: each an optimizer's ``class`` and
            ``learning_rate`` and a ``loss``. The recorded rows lie in ``steps.npy``, what the optimizer had counted
            before each step in ``clock.npy``, the claimed final weights in ``final.N.npy``.

    """
    outbox = Outbox()
    pins.prepare(arguments)
    standin = make_standin(arguments["standin"], arguments["rows"], arguments["test_rows"])
    steps = np.load("steps.npy", allow_pickle=False)
    final = [np.load(f"final.{index}.npy", allow_pickle=False) for index in range(len(standin.weights))]
    if [one.shape for one in final] != [one.shape for one in standin.weights]:
        outbox.write_json("replay.json", {"problem": "the trained weights have other shapes"})
        return
    clock = np.load("clock.npy", allow_pickle=False) if Path("clock.npy").exists() else None
    report, answers = report_on(standin, steps, final, arguments["recipes"], clock=clock)
    outbox.write_array("probabilities.npy", answers)
    outbox.write_json("replay.json", report)


def report_on(
    standin: StandIn,
    steps: NDArray[Any],
    final: Sequence[NDArray[Any]],
    recipes: Sequence[Mapping[str, Any]],
    *,
    clock: NDArray[Any] | None = None,
) -> tuple[dict[str, Any], NDArray[np.float32]]:
    """Replay claimed steps and say how near the claimed weights are.

    Args:
        standin: What was trained.
        steps: The claimed rows of each step, (steps, longest batch), filled up with negative numbers.
        final: The claimed weights after the last step, of the stand-in's shapes.
        recipes: What to replay with.
        clock: What the optimizer is claimed to have counted before each step; without it, just the steps.

    Returns:
        ``recipes`` (each a ``difference``), ``rows``, ``finite`` (the claimed weights are) and ``moved`` (they are not
        the first ones); and the claimed weights' own answers for the test pictures.

    """
    with np.errstate(all="ignore"):  # claimed weights may be of any size, or none
        return _report(standin, _batches(steps, len(standin.train), _skips(clock, len(steps))), final, recipes)


def _report(
    standin: StandIn,
    batches: Sequence[Batch] | None,
    final: Sequence[NDArray[Any]],
    recipes: Sequence[Mapping[str, Any]],
) -> tuple[dict[str, Any], NDArray[np.float32]]:
    """Return what :func:`report_on` promises; without batches nothing is replayed."""
    report = {
        "recipes": [
            {
                "difference": None
                if batches is None
                else _difference(final, replay(standin, batches, recipe), standin.weights)
            }
            for recipe in recipes
        ],
        "rows": len(standin.train),
        "finite": all(bool(np.isfinite(one).all()) for one in final),
        "moved": any(bool((one != other).any()) for one, other in zip(final, standin.weights, strict=True)),
    }
    return report, probabilities(standin.test, [one.astype(np.float32) for one in final])


def _batches(steps: NDArray[np.int16], rows: int, skips: Sequence[int]) -> list[Batch] | None:
    """Return the rows of each recorded step, those that are none of ours left out; None where they are too many."""
    if len(steps) > MAX_STEPS:
        return None
    known = [step[(step >= 0) & (step < rows)] for step in steps]
    taken = [(step, skipped) for step, skipped in zip(known, skips, strict=True) if len(step)]
    return [Batch(step, number + skipped) for number, (step, skipped) in enumerate(taken, start=1)]


def _skips(clock: NDArray[Any] | None, steps: int) -> list[int]:
    """Return how many counts an optimizer had skipped before each step; none where what is claimed cannot be.

    Keras counts a step where an epoch's data end without a word beforehand, which moves Adam's correction by one.
    """
    nothing = [0] * steps
    if clock is None or clock.shape != (steps,) or clock.dtype.kind != "i" or steps == 0:
        return nothing
    skips = clock.astype(np.int64) - np.arange(steps)
    possible = skips[0] == 0 and bool((np.diff(skips) >= 0).all()) and bool((np.diff(skips) <= 1).all())
    return skips.tolist() if possible and skips[-1] <= MAX_SKIPPED else nothing


def _difference(
    final: Sequence[NDArray[Any]], replayed: Sequence[NDArray[Any]], initial: Sequence[NDArray[Any]]
) -> float | None:
    """Return how far the claimed weights lie from the replayed ones, as a share of the way the replay went; or None."""
    final = [one.astype(np.float64) for one in final]
    apart = np.sqrt(sum(float(np.square(one - two).sum()) for one, two in zip(final, replayed, strict=True)))
    way = np.sqrt(sum(float(np.square(one - two).sum()) for one, two in zip(replayed, initial, strict=True)))
    # A replay that goes nowhere agrees with weights that were never trained, and proves nothing.
    share = apart / way if way > NOWHERE else np.nan
    return float(share) if np.isfinite(share) else None
