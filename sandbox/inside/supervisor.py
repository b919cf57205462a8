"""The supervisor: takes one request, has it run, answers. Holds no secret and parses nothing that a student wrote."""

import os
import sys
import time
import traceback
from dataclasses import dataclass
from os import _exit
from pathlib import Path
from typing import Any

from . import identity
from .child import Ends, Place, live
from .collect import Order, collect
from .endings import decide
from .libc import LINUX, close_to_debuggers
from .settings import Settings
from .status import ChildSilent, Listener
from .text import plain
from .watch import Abandoned, Watch, reap, watch
from .wire import StreamEnded, read_message, write_message

START_PATIENCE = 120.0  # seconds for importing the payload, on a machine that is busy
NEEDED_BY_ALL = (Path(os.__file__), Path(sys.executable), Path(__file__))  # by every user a child may become
OOM_COUNTERS = (Path("/sys/fs/cgroup/memory.events"), Path("/sys/fs/cgroup/memory/memory.oom_control"))


class NotStarted(Exception):
    """A child could not be made ready, or could not start its job; nothing of the student's has run."""


@dataclass(frozen=True)
class Spare:
    """A child that is getting ready, and the supervisor's ends of its pipes."""

    pid: int
    place: Place
    job: int
    listener: Listener
    output: int


def serve(settings: Settings) -> None:
    """Serve one request from stdin on stdout, then end."""
    asker, answer = _claim_streams()
    close_to_debuggers()
    try:
        spare = spawn(settings, 1)
        header, blobs = read_message(asker)
        reply, artifacts = run(settings, spare, asker, header, blobs)
    except (StreamEnded, Abandoned):
        return
    except NotStarted as error:
        reply, artifacts = {"fault": str(error)}, {}
    except Exception:
        reply, artifacts = {"fault": traceback.format_exc(limit=-6)}, {}
    write_message(answer, {**reply, "names": list(artifacts)}, list(artifacts.values()))


def _claim_streams() -> tuple[int, int]:
    """Move stdin and stdout out of everybody's way; what is printed by accident goes to stderr."""
    asker, answer = os.dup(0), os.dup(1)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)
    return asker, answer


def spawn(settings: Settings, number: int) -> Spare:
    """Fork a child, which gets ready by itself and then waits for its job.

    Args:
        settings: How this supervisor is set up.
        number: Names the child's folder; never used twice.

    """
    uid = identity.own_uid() if identity.can_become_other(NEEDED_BY_ALL) else None
    place = Place(settings.box / str(number), uid)
    job, status, output = os.pipe(), os.pipe(), os.pipe()
    if uid is not None:
        settings.box.chmod(0o1777)  # for a moment, so that the child can make its own folder
    pid = os.fork()
    if pid == 0:
        try:
            live(settings, place, Ends(job[0], status[1], output[1]))
        finally:
            _exit(1)
    for end in (job[0], status[1], output[1]):
        os.close(end)
    return Spare(pid, place, job[1], Listener(status[0]), output[0])


def run(
    settings: Settings, spare: Spare, asker: int, header: dict[str, Any], blobs: list[bytes]
) -> tuple[dict[str, Any], dict[str, bytes]]:
    """Give a child its job, watch it to its end and bring back what it left.

    Returns:
        The answer's header and the artifacts.

    Raises:
        NotStarted: The job never began.
        Abandoned: The asker went away meanwhile.
        CollectionFailed: The artifacts could not be brought back.

    """
    limits = header["limits"]
    try:
        layers = _make_ready(settings, spare)
        write_message(spare.job, header, blobs)
        cpu_before = float(_expect(spare, "started")["cpu"])
    except (NotStarted, BrokenPipeError):
        reap(spare.pid)
        raise
    kills = _kernel_kills()
    watched = watch(
        Watch(
            pid=spare.pid,
            output=spare.output,
            status=spare.listener.descriptor,
            asker=asker,
            limits=limits,
            memory_too=settings.watch_memory,
            started=time.monotonic(),
            cpu_before=cpu_before,
        )
    )
    kills_now = _kernel_kills()
    claim = spare.listener.rest()
    artifacts, clean = collect(Order(spare.place.home, spare.place.uid, tuple(header["artifacts"]), limits))
    _reap_orphans()
    ending, error = decide(
        watched, claim, limits, kernel_killed=None if kills is None or kills_now is None else kills_now > kills
    )
    return {
        "ending": ending,
        "error": error,
        "stdout": plain(watched.output),
        "stdout_bytes": watched.output_bytes,
        "wall_seconds": watched.wall_seconds,
        "cpu_seconds": watched.cpu_seconds,
        "peak_memory_bytes": watched.peak_memory_bytes,
        "layers": layers,
        "clean": clean,
    }, artifacts


def _make_ready(settings: Settings, spare: Spare) -> list[str]:
    """Wait until a child has made its folder, imported the payload and closed the doors; give its layers."""
    _expect(spare, "housed")
    if spare.place.uid is not None:
        settings.box.chmod(0o711)
    return list(_expect(spare, "ready")["layers"])


def _expect(spare: Spare, word: str) -> dict[str, Any]:
    """Wait for the next word of a child that runs no code but ours yet.

    Raises:
        NotStarted: It said another, or nothing.

    """
    try:
        said = spare.listener.next(START_PATIENCE)
    except ChildSilent as error:
        raise NotStarted(f"the child ended or hung before it was {word}") from error
    if said.get("say") != word:
        raise NotStarted(f"the child could not get {word}:\n{said.get('reason')}")
    return said


def _kernel_kills() -> int | None:
    """Count how often the kernel has killed for memory in this control group; ``None`` where it does not tell."""
    if not LINUX:
        return None
    for counter in OOM_COUNTERS:
        try:
            lines = counter.read_text(encoding="ascii").splitlines()
        except OSError:
            continue
        for line in lines:
            name, _, count = line.partition(" ")
            if name == "oom_kill":
                return int(count)
    return None


def _reap_orphans() -> None:
    """Collect the status of whatever was handed to this process, which is the first of its container."""
    while True:
        try:
            if os.waitpid(-1, os.WNOHANG)[0] == 0:
                return
        except ChildProcessError:
            return
