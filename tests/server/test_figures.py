"""The arithmetic of statistics, against numbers worked out on paper."""

import numpy as np
import pytest

from server.gradebook.figures import correlation, counts, median, score_histogram
from server.gradebook.sheet import harmless


def test_scores_are_counted_in_tenths() -> None:
    """A score on a border belongs to the tenth that it begins, whatever its binary fraction; 1 to the last one."""
    scores = [0, 0.0999, 0.1, 0.3, 0.1 + 0.2, 0.7, 0.29999999999999999, 0.95, 1]

    assert [2, 1, 0, 3, 0, 0, 0, 1, 0, 2] == score_histogram(scores)


def test_the_point_biserial_correlation_is_what_paper_says() -> None:
    """Right 1 1 0 0, rest 1 .5 .5 0: means .75 and .25, deviation sqrt(.125), so r = .5 / .35355 * .5 = .7071."""
    right, rest = np.array([1.0, 1, 0, 0]), np.array([1, 0.5, 0.5, 0])

    assert 0.70710678 == pytest.approx(correlation(right, rest))
    assert -0.70710678 == pytest.approx(correlation(1 - right, rest))


@pytest.mark.parametrize(
    ("right", "rest"),
    [([], []), ([1.0], [0.5]), ([1.0, 1], [0, 1.0]), ([1.0, 0], [0.3, 0.1 + 0.2])],
)
def test_no_correlation_is_told_where_nothing_varies(right: list[float], rest: list[float]) -> None:
    """Nobody, one student, everybody right, everybody equally strong: None, and no division by nothing."""
    assert correlation(np.array(right), np.array(rest)) is None


def test_medians_and_counts() -> None:
    """An even number has its median between two; nothing has none."""
    assert (2.0, 2.5, None) == (median([3, 1, 2]), median([1, 2, 3, 9]), median([]))
    assert [(1, 2), (3, 1)] == counts([3, 1, 1])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("  =1", "'  =1"),
        ("＝1", "'＝1"),
        ("周老师", "周老师"),
        ("a=1", "a=1"),
        ("", ""),
    ],
)
def test_no_name_becomes_a_formula(text: str, expected: str) -> None:
    """What a spreadsheet would calculate is shown as text; what it would not stays as it is."""
    assert expected == harmless(text)
