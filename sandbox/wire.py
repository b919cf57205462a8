"""Speak with a supervisor: write a request as bytes, read an answer with suspicion.

The other half is ``sandbox/inside/wire.py``; the two never import each other, because one of them lives in the image.
"""

import json
import struct
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import PurePosixPath
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from sandbox.contract import Ending, RunError, RunOutcome, RunRequest, SandboxFault

_LENGTH = struct.Struct(">I")
MOST_HEADER = 4 << 20  # bytes: more than any honest answer's header, which holds the output and an error

Read = Callable[[int], bytes]  #: reads exactly so many bytes, or raises SandboxFault


class BadAnswer(SandboxFault):
    """The supervisor answered something that no supervisor answers."""


@dataclass(frozen=True)
class Answer:
    """An outcome, and the layers of protection it ran under."""

    outcome: RunOutcome
    layers: tuple[str, ...]


class _Error(BaseModel):
    type: str
    message: str
    frames: tuple[tuple[str, int, str], ...]


class _Header(BaseModel):
    """An answer's header, as far as it may be believed."""

    model_config = ConfigDict(strict=False, extra="ignore")

    ending: Ending
    error: _Error | None
    stdout: str
    stdout_bytes: int
    wall_seconds: float
    cpu_seconds: float
    peak_memory_bytes: int | None
    layers: tuple[str, ...]
    names: tuple[str, ...]
    blobs: tuple[int, ...]


def encode_request(request: RunRequest) -> bytes:
    """Write a request as one framed message.

    Raises:
        ValueError: A file's path would leave the box.

    """
    for name in request.files:
        path = PurePosixPath(name)
        if path.is_absolute() or ".." in path.parts or not path.parts:
            raise ValueError(f"{name!r} does not name a file inside the box")
    header = {
        "entry": request.entry,
        "arguments": {**request.arguments, "pins": asdict(request.pins)},
        "files": list(request.files),
        "artifacts": list(request.artifacts),
        "limits": asdict(request.limits),
        "blobs": [len(content) for content in request.files.values()],
    }
    text = json.dumps(header).encode()
    return b"".join((_LENGTH.pack(len(text)), text, *request.files.values()))


def read_answer(read: Read, request: RunRequest) -> Answer:
    """Read a supervisor's answer to ``request``.

    Raises:
        BadAnswer: It is malformed or larger than the request's limits allow.
        SandboxFault: The supervisor says that it could not carry the run out.

    """
    (size,) = _LENGTH.unpack(read(_LENGTH.size))
    if size > MOST_HEADER:
        raise BadAnswer("The sandbox answered with a header that is too large.")
    raw = _parse(read(size))
    if "fault" in raw:
        raise SandboxFault(f"The sandbox could not carry out the run: {raw['fault']}")
    try:
        header = _Header.model_validate(raw)
    except ValidationError as error:
        raise BadAnswer("The sandbox answered with a header that makes no sense.") from error
    return Answer(_outcome(header, _artifacts(header, read, request)), header.layers)


def _parse(text: bytes) -> dict[str, Any]:
    try:
        raw = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadAnswer("The sandbox answered with a header that is not JSON.") from error
    if not isinstance(raw, dict):
        raise BadAnswer("The sandbox answered with a header that is no object.")
    return raw


def _artifacts(header: _Header, read: Read, request: RunRequest) -> dict[str, bytes]:
    """Read the artifacts behind a header, within the request's limits."""
    limits = request.limits
    sound = (
        len(header.names) == len(set(header.names)) == len(header.blobs) <= limits.artifact_count
        and all(0 <= length <= limits.artifact_bytes for length in header.blobs)
        and sum(header.blobs) <= limits.artifacts_bytes
        and not any("/" in name or "\0" in name for name in header.names)
    )
    if not sound:
        raise BadAnswer("The sandbox announced artifacts beyond the limits of the run.")
    return {name: read(length) for name, length in zip(header.names, header.blobs, strict=True)}


def _outcome(header: _Header, artifacts: Mapping[str, bytes]) -> RunOutcome:
    error = header.error
    return RunOutcome(
        ending=header.ending,
        error=None if error is None else RunError(error.type, error.message, error.frames),
        stdout=header.stdout,
        stdout_bytes=header.stdout_bytes,
        artifacts=artifacts,
        wall_seconds=header.wall_seconds,
        cpu_seconds=header.cpu_seconds,
        peak_memory_bytes=header.peak_memory_bytes,
    )
