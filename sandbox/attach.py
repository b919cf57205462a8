"""The line into a container: bytes to its stdin, and its stdout and stderr told apart again.

The engine sends both outputs through one connection in frames of its own: one byte for the stream, three empty ones,
four for the length. The line must be attached before the container starts, so that nothing is missed.
"""

import socket
import struct
import time
from typing import Any, Self

from sandbox.contract import SandboxFault

_FRAME = struct.Struct(">BxxxI")
_STDERR = 2
_PIECE = 256 << 10  # bytes
_KEPT_STDERR = 4 << 10  # bytes of the last complaints


class ContainerSilent(SandboxFault):
    """The container neither answered nor ended before the deadline."""


class ContainerGone(SandboxFault):
    """The container ended, or was ended by somebody, before it had answered."""


class Line:
    """One attached connection, used for one exchange."""

    def __init__(self, attached: Any) -> None:  # noqa: ANN401 - the SDK returns what its transport gives
        """Take over what the SDK's ``attach_socket`` returned."""
        self._attached = attached
        self._socket: socket.socket = getattr(attached, "_sock", attached)
        self._deadline = 0.0
        self._pending = bytearray()
        self._stdout = bytearray()
        self._stderr = bytearray()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._attached.close()
        self._socket.close()

    def send(self, data: bytes, deadline: float) -> None:
        """Send everything to stdin.

        Args:
            data: What to send.
            deadline: ``time.monotonic()`` by which the whole exchange must be over.

        """
        self._deadline = deadline
        self._socket.settimeout(self._left())
        try:
            self._socket.sendall(data)
        except TimeoutError as error:
            raise ContainerSilent("The container took no more input before the deadline.") from error
        except OSError as error:
            raise ContainerGone(f"The container closed its input: {error}. {self._complaints()}") from error

    def read(self, count: int) -> bytes:
        """Read exactly ``count`` bytes of stdout.

        Raises:
            ContainerSilent: They did not come before the deadline.
            ContainerGone: The connection ended first.

        """
        while len(self._stdout) < count:
            self._receive()
        data = bytes(self._stdout[:count])
        del self._stdout[:count]
        return data

    def _receive(self) -> None:
        """Receive one piece and sort its frames."""
        self._socket.settimeout(self._left())
        try:
            piece = self._socket.recv(_PIECE)
        except TimeoutError as error:
            raise ContainerSilent(f"The container was silent past its deadline. {self._complaints()}") from error
        except OSError as error:
            raise ContainerGone(f"The connection to the container broke: {error}.") from error
        if not piece:
            raise ContainerGone(f"The container ended before it had answered. {self._complaints()}")
        self._pending += piece
        while len(self._pending) >= _FRAME.size:
            stream, length = _FRAME.unpack_from(self._pending)
            if len(self._pending) < _FRAME.size + length:
                return
            content = self._pending[_FRAME.size : _FRAME.size + length]
            del self._pending[: _FRAME.size + length]
            if stream == _STDERR:
                self._stderr = (self._stderr + content)[-_KEPT_STDERR:]
            else:
                self._stdout += content

    def _left(self) -> float:
        """Give the seconds that are left; never zero, which would mean not to wait at all."""
        return max(0.001, self._deadline - time.monotonic())

    def _complaints(self) -> str:
        """Quote what the container printed as errors."""
        text = self._stderr.decode("utf-8", "replace").strip()
        return f"It said: {text}" if text else ""
