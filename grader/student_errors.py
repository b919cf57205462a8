"""What a student reads of an exception: its message in plain text, the line in the student's own file, a hint."""

import re
from collections.abc import Mapping
from pathlib import PurePosixPath

from exercises.text import Text
from grader.contract import Json, RunResult, StudentError
from grader.hints import hint_for, plain_message

FILE_NAME = "student.py"
MAX_MESSAGE = 500

#: The path of OpenCV's own source, which helps nobody here.
OPENCV = re.compile(r"^OpenCV\(\S+\) \S+ error: ")

#: Python's own note of the place of a syntax error; we name the line ourselves.
PLACE = re.compile(r" \((<unknown>|student\.py), line \d+\)$")


def student_error(result: RunResult, source: str) -> StudentError | None:
    """Return the exception that ended a run; None where there was none.

    Args:
        result: How the run ended.
        source: The student's program.

    """
    if result.error_type is None:
        return None
    message = PLACE.sub("", OPENCV.sub("", plain_message(result.error_message or "")))[:MAX_MESSAGE]
    kind = re.sub(r"[^\w.]", "", result.error_type)[:80] or "Exception"
    line = _own_line(result)
    return StudentError(kind, message, line, hint_for(kind, message, source, line))


def error_to_json(error: StudentError | None) -> Json:
    """Return an error as evidence."""
    if error is None:
        return None
    hint = None if error.hint is None else error.hint.model_dump()
    return {"type": error.type, "message": error.message, "line": error.line, "hint": hint}


def error_from_json(value: Mapping[str, Json] | None) -> StudentError | None:
    """Return the error in evidence that :func:`error_to_json` made."""
    if value is None:
        return None
    hint = None if value["hint"] is None else Text.model_validate(value["hint"])
    return StudentError(value["type"], value["message"], value["line"], hint)


def _own_line(result: RunResult) -> int | None:
    """Return the innermost line of the traceback that lies in the student's own file."""
    for file, line, _ in reversed(result.error_frames):
        if PurePosixPath(file).name == FILE_NAME and line > 0:
            return line
    return None
