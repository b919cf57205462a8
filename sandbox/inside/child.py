"""The process that meets untrusted code: becomes nobody, gets ready, closes the doors, then runs one job."""

import fcntl
import importlib
import logging
import os
import sys
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from os import _exit  # bound now: later, os belongs to the student
from pathlib import Path, PurePosixPath
from typing import Any, NoReturn

from . import describe, identity
from .claims import safe_claim_of
from .confine import confine
from .environment import pinned_threads, settle_environment
from .libc import LINUX, PR_SET_PDEATHSIG, close_to_debuggers, offer_to_oom_killer, prctl
from .rlimits import limit_resources
from .settings import Settings
from .status import Status
from .wire import read_message

Entry = Callable[[dict[str, Any]], None]

JOB, STATUS, OUTPUT = 10, 11, 12  #: the descriptors a child keeps
ABOVE_ALL = 100  #: where descriptors are moved first, so that none is overwritten before it was copied
HIGHEST_DESCRIPTOR = 65_536
SIGKILL = 9


@dataclass(frozen=True)
class Place:
    """Where a child lives and who it is; ``uid`` is ``None`` where it keeps its parent's."""

    home: Path
    uid: int | None


@dataclass(frozen=True)
class Ends:
    """The child's ends of the pipes to its supervisor."""

    job: int
    status: int
    output: int


def live(settings: Settings, place: Place, ends: Ends) -> NoReturn:
    """Live a child's whole life; never returns."""
    status = Status(ends.status)
    try:
        status = _take_descriptors(ends)
        layers = _settle(place)
        status.say("housed")
        payload = importlib.import_module(settings.payload)
        payload.preload()
        _quieten()
        layers = confine(settings, place.home, layers)
        status.say("ready", layers=layers)
        header, blobs = read_message(JOB)
        os.close(JOB)
        entry: Entry = {describe.ENTRY: describe.describe, **payload.ENTRIES}[header["entry"]]
        _lay(header["files"], blobs)
        del blobs
        limit_resources(header["limits"], threads=pinned_threads(), own_user=place.uid is not None)
        os.dup2(OUTPUT, 1)
        os.dup2(OUTPUT, 2)
        os.close(OUTPUT)
    except BaseException:
        status.say("broken", reason=traceback.format_exc(limit=-8))
        _exit(1)
    _perform(status, entry, header["arguments"], place.home)


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


def _settle(place: Place) -> tuple[str, ...]:
    """Become the child's own user and make its private folder."""
    offer_to_oom_killer()
    layers: tuple[str, ...] = ()
    if place.uid is not None:
        identity.become(place.uid)
        layers = (identity.UID_LAYER,)
    elif os.geteuid() == 0 and LINUX:
        identity.give_up_rights()
        layers = (identity.NO_RIGHTS_LAYER,)
    if LINUX:
        prctl(PR_SET_PDEATHSIG, SIGKILL)  # after the change of user, which forgets it
    close_to_debuggers()
    os.umask(0o077)
    place.home.mkdir(mode=0o700)
    (place.home / "out").mkdir()
    os.chdir(place.home)
    settle_environment(place.home)
    return layers


def _quieten() -> None:
    """Keep the libraries' own remarks out of what the student reads as printed output."""
    logging.getLogger("absl").setLevel(logging.ERROR)
    logging.getLogger("tensorflow").setLevel(logging.ERROR)


def _lay(names: list[str], blobs: list[bytes]) -> None:
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
