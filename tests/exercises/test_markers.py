"""The marks of a stub are found in every customary spelling, and a stub whose marks do not pair is refused."""

import pytest

from exercises import cut, regions
from exercises.errors import StubMarksWrong
from exercises.markers import mark


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("#********* Begin *********#", "Begin"),
        ("    #********* End *********#   ", "End"),
        ("#* Begin *#", "Begin"),
        ("\t#***End***#", "End"),
        ("#********* begin *********#", None),
        ("x = 1  #********* Begin *********#", None),
        ("# ********* Begin *********#", None),
        ("#********* Begin *********", None),
        ("# Begin", None),
    ],
)
def test_what_is_a_mark(line: str, expected: str | None) -> None:
    """The number of asterisks and spaces is free; the words, the signs and the line of its own are not."""
    assert expected == mark(line)


def test_regions_and_blocks_of_a_stub() -> None:
    """Regions are named by the lines of their marks; the blocks put together again are the stub."""
    stub = "import os\n#* Begin *#\n#* End *#\ny = 1\n#* Begin *#\na\nb\n#* End *#\n"

    assert ((2, 3), (5, 8)) == regions(stub)
    parts = cut(stub)
    assert ("", "a\nb\n") == parts.regions
    assert ("import os\n#* Begin *#\n", "#* End *#\ny = 1\n#* Begin *#\n", "#* End *#\n") == parts.locked


@pytest.mark.parametrize(
    ("stub", "sentence"),
    [
        ("x = 1\n", "there is no line such as"),
        ("#* End *#\n", "line 1: .* this should be Begin"),
        ("#* Begin *#\n#* Begin *#\n#* End *#\n", "line 2: .* this should be End"),
        ("#* Begin *#\n#* End *#\n\n#* Begin *#\n", "line 4: this Begin mark has no End mark"),
    ],
)
def test_marks_that_do_not_pair(stub: str, sentence: str) -> None:
    """An author is sent to the line."""
    with pytest.raises(StubMarksWrong, match=sentence):
        cut(stub)
