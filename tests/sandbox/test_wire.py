"""Requests as bytes, and answers read with suspicion."""

import json
import struct
from typing import Any

import pytest

from sandbox import Ending, Limits, RunRequest, SandboxFault
from sandbox.wire import BadAnswer, Read, encode_request, read_answer

HONEST: dict[str, Any] = {
    "ending": "finished",
    "error": None,
    "stdout": "",
    "stdout_bytes": 0,
    "wall_seconds": 0.1,
    "cpu_seconds": 0.1,
    "peak_memory_bytes": 1,
    "layers": [],
    "names": ["a.json"],
    "blobs": [2],
}


def reader(header: object, content: bytes = b"{}") -> Read:
    """Make a stream that holds one answer."""
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    data = bytearray(struct.pack(">I", len(text)) + text + content)

    def read(count: int) -> bytes:
        taken = bytes(data[:count])
        del data[:count]
        return taken

    return read


def test_honest_answer() -> None:
    """An answer within its limits is read as it was meant."""
    answer = read_answer(reader(HONEST), RunRequest("x"))

    assert (Ending.FINISHED, {"a.json": b"{}"}) == (answer.outcome.ending, answer.outcome.artifacts)


@pytest.mark.parametrize(
    "change",
    [
        {"ending": "passed"},
        {"names": ["a.json", "b.json"]},
        {"names": ["a.json", "a.json"], "blobs": [1, 1]},
        {"names": ["../a.json"]},
        {"blobs": [101]},
        {"blobs": [-1]},
        {"names": ["a", "b"], "blobs": [80, 80]},
        {"names": ["a", "b", "c"], "blobs": [0, 0, 0]},
        {"error": {"type": "x"}},
        {"stdout": None},
    ],
)
def test_dishonest_answers(change: dict[str, Any]) -> None:
    """An answer that no supervisor gives is a fault, and nothing of it is believed."""
    limits = Limits(artifact_bytes=100, artifacts_bytes=150, artifact_count=2)

    with pytest.raises(BadAnswer):
        read_answer(reader({**HONEST, **change}), RunRequest("x", limits=limits))


@pytest.mark.parametrize("text", [b"", b"{", b"[1]", b"\xff", b"[" * 100_000])
def test_nonsense(text: bytes) -> None:
    """Bytes that are no answer are a fault."""
    with pytest.raises(BadAnswer):
        read_answer(reader(text), RunRequest("x"))


def test_huge_header() -> None:
    """A header of gigabytes is refused unread."""
    with pytest.raises(BadAnswer, match="too large"):
        read_answer(lambda count: b"\xff" * count, RunRequest("x"))


def test_fault() -> None:
    """The supervisor's own failure is a fault with its words."""
    with pytest.raises(SandboxFault, match="no room"):
        read_answer(reader({"fault": "no room"}), RunRequest("x"))


@pytest.mark.parametrize("name", ["../a", "/etc/passwd", "a/../../b", ""])
def test_files_outside_the_box(name: str) -> None:
    """A request that would write outside the box is refused before it is sent."""
    with pytest.raises(ValueError, match="inside the box"):
        encode_request(RunRequest("x", files={name: b""}))
