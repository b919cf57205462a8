"""Speak with a supervisor: write a request as bytes, read what it says with suspicion.

The other half is ``sandbox/inside/wire.py``; the two never import each other, because one of them lives in the image.
Everything a supervisor says may have been said by whoever broke out into it, so all of it is bounded before it is read.
"""

import json
import struct
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import PurePosixPath
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from sandbox.contract import Ending, Json, Limits, RunError, RunOutcome, RunRequest, SandboxFault
from sandbox.events import event_of

_LENGTH = struct.Struct(">I")
MOST_HEADER = 4 << 20  # bytes: more than any honest answer's header holds beside the output
LONGEST_ESCAPE = 6  # bytes of JSON (\ufffd) for one printed byte that is no text
MOST_REMARK = 64 << 10  # bytes of a message that is no answer

Read = Callable[[int], bytes]  #: reads exactly so many bytes, or raises SandboxFault


class BadAnswer(SandboxFault):
    """The supervisor answered something that no supervisor answers."""


class SupervisorFault(SandboxFault):
    """The supervisor says that it could not carry the run out; it ends after that."""


@dataclass(frozen=True, slots=True)
class Ready:
    """A confined child waits for its job; ``number`` counts the children of this supervisor."""

    layers: tuple[str, ...]
    python: str
    number: int


@dataclass(frozen=True, slots=True)
class Event:
    """Something a run tells while it goes on; ``None`` where it made no sense."""

    content: Mapping[str, Json] | None


@dataclass(frozen=True, slots=True)
class Answer:
    """An outcome, the layers of protection it ran under, and how the run left the place.

    Attributes:
        outcome: What came of the run.
        layers: Protections that were on.
        clean: Whether nothing was left in the run's folder.
        strays: Whether a process of the run's user still lived when it was over.
        resident_bytes: What the cell holds with nothing to do; ``None`` where it is not known.

    """

    outcome: RunOutcome
    layers: tuple[str, ...]
    clean: bool
    strays: bool
    resident_bytes: int | None


Short = Annotated[str, Field(max_length=400)]
Count = Annotated[int, Field(ge=0, le=1 << 50)]
Seconds = Annotated[float, Field(ge=0, le=1e7, allow_inf_nan=False)]
LineNumber = Annotated[int, Field(ge=0, lt=1 << 31)]
Layers = Annotated[tuple[Short, ...], Field(max_length=32)]
_Words = TypeVar("_Words", bound=BaseModel)


class _Ready(BaseModel):
    """The words of a supervisor whose child is ready."""

    layers: Layers
    python: Short
    number: Count


class _Error(BaseModel):
    type: Short
    message: str = Field(max_length=8 << 10)
    frames: tuple[tuple[Short, LineNumber, Short], ...] = Field(max_length=128)


class _Header(BaseModel):
    """An answer's header, as far as it may be believed."""

    model_config = ConfigDict(strict=False, extra="ignore")

    ending: Ending
    error: _Error | None
    stdout: str
    stdout_bytes: Count
    wall_seconds: Seconds
    cpu_seconds: Seconds
    peak_memory_bytes: Count | None
    layers: Layers
    clean: bool
    strays: bool
    resident_bytes: Count | None
    names: tuple[Short, ...]
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


def read_message(read: Read, limits: Limits | None) -> Ready | Event | Answer:
    """Read the next thing a supervisor says.

    Args:
        read: Where from.
        limits: Of the run that goes on; ``None`` while none does, when nobody has anything to answer.

    Raises:
        BadAnswer: It is malformed, out of turn, or larger than the limits allow.
        SupervisorFault: The supervisor says that it could not carry the run out.

    """
    (size,) = _LENGTH.unpack(read(_LENGTH.size))
    if size > (MOST_REMARK if limits is None else MOST_HEADER + LONGEST_ESCAPE * limits.output_bytes):
        raise BadAnswer("The sandbox answered with a header that is too large.")
    raw = _parse(read(size))
    said = raw.get("say")
    if said == "fault":
        raise SupervisorFault(f"The sandbox could not carry out the run: {str(raw.get('fault'))[:4096]}")
    if said == "ready" and size <= MOST_REMARK:
        ready = _validated(_Ready, raw)
        return Ready(ready.layers, ready.python, ready.number)
    if said == "event" and size <= MOST_REMARK and limits is not None:
        return Event(event_of(raw.get("event")))
    if said == "answer" and limits is not None:
        return _answer(_validated(_Header, raw), read, limits)
    raise BadAnswer("The sandbox said something that nobody had asked.")


def _parse(text: bytes) -> dict[str, Any]:
    try:
        raw = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadAnswer("The sandbox answered with a header that is not JSON.") from error
    if not isinstance(raw, dict):
        raise BadAnswer("The sandbox answered with a header that is no object.")
    return raw


def _validated(model: type[_Words], raw: dict[str, Any]) -> _Words:
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        raise BadAnswer("The sandbox answered with a header that makes no sense.") from error


def _answer(header: _Header, read: Read, limits: Limits) -> Answer:
    """Believe an answer as far as the limits of its run go."""
    if len(header.stdout) > limits.output_bytes:
        raise BadAnswer("The sandbox answered with more output than the run may keep.")
    artifacts = _artifacts(header, read, limits)
    error = header.error
    outcome = RunOutcome(
        ending=header.ending,
        error=None if error is None else RunError(error.type, error.message, error.frames),
        stdout=header.stdout,
        stdout_bytes=header.stdout_bytes,
        artifacts=artifacts,
        wall_seconds=header.wall_seconds,
        cpu_seconds=header.cpu_seconds,
        peak_memory_bytes=header.peak_memory_bytes,
    )
    return Answer(outcome, header.layers, header.clean, header.strays, header.resident_bytes)


def _artifacts(header: _Header, read: Read, limits: Limits) -> dict[str, bytes]:
    """Read the artifacts behind a header, within the run's limits."""
    sound = (
        len(header.names) == len(set(header.names)) == len(header.blobs) <= limits.artifact_count
        and all(0 <= length <= limits.artifact_bytes for length in header.blobs)
        and sum(header.blobs) <= limits.artifacts_bytes
        and not any("/" in name or "\0" in name for name in header.names)
    )
    if not sound:
        raise BadAnswer("The sandbox announced artifacts beyond the limits of the run.")
    return {name: read(length) for name, length in zip(header.names, header.blobs, strict=True)}
