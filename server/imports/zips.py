"""Read a zip that anybody may have made: names in whatever encoding, links, devices, bombs and lies about sizes."""

import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from server.imports.members import MOST_BYTES, MOST_MEMBERS, Member, safe_path
from server.imports.refusals import (
    ArchiveDamaged,
    ArchiveEncrypted,
    ArchiveTooDense,
    ArchiveTooLarge,
    MemberIsNoFile,
    MemberOutside,
)

MAGIC = (b"PK\x03\x04", b"PK\x05\x06")

#: Times that contents may be larger than what they are packed in; exercises come to about ten. The first MiB is free,
#: for a file of zeros is no bomb.
DENSEST = 200
FREE_BYTES = 1024 * 1024

END = b"PK\x05\x06"
END_BYTES = 22
LONGEST_COMMENT = 65_535
ZIP64 = b"PK\x06\x07"
ZIP64_BYTES = 20
MOST_DIRECTORY_BYTES = MOST_MEMBERS * 1024

IS_UTF8 = 0x800
IS_ENCRYPTED = 0x1
METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
UNICODE_PATH = 0x7075  #: Info-ZIP's extra field: the name in UTF-8, with a checksum of the one it stands for

#: What reading a damaged zip may raise.
DAMAGED = (
    zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError,
    OverflowError,
)  # fmt: skip


@contextmanager
def zip_members(file: Path) -> Iterator[list[Member]]:
    """Yield the files of a zip, to be read while the block runs.

    Raises:
        ArchiveRefused: It is damaged, encrypted, a bomb, or holds what is no file.

    """
    with file.open("rb") as opened:
        _directory_must_be_small(opened)
        try:
            archive = zipfile.ZipFile(opened)
        except DAMAGED as error:
            raise ArchiveDamaged from error
        with archive:
            _must_be_no_bomb(archive.infolist())
            members = []
            for entry in archive.infolist():
                name = name_of(entry)
                path = safe_path(name)  # of folders and leftovers, too: who climbs out means harm
                if _is_file(entry, name):
                    members.append(Member(path, entry.file_size, _Reader(archive, entry)))
            yield members


class _Reader:
    """Reads one member, and no byte more than it says it has."""

    def __init__(self, archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
        self._archive = archive
        self._entry = entry

    def __call__(self) -> bytes:
        """Return the contents.

        Raises:
            ArchiveDamaged: They are not what the archive says.

        """
        try:
            with self._archive.open(self._entry) as member:
                content = member.read(self._entry.file_size)
                if member.read(1):
                    raise ArchiveDamaged
        except DAMAGED as error:
            raise ArchiveDamaged from error
        return content


def name_of(entry: zipfile.ZipInfo) -> str:
    """Return a member's name, in the encoding it was most likely written in.

    Zips made by Windows in China carry GBK and do not say so; those of macOS carry UTF-8 and do not say so either.

    Raises:
        MemberOutside: It has a NUL, behind which some programs would stop reading.

    """
    name = entry.orig_filename
    if not entry.flag_bits & IS_UTF8:
        raw = name.encode("cp437")
        name = _unicode_path(entry.extra, raw) or _decoded(raw)
    if "\0" in name:
        raise MemberOutside(name)
    return name


def _decoded(raw: bytes) -> str:
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("cp437")


def _unicode_path(extra: bytes, raw: bytes) -> str | None:
    """Return the name that Info-ZIP's extra field gives, if it is there and stands for this one."""
    while len(extra) >= 4:  # noqa: PLR2004 - the header of a field
        kind, length = struct.unpack("<HH", extra[:4])
        field, extra = extra[4 : 4 + length], extra[4 + length :]
        if kind == UNICODE_PATH and field[:1] == b"\1" and field[1:5] == struct.pack("<L", zlib.crc32(raw)):
            try:
                return field[5:].decode("utf-8")
            except UnicodeDecodeError:
                return None
    return None


def _is_file(entry: zipfile.ZipInfo, name: str) -> bool:
    """Tell whether a member is a file, not a folder.

    Raises:
        MemberIsNoFile: It is neither.

    """
    kind = stat.S_IFMT(entry.external_attr >> 16)
    is_folder = name.replace("\\", "/").endswith("/")
    if kind not in {0, stat.S_IFREG, stat.S_IFDIR} or (is_folder and entry.file_size):
        raise MemberIsNoFile(name)
    return not is_folder and kind != stat.S_IFDIR


def _directory_must_be_small(opened: BinaryIO) -> None:
    """Refuse a zip whose list of members alone would fill the memory, before anything reads that list.

    Raises:
        ArchiveDamaged: It has no end, as a zip must.
        ArchiveTooLarge: The list is too long, or so long that only the 64-bit form could hold it.

    """
    size = opened.seek(0, 2)
    start = max(0, size - END_BYTES - LONGEST_COMMENT - ZIP64_BYTES)
    opened.seek(start)
    tail = opened.read()
    opened.seek(0)
    found = len(tail) - END_BYTES if tail[-END_BYTES:].startswith(END) and tail.endswith(b"\0\0") else tail.rfind(END)
    if found < 0 or len(tail) - found < END_BYTES:
        raise ArchiveDamaged
    (directory_bytes,) = struct.unpack("<L", tail[found + 12 : found + 16])
    before = tail[max(0, found - ZIP64_BYTES) : found]
    if directory_bytes > MOST_DIRECTORY_BYTES or before.startswith(ZIP64):
        raise ArchiveTooLarge(zh=f"文件多于 {MOST_MEMBERS} 个", en=f"more than {MOST_MEMBERS} files")


def _must_be_no_bomb(entries: list[zipfile.ZipInfo]) -> None:
    """Refuse what says that it is larger than anything, or packed as nothing sensible is.

    Raises:
        ArchiveTooLarge: There are too many members, or too many bytes in them.
        ArchiveTooDense: It is a bomb.
        ArchiveEncrypted: It has a password.
        ArchiveDamaged: It is packed in a way that few programs know.

    """
    if len(entries) > MOST_MEMBERS:
        raise ArchiveTooLarge(zh=f"文件多于 {MOST_MEMBERS} 个", en=f"more than {MOST_MEMBERS} files")
    if any(entry.flag_bits & IS_ENCRYPTED for entry in entries):
        raise ArchiveEncrypted
    if any(entry.compress_type not in METHODS for entry in entries):
        raise ArchiveDamaged(zh="请使用普通的 zip 压缩（deflate）", en="make a plain zip (deflate)")
    unpacked, packed = sum(entry.file_size for entry in entries), sum(entry.compress_size for entry in entries)
    if unpacked > FREE_BYTES + DENSEST * packed:
        raise ArchiveTooDense
    if unpacked > MOST_BYTES:
        raise ArchiveTooLarge(zh=f"解压后超过 {MOST_BYTES >> 20} MiB", en=f"more than {MOST_BYTES >> 20} MiB unpacked")
