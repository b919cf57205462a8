"""Put what was recorded of a long training into a few numbers."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from .configs import class_name, is_builtin
from .kinds import Optimizer
from .plain import plain
from .recorder import FORBIDDEN, STRANGER, UNKNOWN, Recorder

MAX_OPTIMIZERS = 4


def summary(recorder: Recorder, classes: NDArray[np.int64]) -> dict[str, Any] | None:
    """Return how a model was trained; None where that could not be recorded.

    Args:
        recorder: What watched it.
        classes: The right class of each row that it was given.

    Returns:
        ``rows`` (given), ``steps``, ``longest_batch``, ``uses`` (of the row used least and of that used most),
        ``strangers`` (rows that are none of the given), ``wrong_labels``, ``rates`` (least and greatest) and
        ``optimizers`` (class, builtin, config; the first few) with ``optimizer_count``.

    """
    steps, sizes, rates = recorder.steps(), recorder.sizes(), recorder.rates()
    if recorder.broken or recorder.count > len(steps) or sizes.max(initial=0) > steps.shape[1]:
        return None
    known = steps >= 0
    uses = np.bincount(steps[known], minlength=len(classes))
    return {
        "rows": len(classes),
        "steps": recorder.count,
        "longest_batch": int(sizes.max(initial=0)),
        "uses": [int(uses.min()), int(uses.max())],
        "strangers": int(((steps == STRANGER) | (steps == FORBIDDEN)).sum()),
        "wrong_labels": label_count(recorder, classes)["wrong"],
        "rates": span(rates),
        "optimizers": [describe_optimizer(one) for one in recorder.optimizers[:MAX_OPTIMIZERS]],
        "optimizer_count": len(recorder.optimizers),
    }


def label_count(recorder: Recorder, classes: NDArray[np.int64]) -> dict[str, int]:
    """Return how many rows of all steps were trained with the ``right`` class and how many with a ``wrong`` one."""
    steps, labels = recorder.steps(), recorder.labels()
    told = (steps >= 0) & (labels != UNKNOWN)
    right = told & (labels == classes[np.where(steps >= 0, steps, 0)])
    return {"right": int(right.sum()), "wrong": int(told.sum() - right.sum())}


def span(rates: NDArray[np.float32]) -> list[float] | None:
    """Return the smallest and the greatest rate of any step."""
    finite = rates[np.isfinite(rates)]
    return [float(finite.min()), float(finite.max())] if len(finite) else None


def describe_optimizer(optimizer: Optimizer) -> dict[str, Any]:
    """Describe an optimizer by its class and configuration."""
    try:
        config = plain(type(optimizer).get_config(optimizer))
    except Exception:
        config = {}
    return {"class": class_name(optimizer), "builtin": is_builtin(optimizer), "config": config}
