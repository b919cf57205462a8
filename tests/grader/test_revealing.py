"""What students are told of hidden rows: nothing unless the exercise says so, and never more than it says."""

from typing import Any

import numpy as np
import pytest

from exercises.schema import AccuracyCheck
from grader.revealing import MOST_ROWS, revealed

TARGETS = np.array([0, 1, 2, 2, 1, 0])
CLASSES = "012102"  # the last three rows are misjudged


def check(**changes: Any) -> AccuracyCheck:  # noqa: ANN401 - whatever the schema takes
    """Return an accuracy check."""
    values = {
        "kind": "accuracy",
        "id": "accuracy",
        "title": {"zh": "准确率", "en": "Accuracy"},
        "capture": "model",
        "test_targets": "private/test.npy",
        "decide": "argmax",
        "threshold": 0.5,
        **changes,
    }
    return AccuracyCheck.model_validate(values)


def test_nothing_is_told_by_default() -> None:
    """An exercise that says nothing reveals nothing but its accuracy."""
    assert {} == revealed({"classes": CLASSES}, check(), TARGETS)


def test_a_matrix_tells_counts_and_no_rows() -> None:
    """Rows of the table are right classes, columns what they were taken for; no row is named."""
    told = revealed({"classes": CLASSES}, check(reveals="matrix"), TARGETS)

    assert {"matrix": [[1, 0, 1], [1, 1, 0], [0, 1, 1]]} == told


def test_pictures_tell_misjudged_rows_and_no_other() -> None:
    """Each with its right class and what it was taken for."""
    told = revealed({"classes": CLASSES}, check(reveals="pictures"), TARGETS)

    assert [[3, 2, 1], [4, 1, 0], [5, 0, 2]] == told["misjudged"]


def test_few_rows_are_told_and_the_rarer_mistakes_among_them() -> None:
    """However many were misjudged, eight are told; a mistake that was made once is not buried under a common one."""
    targets = np.array([1] * 30 + [2, 0])
    told = revealed({"classes": "0" * 31 + "1"}, check(reveals="pictures"), targets)

    assert MOST_ROWS == len(told["misjudged"])
    assert {(1, 0), (2, 0), (0, 1)} == {(right, taken) for _, right, taken in told["misjudged"]}


@pytest.mark.parametrize(
    ("run", "targets"),
    [
        ({"classes": None}, TARGETS),
        ({}, TARGETS),
        ({"classes": "012"}, TARGETS),
        ({"classes": "00" * 40}, np.arange(40)),
    ],
)
def test_what_makes_no_table_tells_nothing(run: dict[str, Any], targets: Any) -> None:  # noqa: ANN401 - an array
    """No answer, an answer of another length, or more classes than anybody reads."""
    assert {} == revealed(run, check(reveals="pictures"), targets)


def test_what_is_no_class_stands_in_no_column() -> None:
    """A number beyond the classes, and none at all, are counted nowhere."""
    told = revealed({"classes": "9-2102"}, check(reveals="pictures"), TARGETS)

    assert 4 == sum(map(sum, told["matrix"]))
    assert all(row not in {0, 1} for row, _, _ in told["misjudged"])
