"""Right code stays right, however it was saved; a changed scaffold is refused with the line and a sentence."""

import random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from exercises import cut, extract, splice
from exercises.errors import (
    Refused,
    RefusedLockedLine,
    RefusedNotUtf8,
    RefusedNulByte,
    RefusedRegionCount,
    RefusedTooLarge,
)

ONE = """\
import numpy as np


def build_model():
    model = Sequential()
    #********* Begin *********#
    #********* End *********#
    return model
"""

THREE = """\
def first(path):
    images = []
    #********* Begin *********#
    pass
    #********* End *********#
    return images


def second():
    #********* Begin *********#
    #********* End *********#
    return None


def third(model):
    #********* Begin *********#

    #********* End *********#
    model.fit()
"""

ANSWER = "    model.add(1)\n    model.add(2)\n"
RIGHT = ONE.replace("Begin *********#\n", "Begin *********#\n" + ANSWER)


def test_an_answer_is_put_in_its_place() -> None:
    """The program is the stub with the answer between the marks, and says where the answer begins."""
    source = splice(ONE, [ANSWER])

    assert RIGHT == source.text
    assert (ANSWER,) == source.regions
    assert (7,) == source.first_lines


def test_three_answers_are_put_in_their_places() -> None:
    """Each region gets its own text; the first lines are those of the program, not of the stub."""
    source = splice(THREE, ["a\nb\nc", "d", ""])
    lines = source.text.split("\n")

    assert (4, 13, 20) == source.first_lines
    assert ["a", "d"] == [lines[3], lines[12]]
    assert ("a\nb\nc\n", "d\n", "") == source.regions


@pytest.mark.parametrize(
    "submitted",
    [
        pytest.param(RIGHT.replace("\n", "\r\n").encode(), id="CRLF"),
        pytest.param(RIGHT.replace("\n", "\r").encode(), id="CR"),
        pytest.param(RIGHT.replace("\n", "\r\n", 3).encode(), id="mixed line ends"),
        pytest.param(b"\xef\xbb\xbf" + RIGHT.encode(), id="byte order mark"),
        pytest.param(RIGHT.rstrip("\n").encode(), id="no last line end"),
        pytest.param((RIGHT + "\n  \n\n").encode(), id="empty lines at the end"),
        pytest.param(RIGHT.replace("return model", "return model \t").encode(), id="trailing white space"),
        pytest.param(RIGHT.replace("*#\n", "*#   \n").encode(), id="trailing white space after marks"),
        pytest.param(RIGHT.replace("as np\n", "as np\x0c\n").encode(), id="form feed at the end of a locked line"),
    ],
)
def test_a_file_saved_in_another_way_is_the_same_program(submitted: bytes) -> None:
    """Line ends, byte order mark, white space at line ends and at the end of the file do not count."""
    assert splice(ONE, [ANSWER]) == extract(ONE, submitted, whole_file=False)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_region_may_come_with_any_line_ends(end: str) -> None:
    """What a browser sends gives the same program as what an editor saves; the last line end is optional."""
    assert splice(ONE, [ANSWER]) == splice(ONE, [ANSWER.replace("\n", end)])
    assert splice(ONE, [ANSWER]) == splice(ONE, ["\ufeff" + ANSWER.replace("\n", end).removesuffix(end)])


def test_indentation_by_tabs_is_accepted() -> None:
    """An editor that turned every indentation into tabs made an equal program; it stays consistent, so it compiles."""
    tabbed = RIGHT.replace("    ", "\t")
    source = extract(ONE, tabbed.encode(), whole_file=False)

    assert tabbed == source.text
    compile(source.text, "student.py", "exec")


def test_a_stub_indented_by_tabs_is_its_own_measure() -> None:
    """Nothing is turned into spaces."""
    stub = ONE.replace("    ", "\t")

    assert splice(stub, [ANSWER]) == extract(stub, splice(stub, [ANSWER]).text.encode(), whole_file=False)


def test_only_python_line_ends_end_a_line() -> None:
    """Form feeds, vertical tabs and Unicode separators stay inside their line, where Python keeps them."""
    answer = "\x0c    text = '\x0b\x1c\x85\u2028\u2029'\n"
    source = splice(ONE, [answer])

    assert (answer,) == source.regions
    assert source == extract(ONE, source.text.encode(), whole_file=False)
    assert source.text.count("\n") == ONE.count("\n") + 1


@pytest.mark.parametrize(
    "answer",
    [
        "    #********* Begin *********#\n    x = 1\n    #********* End *********#\n",
        "    '''\n    #********* End *********#\n    '''\n",
        "    text = '#********* Begin *********#'\n",
        "    #********* End *********#\n    return images\n",
        "    #********* End *********#\n    return images\n\n\ndef second():\n    #********* Begin *********#\n",
    ],
)
def test_marks_in_an_answer_confuse_nobody(answer: str) -> None:
    """Mark lines, even copies of locked blocks, in a docstring, a string or as they are, are part of the answer."""
    for place in range(3):
        answers = ["    pass", "    pass", "    pass"]
        answers[place] = answer
        program = splice(THREE, answers).text

        assert program == extract(THREE, program.encode(), whole_file=False).text


