"""Read what a student's process left behind: JSON and ``.npy`` only, bounded before anything is parsed."""

import io
import json
import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.contract import Json

MAX_JSON_BYTES = 2 << 20
MAX_JSON_DEPTH = 24
MAX_JSON_ITEMS = 60_000
MAX_ARRAY_BYTES = 32 << 20
MAX_HEADER_BYTES = 4096
MAX_AXES = 8


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
        return json.loads(data, parse_constant=_no_constant, parse_float=_finite)
    except (ValueError, RecursionError) as error:
        raise BadArtifact(f"{name} is not JSON") from error


def read_array(artifacts: Mapping[str, bytes], name: str) -> NDArray[Any]:
    """Return an array artifact of numbers or truth values.

    Raises:
        BadArtifact: It is missing, too large, holds objects, or its header lies about its size.

    """
    data = _bytes(artifacts, name)
    if len(data) > MAX_ARRAY_BYTES:
        raise BadArtifact(f"{name} has {len(data)} bytes")
    file = io.BytesIO(data)
    try:
        version = np.lib.format.read_magic(file)
        if version != (1, 0):
            raise BadArtifact(f"{name} has a header of version {version}")
        shape, _, dtype = np.lib.format.read_array_header_1_0(file, max_header_size=MAX_HEADER_BYTES)
    except (ValueError, TypeError, SyntaxError, EOFError, MemoryError, RecursionError) as error:
        raise BadArtifact(f"{name} is not an array") from error
    if dtype.hasobject or dtype.kind not in "fiub" or len(shape) > MAX_AXES or any(size < 0 for size in shape):
        raise BadArtifact(f"{name} is not an array of numbers")
    if math.prod(shape) * dtype.itemsize != len(data) - file.tell():
        raise BadArtifact(f"{name} does not have the size its header says")
    try:
        array: NDArray[Any] = np.load(io.BytesIO(data), allow_pickle=False)
    except (ValueError, TypeError, EOFError, OverflowError) as error:
        raise BadArtifact(f"{name} is not an array") from error
    return array


def _bytes(artifacts: Mapping[str, bytes], name: str) -> bytes:
    """Return an artifact's bytes."""
    if name not in artifacts:
        raise BadArtifact(f"{name} is missing")
    return artifacts[name]


def _no_constant(word: str) -> float:
    """Refuse ``NaN`` and ``Infinity``, which are not JSON."""
    raise ValueError(f"{word} is not JSON")


def _finite(text: str) -> float:
    """Refuse numbers such as ``1e999`` that turn into infinity."""
    value = float(text)
    if not math.isfinite(value):
        raise ValueError("a number is too large")
    return value
