"""Finders that read how the student wrote it, where the message does not say; see :mod:`grader.hints.meant`."""

import re
from collections.abc import Callable, Mapping

from grader.hints.clues import without_texts
from grader.hints.program import MOST_READ, Program

Filled = Mapping[str, str]

#: ``for i, name in os.listdir(path):`` or ``in names:``, which unpacks each name.
NUMBERED_LOOP = re.compile(
    r"\s*for\s+\w+\s*,\s*\w+\s+in\s+(?:sorted\(\s*)?(?:(?:os\.)?listdir\(|(?:glob\.)?glob\(|\w+\s*:)"
)

#: ``Conv2D(32, 5, 5)``: three positions, of which the third is a stride.
STRIDE_BY_POSITION = re.compile(
    r"\b(?P<call>Conv2D|Convolution2D)\(\s*(?P<filters>[\w.]{1,20})\s*,\s*(?P<n>\d{1,3})\s*,\s*(?P<stride>\d{1,3})\s*[,)]"
)


def activation_by_position(found: re.Match[str], program: Program) -> Filled | None:
    """Find ``Dense(128, 10)``, whose second position is the activation."""
    number = re.escape(found["name"])
    written = re.search(rf"\bDense\(\s*(?P<units>[\w.]{{1,20}})\s*,\s*{number}\s*[,)]", program.statement())
    return None if written is None else {"units": written["units"]}


def stride_by_position(found: re.Match[str], program: Program) -> Filled | None:
    """Find a convolution whose third position, a stride larger than 1, may have been meant as its kernel's columns."""
    del found
    for written in STRIDE_BY_POSITION.finditer(without_texts(program.source[:MOST_READ])):
        if int(written["stride"]) > 1:
            return written.groupdict()
    return None


def numbered_loop(found: re.Match[str], program: Program) -> Filled | None:
    """Find a loop over names that wants a number beside each and forgets ``enumerate``."""
    del found
    return {} if NUMBERED_LOOP.match(program.statement()) else None


def uses(pattern: str) -> Callable[[re.Match[str], Program], Filled | None]:
    """Return a finder that fills nothing and fits where the program holds a pattern outside texts and comments."""

    def find(found: re.Match[str], program: Program) -> Filled | None:
        del found
        return {} if re.search(pattern, without_texts(program.source[:MOST_READ])) else None

    return find