def test_a_coding_cookie_is_accepted() -> None:
    """A line that names the encoding is an ordinary line."""
    stub = "# -*- coding: utf-8 -*-\n" + ONE
    program = splice(stub, [ANSWER]).text

    assert program == extract(stub, program.encode(), whole_file=False).text


def test_a_whole_file_is_taken_as_it_is() -> None:
    """With its line ends normalised and no byte order mark; it has no regions."""
    source = extract(ONE, b"\xef\xbb\xbfdef build_model():\r\n    return 1", whole_file=True)

    assert source.text == "def build_model():\n    return 1\n"
    assert source.regions == ()


def locked(submitted: str, stub: str = ONE) -> RefusedLockedLine:
    """Send a file that must be refused for a locked line, and return the refusal."""
    with pytest.raises(RefusedLockedLine) as caught:
        extract(stub, submitted.encode(), whole_file=False)
    return caught.value


def test_a_changed_line_before_the_region() -> None:
    """The refusal names the line and what should stand there, in both languages."""
    refusal = locked(RIGHT.replace("as np", "as n"))

    assert (1, "import numpy as np", "import numpy as n") == (refusal.line, refusal.expected, refusal.found)
    assert refusal.sentence.en == (
        "Line 1 lies outside Begin and End and was changed; it should read `import numpy as np`. "
        "Put it back and write only between the marks."
    )
    assert refusal.sentence.zh == (
        "第 1 行在 Begin 与 End 之外，不能改动；这一行应为 `import numpy as np`。请恢复原样，只在标记之间作答。"
    )


def test_a_changed_line_after_the_region() -> None:
    """The number is that of the student's file."""
    refusal = locked(RIGHT.replace("return model", "return None"))

    assert (10, "    return model", "    return None") == (refusal.line, refusal.expected, refusal.found)


def test_a_line_added_at_the_top() -> None:
    """An import added above the stub's own is a changed line."""
    refusal = locked("import os\n" + RIGHT)

    assert (1, "import numpy as np", "import os") == (refusal.line, refusal.expected, refusal.found)


def test_lines_added_at_the_end() -> None:
    """What a student adds to try the function out is named as one too many."""
    refusal = locked(RIGHT + "\n\nprint(build_model())\n")

    assert (11, None) == (refusal.line, refusal.expected)
    assert "Line 11 is one too many" in refusal.sentence.en
    assert "第 11 行是多出来的" in refusal.sentence.zh


def test_a_lost_last_line() -> None:
    """A line that is not there is called missing."""
    refusal = locked(RIGHT.replace("    return model\n", ""))

    assert (10, "    return model", None) == (refusal.line, refusal.expected, refusal.found)
    assert "Line 10 lies outside Begin and End and is missing" in refusal.sentence.en


def test_a_changed_line_between_regions() -> None:
    """In a file with several regions the changed block is found, also when an answer looks like it."""
    program = splice(THREE, ["    a\n    #********* End *********#\n", "    b\n", "    c\n"]).text
    refusal = locked(program.replace("def second():", "def zweite():"), THREE)

    assert (10, "def second():", "def zweite():") == (refusal.line, refusal.expected, refusal.found)


def test_a_changed_empty_line_is_described_as_empty() -> None:
    """Nobody is asked to write two backticks with nothing between them."""
    refusal = locked(RIGHT.replace("np\n\n\n", "np\n\nimport os\n"))

    assert refusal.line == 3
    assert "it should be empty" in refusal.sentence.en
    assert "应为空行" in refusal.sentence.zh


@pytest.mark.parametrize(
    ("submitted", "found"),
    [
        (RIGHT.replace("    #********* End *********#\n", ""), 0),
        (RIGHT.replace("#********* Begin *********#", "# Begin"), 0),
        ("", 0),
        ("print('hello')\n", 0),
    ],
)
def test_a_file_without_its_marks(submitted: str, found: int) -> None:
    """Lost marks are a wrong number of regions, not a riddle about line numbers."""
    with pytest.raises(RefusedRegionCount) as caught:
        extract(ONE, submitted.encode(), whole_file=False)

    assert (1, found) == (caught.value.expected, caught.value.found)
    assert "1 处 Begin 与 End" in caught.value.sentence.zh


@pytest.mark.parametrize("count", [0, 1, 2, 4])
def test_a_wrong_number_of_answers(count: int) -> None:
    """The browser's door counts regions too."""
    with pytest.raises(RefusedRegionCount) as caught:
        splice(THREE, ["    pass"] * count)

    assert (3, count) == (caught.value.expected, caught.value.found)


