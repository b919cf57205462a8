"""The line into a container: bytes to its stdin, and its stdout and stderr told apart again.

The engine sends both outputs through one connection in frames of its own: one byte for the stream, three empty ones,
four for the length. The line must be attached before the container starts, so that nothing is missed. It stays open as
long as the container lives: a run is bytes on a socket, and the engine is asked nothing.
"""

import socket
import ssl
import struct
import threading
import time
from contextlib import suppress
from typing import Any

from sandbox.cells import CellGone, CellSilent

_FRAME = struct.Struct(">BxxxI")
_STDERR = 2
_PIECE = 256 << 10  # bytes
_KEPT_STDERR = 4 << 10  # bytes of the last complaints
_MOST_UNASKED = 1 << 20  # bytes that are taken in without anybody wanting them
_NOTHING_YET = (BlockingIOError, ssl.SSLWantReadError)


class Line:
    """One attached connection."""

    def __init__(self, attached: Any) -> None:  # noqa: ANN401 - the SDK returns what its transport gives
        """Take over what the SDK's ``attach_socket`` returned."""
        self._attached = attached
        self._socket: socket.socket = getattr(attached, "_sock", attached)
        self._stdout = bytearray()
        self._stderr = bytearray()
        self._header = bytearray()  # of a frame, as far as it has come
        self._stream, self._left_of_frame = 0, 0
        self._in_use = threading.Lock()  # a socket's number that is closed while it is waited for may soon be another's

    def close(self) -> None:
        """Hang up; whoever reads meanwhile finds the container gone."""
        with suppress(OSError):  # it is down already
            self._socket.shutdown(socket.SHUT_RDWR)
        with self._in_use:
            # The answer to the request that attached us holds the same connection, and from Python 3.13 on complains
            # when it is collected with the connection closed under it.
            response = getattr(self._attached, "_response", None)
            if response is not None:
                response.close()
            self._attached.close()
            self._socket.close()

    def send(self, data: bytes, deadline: float) -> None:
        """Send everything to stdin before ``deadline``, a time of ``time.monotonic()``.

        Raises:
            CellSilent: The container took no more before the deadline.
            CellGone: It closed its input.

        """
        try:
            with self._in_use:
                self._socket.settimeout(_left(deadline))
                self._socket.sendall(data)
        except TimeoutError as error:
            raise CellSilent("The container took no more input before the deadline.") from error
        except (OSError, ValueError) as error:
            raise CellGone(f"The container closed its input: {error}. {self._complaints()}") from error

    def read(self, count: int, deadline: float) -> bytes:
        """Read exactly ``count`` bytes of stdout.

        Raises:
            CellSilent: They did not come before the deadline.
            CellGone: The connection ended first.

        """
        while len(self._stdout) < count:
            try:
                with self._in_use:
                    self._socket.settimeout(_left(deadline))
                    piece = self._socket.recv(_PIECE)
            except TimeoutError as error:
                raise CellSilent(f"The container was silent past its deadline. {self._complaints()}") from error
            except (OSError, ValueError) as error:
                raise CellGone(f"The connection to the container broke: {error}.") from error
            if not piece:
                raise CellGone(f"The container ended before it had answered. {self._complaints()}")
            self._sort(piece)
            if time.monotonic() > deadline and len(self._stdout) < count:
                raise CellSilent(f"The container was too slow for its deadline. {self._complaints()}")
        with memoryview(self._stdout) as view:
            data = bytes(view[:count])
        del self._stdout[:count]
        return data

    def is_quiet(self) -> bool:
        """Tell at once whether the connection stands and nothing has come to stdout."""
        taken = 0
        while not self._stdout and taken < _MOST_UNASKED:
            try:
                with self._in_use:
                    self._socket.settimeout(0)
                    piece = self._socket.recv(_PIECE)
            except _NOTHING_YET:
                return not self._stdout
            except (OSError, ValueError):
                return False
            if not piece:
                return False
            taken += len(piece)
            self._sort(piece)
        return False

    def _sort(self, piece: bytes) -> None:
        """Sort what came by the streams that the frames name; of stderr only the last lines are kept."""
        rest = memoryview(piece)
        while rest:
            if not self._left_of_frame:
                taken = min(len(rest), _FRAME.size - len(self._header))
                self._header += rest[:taken]
                rest = rest[taken:]
                if len(self._header) < _FRAME.size:
                    return
                self._stream, self._left_of_frame = _FRAME.unpack(self._header)
                self._header.clear()
                continue
            content, rest = rest[: self._left_of_frame], rest[self._left_of_frame :]
            self._left_of_frame -= len(content)
            if self._stream == _STDERR:
                self._stderr = (self._stderr + content)[-_KEPT_STDERR:]
            else:
                self._stdout += content

    def _complaints(self) -> str:
        """Quote what the container printed as errors."""
        text = self._stderr.decode("utf-8", "replace").strip()
        return f"It said: {text}" if text else ""


def _left(deadline: float) -> float:
    """Give the seconds that are left; never zero, which would mean not to wait at all."""
    return max(0.001, deadline - time.monotonic())
