"""What a student reads of an exception: its message in plain text, the line in the student's own file, a hint."""

import re
from collections.abc import Mapping
from pathlib import PurePosixPath

from exercises.lines import split_lines
from exercises.text import Text
from grader.contract import Json, RunResult, StudentError
from grader.hints import hint_for, plain_message
from grader.stage import SeenError

FILE_NAME = "student.py"
MAX_MESSAGE = 500

#: In place of the text of an exception whose text was still awaited when the time was up.
ENDLESS = "(its text never ends)"

#: The path of OpenCV's own source, which helps nobody here.
OPENCV = re.compile(r"^OpenCV\(\S+\) \S+ error: ")

#: What TensorFlow prints before it ends the interpreter for want of threads.
THREADS = re.compile(r"pthread_create\(\) failed")

#: Python's own note of the place of a syntax error; we name the line ourselves.
PLACE = re.compile(r" \((<unknown>|student\.py), line \d+\)$")

#: What a compiled training step says of the student's own lines.
IN_USER_CODE = re.compile(r'File "[^"\n]{0,200}student\.py", line (\d{1,6}), in')


def student_error(result: RunResult, source: str, seen: SeenError | None = None) -> StudentError | None:
    """Return the exception that ended a run; None where there was none.

    Args:
        result: How the run ended.
        source: The student's program.
        seen: The exception beneath it that tells more, as the witness of the run claims.

    """
    if result.ending == "timed_out" and seen is not None:
        return StudentError(seen.type, ENDLESS if seen.message is None else seen.message, seen.line, None)
    if result.error_type is None:
        return None
    kind = re.sub(r"[^\w.]", "", result.error_type)[:80] or "Exception"
    count = len(split_lines(source))
    text, line = result.error_message or "", _own_line(result, count)
    if seen is not None:
        kind, text, line = seen.type, text if seen.message is None else seen.message, seen.line or line
    named = IN_USER_CODE.findall(text)
    line = int(named[-1]) if named else line
    line = None if line is None or line > count + 1 else min(line, count) or None
    message = PLACE.sub("", OPENCV.sub("", plain_message(text)))[:MAX_MESSAGE]
    printed = THREADS.search(result.stdout) if kind == "Crash" else None
    told = message if printed is None else f"{message} {printed[0]}"
    return StudentError(kind, message, line, hint_for(kind, told, source, line))


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


def _own_line(result: RunResult, count: int) -> int | None:
    """Return the innermost line of the traceback that is a line of the student's own file.

    Code made while running may bear the same file name and have more lines. Python counts one line more than there are
    where a program ends too early; the last one is meant then.

    Args:
        result: How the run ended.
        count: How many lines the student's file has.

    """
    for file, line, _ in reversed(result.error_frames):
        if PurePosixPath(file).name == FILE_NAME and 0 < line <= count + 1:
            return min(line, count) or None
    return None
