"""Entries of ``exercise.toml`` as their authors see them: whole ``[[checks]]`` blocks, added, moved and taken out.

Blocks are moved as lines, with the comment above them, so that nothing inside is written anew.
"""

import copy
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from exercises.tomllines import HEADER
from server.authoring.manifests import read_table
from server.errors import FormNotApplied


@dataclass(frozen=True, slots=True)
class Block:
    """The lines of one entry: from the comment above its header to the line before the next."""

    start: int
    end: int  #: the first line that is no longer part of it


def add_entry(text: str, section: str, written: str) -> str:
    """Return the text with a further entry, behind the last one of its section.

    Args:
        text: The file.
        section: ``checks``, ``captures`` ...
        written: The keys of the new entry, a line each.

    Raises:
        FormNotApplied: The file does not have its entries as blocks.

    """
    entry = read_table(written)
    wanted = _entries(text, section)
    if entry is None:
        raise FormNotApplied
    lines = _lines(text)
    blocks = _blocks(lines, section)
    place = blocks[-1].end if blocks else len(lines)
    new = ["", f"[[{section}]]", *_lines(written)]
    changed = _joined([*_trimmed(lines[:place]), *new, *([""] if lines[place:] else []), *lines[place:]])
    return _checked(text, changed, section, [*wanted, entry])


def remove_entry(text: str, section: str, index: int) -> str:
    """Return the text without one entry.

    Raises:
        FormNotApplied: There is none, or it is no block.

    """
    wanted = _entries(text, section)
    lines = _lines(text)
    block = _block(lines, section, index)
    if index >= len(wanted):
        raise FormNotApplied
    del wanted[index]
    return _checked(text, _joined([*lines[: block.start], *lines[block.end :]]), section, wanted)


def move_up(text: str, section: str, index: int) -> str:
    """Return the text with an entry before the one that it followed.

    Raises:
        FormNotApplied: There is none before it, or they are no blocks.

    """
    if index < 1:
        raise FormNotApplied
    wanted = _entries(text, section)
    lines = _lines(text)
    first, second = _block(lines, section, index - 1), _block(lines, section, index)
    if index >= len(wanted):
        raise FormNotApplied
    wanted[index - 1 : index + 1] = [wanted[index], wanted[index - 1]]
    upper, lower = _apart(lines[first.start : first.end]), _apart(lines[second.start : second.end])
    changed = [
        *lines[: first.start], *lower, *lines[first.end : second.start], *upper, *lines[second.end :],
    ]  # fmt: skip
    return _checked(text, _joined(changed), section, wanted)


def _apart(lines: Sequence[str]) -> list[str]:
    """Return a block with one empty line behind it, so that two never touch."""
    return [*_trimmed(lines), ""]


def _trimmed(lines: Sequence[str]) -> list[str]:
    """Return lines without the empty ones at the end."""
    kept = list(lines)
    while kept and not kept[-1].strip():
        kept.pop()
    return kept


def _lines(text: str) -> list[str]:
    return text.rstrip("\n").split("\n") if text.strip() else []


def _joined(lines: Sequence[str]) -> str:
    return "\n".join(_trimmed(lines)) + "\n"


def _entries(text: str, section: str) -> list[dict[str, Any]]:
    """Return the entries of a section as data.

    Raises:
        FormNotApplied: The text is no TOML, or the section no list of tables.

    """
    table = read_table(text)
    entries = [] if table is None else table.get(section, [])
    if table is None or not isinstance(entries, list):
        raise FormNotApplied
    return copy.deepcopy(entries)


def _block(lines: Sequence[str], section: str, index: int) -> Block:
    blocks = _blocks(lines, section)
    if not 0 <= index < len(blocks):
        raise FormNotApplied
    return blocks[index]


def _blocks(lines: Sequence[str], section: str) -> list[Block]:
    """Return the blocks of a section, in order."""
    own = re.compile(rf"{re.escape(section)}(\..+)?")
    headers = [(number, found) for number, line in enumerate(lines) if (found := HEADER.fullmatch(line))]
    starts = [number for number, found in headers if found[1] == "[[" and found[2].strip() == section]
    blocks = []
    for start in starts:
        end = next(
            (
                number
                for number, found in headers
                if number > start and not (own.fullmatch(found[2].strip()) and found[2].strip() != section)
            ),
            len(lines),
        )
        blocks.append(Block(_above(lines, start), end if end == len(lines) else _above(lines, end)))
    return blocks


def _above(lines: Sequence[str], header: int) -> int:
    """Return the first line of the comments that stand above a header, also where an empty line lies between."""
    first = here = header
    while here > 0 and (not lines[here - 1].strip() or lines[here - 1].lstrip().startswith("#")):
        here -= 1
        if lines[here].strip():
            first = here
    return first


def _checked(before: str, after: str, section: str, wanted: list[dict[str, Any]]) -> str:
    """Return the new text if it differs in the section alone, and there as wanted.

    Raises:
        FormNotApplied: It does not.

    """
    old, new = read_table(before), read_table(after)
    if old is None or new is None:
        raise FormNotApplied
    old.pop(section, None)
    if new.pop(section, []) != wanted or new != old:
        raise FormNotApplied
    return after
