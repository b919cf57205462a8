"""The pipes to a local supervisor: bytes in, bytes out, each before a deadline."""

import fcntl
import os
import select
import subprocess
import threading
import time
from contextlib import suppress

from sandbox.cells import CellGone, CellSilent

_PIECE = 1 << 20  # bytes
_WIDE = 1 << 20  # bytes that a pipe holds at most where nobody has changed the system's settings


class Pipes:
    """Both pipes of one supervisor."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        """Take over the pipes of a process that was started with both."""
        if process.stdin is None or process.stdout is None:
            raise CellGone("The supervisor has no pipes.")
        self._in_use = threading.Lock()  # a number that is closed while it is waited for may be somebody else's next
        self._streams = (process.stdin, process.stdout)
        self._stdin, self._stdout = (stream.fileno() for stream in self._streams)
        os.set_blocking(self._stdin, False)
        for end in (self._stdin, self._stdout):
            _widen(end)

    def send(self, data: bytes, deadline: float) -> None:
        """Send everything before ``deadline``, a time of ``time.monotonic()``.

        Raises:
            CellSilent: The supervisor took no more before the deadline.
            CellGone: It has ended.

        """
        rest = memoryview(data)
        with self._in_use:
            while rest:
                self._wait(self._stdin, select.POLLOUT, deadline)
                try:
                    rest = rest[os.write(self._stdin, rest) :]
                except OSError as error:
                    raise CellGone("The supervisor closed its input.") from error

    def read(self, count: int, deadline: float) -> bytes:
        """Read exactly ``count`` bytes.

        Raises:
            CellSilent: They did not come before the deadline.
            CellGone: The supervisor ended first.

        """
        parts = bytearray()
        with self._in_use:
            while len(parts) < count:
                self._wait(self._stdout, select.POLLIN, deadline)
                part = os.read(self._stdout, min(_PIECE, count - len(parts)))
                if not part:
                    raise CellGone("The supervisor ended before it had answered.")
                parts += part
        return bytes(parts)

    def is_quiet(self) -> bool:
        """Tell at once whether both pipes stand and nothing has come."""
        poll = select.poll()
        with self._in_use:
            if self._streams[0].closed:
                return False
            poll.register(self._stdout, select.POLLIN)
            poll.register(self._stdin, 0)  # a reader that has gone is told without asking
            return not poll.poll(0)

    def close(self) -> None:
        """Close both; the supervisor is dead, so that nobody reads for much longer."""
        with self._in_use:
            for stream in self._streams:
                with suppress(BrokenPipeError):
                    stream.close()

    def _wait(self, descriptor: int, what: int, deadline: float) -> None:
        if self._streams[0].closed:
            raise CellGone("The supervisor has been removed.")
        poll = select.poll()
        poll.register(descriptor, what)
        if not poll.poll(max(0.0, deadline - time.monotonic()) * 1000):
            raise CellSilent("The supervisor was silent past its deadline.")


def _widen(pipe: int) -> None:
    """Let a pipe hold more at once, where that can be: megabytes then change hands a few times, not dozens."""
    size = getattr(fcntl, "F_SETPIPE_SZ", None)
    if size is not None:
        with suppress(OSError):
            fcntl.fcntl(pipe, size, _WIDE)
