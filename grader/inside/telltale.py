"""Which of several exceptions tells a student what went wrong, and on which line of the program.

An exception may stand for another: ``raise ... from error``, a ``raise`` in an ``except`` block, a group of several, a
library that catches what the student's function raised and raises something of its own. Then the one beneath tells
more, as long as it comes from the student's own code.
"""

import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from types import TracebackType

MOST_LINKS = 16

# Asked of the base class, because a class of the student's own may answer anything.
_CAUSE = BaseException.__dict__["__cause__"]
_CONTEXT = BaseException.__dict__["__context__"]
_SUPPRESSED = BaseException.__dict__["__suppress_context__"]
_TRACEBACK = BaseException.__dict__["__traceback__"]


@dataclass(frozen=True)
class OwnFile:
    """The student's program: the name under which it was compiled, and its lines."""

    name: str
    lines: list[str]

    def line(self, error: BaseException) -> int | None:
        """Return the innermost line of the program that an exception passed; ``None`` where it passed none."""
        if isinstance(error, SyntaxError) and error.filename == self.name and isinstance(error.lineno, int):
            return error.lineno
        # Code made while running may bear the same name and have more lines.
        own = [line for name, line in _steps(error) if name == self.name and line <= len(self.lines)]
        return own[-1] if own else None

    def telling(self, error: BaseException) -> BaseException:
        """Return the exception beneath ``error`` that tells what went wrong; often ``error`` itself."""
        seen = [error]
        while len(seen) < MOST_LINKS:
            beneath = self._beneath(seen[-1])
            if beneath is None or any(one is beneath for one in seen):
                break
            seen.append(beneath)
        return seen[-1]

    def _beneath(self, error: BaseException) -> BaseException | None:
        """Return the exception that ``error`` stands for, if it comes from the student's own code."""
        if isinstance(error, BaseExceptionGroup):
            members: tuple[BaseException, ...] = BaseExceptionGroup.exceptions.__get__(error)
            return next((one for one in members if self.line(one) is not None), members[0])
        if not self._raised_here(error):
            return next((one for one in _contexts(error) if self._converted(one)), None)
        beneath: BaseException | None = _CAUSE.__get__(error)
        if beneath is None and not _SUPPRESSED.__get__(error) and self._raised_on_purpose(error):
            beneath = _CONTEXT.__get__(error)
        return beneath if beneath is not None and self.line(beneath) is not None else None

    def _raised_here(self, error: BaseException) -> bool:
        """Tell whether the student's own code raised an exception, and not a library that it called."""
        steps = list(_steps(error))
        return bool(steps) and steps[-1][0] == self.name

    def _converted(self, error: BaseException) -> bool:
        """Tell whether an exception left the student's code for a library, which caught it."""
        steps = list(_steps(error))
        return bool(steps) and steps[-1][0] == self.name != steps[0][0]

    def _raised_on_purpose(self, error: BaseException) -> bool:
        """Tell whether a ``raise`` made the exception, and not a second mistake in a handler."""
        line = self.line(error)
        return line is not None and self.lines[line - 1].lstrip().startswith("raise")


def _steps(error: BaseException) -> Iterator[tuple[str, int]]:
    """Yield file and line of each step of an exception's traceback, outermost first."""
    found: TracebackType | None = _TRACEBACK.__get__(error)
    for frame, line in traceback.walk_tb(found):
        yield frame.f_code.co_filename, line


def _contexts(error: BaseException) -> Iterator[BaseException]:
    """Yield the exceptions that were being handled when ``error`` was raised, the latest first."""
    for _ in range(MOST_LINKS):
        beneath = _CONTEXT.__get__(error)
        if beneath is None:
            return
        yield beneath
        error = beneath