@pytest.mark.parametrize(
    ("submitted", "kind", "sentence"),
    [
        (RIGHT.encode() + "# 注释".encode("gbk"), RefusedNotUtf8, "not UTF-8 text (line 11)"),
        (RIGHT.encode("utf-16"), RefusedNotUtf8, "not UTF-8 text (line 1)"),
        (RIGHT.encode("utf-16-le"), RefusedNulByte, "Line 1 contains a NUL"),
        (RIGHT.replace("add(2)", "add(\0)").encode(), RefusedNulByte, "Line 8 contains a NUL"),
        (RIGHT.encode() + b"#" * 256 * 1024, RefusedTooLarge, "larger than 256 KiB"),
        (random.Random(1).randbytes(1000), RefusedNotUtf8, "not UTF-8 text"),  # noqa: S311 - junk, not a secret
    ],
)
@pytest.mark.parametrize("whole_file", [False, True])
def test_bytes_that_are_no_program(submitted: bytes, kind: type[Refused], sentence: str, *, whole_file: bool) -> None:
    """Another encoding, a NUL and too much text are refused by name, whichever way the file is taken."""
    with pytest.raises(kind) as caught:
        extract(ONE, submitted, whole_file=whole_file)

    assert sentence in caught.value.sentence.en


@pytest.mark.parametrize(
    ("answer", "kind"),
    [("x = '\0'", RefusedNulByte), ("x = '\ud800'", RefusedNotUtf8), ("#" * 256 * 1024, RefusedTooLarge)],
)
def test_characters_that_are_no_program(answer: str, kind: type[Refused]) -> None:
    """The same holds for text that came as JSON, where half a surrogate pair is possible."""
    with pytest.raises(kind):
        splice(ONE, [answer])


def test_a_file_of_the_greatest_size_is_accepted() -> None:
    """256 KiB exactly is not over 256 KiB."""
    room = 256 * 1024 - len(ONE.encode()) - 1
    program = splice(ONE, ["#" * room]).text

    assert 256 * 1024 == len(program.encode())
    assert program == extract(ONE, program.encode(), whole_file=False).text


LINES = st.sampled_from(
    [*THREE.split("\n"), "#********* Begin *********#", "    x = 1 ", "\x0c", "\u2028", "\ufeff", "'''", "\\", "\t", ""]
)
TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))
ANSWERS = st.lists(LINES | TEXTS, max_size=12).map("\n".join)
THREE_ANSWERS = st.lists(ANSWERS, min_size=3, max_size=3)


@given(THREE_ANSWERS)
def test_round_trip(answers: list[str]) -> None:
    """Whatever the regions contain, the spliced program read back as a file is the same program."""
    program = splice(THREE, answers).text
    again = extract(THREE, program.encode(), whole_file=False)

    assert program == again.text
    assert program == splice(THREE, again.regions).text


@given(THREE_ANSWERS, st.sampled_from(["\n", "\r\n", "\r"]), st.sampled_from(["", "\ufeff"]))
def test_line_ends_never_change_a_program(answers: list[str], end: str, start: str) -> None:
    """Any line end, a byte order mark and a missing last line end give the same text, first lines and regions."""
    program = splice(THREE, answers).text
    saved = (start + program.removesuffix("\n")).replace("\n", end).encode()

    assert extract(THREE, program.encode(), whole_file=False) == extract(THREE, saved, whole_file=False)


@given(THREE_ANSWERS)
def test_the_regions_are_where_they_are_said_to_be(answers: list[str]) -> None:
    """``first_lines`` points at each region's text, so that a traceback can be mapped to the student's own lines."""
    source = splice(THREE, answers)
    lines = source.text.split("\n")

    for region, first in zip(source.regions, source.first_lines, strict=True):
        count = region.count("\n")
        assert region == "".join(f"{line}\n" for line in lines[first - 1 : first - 1 + count])


@given(st.lists(LINES, max_size=40), st.sampled_from([ONE, THREE]))
def test_any_file_is_accepted_or_refused_with_a_sentence(lines: list[str], stub: str) -> None:
    """No file, however mangled, makes the reader stumble: it gives a program or a refusal."""
    try:
        count = len(extract(stub, "\n".join(lines).encode(), whole_file=False).regions)
    except Refused:
        count = len(cut(stub).regions)

    assert count == len(cut(stub).regions)


@given(THREE_ANSWERS, st.data())
def test_a_changed_locked_line_is_never_accepted(answers: list[str], data: st.DataObject) -> None:
    """Take any locked line that is not empty and change its text: the file is refused."""
    assume(not any(block in f"{answer}\n" for block in cut(THREE).locked for answer in answers))  # a copy may stand in
    source = splice(THREE, answers)
    lines = source.text.split("\n")
    own = {
        number
        for region, first in zip(source.regions, source.first_lines, strict=True)
        for number in range(first, first + region.count("\n"))
    }
    numbers = [number for number, line in enumerate(lines, 1) if number not in own and line.strip()]
    number = data.draw(st.sampled_from(numbers))
    lines[number - 1] += "  # changed by a student"
    text = "\n".join(lines)

    with pytest.raises((RefusedLockedLine, RefusedRegionCount)):
        extract(THREE, text.encode(), whole_file=False)
