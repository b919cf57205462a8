"""Evidence of predictions on hidden rows: what was decided for each row, never the rows or their labels."""

from collections.abc import Mapping
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from grader.contract import Json
from grader.hostile import read_array, read_json

MAX_ROWS = 20_000
MAX_NUMBERS = 2_000_000  #: of all rows
TABLE = 2

Decision = Literal["argmax", "half", "classes", "within"]

Decided = list[int] | list[float]  #: a class, or a number, for each row


def prediction_facts(artifacts: Mapping[str, bytes], decide: Decision) -> dict[str, Json]:
    """Return what a model that the judge trained predicts, or why it could not be trained."""
    if "problem.json" in artifacts:
        report = read_json(artifacts, "problem.json")
        return {"problem": "cannot_train", "detail": str(report.get("detail"))[:300]}
    predictions = read_array(artifacts, "predictions.npy")
    history = read_json(artifacts, "history.json")
    return {"problem": None, "classes": decided(predictions, decide), "history": history}


def decided(predictions: NDArray[Any], decide: Decision) -> Decided | None:
    """Return what is decided for each row; None where the predictions have a shape that decides nothing."""
    if predictions.ndim == 0 or len(predictions) > MAX_ROWS or predictions.size > MAX_NUMBERS:
        return None
    values = np.nan_to_num(predictions.astype(np.float64), nan=-1, posinf=-1, neginf=-1).clip(-1e9, 1e9)
    classes: NDArray[Any]
    if decide == "argmax":
        if values.ndim != TABLE or values.shape[1] == 0:
            return None
        classes = values.argmax(axis=1)
    elif values.size != len(values):
        return None
    elif decide == "within":
        return [float(f"{one:.6g}") for one in values.reshape(-1)]
    elif decide == "half":
        classes = values.reshape(-1) > 0.5  # noqa: PLR2004 - one half
    else:
        classes = np.where(values == np.round(values), values, -1).reshape(-1)
    return [int(one) for one in classes]
