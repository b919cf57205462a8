"""What to tell a student about an error or a warning: a table of reproduced messages, and what was probably meant.

Messages of Keras and OpenCV carry versions, paths and colour codes, so rows match only parts that stay. The rows come
from running old and mistaken code on Keras 3.15; docs/decisions/0023 and 0028 tell more.
"""

from exercises.text import Text
from grader.hints.clues import clues
from grader.hints.meant import FINDERS
from grader.hints.program import Program
from grader.hints.table import TOPICS, Hint, read_topic
from grader.messages import TERMINAL, both

__all__ = ["ERROR_ROWS", "WARNING_ROWS", "hint_for", "hint_for_warning", "plain_message", "row_for"]

FILLED_BY = {name: placeholders for name, (_, placeholders) in FINDERS.items()}

ERROR_ROWS: tuple[Hint, ...] = tuple(row for topic in TOPICS for row in read_topic(topic, FILLED_BY))
WARNING_ROWS: tuple[Hint, ...] = tuple(read_topic("warnings", FILLED_BY))

MOST_READ = 20_000  #: letters of a message
MOST_SEARCHED = 1_000  #: of those, in which a row is sought


def plain_message(text: str) -> str:
    """Return an error message on one line, without codes for terminals and without what cannot be printed."""
    words = TERMINAL.sub("", text[:MOST_READ]).split()
    return "".join(letter for letter in " ".join(words) if letter.isprintable())


def hint_for(error_type: str, message: str, source: str, line: int | None = None) -> Text | None:
    """Return what to tell the student about an error, if we know it.

    Args:
        error_type: Name of the exception's class.
        message: Its message.
        source: The student's program, for names that were meant.
        line: The line of the program that the error names.

    """
    found = row_for(error_type, message, source, line)
    return None if found is None else found[1]


def row_for(error_type: str, message: str, source: str, line: int | None = None) -> tuple[str, Text] | None:
    """Return the id of the row that fits an error, and its sentences; arguments as for :func:`hint_for`."""
    subject = f"{error_type}: {plain_message(message)}"[:MOST_SEARCHED] + clues(error_type, source, line)
    program = Program(source, line)
    for row in ERROR_ROWS:
        text = _filled(row, subject, program)
        if text is not None:
            return row.id, text
    return None


def hint_for_warning(message: str, source: str = "") -> Text | None:
    """Return what to tell the student about a warning, if it is one that matters here.

    Args:
        message: The warning.
        source: The student's program, for warnings that matter only where something stands in it.

    """
    program = Program(source, None)
    texts = (_filled(row, plain_message(message)[:MOST_SEARCHED], program) for row in WARNING_ROWS)
    return next((text for text in texts if text is not None), None)


def _filled(row: Hint, subject: str, program: Program) -> Text | None:
    """Return a row's sentences for a subject; ``None`` where it does not fit or nothing was probably meant."""
    found = row.pattern.search(subject)
    if found is None:
        return None
    values = {name: value or "" for name, value in found.groupdict().items()}
    if row.suggest is not None:
        filled = FINDERS[row.suggest][0](found, program)
        if filled is None:
            return None
        values |= filled
    return both(row.zh, row.en, **values)
