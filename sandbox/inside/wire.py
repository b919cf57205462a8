"""Framed messages: a four-byte length, a JSON header that lists the lengths of its blobs, then the blobs."""

import fcntl
import json
import os
import struct
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

LENGTH = struct.Struct(">I")
WIDE = 1 << 20  # bytes
MOST_HEADER = 16 << 20  # bytes


Content = bytes | bytearray

_SET_PIPE_SIZE = 1031  # F_SETPIPE_SZ of Linux


def widen(descriptor: int) -> None:
    """Let a pipe hold a megabyte, where the system allows it: sixteen times fewer turns for large messages."""
    with suppress(OSError):
        fcntl.fcntl(descriptor, _SET_PIPE_SIZE, WIDE)


class StreamEnded(Exception):
    """The other side closed its end before a whole message had come."""


class MessageTooLarge(Exception):
    """A message announces more bytes than its reader is willing to hold."""


def read_exactly(descriptor: int, count: int) -> bytearray:
    """Read ``count`` bytes from a blocking descriptor, each of them once: megabytes of weights come this way.

    Raises:
        StreamEnded: The stream ended first.

    """
    data = bytearray(count)
    rest = memoryview(data)
    while rest:
        taken = os.readv(descriptor, [rest])
        if not taken:
            raise StreamEnded
        rest = rest[taken:]
    return data


def write_all(descriptor: int, data: Content) -> None:
    """Write every byte of ``data`` to a blocking descriptor."""
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def read_message(descriptor: int, most: int = 1 << 31) -> tuple[dict[str, Any], list[bytearray]]:
    """Read one message.

    Args:
        descriptor: Blocking descriptor to read from.
        most: Blobs that announce more bytes than this in all are refused unread.

    Returns:
        Its header and its blobs.

    Raises:
        StreamEnded: The stream ended before or within the message.
        MessageTooLarge: The header or the blobs are larger than allowed.

    """
    (size,) = LENGTH.unpack(read_exactly(descriptor, LENGTH.size))
    if size > MOST_HEADER:
        raise MessageTooLarge
    header = json.loads(read_exactly(descriptor, size))
    lengths = header.get("blobs", [])
    if sum(lengths) > most:
        raise MessageTooLarge
    return header, [read_exactly(descriptor, length) for length in lengths]


def write_message(descriptor: int, header: dict[str, Any], blobs: Sequence[Content] = ()) -> None:
    """Write one message; the lengths of its blobs are added to the header."""
    text = json.dumps({**header, "blobs": [len(blob) for blob in blobs]}).encode()
    write_all(descriptor, LENGTH.pack(len(text)) + text)
    for blob in blobs:
        write_all(descriptor, blob)
