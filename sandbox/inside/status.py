"""What a child tells its supervisor: one JSON object a line through a pipe, believed only until the job has started."""

import json
import os
import select
import time
from typing import Any

from .wire import write_all

MOST = 64 << 10  # bytes the supervisor keeps of everything a child says


class Status:
    """The child's end."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def say(self, what: str, **more: Any) -> None:  # noqa: ANN401 - any JSON
        """Say one thing; silently, if nobody listens any more."""
        self.send({"say": what, **more})

    def send(self, message: dict[str, Any]) -> None:
        """Send one message; silently, if nobody listens any more."""
        try:
            write_all(self._descriptor, json.dumps(message).encode() + b"\n")
        except OSError:
            return


class ChildSilent(Exception):
    """The child said nothing more in time, or ended without a word."""


class Listener:
    """The supervisor's end."""

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor
        self._buffer = bytearray()
        self._taken = 0

    def next(self, seconds: float) -> dict[str, Any]:
        """Wait for the next message.

        Raises:
            ChildSilent: None came.

        """
        deadline = time.monotonic() + seconds
        while b"\n" not in self._buffer:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self.descriptor], [], [], left)[0] or not self._take():
                raise ChildSilent
        line, _, rest = bytes(self._buffer).partition(b"\n")
        self._buffer = bytearray(rest)
        return _message(line)

    def rest(self) -> dict[str, Any]:
        """Read what a dead child said last; an empty object if it made no sense."""
        while self._take():
            pass
        lines = bytes(self._buffer).splitlines()
        return _message(lines[0]) if lines else {}

    def _take(self) -> bool:
        """Take what there is without waiting for more than the next piece; False at the end."""
        if self._taken >= MOST or not select.select([self.descriptor], [], [], 0)[0]:
            return False
        piece = os.read(self.descriptor, MOST)
        self._taken += len(piece)
        self._buffer += piece
        return bool(piece)


def _message(line: bytes) -> dict[str, Any]:
    """Parse one line, which may be anybody's; an empty object if it made no sense."""
    try:
        message = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return message if isinstance(message, dict) else {}
