"""The student's program as finders see it, and the known name that is most like another."""

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass

from exercises.lines import split_lines
from grader.hints.clues import without_texts

#: How alike a name and what was meant must be, as difflib counts; short names differ much by one letter.
ALIKE, ALMOST, SHORTEST = 0.75, 0.9, 3
MOST_NAMES = 2_000  #: of a program that are looked at
MOST_READ = 100_000  #: letters of a program
STATEMENT_LINES = 8  #: of a call that are searched for a misspelt argument


@dataclass(frozen=True, slots=True)
class Program:
    """The student's program, and the line of it that an error names (counted from 1; ``None`` where none is)."""

    source: str
    line: int | None

    def names(self) -> list[str]:
        """Return the names that stand in the program outside texts and comments, not after a dot."""
        words = re.findall(r"(?<![\w.])[^\W\d]\w{2,40}", without_texts(self.source[:MOST_READ]))
        return list(dict.fromkeys(words))[:MOST_NAMES]

    def statement(self) -> str:
        """Return the line that the error names and the few after it."""
        if self.line is None:
            return ""
        return "\n".join(split_lines(self.source)[self.line - 1 : self.line - 1 + STATEMENT_LINES])


def nearest(name: str, known: Iterable[str], shortest: int = SHORTEST) -> str | None:
    """Return the known name that is most like ``name``; ``None`` where none is like it.

    Args:
        name: What was written.
        known: What there is.
        shortest: Names of fewer letters are like nothing, but for their capital letters.

    """
    words = [word for word in dict.fromkeys(known) if word != name]
    same_case = [word for word in words if word[:1].isupper() == name[:1].isupper()]
    almost = difflib.get_close_matches(name, same_case, n=1, cutoff=ALMOST)
    if almost and len(name) >= shortest:
        return almost[0]
    by_lower = {word.lower(): word for word in reversed(words)}
    if name.lower() in by_lower:
        return by_lower[name.lower()]
    if len(name) < shortest:
        return None
    swapped = next((word for word in by_lower if sorted(word) == sorted(name.lower())), None)
    found = [swapped] if swapped else difflib.get_close_matches(name.lower(), by_lower, n=1, cutoff=ALIKE)
    return by_lower[found[0]] if found else None
