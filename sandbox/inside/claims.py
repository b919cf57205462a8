"""Put an exception into plain, bounded data, whatever its class does to those who look at it."""

import traceback
from pathlib import Path
from typing import Any

from .text import plain_text

MOST_TYPE = 200  # bytes
MOST_MESSAGE = 4 << 10  # bytes
MOST_NAME = 200  # bytes of a file or function name
FIRST_FRAMES, LAST_FRAMES = 16, 48  # of a deep recursion

#: Exceptions that say that memory ran out, by name, because the classes of a payload are not imported here.
MEMORY_ERRORS = frozenset({"MemoryError", "ResourceExhaustedError"})

UNREADABLE = "(this exception's text could not be read)"
OUR_FOLDER = Path(__file__).parent


def safe_claim_of(error: BaseException, home: Path) -> dict[str, Any]:
    """Describe an exception as :func:`claim_of` does, and an exception that resists by a bare word."""
    try:
        return claim_of(error, home)
    except BaseException:
        return {"say": "raised", "type": "Exception", "message": UNREADABLE, "frames": [], "memory": False}


def claim_of(error: BaseException, home: Path) -> dict[str, Any]:
    """Describe an exception that left an entry.

    Args:
        error: The exception.
        home: The child's own folder; files in it are named relative to it.

    """
    return {
        "say": "raised",
        "type": plain_text(_type_of(error), MOST_TYPE),
        "message": plain_text(_message_of(error), MOST_MESSAGE),
        "frames": _frames_of(error, home),
        "memory": any(base.__name__ in MEMORY_ERRORS for base in type.mro(type(error))),
    }


def _type_of(error: BaseException) -> str:
    """Name the exception's class without asking the class."""
    name = type.__dict__["__name__"].__get__(type(error))
    return name if isinstance(name, str) else "Exception"


def _message_of(error: BaseException) -> str:
    """Ask an exception for its text; a text that cannot be had is no reason to fail."""
    try:
        return str.__str__(str(error))
    except BaseException:
        return UNREADABLE


def _frames_of(error: BaseException, home: Path) -> list[tuple[str, int, str]]:
    """List where the exception passed, outermost first, without our own frames."""
    frames = []
    for frame, line in traceback.walk_tb(error.__traceback__):
        code = frame.f_code
        if Path(code.co_filename).parent != OUR_FOLDER:
            frames.append((_short(code.co_filename, home), line, plain_text(code.co_name, MOST_NAME)))
    if isinstance(error, SyntaxError) and isinstance(error.filename, str) and isinstance(error.lineno, int):
        frames.append((_short(error.filename, home), error.lineno, "<module>"))
    if len(frames) > FIRST_FRAMES + LAST_FRAMES:
        frames = frames[:FIRST_FRAMES] + frames[-LAST_FRAMES:]
    return frames


def _short(filename: str, home: Path) -> str:
    """Name a file relative to the child's own folder where it lies in it."""
    return plain_text(filename.removeprefix(f"{home}/"), MOST_NAME)
