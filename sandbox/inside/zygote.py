"""The zygote: imports the payload once, then forks children from it; sees no request and no answer.

Whatever this process has ever held, every later child can find in its own memory. So it is told where a child is to
live and which pipes it gets, and nothing else: requests, files, artifacts and output pass it by.
"""

import gc
import os
import select
import shutil
import socket
import traceback
from contextlib import suppress
from dataclasses import dataclass
from os import _exit
from signal import SIGKILL
from typing import Any, NoReturn, Self

from .channel import receive, send
from .child import HIGHEST_DESCRIPTOR, Ends, Origin, live
from .environment import settle_environment
from .libc import LINUX, die_with
from .loading import flush, load
from .settings import Settings
from .threads import require_one_thread
from .wire import StreamEnded

PATIENCE = 120.0  # seconds for one of its few words, on a machine that is busy


class ZygoteFault(Exception):
    """The zygote could not do its part, or is gone."""


@dataclass(frozen=True)
class Remains:
    """What the kernel says of a dead child; ``status`` is its wait status."""

    status: int
    cpu_seconds: float
    peak_memory_bytes: int


class Zygote:
    """The supervisor's handle; one child at a time."""

    def __init__(self, pid: int, line: socket.socket) -> None:
        self.pid = pid
        self.child: int | None = None  #: the process number of the child that was forked and not reaped yet
        self._line = line

    @classmethod
    def start(cls, settings: Settings) -> Self:
        """Fork it; it then begins to import the payload, where children are to have it from their start."""
        ours, its = socket.socketpair()
        parent = os.getpid()
        pid = os.fork()
        if pid == 0:
            _serve(settings, its.detach(), parent)
        its.close()
        return cls(pid, ours)

    @property
    def descriptor(self) -> int:
        """Readable when it has something to say: it has loaded, its child has ended, or it is gone."""
        return self._line.fileno()

    def fork(self, uid: int | None, ends: Ends) -> int:
        """Fork a child; the one before must have been reaped.

        Args:
            uid: The user it is to become; ``None`` where it keeps its parent's.
            ends: Its ends of the pipes; they stay open here too.

        Returns:
            Its process number, which stays its own until :meth:`reap`.

        Raises:
            ZygoteFault: It could not.

        """
        self._send({"say": "fork", "uid": uid}, (ends.job, ends.status, ends.output))
        self.child = int(self.expect("forked")["pid"])
        return self.child

    def end_child(self) -> Remains | None:
        """Kill the child with all that it started in its session, and collect what the kernel says of it.

        Returns:
            That; ``None`` if there was no child.

        Raises:
            ZygoteFault: It could not be had.

        """
        if self.child is None:
            return None
        for kill in (os.killpg, os.kill):
            with suppress(ProcessLookupError, PermissionError):  # macOS says so of a group that is dead already
                kill(self.child, SIGKILL)
        self.expect("ended")
        self._send({"say": "reap"})
        self.child = None
        said = self.expect("reaped")
        return Remains(said["status"], said["cpu"], said["peak"])

    def end(self) -> None:
        """End it; a child that still lives dies with it."""
        os.kill(self.pid, SIGKILL)
        os.waitpid(self.pid, 0)
        self._line.close()

    def expect(self, word: str) -> dict[str, Any]:
        """Wait for a word of the zygote.

        Raises:
            ZygoteFault: It said another, or nothing.

        """
        if not select.select([self._line], [], [], PATIENCE)[0]:
            raise ZygoteFault(f"the forking process has not {word} in time")
        try:
            said, _ = receive(self._line)
        except StreamEnded as error:
            raise ZygoteFault(f"the forking process ended before it had {word}") from error
        if said.get("say") != word:
            raise ZygoteFault(f"the forking process could not go on:\n{said.get('reason')}")
        return said

    def _send(self, message: dict[str, Any], descriptors: tuple[int, ...] = ()) -> None:
        try:
            send(self._line, message, descriptors)
        except OSError as error:
            raise ZygoteFault("the forking process is gone") from error


def _serve(settings: Settings, descriptor: int, parent: int) -> NoReturn:
    """Live the zygote's whole life; never returns."""
    try:
        die_with(parent)
        os.closerange(3, descriptor)
        os.closerange(descriptor + 1, HIGHEST_DESCRIPTOR)
        line = socket.socket(fileno=descriptor)
        try:
            payload = _load(settings) if settings.keep else None
            send(line, {"say": "loaded"})
            while True:
                _one_child(settings, payload, line)
        except (StreamEnded, BrokenPipeError):
            pass  # the supervisor is gone
        except Exception:
            send(line, {"say": "broken", "reason": traceback.format_exc(limit=-8)})
    finally:
        _exit(0)


def _load(settings: Settings) -> Any:  # noqa: ANN401 - a package that is known by name only
    """Import the payload as a child would, in a folder that is gone afterwards."""
    home = settings.home
    home.mkdir(mode=0o700)
    settle_environment(home)
    os.chdir(home)
    payload = load(settings.payload)
    gc.disable()  # until the child's turn: a collection here would only unshare memory
    os.chdir("/")
    shutil.rmtree(home)
    return payload


def _one_child(settings: Settings, payload: Any, line: socket.socket) -> None:  # noqa: ANN401 - same
    """Fork one child, wait until it is dead, and bury it when told: until then its number is nobody else's."""
    order, descriptors = receive(line)
    require_one_thread("a fork")
    flush()
    own = os.getpid()
    pid = os.fork()
    if pid == 0:
        line.detach()
        live(settings, payload, Origin(order["uid"], own), Ends(*descriptors))
    for end in descriptors:
        os.close(end)
    send(line, {"say": "forked", "pid": pid})
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
    send(line, {"say": "ended"})
    receive(line)
    _, status, usage = os.wait4(pid, 0)
    kilobyte = 1024 if LINUX else 1  # what ru_maxrss counts in
    send(
        line,
        {
            "say": "reaped",
            "status": status,
            "cpu": usage.ru_utime + usage.ru_stime,
            "peak": usage.ru_maxrss * kilobyte,
        },
    )
