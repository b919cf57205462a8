"""Begin and End: which lines of a stub are locked and which are the student's.

A mark is a line of its own such as ``#********* Begin *********#``. Marks mean something in a *stub* only, and there
by their position: in what a student sends, a line that looks like a mark may as well be part of the answer.
"""

import re
from dataclasses import dataclass
from typing import Literal

from exercises.errors import StubMarksWrong
from exercises.lines import join_lines, split_lines

BEGIN = re.compile(r"\s*#\*+\s*Begin\s*\*+#\s*")
END = re.compile(r"\s*#\*+\s*End\s*\*+#\s*")

Mark = Literal["Begin", "End"]


@dataclass(frozen=True)
class Cut:
    """A stub taken apart at its marks.

    The mark lines belong to the locked blocks, so that a stub is
    ``locked[0] + regions[0] + locked[1] + ... + regions[-1] + locked[-1]``.
    """

    locked: tuple[str, ...]
    regions: tuple[str, ...]


def mark(line: str) -> Mark | None:
    """Return which mark ``line`` is, if any."""
    if BEGIN.fullmatch(line):
        return "Begin"
    return "End" if END.fullmatch(line) else None


def regions(stub: str) -> tuple[tuple[int, int], ...]:
    """Return the line numbers of each Begin mark and its End mark; the first line is 1.

    Raises:
        StubMarksWrong: the marks do not alternate, beginning with Begin and ending with End, or there are none.
    """
    marks = [(number, found) for number, line in enumerate(split_lines(stub), 1) if (found := mark(line))]
    for index, (number, found) in enumerate(marks):
        wanted = "End" if index % 2 else "Begin"
        if found != wanted:
            raise StubMarksWrong(
                f"line {number}: a Begin mark and an End mark must take turns; this should be {wanted}"
            )
    if not marks:
        raise StubMarksWrong("there is no line such as `#********* Begin *********#`")
    if len(marks) % 2:
        raise StubMarksWrong(f"line {marks[-1][0]}: this Begin mark has no End mark")
    numbers = [number for number, _ in marks]
    return tuple(zip(numbers[::2], numbers[1::2], strict=True))


def cut(stub: str) -> Cut:
    """Take ``stub`` apart into its locked blocks and its regions.

    Raises:
        StubMarksWrong: as ``regions`` does.
    """
    lines = split_lines(stub)
    locked: list[str] = []
    answers: list[str] = []
    start = 0
    for begin, end in regions(stub):
        locked.append(join_lines(lines[start:begin]))
        answers.append(join_lines(lines[begin : end - 1]))
        start = end - 1
    locked.append(join_lines(lines[start:]))
    return Cut(tuple(locked), tuple(answers))
