"""The process that meets untrusted code: becomes nobody, gets ready, closes the doors, then runs one job."""

import fcntl
import gc
import os
import platform
import shutil
import sys
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from os import _exit  # bound now: later, os belongs to the student
from pathlib import Path, PurePosixPath
from typing import Any, NoReturn

from . import describe
from .claims import safe_claim_of
from .confine import confine
from .environment import settle_environment
from .events import Teller
from .identity import become_nobody
from .layers import CLOSED, LIMITS
from .libc import close_to_debuggers, die_with, keep_large_blocks, offer_to_oom_killer
from .loading import flush, load
from .rlimits import limit_resources, most_threads
from .settings import Settings
from .status import Status
from .wire import read_message

Entry = Callable[[dict[str, Any]], None]

JOB, STATUS, OUTPUT = 10, 11, 12  #: the descriptors a child keeps
ABOVE_ALL = 100  #: where descriptors are moved first, so that none is overwritten before it was copied
HIGHEST_DESCRIPTOR = 65_536
ARGUMENTS = ["student.py"]  #: what the code finds in sys.argv


@dataclass(frozen=True)
class Origin:
    """Who a child is to be, and who its parent is; ``uid`` is ``None`` where it keeps its parent's."""

    uid: int | None
    parent: int


@dataclass(frozen=True)
class Ends:
    """The child's ends of the pipes to its supervisor."""

    job: int
    status: int
    output: int


def live(settings: Settings, payload: Any, origin: Origin, ends: Ends) -> NoReturn:  # noqa: ANN401 - a package
    """Live a child's whole life; never returns.

    Args:
        settings: How its supervisor is set up.
        payload: The payload; ``None`` where it was not imported yet.
        origin: Who it is to be.
        ends: The pipes to its supervisor.

    """
    status = Status(ends.status)
    try:
        status = _take_descriptors(ends)
        entry, header = _get_ready(settings, payload, origin, status)
    except BaseException:
        status.say("broken", reason=traceback.format_exc(limit=-8))
        _exit(1)
    _perform(status, entry, header["arguments"], settings.home)


def _get_ready(
    settings: Settings,
    payload: Any,  # noqa: ANN401 - a package
    origin: Origin,
    status: Status,
) -> tuple[Entry, dict[str, Any]]:
    """Do all that comes before the code: the doors are closed first, then the job is read."""
    layers = _settle(settings, origin)
    keep_large_blocks()
    status.say("housed")
    payload = payload or load(settings.payload)
    gc.enable()
    threads = most_threads(settings, own_user=origin.uid is not None)
    layers = confine(settings, layers)
    if settings.warm and hasattr(payload, "warm"):
        payload.warm()
    if hasattr(payload, "listen"):
        payload.listen(Teller(status))
    _empty(settings.home)
    status.say("ready", layers=layers, python=platform.python_version())
    header, blobs = read_message(JOB)
    os.close(JOB)
    entry: Entry = {describe.ENTRY: describe.describe, **payload.ENTRIES}[header["entry"]]
    _lay(header["files"], blobs)
    if settings.has(LIMITS):
        limit_resources(header["limits"], threads)
    flush()
    os.dup2(OUTPUT, 1)
    os.dup2(OUTPUT, 2)
    os.close(OUTPUT)
    return entry, header


def _take_descriptors(ends: Ends) -> Status:
    """Keep nothing open but the pipes; until the job starts, printing goes where the supervisor's does."""
    os.setsid()
    moved = [fcntl.fcntl(end, fcntl.F_DUPFD, ABOVE_ALL) for end in (ends.job, ends.status, ends.output)]
    os.dup2(os.open(os.devnull, os.O_RDWR), 0)
    os.dup2(2, 1)
    for descriptor, place in zip(moved, (JOB, STATUS, OUTPUT), strict=True):
        os.dup2(descriptor, place)
    os.closerange(3, JOB)
    os.closerange(OUTPUT + 1, HIGHEST_DESCRIPTOR)
    return Status(STATUS)


def _settle(settings: Settings, origin: Origin) -> tuple[str, ...]:
    """Become the child's own user and make its private folder."""
    offer_to_oom_killer()
    layers = become_nobody(origin.uid)
    die_with(origin.parent)
    if settings.has(CLOSED):
        close_to_debuggers()
    os.umask(0o077)
    settings.home.mkdir(mode=0o700)
    os.chdir(settings.home)
    settle_environment(settings.home)
    sys.argv[:] = ARGUMENTS
    sys.orig_argv[:] = ARGUMENTS
    return layers


def _empty(home: Path) -> None:
    """Leave nothing in the private folder but an empty ``out``, whatever importing and warming have written."""
    for path in home.iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()
    (home / "out").mkdir()


def _lay(names: list[str], blobs: list[bytearray]) -> None:
    """Write the job's files into the private folder."""
    for name, blob in zip(names, blobs, strict=True):
        path = PurePosixPath(name)
        if path.is_absolute() or ".." in path.parts:
            raise ValueError(f"{name!r} does not name a file inside the box")
        target = Path(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(blob)


def _perform(status: Status, entry: Entry, arguments: dict[str, Any], home: Path) -> NoReturn:
    """Call the entry. From the first line on, this process may be anybody's."""
    status.say("started", cpu=time.process_time())
    try:
        entry(arguments)
        claim: dict[str, Any] = {"say": "finished"}
    except BaseException as error:
        claim = safe_claim_of(error, home)
    for stream in (sys.stdout, sys.stderr):
        with suppress(BaseException):  # the code may have closed or replaced it
            stream.flush()
    status.send(claim)
    _exit(0)
