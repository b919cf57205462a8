"""Requests as bytes, and answers read with suspicion."""

import json
import struct
from typing import Any

import pytest

from sandbox import Ending, Limits, RunRequest, SandboxFault
from sandbox.wire import Answer, BadAnswer, Event, Read, Ready, encode_request, read_message

LIMITS = Limits()
READY: dict[str, Any] = {"say": "ready", "layers": ["a wall"], "python": "3.13.5", "number": 3}
HONEST: dict[str, Any] = {
    "say": "answer",
    "ending": "finished",
    "error": None,
    "stdout": "",
    "stdout_bytes": 0,
    "wall_seconds": 0.1,
    "cpu_seconds": 0.1,
    "peak_memory_bytes": 1,
    "layers": [],
    "clean": False,
    "strays": True,
    "resident_bytes": 7,
    "names": ["a.json"],
    "blobs": [2],
}


def reader(header: object, content: bytes = b"{}") -> Read:
    """Make a stream that holds one message."""
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    data = bytearray(struct.pack(">I", len(text)) + text + content)

    def read(count: int) -> bytes:
        taken = bytes(data[:count])
        del data[:count]
        return taken

    return read


def test_honest_answer() -> None:
    """An answer within its limits is read as it was meant."""
    answer = read_message(reader(HONEST), LIMITS)

    assert isinstance(answer, Answer)
    assert (Ending.FINISHED, {"a.json": b"{}"}) == (answer.outcome.ending, answer.outcome.artifacts)
    assert (False, True, 7) == (answer.clean, answer.strays, answer.resident_bytes)


def test_ready() -> None:
    """A child that waits for its job is announced with its layers."""
    assert Ready(("a wall",), "3.13.5", 3) == read_message(reader(READY), None)


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
        {"error": {"type": "x" * 401, "message": "", "frames": []}},
        {"error": {"type": "x", "message": "y" * 8193, "frames": []}},
        {"error": {"type": "x", "message": "", "frames": [["a", 1, "b"]] * 129}},
        {"error": {"type": "x", "message": "", "frames": [["a", 1 << 31, "b"]]}},
        {"stdout": None},
        {"stdout": "x" * 51},
        {"stdout_bytes": -1},
        {"wall_seconds": float("nan")},
        {"cpu_seconds": float("inf")},
        {"wall_seconds": -1.0},
        {"peak_memory_bytes": 1 << 60},
        {"layers": ["x"] * 33},
        {"layers": ["x" * 401]},
        {"resident_bytes": "much"},
        {"strays": "perhaps"},
        {"say": "gossip"},
        {"say": None},
    ],
)
def test_dishonest_answers(change: dict[str, Any]) -> None:
    """An answer that no supervisor gives is a fault, and nothing of it is believed."""
    limits = Limits(artifact_bytes=100, artifacts_bytes=150, artifact_count=2, output_bytes=50)

    with pytest.raises(BadAnswer):
        read_message(reader({**HONEST, **change}), limits)


@pytest.mark.parametrize("missing", sorted(HONEST))
def test_incomplete_answers(missing: str) -> None:
    """Every part of an answer is needed."""
    with pytest.raises(BadAnswer):
        read_message(reader({key: value for key, value in HONEST.items() if key != missing}), LIMITS)


@pytest.mark.parametrize("text", [b"", b"{", b"[1]", b"\xff", b"[" * 100_000, b"9" * 5000])
def test_nonsense(text: bytes) -> None:
    """Bytes that are no message are a fault."""
    with pytest.raises(BadAnswer):
        read_message(reader(text), LIMITS)


def test_much_output() -> None:
    """A megabyte of printed bytes that are no text, where that much may be kept, is an answer and no fault."""
    limits = Limits(output_bytes=1 << 20)
    answer = read_message(reader({**HONEST, "stdout": "\ufffd" * (1 << 20)}), limits)

    assert isinstance(answer, Answer)
    assert 1 << 20 == len(answer.outcome.stdout)


def test_huge_header() -> None:
    """A header of gigabytes is refused unread."""
    with pytest.raises(BadAnswer, match="too large"):
        read_message(lambda count: b"\xff" * count, LIMITS)


@pytest.mark.parametrize(
    "header", [HONEST, {"say": "event", "event": {}}, {**READY, "layers": ["x" * 400] * 200}], ids=str
)
def test_unasked(header: dict[str, Any]) -> None:
    """While no run goes on there is nothing to say but that a child is ready."""
    with pytest.raises(BadAnswer):
        read_message(reader(header), None)


def test_large_remark() -> None:
    """An event of megabytes is refused."""
    with pytest.raises(BadAnswer):
        read_message(reader({"say": "event", "event": {"x": "y" * (1 << 20)}}), LIMITS)


def test_fault() -> None:
    """The supervisor's own failure is a fault with its words."""
    with pytest.raises(SandboxFault, match="no room"):
        read_message(reader({"say": "fault", "fault": "no room"}), LIMITS)


@pytest.mark.parametrize(
    "content",
    [{}, {"epoch": 1, "loss": 0.25, "done": False, "best": None, "note": "x" * 100}, {"n": -(1 << 53)}],
)
def test_events(content: dict[str, Any]) -> None:
    """A small flat object of plain values is passed on as it was told."""
    assert Event(content) == read_message(reader({"say": "event", "event": content}), LIMITS)


@pytest.mark.parametrize(
    "content",
    [
        None,
        [],
        "epoch",
        {"x": [1]},
        {"x": {"y": 1}},
        {"x": float("nan")},
        {"x": float("-inf")},
        {"x": 1 << 54},
        {"x": 10**400},
        {"x": "y" * 101},
        {"k" * 41: 1},
        {str(number): number for number in range(17)},
    ],
)
def test_events_that_are_none(content: object) -> None:
    """Anything else is passed over in silence: it is no reason to end a run."""
    assert Event(None) == read_message(reader({"say": "event", "event": content}), LIMITS)


@pytest.mark.parametrize("name", ["../a", "/etc/passwd", "a/../../b", ""])
def test_files_outside_the_box(name: str) -> None:
    """A request that would write outside the box is refused before it is sent."""
    with pytest.raises(ValueError, match="inside the box"):
        encode_request(RunRequest("x", files={name: b""}))
