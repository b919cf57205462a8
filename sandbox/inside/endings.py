"""Decide how a run ended, from what was seen of the child and from what it claims. Pure."""

import os
import signal
from typing import Any

from .claims import MOST_MESSAGE, MOST_NAME, MOST_TYPE
from .text import plain_text
from .watch import Stop, Watched

FINISHED, RAISED, TIMED_OUT = "finished", "raised", "timed_out"
OUT_OF_MEMORY, TOO_MUCH_OUTPUT, VIOLATION = "out_of_memory", "too_much_output", "violation"

NEARLY = 0.9  # of the memory limit, where the kernel does not say whom it killed

MOST_FRAMES = 64
LAST_LINE = (1 << 31) - 1
EARLY_EXIT = "The program ended its own process before it had finished (os._exit or a signal to itself)."

_STOPS = {Stop.WALL: TIMED_OUT, Stop.FLOOD: TOO_MUCH_OUTPUT, Stop.MEMORY: OUT_OF_MEMORY}
_SIGNALS = {signal.SIGSYS: VIOLATION, signal.SIGXCPU: TIMED_OUT}


def decide(
    watched: Watched, claim: dict[str, Any], limits: dict[str, Any], *, kernel_killed: bool | None
) -> tuple[str, dict[str, Any] | None]:
    """Name a run's ending.

    Args:
        watched: What was seen.
        claim: The child's last words; ``{}`` if there were none.
        limits: The job's limits.
        kernel_killed: Whether the kernel killed a process here for memory; ``None`` where it does not tell.

    Returns:
        The ending, and the error (type, message, frames) that a person may read.

    """
    if watched.stop in _STOPS:
        return _STOPS[watched.stop], None
    if watched.output_bytes > int(limits["flood_bytes"]):
        return TOO_MUCH_OUTPUT, None
    if os.WIFSIGNALED(watched.status):
        return _ending_by_signal(os.WTERMSIG(watched.status), watched, limits, kernel_killed=kernel_killed)
    if claim.get("say") == "finished":
        return FINISHED, None
    if claim.get("say") == "raised":
        return (OUT_OF_MEMORY if claim.get("memory") is True else RAISED), _error(claim)
    return RAISED, _sentence("EarlyExit", EARLY_EXIT)


def _ending_by_signal(
    number: int, watched: Watched, limits: dict[str, Any], *, kernel_killed: bool | None
) -> tuple[str, dict[str, Any] | None]:
    """Name the ending of a child that a signal ended, and not one of ours."""
    if number in _SIGNALS:
        return _SIGNALS[signal.Signals(number)], None
    if number == signal.SIGKILL:
        if kernel_killed is None:
            kernel_killed = watched.peak_memory_bytes > NEARLY * int(limits["memory_bytes"])
        if kernel_killed:
            return OUT_OF_MEMORY, None
        if watched.cpu_seconds > float(limits["wall_seconds"]):
            return TIMED_OUT, None
        return RAISED, _sentence("EarlyExit", EARLY_EXIT)
    name = signal.Signals(number).name if number in set(signal.Signals) else str(number)
    return RAISED, _sentence("Crash", f"The Python interpreter itself was ended by signal {name}.")


def _sentence(kind: str, message: str) -> dict[str, Any]:
    return {"type": kind, "message": message, "frames": []}


def _error(claim: dict[str, Any]) -> dict[str, Any]:
    """Take the error out of a claim, whatever the claim is made of."""
    frames = claim.get("frames")
    return {
        "type": plain_text(str(claim.get("type", "Exception")), MOST_TYPE),
        "message": plain_text(str(claim.get("message", "")), MOST_MESSAGE),
        "frames": [
            [plain_text(str(frame[0]), MOST_NAME), frame[1], plain_text(str(frame[2]), MOST_NAME)]
            for frame in (frames if isinstance(frames, list) else [])[:MOST_FRAMES]
            if isinstance(frame, list) and len(frame) == 3 and _is_line(frame[1])  # noqa: PLR2004 - a triple
        ],
    }


def _is_line(value: Any) -> bool:  # noqa: ANN401 - any JSON
    """Tell whether something can be the number of a line; 0 is what Python says of a line it does not know."""
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= LAST_LINE
