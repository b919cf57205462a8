"""What a finding tells of hidden rows, where an exercise allows it: which class was taken for which, and a few rows.

The rest of evidence never leaves the server; what is told here is read by students.
"""

from collections.abc import Mapping

import numpy as np

from exercises.schema import AccuracyCheck
from grader.contract import Json
from grader.trainings import Targets, classes_of

MOST_CLASSES = 20  #: more make no table that anybody reads
MOST_ROWS = 8  #: misjudged rows that are told


def revealed(run: Mapping[str, Json], check: AccuracyCheck, targets: Targets) -> dict[str, Json]:
    """Return what the first training's answers tell, beside the accuracy.

    Args:
        run: A run as evidence keeps it.
        check: Says what may be told.
        targets: The hidden labels.

    Returns:
        ``matrix``, where a row is a right class and a column what it was taken for; ``misjudged``, where pictures may
        be told: ``[row, right, taken for]``, each pair of classes once before any comes again. Nothing where nothing
        may be told, or no class was decided on.

    """
    classes = None if check.reveals == "accuracy" or check.decide == "within" else classes_of(run, targets)
    count = int(targets.max(initial=0)) + 1
    if classes is None or len(classes) != len(targets) or count > MOST_CLASSES:
        return {}
    right = targets.astype(np.int64)
    known = (classes >= 0) & (classes < count)
    matrix = np.zeros((count, count), np.int64)
    np.add.at(matrix, (right[known], classes[known]), 1)
    told: dict[str, Json] = {"matrix": matrix.tolist()}
    if check.reveals == "pictures":
        wrong = np.flatnonzero(known & (classes != right)).tolist()
        told["misjudged"] = _varied([[row, int(right[row]), int(classes[row])] for row in wrong])
    return told


def _varied(rows: list[list[int]]) -> list[list[int]]:
    """Return the first rows, each pair of classes once before any comes again."""
    seen: dict[tuple[int, int], int] = {}
    turns = []
    for place, (_, right, taken) in enumerate(rows):
        turn = seen.get((right, taken), 0)
        seen[right, taken] = turn + 1
        turns.append((turn, place))
    return [rows[place] for _, place in sorted(turns)[:MOST_ROWS]]
