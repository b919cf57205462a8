"""The difference of two versions, as rows of a table: side by side, or one below the other."""

import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from server.imports.differences import FileDifference

_HUNK = re.compile(r"@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@")


@dataclass(frozen=True, slots=True)
class Side:
    """A line of one version."""

    number: int
    text: str


@dataclass(frozen=True, slots=True)
class Row:
    """A row: the same line in both versions, or what stands in the place of what; neither between two places."""

    old: Side | None
    new: Side | None
    changed: bool

    @property
    def is_gap(self) -> bool:
        """Whether lines are left out here."""
        return self.old is None and self.new is None


@dataclass(frozen=True, slots=True)
class FileView:
    """A file that differs."""

    path: str
    change: str
    added: int
    removed: int
    rows: Sequence[Row] | None  #: None for what is no text, or too long


def file_views(files: Sequence[FileDifference], *, split: bool) -> list[FileView]:
    """Return the files that differ.

    Args:
        files: From ``server.imports.differences``.
        split: Whether what was and what is stand beside each other.

    """
    views = []
    for file in files:
        rows = None if file.diff is None else list(_rows(file.diff.split("\n"), split=split))
        views.append(
            FileView(
                path=file.path,
                change=file.change.value,
                added=sum(row.changed and row.new is not None for row in rows or ()),
                removed=sum(row.changed and row.old is not None for row in rows or ()),
                rows=rows,
            )
        )
    return views


def rows_between(before: str, after: str) -> list[Row]:
    """Return what differs between two texts, side by side."""
    lines = list(difflib.unified_diff(before.split("\n"), after.split("\n"), lineterm=""))
    return list(_rows(lines, split=True))


def _rows(lines: Sequence[str], *, split: bool) -> Iterator[Row]:
    """Yield the rows of a unified difference."""
    old_number = new_number = 0
    old: list[Side] = []
    new: list[Side] = []
    begun = False
    for line in lines:
        if found := _HUNK.match(line):
            yield from _together(old, new, split=split)
            if begun:
                yield Row(None, None, changed=False)
            old_number, new_number, begun = int(found[1]), int(found[2]), True
        elif not begun:
            continue
        elif line.startswith("-"):
            old.append(Side(old_number, line[1:]))
            old_number += 1
        elif line.startswith("+"):
            new.append(Side(new_number, line[1:]))
            new_number += 1
        else:
            yield from _together(old, new, split=split)
            yield Row(Side(old_number, line[1:]), Side(new_number, line[1:]), changed=False)
            old_number, new_number = old_number + 1, new_number + 1
    yield from _together(old, new, split=split)


def _together(old: list[Side], new: list[Side], *, split: bool) -> Iterator[Row]:
    """Yield what was taken out and what was put in, and forget both."""
    if split:
        for index in range(max(len(old), len(new))):
            yield Row(old[index] if index < len(old) else None, new[index] if index < len(new) else None, changed=True)
    else:
        yield from (Row(side, None, changed=True) for side in old)
        yield from (Row(None, side, changed=True) for side in new)
    old.clear()
    new.clear()
