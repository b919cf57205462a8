"""Bring the declared artifacts back and leave nothing behind, in a process with no more rights than the child had.

Whatever lies in the child's folder was put there by an adversary: links, pipes, devices, a million names, folders four
thousand deep. Files are opened without following links and without waiting, taken only if they are plain, single-linked
and small enough, and never looked into.
"""

import os
import secrets
import select
import stat
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from fnmatch import fnmatchcase
from os import _exit
from pathlib import Path
from signal import SIGKILL
from typing import Any

from . import identity
from .wire import StreamEnded, read_exactly, read_message, write_message

PATIENCE = 30.0  # seconds for collecting and wiping
MOST_NAMES = 20_000  # entries of out/ that are looked at
MOST_NAME_BYTES = 120


class CollectionFailed(Exception):
    """The artifacts could not be brought back."""


@dataclass(frozen=True)
class Order:
    """Which artifacts of which child are wanted."""

    home: Path
    uid: int | None
    patterns: tuple[str, ...]
    limits: dict[str, Any]


def collect(order: Order) -> tuple[dict[str, bytes], bool]:
    """Kill what is left of a child's user, take its artifacts, wipe its folder.

    Returns:
        The artifacts by name, and whether nothing at all is left in the folder.

    Raises:
        CollectionFailed: The collecting process did not do its work.

    """
    reading, writing = os.pipe()
    collector = os.fork()
    if collector == 0:
        try:
            os.close(reading)
            _work(order, writing)
        finally:
            _exit(0)
    os.close(writing)
    try:
        header, blobs = _hear(reading, order)
    finally:
        os.close(reading)
        os.kill(collector, SIGKILL)
        os.waitpid(collector, 0)
    with suppress(OSError):
        order.home.rmdir()  # by us: the folder around it is not the child's
    return dict(zip(header["names"], blobs, strict=True)), not order.home.exists()


def _hear(reading: int, order: Order) -> tuple[dict[str, Any], list[bytes]]:
    """Read the collector's one message, but not for ever."""
    if not select.select([reading], [], [], PATIENCE)[0]:
        raise CollectionFailed("the collector said nothing")
    try:
        return read_message(reading, most=int(order.limits["artifacts_bytes"]))
    except StreamEnded as error:
        raise CollectionFailed("the collector ended without a word") from error


def _work(order: Order, writing: int) -> None:
    """Do the collector's work; runs in its own process."""
    if order.uid is not None:
        identity.become(order.uid)
        _kill_own_user()
    found = dict(_artifacts(order))
    _wipe(order.home)
    write_message(writing, {"names": list(found)}, list(found.values()))


def _kill_own_user() -> None:
    """Kill every other process of this user, until there is none."""
    deadline = time.monotonic() + PATIENCE / 3
    while time.monotonic() < deadline:
        try:
            os.kill(-1, SIGKILL)
        except ProcessLookupError:
            return
        time.sleep(0.001)


def _artifacts(order: Order) -> Iterator[tuple[str, bytes]]:
    """Yield the wanted files of ``out/`` in the order of their names, as far as the limits go."""
    folder = _open_folder(order.home / "out")
    if folder is None:
        return
    try:
        left = int(order.limits["artifacts_bytes"])
        count = 0
        for name in _wanted_names(folder, order.patterns):
            content = _read_plain_file(folder, name, min(left, int(order.limits["artifact_bytes"])))
            if content is not None:
                left -= len(content)
                count += 1
                yield name, content
            if count >= int(order.limits["artifact_count"]):
                return
    finally:
        os.close(folder)


def _open_folder(path: Path) -> int | None:
    """Open a folder that is really one."""
    try:
        return os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError:
        return None


def _wanted_names(folder: int, patterns: tuple[str, ...]) -> list[str]:
    """List the names in a folder that were asked for."""
    names = []
    with os.scandir(folder) as entries:
        for number, entry in enumerate(entries):
            if number >= MOST_NAMES:
                break
            short = len(os.fsencode(entry.name)) <= MOST_NAME_BYTES
            if short and entry.name.isprintable() and any(fnmatchcase(entry.name, pattern) for pattern in patterns):
                names.append(entry.name)
    return sorted(names)


def _read_plain_file(folder: int, name: str, most: int) -> bytes | None:
    """Read one file if it is plain, has one name only and holds at most ``most`` bytes."""
    try:
        file = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY, dir_fd=folder)
    except OSError:
        return None
    try:
        facts = os.fstat(file)
        if not stat.S_ISREG(facts.st_mode) or facts.st_nlink != 1 or facts.st_size > most:
            return None
        return read_exactly(file, facts.st_size)
    except (OSError, StreamEnded):
        return None
    finally:
        os.close(file)


def _wipe(home: Path) -> None:
    """Empty a folder of any depth with few open descriptors; what resists shows when the folder is to be removed.

    Folders within folders are moved up beside their parents, so that depth never grows into a stack.
    """
    top = _open_folder(home)
    if top is None:
        return
    with suppress(OSError):
        token, moved = secrets.token_hex(8), 0  # a name that nothing in the folder can have
        while folders := _remove_files(top):
            for name in folders:
                os.chmod(name, 0o700, dir_fd=top)
                inner = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=top)
                for deeper in _remove_files(inner):
                    os.chmod(deeper, 0o700, dir_fd=inner)
                    moved += 1
                    os.rename(deeper, f"{token}-{moved}", src_dir_fd=inner, dst_dir_fd=top)
                os.close(inner)
                os.rmdir(name, dir_fd=top)
    os.close(top)


def _remove_files(folder: int) -> list[str]:
    """Remove everything in a folder but the folders; give their names."""
    folders = []
    with os.scandir(folder) as entries:
        for entry in list(entries):
            if entry.is_dir(follow_symlinks=False):
                folders.append(entry.name)
            else:
                os.unlink(entry.name, dir_fd=folder)
    return folders
