"""A spare: a confined child that waits for its one job."""

import os
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from .asker import Asker, TookTooLong
from .child import Ends
from .collect import CollectionFailed, Order, collect
from .orphans import kill_orphans
from .settings import Settings
from .status import ChildSilent, Listener, parsed
from .zygote import Zygote, ZygoteFault

PATIENCE = 120.0  # seconds for importing the payload, on a machine that is busy

NOTHING_WANTED = {"artifacts_bytes": 0, "artifact_bytes": 0, "artifact_count": 0}


class NotStarted(Exception):
    """A child could not be made ready, or could not start its job; nothing of the student's has run."""


@dataclass(frozen=True)
class Spare:
    """A child, and the supervisor's ends of its pipes."""

    pid: int
    uid: int | None
    job: int
    listener: Listener
    output: int


def spawn(settings: Settings, zygote: Zygote, uid: int | None) -> Spare:
    """Have a child forked, which gets ready by itself."""
    job, status, output = os.pipe(), os.pipe(), os.pipe()
    if uid is not None:
        settings.box.chmod(0o1777)  # for a moment, so that the child can make its own folder
    try:
        pid = zygote.fork(uid, Ends(job[0], status[1], output[1]))
    finally:
        for descriptor in (job[0], status[1], output[1]):
            os.close(descriptor)
    return Spare(pid, uid, job[1], Listener(status[0]), output[0])


def make_ready(settings: Settings, spare: Spare, asker: Asker) -> dict[str, Any]:
    """Wait until a child has made its folder, imported the payload and closed the doors.

    Returns:
        What it says of itself: ``layers`` and ``python``.

    Raises:
        NotStarted: It could not.
        Abandoned: Nobody wants it any more.

    """
    expect(spare, asker, "housed")
    if spare.uid is not None:
        settings.box.chmod(0o711)
    return expect(spare, asker, "ready")


def expect(spare: Spare, asker: Asker, word: str) -> dict[str, Any]:
    """Wait for the next word of a child that runs no code but ours yet.

    Raises:
        NotStarted: It said another, or nothing.
        Abandoned: Nobody wants it any more.

    """
    try:
        while (line := spare.listener.next()) is None:
            asker.wait_for(spare.listener.descriptor, PATIENCE)
    except (ChildSilent, TookTooLong) as error:
        raise NotStarted(f"the child ended or hung before it was {word}") from error
    said = parsed(line)
    if said.get("say") != word:
        raise NotStarted(f"the child could not get {word}:\n{said.get('reason')}")
    return said


def discard(settings: Settings, zygote: Zygote, spare: Spare) -> None:
    """Leave nothing of a child, however far it came; of one that came to its end there are only the pipes to close."""
    for descriptor in (spare.job, spare.listener.descriptor, spare.output):
        os.close(descriptor)
    with suppress(ZygoteFault, CollectionFailed):
        if zygote.end_child() is not None:
            kill_orphans(zygote.pid)
        if settings.home.exists():
            collect(Order(settings.home, spare.uid, (), NOTHING_WANTED))
