"""How one program became another, line by line, with a little of what stayed around each change."""

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from markupsafe import Markup

from server.web.highlight import highlighted_lines

AROUND = 3  #: unchanged lines that are shown on each side of a change
#: Longer programs are compared by their beginnings; no exercise comes near it.
MOST_LINES = 3000


@dataclass(frozen=True, slots=True)
class DiffLine:
    """One line of a comparison; a gap stands for unchanged lines that are left out."""

    kind: Literal["same", "gone", "new", "gap"]
    old: int | None  #: its number in the older program
    new: int | None  #: its number in the newer one
    html: Markup


@dataclass(frozen=True, slots=True)
class Difference:
    """A whole comparison."""

    lines: tuple[DiffLine, ...]
    gone: int
    new: int


def difference(old: str, new: str) -> Difference:
    """Return how ``old`` became ``new``; no lines where nothing changed."""
    before, after = _lines(old), _lines(new)
    old_html, new_html = highlighted_lines(old), highlighted_lines(new)
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    lines: list[DiffLine] = []
    shown = 0
    for group in matcher.get_grouped_opcodes(AROUND):
        if group[0][1] > shown:
            lines.append(DiffLine("gap", None, None, Markup()))
        for opcode in group:
            lines += _shown(opcode, old_html, new_html)
        shown = group[-1][2]
    if lines and shown < len(before):
        lines.append(DiffLine("gap", None, None, Markup()))
    return Difference(tuple(lines), _count(lines, "gone"), _count(lines, "new"))


def _lines(text: str) -> list[str]:
    """Return the lines that are compared; spaces at their ends are no change."""
    return [line.rstrip() for line in text.split("\n")][:MOST_LINES]


def _shown(opcode: tuple[str, int, int, int, int], old: Sequence[Markup], new: Sequence[Markup]) -> list[DiffLine]:
    """Return the lines of one step from the older to the newer program."""
    tag, old_from, old_to, new_from, new_to = opcode
    if tag == "equal":
        return [
            DiffLine("same", at + 1, new_from + at - old_from + 1, _html(old, at)) for at in range(old_from, old_to)
        ]
    gone = [DiffLine("gone", at + 1, None, _html(old, at)) for at in range(old_from, old_to)]
    return gone + [DiffLine("new", None, at + 1, _html(new, at)) for at in range(new_from, new_to)]


def _html(lines: Sequence[Markup], at: int) -> Markup:
    """Return a line; the empty one behind the last line end has no HTML of its own."""
    return lines[at] if at < len(lines) else Markup()


def _count(lines: Sequence[DiffLine], kind: str) -> int:
    return sum(line.kind == kind for line in lines)
