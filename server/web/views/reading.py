"""How a trained network judged the hidden rows, as far as the exercise lets students see it."""

import base64
import io
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image

from exercises import Bundle
from exercises.errors import ExerciseError
from exercises.schema import CodeExercise

log = logging.getLogger(__name__)

#: Shares of the largest count of a row's own class, from which each step of the ramp holds; h3 carries no text.
_RAMP = ((0.98, "h5"), (0.9, "h4"), (0.5, "h2"), (0.0, "h1"))
_LARGEST_SIDE = 256


@dataclass(frozen=True, slots=True)
class Cell:
    """One count: how often a class was taken for another, or for itself."""

    count: int
    css: str  #: ``err`` off the diagonal, a step of the ramp on it, ``z`` for none


@dataclass(frozen=True, slots=True)
class Misjudged:
    """One picture that was misjudged."""

    address: str  #: a data URI
    side: int  #: its width in pixels
    right: int
    taken: int


@dataclass(frozen=True, slots=True)
class Reading:
    """The table of classes, and a few of the misjudged pictures.

    Attributes:
        rows: A row for each right class, a cell for what it was taken for.
        total: How many hidden rows there are in it.
        wrong: How many were misjudged.
        worst: Right class, what it was most often taken for, and how often; None where nothing was.
        pictures: Some that were misjudged; none where the exercise shows none.

    """

    rows: tuple[tuple[Cell, ...], ...]
    total: int
    wrong: int
    worst: tuple[int, int, int] | None
    pictures: tuple[Misjudged, ...]


def reading_view(findings: Sequence[Mapping[str, Any]], bundle: Bundle) -> Reading | None:
    """Return what the accuracy's finding tells of the hidden rows; None where it tells nothing.

    Reads the exercise's data: it belongs on a thread.
    """
    told = next((one["actual"] for one in findings if one["kind"] == "accuracy"), None)
    matrix = told.get("matrix") if isinstance(told, Mapping) else None
    if not isinstance(told, Mapping) or not matrix:
        return None
    largest = max(max(row) for row in matrix) or 1
    rows = tuple(
        tuple(_cell(count, largest, is_right=at == column) for column, count in enumerate(row))
        for at, row in enumerate(matrix)
    )
    mistakes = sorted(
        ((count, at, column) for at, row in enumerate(matrix) for column, count in enumerate(row) if at != column),
        key=lambda one: -one[0],
    )
    wrong = sum(count for count, _, _ in mistakes)
    return Reading(
        rows=rows,
        total=sum(map(sum, matrix)),
        wrong=wrong,
        worst=(mistakes[0][1], mistakes[0][2], mistakes[0][0]) if wrong else None,
        pictures=_pictures(told.get("misjudged") or [], bundle),
    )


def _cell(count: int, largest: int, *, is_right: bool) -> Cell:
    """Return a cell with its step of the ramp."""
    if not count:
        return Cell(0, "z")
    if not is_right:
        return Cell(count, "err")
    return Cell(count, next(css for share, css in _RAMP if count / largest >= share))


def _pictures(misjudged: Sequence[Sequence[int]], bundle: Bundle) -> tuple[Misjudged, ...]:
    """Return the misjudged rows as pictures; none where the hidden rows are no grey pictures, or are not here."""
    exercise = bundle.exercise
    if not misjudged or not isinstance(exercise, CodeExercise) or exercise.training is None:
        return ()
    try:
        content = bundle.read(exercise.training.test_inputs)
        inputs = np.load(io.BytesIO(content), allow_pickle=False)
    except (ExerciseError, OSError, ValueError):
        log.info("the hidden pictures of %s are not on this machine, so none are shown", bundle.id)
        return ()
    if inputs.ndim != 3 or inputs.dtype != np.uint8 or max(inputs.shape[1:]) > _LARGEST_SIDE:  # noqa: PLR2004
        return ()
    return tuple(
        Misjudged(_data_uri(inputs[row]), int(inputs.shape[2]), right, taken)
        for row, right, taken in misjudged
        if row < len(inputs)
    )


def _data_uri(picture: np.ndarray[Any, np.dtype[np.uint8]]) -> str:
    """Return a grey picture as an address that holds it."""
    file = io.BytesIO()
    Image.fromarray(picture).save(file, "PNG", optimize=True)
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode("ascii")
