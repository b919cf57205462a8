"""How an ending is decided, from what was seen and what was claimed."""

import signal

import pytest

from sandbox.inside.endings import EARLY_EXIT, decide
from sandbox.inside.watch import Stop, Watched

LIMITS = {"flood_bytes": 1000, "memory_bytes": 1 << 30, "wall_seconds": 10}
FINISHED = {"say": "finished"}


def watched(stop: Stop = Stop.EXIT, status: int = 0, output_bytes: int = 0, cpu: float = 0.1, peak: int = 1) -> Watched:
    """Make what was seen of a child that ended well, but for what is named."""
    return Watched(stop, status, b"", output_bytes, 1.0, cpu, peak)


@pytest.mark.parametrize(
    ("seen", "claim", "kernel_killed", "expected"),
    [
        (watched(), FINISHED, False, "finished"),
        (watched(), {"say": "raised"}, False, "raised"),
        (watched(), {"say": "raised", "memory": True}, False, "out_of_memory"),
        (watched(), {}, False, "raised"),
        (watched(Stop.WALL, signal.SIGKILL), FINISHED, False, "timed_out"),
        (watched(Stop.FLOOD, signal.SIGKILL), {}, False, "too_much_output"),
        (watched(output_bytes=1001), FINISHED, False, "too_much_output"),
        (watched(Stop.MEMORY, signal.SIGKILL), {}, None, "out_of_memory"),
        (watched(status=signal.SIGSYS), FINISHED, False, "violation"),
        (watched(status=signal.SIGXCPU), {}, False, "timed_out"),
        (watched(status=signal.SIGKILL, cpu=11), {}, False, "timed_out"),
        (watched(status=signal.SIGKILL), {}, True, "out_of_memory"),
        (watched(status=signal.SIGKILL), {}, False, "raised"),
        (watched(status=signal.SIGKILL, peak=1 << 30), {}, None, "out_of_memory"),
        (watched(status=signal.SIGKILL), {}, None, "raised"),
        (watched(status=signal.SIGSEGV), {}, False, "raised"),
    ],
)
def test_endings(seen: Watched, claim: dict[str, object], *, kernel_killed: bool | None, expected: str) -> None:
    """What was seen goes before what is claimed; the kernel's word goes before a guess."""
    assert expected == decide(seen, claim, LIMITS, kernel_killed=kernel_killed)[0]


def test_early_exit_says_so() -> None:
    """A child without last words gets a sentence that a student understands."""
    error = decide(watched(), {}, LIMITS, kernel_killed=False)[1]

    assert {"type": "EarlyExit", "message": EARLY_EXIT, "frames": []} == error


@pytest.mark.parametrize(
    "frames",
    [None, 3, "x", [1], [[1, 2, 3], ["a", "b", "c"], ["a", 1]], {"a": 1}, [["a", 10**4000, "b"], ["a", True, "b"]]],
)
def test_forged_frames(frames: object) -> None:
    """Frames that are none are left out, whatever they are."""
    claim = {"say": "raised", "type": ["x"], "message": {"a": "\x1b[31m"}, "frames": frames}
    error = decide(watched(), claim, LIMITS, kernel_killed=False)[1]

    assert error is not None
    assert all([str, int, str] == [type(part) for part in frame] for frame in error["frames"])
    assert all(frame[1] < 1 << 31 for frame in error["frames"])
    assert "\x1b" not in error["message"]
