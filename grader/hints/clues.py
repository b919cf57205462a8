"""What a syntax error's message leaves unsaid and the program's text shows: remarks in square brackets after it.

Python reports where it stopped understanding. A beginner's mistake often lies elsewhere: a keyword is misspelt, a
bracket of an earlier line is open, or the last line of an answer is indented wrongly, which shows only at the locked
line that follows it.
"""

import re

from exercises.lines import split_lines
from exercises.markers import mark

OPENING, CLOSING = "([{", ")]}"
WORD = re.compile(r"\s*([^\W\d]\w*)")
#: Texts and comments. What is never closed reaches to the end, so that no text is read twice.
TEXT_OR_COMMENT = re.compile(
    r"'''(?:.*?'''|.*\Z)|\"\"\"(?:.*?\"\"\"|.*\Z)|'(?:\\.|[^'\\\n])*'?|\"(?:\\.|[^\"\\\n])*\"?|#[^\n]*", re.DOTALL
)
SYNTAX_ERRORS = frozenset({"SyntaxError", "IndentationError", "TabError"})


def clues(error_type: str, source: str, line: int | None) -> str:
    """Return remarks on a syntax error; an empty text for any other error.

    Args:
        error_type: Name of the exception's class.
        source: The student's program.
        line: The line that Python names, counted from 1.

    """
    lines = split_lines(source)
    if error_type not in SYNTAX_ERRORS or line is None or not 0 < line <= len(lines):
        return ""
    found = []
    region_end = _end_of_region_before(lines, line)
    if region_end is not None:
        found.append(f"[after the region, line {region_end}]")
    bare = without_texts(source)
    opened = _open_bracket(split_lines(bare)[: line - 1])
    if opened is not None:
        found.append(f"[open bracket on line {opened}]")
    word = WORD.match(lines[line - 1])
    if word is not None:
        found.append(f"[first word {word.group(1)}]")
    return "".join(f" {one}" for one in found)


def _end_of_region_before(lines: list[str], line: int) -> int | None:
    """Return the last written line of the region that ends right before ``line``; None where none does."""
    above = range(line - 2, -1, -1)
    for number in above:
        kind = mark(lines[number])
        if kind == "Begin":
            return None
        if kind == "End":
            written = (one for one in range(number - 1, -1, -1) if lines[one].strip())
            return next(written, number) + 1
        if lines[number].strip():
            return None
    return None


def without_texts(source: str) -> str:
    """Return the program with comments and texts blanked out; its lines stay where they are."""
    return TEXT_OR_COMMENT.sub(lambda found: re.sub(r"[^\n]", " ", found.group()), source)


def _open_bracket(lines: list[str]) -> int | None:
    """Return the line of the innermost bracket that is still open after ``lines``."""
    opened: list[int] = []
    for number, text in enumerate(lines, start=1):
        for letter in text:
            if letter in OPENING:
                opened.append(number)
            elif letter in CLOSING and opened:
                opened.pop()
    return opened[-1] if opened else None
