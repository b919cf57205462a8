"""Messages that carry descriptors along, between the supervisor and the process that forks for it."""

import json
import socket
from collections.abc import Sequence
from typing import Any

from .wire import LENGTH, StreamEnded, read_exactly

MOST_DESCRIPTORS = 4


def send(line: socket.socket, message: dict[str, Any], descriptors: Sequence[int] = ()) -> None:
    """Send one message and copies of these descriptors.

    Raises:
        OSError: The other side is gone.

    """
    text = json.dumps(message).encode()
    socket.send_fds(line, [LENGTH.pack(len(text))], list(descriptors))
    line.sendall(text)


def receive(line: socket.socket) -> tuple[dict[str, Any], list[int]]:
    """Wait for one message.

    Returns:
        The message, and the descriptors that came with it, now owned by this process.

    Raises:
        StreamEnded: The other side is gone.

    """
    try:
        start, descriptors, _, _ = socket.recv_fds(line, LENGTH.size, MOST_DESCRIPTORS)
        if len(start) < LENGTH.size:
            raise StreamEnded
        message: dict[str, Any] = json.loads(read_exactly(line.fileno(), LENGTH.unpack(start)[0]))
    except ConnectionResetError as error:
        raise StreamEnded from error
    return message, list(descriptors)
