"""Read what a student's process left behind: JSON and ``.npy`` only, bounded before anything is parsed."""

import json
import math
import re
import struct
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.contract import Json

MAX_JSON_BYTES = 2 << 20
MAX_JSON_DEPTH = 24
MAX_JSON_ITEMS = 60_000
MAX_DIGITS = 18  #: of an integer: it fits 64 bits, and arithmetic with floats never overflows
MAX_ARRAY_BYTES = 32 << 20
MAX_AXES = 8

MAGIC = b"\x93NUMPY\x01\x00"
PREFIX = struct.Struct("<8sH")  #: magic and version, length of the header

#: The header numpy writes, and no other: numpy's own reader tries to understand much more, with Python's parser.
HEADER = re.compile(
    rb"\{'descr': '(?P<dtype>[<>|=][fiub][0-9]{1,2})', 'fortran_order': (?P<order>True|False), "
    rb"'shape': \((?P<shape>(?:[0-9]{1,12}, ?)*(?:[0-9]{1,12})?)\), \} *\n"
)


class BadArtifact(Exception):
    """An artifact is missing, too large or not what it should be; the run's claims are not believed."""


def read_json(artifacts: Mapping[str, bytes], name: str) -> Json:
    """Return a JSON artifact.

    Raises:
        BadArtifact: It is missing, too large, too deep, or not JSON.

    """
    data = _bytes(artifacts, name)
    if len(data) > MAX_JSON_BYTES:
        raise BadArtifact(f"{name} has {len(data)} bytes")
    depth = items = 0
    # Counted before parsing, so that a parser never sees a tower; brackets inside strings count too, which is harmless.
    for byte in data:
        if byte in b"[{":
            depth += 1
        elif byte in b"]}":
            depth -= 1
        items += byte in b",[{"
        if depth > MAX_JSON_DEPTH or items > MAX_JSON_ITEMS:
            raise BadArtifact(f"{name} is too deep or too long")
    try:
        return json.loads(data, parse_constant=_no_constant, parse_float=_finite, parse_int=_bounded)
    except (ValueError, RecursionError) as error:
        raise BadArtifact(f"{name} is not JSON") from error


def read_array(artifacts: Mapping[str, bytes], name: str) -> NDArray[Any]:
    """Return an array artifact of numbers or truth values; a view of the artifact, so nothing is allocated for it.

    Raises:
        BadArtifact: It is missing, too large, holds objects, or its header lies about its size.

    """
    data = _bytes(artifacts, name)
    if len(data) > MAX_ARRAY_BYTES:
        raise BadArtifact(f"{name} has {len(data)} bytes")
    if not data.startswith(MAGIC) or len(data) < PREFIX.size:
        raise BadArtifact(f"{name} is not an array")
    start = PREFIX.size + PREFIX.unpack_from(data)[1]
    header = HEADER.fullmatch(data, PREFIX.size, start)
    if header is None or start > len(data):
        raise BadArtifact(f"{name} is not an array of numbers")
    shape = tuple(int(size) for size in header["shape"].replace(b",", b" ").split())
    try:
        dtype = np.dtype(header["dtype"].decode("ascii"))
        if len(shape) > MAX_AXES or math.prod(shape) * dtype.itemsize != len(data) - start:
            raise BadArtifact(f"{name} does not have the size its header says")
        flat: NDArray[Any] = np.frombuffer(data, dtype, offset=start)
        return flat.reshape(shape, order="F" if header["order"] == b"True" else "C")
    except (TypeError, ValueError) as error:
        raise BadArtifact(f"{name} is not an array of numbers") from error


def _bytes(artifacts: Mapping[str, bytes], name: str) -> bytes:
    """Return an artifact's bytes."""
    if name not in artifacts:
        raise BadArtifact(f"{name} is missing")
    return artifacts[name]


def _no_constant(word: str) -> float:
    """Refuse ``NaN`` and ``Infinity``, which are not JSON."""
    raise ValueError(f"{word} is not JSON")


def _bounded(text: str) -> int:
    """Refuse integers of hundreds of digits, with which arithmetic would fail later."""
    if len(text) > MAX_DIGITS:
        raise ValueError("a number is too large")
    return int(text)


def _finite(text: str) -> float:
    """Refuse numbers such as ``1e999`` that turn into infinity."""
    value = float(text)
    if not math.isfinite(value):
        raise ValueError("a number is too large")
    return value
