"""Which of several exceptions tells a student what went wrong, and on which line of the program.

An exception may stand for another: ``raise ... from error``, a ``raise`` in an ``except`` block, a group of several.
Then the one beneath tells more, as long as it comes from the student's own code.
"""

import traceback
from collections.abc import Sequence

MOST_LINKS = 16

# Asked of the base class, because a class of the student's own may answer anything.
_CAUSE = BaseException.__dict__["__cause__"]
_CONTEXT = BaseException.__dict__["__context__"]
_SUPPRESSED = BaseException.__dict__["__suppress_context__"]
_TRACEBACK = BaseException.__dict__["__traceback__"]


def telling_exception(error: BaseException, file_name: str, lines: Sequence[str]) -> BaseException:
    """Return the exception beneath ``error`` that tells what went wrong; often ``error`` itself.

    Args:
        error: What left the student's code.
        file_name: The name under which the student's program was compiled.
        lines: The lines of the program.

    """
    seen = [error]
    while len(seen) < MOST_LINKS:
        beneath = _beneath(seen[-1], file_name, lines)
        if beneath is None or any(one is beneath for one in seen):
            break
        seen.append(beneath)
    return seen[-1]


def line_of(error: BaseException, file_name: str) -> int | None:
    """Return the innermost line of the student's program that an exception passed; ``None`` where it passed none."""
    own = [
        line for frame, line in traceback.walk_tb(_TRACEBACK.__get__(error)) if frame.f_code.co_filename == file_name
    ]
    if isinstance(error, SyntaxError) and error.filename == file_name and isinstance(error.lineno, int):
        return error.lineno
    return own[-1] if own else None


def _beneath(error: BaseException, file_name: str, lines: Sequence[str]) -> BaseException | None:
    """Return the exception that ``error`` stands for, if it comes from the student's own code."""
    if isinstance(error, BaseExceptionGroup):
        members = BaseExceptionGroup.exceptions.__get__(error)
        own = [one for one in members if line_of(one, file_name) is not None]
        first: BaseException = (own or members)[0]
        return first
    beneath: BaseException | None = _CAUSE.__get__(error)
    if beneath is None and not _SUPPRESSED.__get__(error) and _was_raised_on_purpose(error, file_name, lines):
        beneath = _CONTEXT.__get__(error)
    return beneath if beneath is not None and line_of(beneath, file_name) is not None else None


def _was_raised_on_purpose(error: BaseException, file_name: str, lines: Sequence[str]) -> bool:
    """Tell whether a ``raise`` of the student's own made the exception, and not a second mistake in a handler."""
    line = line_of(error, file_name)
    return line is not None and 0 < line <= len(lines) and lines[line - 1].lstrip().startswith("raise")
