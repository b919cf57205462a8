"""What an archive holds, held against what an exercise may hold, and written into a folder as plain files.

Zips and git bundles both become :class:`Member` values. Nothing of an archive but names and bytes is used: no links, no
modes, no times, no owners.
"""

import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from exercises.bundle import MANIFEST
from exercises.version import is_leftover
from server.imports.refusals import (
    ArchiveDamaged,
    ArchiveTooLarge,
    MemberOutside,
    MemberTwice,
    NoExercise,
    SeveralFolders,
)

MOST_MEMBERS = 2000
MOST_BYTES = 64 * 1024 * 1024  #: of all files together
LONGEST_PART = 200  #: bytes of a file's or folder's name
DEEPEST = 8
#: Of files that are read as text; the largest of any exercise has a few thousand bytes.
MOST_TEXT_BYTES = 1024 * 1024
TEXT_AT_TOP = frozenset({".toml", ".md", ".py", ".json"})


@dataclass(frozen=True, slots=True)
class Member:
    """One file of an archive.

    Attributes:
        path: Its safe path, as :func:`safe_path` returns it.
        size: How many bytes the archive says it has.
        read: Returns its contents; they are trusted to be ``size`` bytes by nobody.

    """

    path: tuple[str, ...]
    size: int
    read: Callable[[], bytes]


def safe_path(name: str) -> tuple[str, ...]:
    """Return the parts of a member's name, in normal form.

    Raises:
        MemberOutside: It is absolute, climbs, or can be no file's name somewhere.

    """
    name = unicodedata.normalize("NFC", name.replace("\\", "/"))
    if name.startswith("/"):
        raise MemberOutside(name)
    parts = tuple(part for part in name.split("/") if part not in {"", "."})
    if not parts or len(parts) > DEEPEST or not all(_is_plain(part) for part in parts):
        raise MemberOutside(name)
    return parts


def _is_plain(part: str) -> bool:
    """Tell whether a name is one that any system could give a file."""
    if part == ".." or ":" in part or part != part.strip():
        return False
    if any(unicodedata.category(character) in {"Cc", "Cs", "Cf", "Zl", "Zp"} for character in part):
        return False
    return len(part.encode("utf-8")) <= LONGEST_PART


def lay_out(members: Iterable[Member], into: Path) -> Path:
    """Write the files of one exercise into a new folder and return it.

    Leftovers of systems and editors are passed over; one top folder, which many archives have, is taken off.

    Args:
        members: What the archive holds; at most :data:`MOST_MEMBERS` are looked at.
        into: Where the folder is made.

    Raises:
        ArchiveRefused: The archive is not of one exercise, or too large.

    """
    kept: list[Member] = []
    for count, member in enumerate(members):
        if count >= MOST_MEMBERS:
            raise ArchiveTooLarge(zh=f"文件多于 {MOST_MEMBERS} 个", en=f"more than {MOST_MEMBERS} files")
        if not any(is_leftover(part) for part in member.path):
            kept.append(member)
    top, files = _without_top(kept)
    _must_fit(files)
    folder = into / (top or "bundle")
    left = MOST_BYTES
    for member in files:
        content = member.read()
        left -= len(content)
        if len(content) != member.size or left < 0:
            raise ArchiveDamaged
        place = folder.joinpath(*member.path)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
    return folder


def _without_top(members: Sequence[Member]) -> tuple[str, list[Member]]:
    """Return the name of the top folder, empty where there is none, and the members within it."""
    paths = {member.path for member in members}
    if (MANIFEST,) in paths:
        return "", list(members)
    tops = [path[0] for path in paths if path[1:] == (MANIFEST,)]
    if not tops:
        raise NoExercise
    strange = next((path for path in sorted(paths) if path[0] != tops[0]), None)
    if strange is not None:
        raise SeveralFolders("/".join(strange))
    return tops[0], [replace(member, path=member.path[1:]) for member in members]


def _must_fit(members: Sequence[Member]) -> None:
    """Refuse what is too large, and names that would be the same file on some system."""
    if sum(member.size for member in members) > MOST_BYTES:
        raise ArchiveTooLarge(zh=f"解压后超过 {MOST_BYTES >> 20} MiB", en=f"more than {MOST_BYTES >> 20} MiB unpacked")
    files: set[tuple[str, ...]] = set()
    folders: set[tuple[str, ...]] = set()
    for member in members:
        if Path(member.path[-1]).suffix in TEXT_AT_TOP and member.size > MOST_TEXT_BYTES:
            name = "/".join(member.path)
            raise ArchiveTooLarge(zh=f"{name} 超过 1 MiB", en=f"{name} has more than 1 MiB")
        folded = tuple(part.casefold() for part in member.path)
        above = {folded[:depth] for depth in range(1, len(folded))}
        if folded in files or folded in folders or files & above:
            raise MemberTwice("/".join(member.path))
        files.add(folded)
        folders |= above
