"""What a child tells its supervisor: one JSON object a line through a pipe, believed only until the job has started."""

import json
import os
import select
import threading
from typing import Any

from .wire import write_all

PIECE = 64 << 10  # bytes read at once
MOST_LINE = 64 << 10  # bytes; an honest line is shorter


class Status:
    """The child's end."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._writing = threading.Lock()  # so that lines of two threads are not mixed

    def say(self, what: str, **more: Any) -> None:  # noqa: ANN401 - any JSON
        """Say one thing; silently, if nobody listens any more."""
        self.send({"say": what, **more})

    def send(self, message: dict[str, Any]) -> None:
        """Send one message; silently, if nobody listens any more."""
        try:
            with self._writing:
                write_all(self._descriptor, _line_of(message))
        except OSError:
            return

    def offer(self, message: dict[str, Any], most: int) -> None:
        """Send one message of at most ``most`` (<= 4096) bytes if that can be done without waiting."""
        line = _line_of(message)
        if len(line) > most or not self._writing.acquire(blocking=False):
            return
        try:
            if select.select([], [self._descriptor], [], 0)[1]:  # then a pipe takes 4096 bytes at once
                os.write(self._descriptor, line)
        except OSError:
            return
        finally:
            self._writing.release()


def _line_of(message: dict[str, Any]) -> bytes:
    return json.dumps(message).encode() + b"\n"


class ChildSilent(Exception):
    """The child has closed its end without another word."""


class Listener:
    """The supervisor's end; never waits, and keeps no line that was asked for."""

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor
        self._whole: list[bytes] = []
        self._rest = b""
        self._open = True
        os.set_blocking(descriptor, False)

    def next(self) -> bytes | None:
        """Give the next line if it has come.

        Raises:
            ChildSilent: There is none and there will be none.

        """
        if not self._whole:
            self._take()
        if self._whole:
            return self._whole.pop(0)
        if not self._open:
            raise ChildSilent
        return None

    def take(self) -> tuple[list[bytes], bool]:
        """Take one piece.

        Returns:
            The lines that have come, perhaps none, and whether more may come. Of a line that is too long only so much
            is kept that it is still too long.

        """
        self._take()
        lines, self._whole = self._whole, []
        return lines, self._open

    def _take(self) -> None:
        try:
            piece = os.read(self.descriptor, PIECE)
        except BlockingIOError:
            return
        self._open = bool(piece)
        *lines, rest = (self._rest + piece).split(b"\n")
        self._whole += lines
        self._rest = rest[: MOST_LINE + 1]


def parsed(line: bytes) -> dict[str, Any]:
    """Parse one line, which may be anybody's; an empty object if it makes no sense."""
    if len(line) > MOST_LINE:
        return {}
    try:
        message = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return message if isinstance(message, dict) else {}
