"""Bring the declared artifacts back and leave nothing behind, in a process with no more rights than the child had.

Whatever lies in the child's folder was put there by an adversary: links, pipes, devices, a million names, folders four
thousand deep. Files are opened without following links and without waiting, taken only if they are plain, single-linked
and small enough, and never looked into.
"""

import os
import select
import stat
import time
import traceback
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from fnmatch import fnmatchcase
from os import _exit
from pathlib import Path
from signal import SIGKILL
from typing import Any

from . import identity
from .libc import close_to_debuggers, die_with
from .wipe import open_folder, wipe
from .wire import StreamEnded, read_exactly, read_message, widen, write_message

PATIENCE = 30.0  # seconds for collecting and wiping
MOST_NAMES = 20_000  # entries of out/ that are looked at
MOST_NAME_BYTES = 120
HIGHEST_DESCRIPTOR = 65_536


class CollectionFailed(Exception):
    """The artifacts could not be brought back."""


@dataclass(frozen=True)
class Order:
    """Which artifacts of which child are wanted.

    Attributes:
        home: The child's folder.
        uid: Its user; ``None`` if it had none of its own.
        patterns: Names of the wanted files.
        limits: The job's (artifact_bytes, artifacts_bytes, artifact_count).
        careful: Whether links and special files are left alone, as they must be.

    """

    home: Path
    uid: int | None
    patterns: tuple[str, ...]
    limits: dict[str, Any]
    careful: bool = True


@dataclass(frozen=True)
class Collected:
    """What a child left: its artifacts by name, and whether any process of its user still lived."""

    artifacts: dict[str, bytearray]
    strays: bool


def collect(order: Order) -> Collected:
    """Kill what is left of a child's user, take its artifacts, wipe and remove its folder.

    Raises:
        CollectionFailed: The collecting process did not do its work.

    """
    reading, writing = os.pipe()
    widen(writing)
    parent = os.getpid()
    collector = os.fork()
    if collector == 0:
        try:
            _work(order, writing, parent)
        except BaseException:
            write_message(writing, {"broken": traceback.format_exc(limit=-4)})
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
    return Collected(dict(zip(header["names"], blobs, strict=True)), strays=header["strays"])


def _hear(reading: int, order: Order) -> tuple[dict[str, Any], list[bytearray]]:
    """Read the collector's one message, but not for ever."""
    if not select.select([reading], [], [], PATIENCE)[0]:
        raise CollectionFailed("the collector said nothing")
    try:
        header, blobs = read_message(reading, most=int(order.limits["artifacts_bytes"]))
    except StreamEnded as error:
        raise CollectionFailed("the collector ended without a word") from error
    if "broken" in header:
        raise CollectionFailed(f"the collector could not do its work:\n{header['broken']}")
    return header, blobs


def _work(order: Order, writing: int, parent: int) -> None:
    """Do the collector's work; runs in its own process, which holds nothing open that others wait for."""
    os.closerange(3, writing)
    os.closerange(writing + 1, HIGHEST_DESCRIPTOR)
    strays = False
    if order.uid is not None:
        identity.become(order.uid)
    die_with(parent)
    close_to_debuggers()
    if order.uid is not None:
        strays = _kill_own_user(order.uid)
    found = dict(_artifacts(order))
    wipe(order.home)
    write_message(writing, {"names": list(found), "strays": strays}, list(found.values()))


def _kill_own_user(uid: int) -> bool:
    """Kill every other process of this user at one stroke, and wait for their end; tell whether there was any."""
    found = _lives(uid)
    with suppress(ProcessLookupError):
        os.kill(-1, SIGKILL)
    deadline = time.monotonic() + PATIENCE / 3
    while found and _lives(uid) and time.monotonic() < deadline:
        time.sleep(0.001)
    return found


def _lives(uid: int) -> bool:
    """Tell whether this user has a process beside this one that is not dead yet."""
    own = str(os.getpid())
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it may just have ended
            lines = (folder / "status").read_text(encoding="utf-8", errors="replace").splitlines()
            words = {name: rest.split() for name, _, rest in (line.partition(":") for line in lines)}
            if folder.name != own and words["Uid"][0] == str(uid) and words["State"][0] not in ("Z", "X"):
                return True
    return False


def _artifacts(order: Order) -> Iterator[tuple[str, bytearray]]:
    """Yield the wanted files of ``out/`` in the order of their names, as far as the limits go."""
    folder = open_folder(order.home / "out")
    if folder is None:
        return
    try:
        left = int(order.limits["artifacts_bytes"])
        count = 0
        for name in _wanted_names(folder, order.patterns):
            most = min(left, int(order.limits["artifact_bytes"]))
            content = _read_plain_file(folder, name, most, careful=order.careful)
            if content is not None:
                left -= len(content)
                count += 1
                yield name, content
            if count >= int(order.limits["artifact_count"]):
                return
    finally:
        os.close(folder)


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


def _read_plain_file(folder: int, name: str, most: int, *, careful: bool) -> bytearray | None:
    """Read one file if it is plain, has one name only and holds at most ``most`` bytes."""
    how = os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY
    try:
        file = os.open(name, how | os.O_NOFOLLOW if careful else how, dir_fd=folder)
    except OSError:
        return None
    try:
        facts = os.fstat(file)
        plain = stat.S_ISREG(facts.st_mode) and facts.st_nlink == 1
        if facts.st_size > most or (careful and not plain):
            return None
        return read_exactly(file, facts.st_size)
    except (OSError, StreamEnded):
        return None
    finally:
        os.close(file)
