"""What differs between two versions of an exercise, file by file, and a version as one file to take home."""

import difflib
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from exercises import Bundle
from exercises.packing import pack
from exercises.version import bundle_files, canonical

#: Longer files are said to differ and not compared line by line, which may take minutes.
MOST_BYTES = 256 * 1024
MOST_LINES = 5000


class Change(StrEnum):
    """What became of a file."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class FileDifference:
    """One file that is not the same in both versions."""

    path: str
    change: Change
    diff: str | None  #: unified; None for what is no text, or too long


def differences(old: Bundle, new: Bundle) -> list[FileDifference]:
    """Return the files that differ, by path. Line ends do not count, nor what systems and editors leave behind."""
    before, after = _contents(old), _contents(new)
    return [
        FileDifference(path, _change(path, before, after), _unified(path, before.get(path, b""), after.get(path, b"")))
        for path in sorted({*before, *after})
        if before.get(path) != after.get(path)
    ]


def packed(bundle: Bundle) -> tuple[str, bytes]:
    """Return a version as a zip: its file name, and its bytes, the same each time; without data built by recipe."""
    with tempfile.TemporaryDirectory(prefix="beginend-pack-") as folder:
        place = pack(bundle, Path(folder))
        return place.name, place.read_bytes()


def _contents(bundle: Bundle) -> dict[str, bytes]:
    return {path: canonical(file) for path, file in bundle_files(bundle.folder).items()}


def _change(path: str, before: Mapping[str, bytes], after: Mapping[str, bytes]) -> Change:
    if path not in before:
        return Change.ADDED
    return Change.CHANGED if path in after else Change.REMOVED


def _unified(path: str, before: bytes, after: bytes) -> str | None:
    """Return the unified difference of two texts, or None where that would not help anybody."""
    old, new = _lines(before), _lines(after)
    if old is None or new is None:
        return None
    return "\n".join(difflib.unified_diff(old, new, f"a/{path}", f"b/{path}", lineterm=""))


def _lines(content: bytes) -> list[str] | None:
    """Return a text's lines; None for what is no text, or too long."""
    if len(content) > MOST_BYTES or b"\0" in content:
        return None
    try:
        lines = content.decode("utf-8").split("\n")
    except UnicodeDecodeError:
        return None
    return lines if len(lines) <= MOST_LINES else None
