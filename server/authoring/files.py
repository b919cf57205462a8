"""The files of a working copy: read, saved where nobody has saved since, added and removed."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from exercises.bundle import CALIBRATION, MANIFEST, SOLUTION, STUB
from exercises.lines import normalise
from server.database.models import WorkingCopy, WorkingFile
from server.errors import (
    FileChangedMeanwhile,
    FileNameNotPossible,
    FileNeeded,
    FileThere,
    UnknownWorkingFile,
    WorkingCopyTooLarge,
)
from server.imports.members import MOST_BYTES, MOST_MEMBERS, MOST_TEXT_BYTES

STATEMENTS = ("statement.zh.md", "statement.en.md")
NEEDED = frozenset({MANIFEST, *STATEMENTS, STUB, SOLUTION})

#: What an author may add. Known solutions lie in the folder of the verdict that they must get.
_ADDABLE = re.compile(
    rf"{re.escape(CALIBRATION)}|stub\.py|solution\.py"
    r"|(data|private)/[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}"
    r"|submissions/[a-z][a-z0-9_-]{0,63}/[A-Za-z0-9_][A-Za-z0-9_.-]{0,95}\.py"
)
#: What a page shows as text.
TEXTS = (".toml", ".md", ".py", ".json", ".txt", ".csv")


@dataclass(frozen=True, slots=True)
class FileLine:
    """A file in a list."""

    path: str
    size: int  #: bytes
    sha256: str

    @property
    def is_text(self) -> bool:
        """Whether a page may show it and let it be changed."""
        return self.path.endswith(TEXTS) and self.size <= MOST_TEXT_BYTES


@dataclass(frozen=True, slots=True)
class TextFile:
    """A text as it is, and the digest that a save must name."""

    path: str
    text: str
    sha256: str


def digest_of(content: bytes) -> str:
    """Return the sha256 of a file's content."""
    return hashlib.sha256(content).hexdigest()


async def files_of(session: AsyncSession, copy: WorkingCopy) -> Sequence[FileLine]:
    """Return the files of a working copy by path, without their contents."""
    rows = await session.execute(
        select(WorkingFile.path, func.octet_length(WorkingFile.content), WorkingFile.sha256)
        .where(WorkingFile.copy_id == copy.id)
        .order_by(WorkingFile.path)
    )
    return [FileLine(path, size, sha256) for path, size, sha256 in rows]


async def contents_of(session: AsyncSession, copy: WorkingCopy) -> dict[str, bytes]:
    """Return everything."""
    rows = await session.execute(
        select(WorkingFile.path, WorkingFile.content).where(WorkingFile.copy_id == copy.id).order_by(WorkingFile.path)
    )
    return {path: bytes(content) for path, content in rows}


async def text_file(session: AsyncSession, copy: WorkingCopy, path: str) -> TextFile:
    """Return a file as text.

    Raises:
        UnknownWorkingFile: There is none, or it is none.

    """
    found = await session.get(WorkingFile, (copy.id, path)) if path.isprintable() else None
    if found is None:
        raise UnknownWorkingFile
    try:
        return TextFile(path, normalise(bytes(found.content).decode("utf-8")), found.sha256)
    except UnicodeDecodeError as error:
        raise UnknownWorkingFile from error


async def save_text(session: AsyncSession, copy: WorkingCopy, path: str, text: str, *, known: str) -> str:
    """Save a text in a held working copy, and return its digest.

    Args:
        session: A unit of work.
        copy: From ``find_copy`` with ``lock``.
        path: Which file.
        text: What it is to be; line ends are normalised.
        known: The digest of what the author saw before; empty where they saw no such file.

    Raises:
        FileChangedMeanwhile: It is another by now; ``extra["sha256"]`` says which.
        WorkingCopyTooLarge: It is too long.

    """
    content = normalise(text).encode("utf-8", "replace").replace(b"\0", b"")
    sha256 = digest_of(content)
    there = await session.scalar(
        select(WorkingFile.sha256).where(WorkingFile.copy_id == copy.id, WorkingFile.path == path)
    )
    if there == sha256:
        return sha256
    if (there or "") != known:
        raise FileChangedMeanwhile(sha256=there or "", path=path)
    if len(content) > MOST_TEXT_BYTES:
        raise WorkingCopyTooLarge
    await _put(session, copy, path, content)
    return sha256


async def add_file(session: AsyncSession, copy: WorkingCopy, path: str, content: bytes) -> None:
    """Add a file to a held working copy.

    Raises:
        FileNameNotPossible: No file of an exercise is called so.
        FileThere: There is one already.
        WorkingCopyTooLarge: It would be too much.

    """
    if not _ADDABLE.fullmatch(path):
        raise FileNameNotPossible
    if await session.get(WorkingFile, (copy.id, path)) is not None:
        raise FileThere
    await _put(session, copy, path, content)


async def write_file(session: AsyncSession, copy: WorkingCopy, path: str, content: bytes) -> None:
    """Write a file of the platform's own making into a held working copy, whatever is there.

    Raises:
        WorkingCopyTooLarge: It would be too much.

    """
    await _put(session, copy, path, content)


async def remove_file(session: AsyncSession, copy: WorkingCopy, path: str) -> None:
    """Remove a file from a held working copy.

    Raises:
        FileNeeded: No exercise can be without it.
        UnknownWorkingFile: There is none.

    """
    if path in NEEDED:
        raise FileNeeded
    gone = await session.execute(
        delete(WorkingFile).where(WorkingFile.copy_id == copy.id, WorkingFile.path == path).returning(WorkingFile.path)
    )
    if gone.one_or_none() is None:
        raise UnknownWorkingFile
    await _touch(session, copy)


async def put_all(session: AsyncSession, copy: WorkingCopy, files: Mapping[str, bytes]) -> None:
    """Give a new working copy its files."""
    for path, content in files.items():
        session.add(WorkingFile(copy_id=copy.id, path=path, content=content, sha256=digest_of(content)))
    await session.flush()


async def _put(session: AsyncSession, copy: WorkingCopy, path: str, content: bytes) -> None:
    """Write a file, unless that makes the working copy larger than an exercise may be."""
    row = {"content": content, "sha256": digest_of(content)}
    statement = insert(WorkingFile).values(copy_id=copy.id, path=path, **row)
    changed = {**row, "updated_at": func.clock_timestamp()}
    await session.execute(statement.on_conflict_do_update(index_elements=["copy_id", "path"], set_=changed))
    files = await files_of(session, copy)
    if len(files) > MOST_MEMBERS or sum(file.size for file in files) > MOST_BYTES:
        raise WorkingCopyTooLarge
    await _touch(session, copy)


async def _touch(session: AsyncSession, copy: WorkingCopy) -> None:
    await session.execute(
        update(WorkingCopy).where(WorkingCopy.id == copy.id).values(updated_at=func.clock_timestamp())
    )
