"""An exception becomes plain, short words and a line of the student's own file, whatever the exception is made of."""

import json

import pytest
from gradertools import finished, raised

from exercises import extract
from grader.contract import RunResult
from grader.evidence import capture_evidence
from grader.stage import SeenError, read_stage
from grader.student_errors import error_from_json, error_to_json, student_error

TEN_LINES = "x = 1\n" * 10


def of(
    message: str, *frames: tuple[str, int, str], kind: str = "ValueError", source: str = TEN_LINES
) -> tuple[str, int | None]:
    """Return the message and the line that a student reads of an exception."""
    error = student_error(RunResult("raised", kind, message, frames, "", {}, 1), source)

    assert error is not None
    return error.message, error.line


def test_the_line_is_the_innermost_of_the_students_own() -> None:
    """Frames of Keras and of ours are passed over."""
    frames = (
        ("/x/grader_inside/capture.py", 9, "f"),
        ("/box/student.py", 4, "g"),
        ("/box/student.py", 7, "h"),
        ("/k.py", 1, "k"),
    )
    error = student_error(RunResult("raised", "ValueError", "\x1b[31mbad\x1b[0m\nnews", frames, "", {}, 1), TEN_LINES)

    assert error is not None
    assert ("ValueError", "bad news", 7) == (error.type, error.message, error.line)
    assert error == error_from_json(error_to_json(error))


def test_a_line_is_always_one_that_the_file_has() -> None:
    """Code made while running may be called student.py too; the line after the last one is the last one's."""
    assert ("x", 4) == of("x", ("student.py", 4, "f"), ("student.py", 99, "made"))
    assert ("x", 10) == of("x", ("student.py", 11, "<module>"))
    assert ("x", None) == of("x", ("student.py", 99, "made"))


def test_the_exception_beneath_tells_more() -> None:
    """What the witness saw goes before what left the program; a message that nobody could read is the outer one's."""
    result = raised("RuntimeError", "outer", 9)
    error = student_error(result, TEN_LINES, SeenError("IndexError", "beneath", 3))
    unread = student_error(result, TEN_LINES, SeenError("RuntimeError", None, 9))

    assert error is not None
    assert unread is not None
    assert ("IndexError", "beneath", 3) == (error.type, error.message, error.line)
    assert ("RuntimeError", "outer", 9) == (unread.type, unread.message, unread.line)


@pytest.mark.parametrize(
    ("message", "plain"),
    [
        ("\x1b[1;31mred\x1b[0m and \x1b]0;title\x07more", "red and more"),
        ("bell\x07 null\x00 right-to-left\u202e half\ud800", "bell null right-to-left half"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("a\r\nb\tc\x0bd", "a b c d"),
        ("OpenCV(5.0.0) /io/opencv/resize.cpp:4217: error: (-215:Assertion failed) x", "(-215:Assertion failed) x"),
        ("invalid syntax (student.py, line 3)", "invalid syntax"),
    ],
)
def test_a_message_is_one_plain_line(message: str, plain: str) -> None:
    """Colours, control characters, half characters and paths are taken out; marks of HTML are left to the page."""
    assert plain == of(message)[0]


def test_a_message_of_megabytes_is_cut() -> None:
    """Nobody reads more than a few lines."""
    assert 500 == len(of("x" * 4_000_000)[0])


def test_a_compiled_step_names_the_line_in_its_text() -> None:
    """Where TensorFlow compiled the student's code, the traceback ends at fit and the text knows better."""
    text = 'in user code:\n\n    File "/box/student.py", line 3, in call  *\n        return x + y\n\n    NameError: y'

    assert 3 == of(text, ("student.py", 8, "fit_and_predict"))[1]


def test_a_text_that_never_ends_is_a_timeout_with_a_line() -> None:
    """An exception whose text takes for ever ends the run; its class and line were told before that."""
    stage = {"stage.json": b'{"stage": "imported", "error": {"type": "Endless", "line": 2, "message": null}}'}
    result = RunResult("timed_out", None, None, (), "", stage, 1)
    evidence = capture_evidence("model", "build_model", result, TEN_LINES, lambda _: {})

    assert ("Endless", 2) == (evidence["error"]["type"], evidence["error"]["line"])


@pytest.mark.parametrize(
    "stage",
    [
        b"",
        b"[]",
        b'{"stage": 3, "warnings": 4, "error": 5}',
        b'{"stage": ["imported"], "warnings": [1, {"text": 2}, {"text": "x", "line": "y"}], "error": {"type": 1}}',
        b'{"error": {"type": "E", "line": -1, "message": 3}, "warnings": [{"text": "x", "line": true}]}',
        b'{"stage": "' + b"x" * 3_000_000 + b'"}',
    ],
)
def test_a_stage_that_makes_no_sense_says_little(stage: bytes) -> None:
    """What the student's process wrote is read as the claim it is."""
    found = read_stage({"stage.json": stage})

    assert "calling" == found.word
    assert all(line is None for _, line in found.warnings)
    assert found.error is None or found.error.line is None


def test_warnings_that_matter_are_kept_in_the_evidence() -> None:
    """Those we have no words for are left out."""
    matters = {"text": "Argument `decay` is no longer supported", "line": 4}
    told = json.dumps({"stage": "returned", "warnings": [matters, {"text": "x"}]})
    result = finished({"stage.json": told.encode()})
    evidence = capture_evidence("model", "build_model", result, TEN_LINES, lambda _: {})

    assert [matters] == [{key: one[key] for key in ("text", "line")} for one in evidence["warnings"]]


@pytest.mark.parametrize("start", ["", "\ufeff", "# -*- coding: latin-1 -*-\n", "x = '\f'\n", "\f\n"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_are_those_of_the_file_as_the_student_has_it(start: str, end: str) -> None:
    """Byte order marks, line ends, form feeds and cookies leave each line where it is in the student's editor."""
    text = f"{start}import os\n\n\ndef f():\n\treturn 1/0\n"
    submitted = text.replace("\n", end).encode()
    program = extract("", submitted, whole_file=True).text
    frames, line = [], text.lstrip("\ufeff").split("\n").index("\treturn 1/0") + 1
    names: dict[str, object] = {}
    exec(compile(program, "student.py", "exec"), names)  # noqa: S102 - our own text
    try:
        names["f"]()  # type: ignore[operator]
    except ZeroDivisionError as error:
        step = error.__traceback__
        while step is not None:
            frames.append((step.tb_frame.f_code.co_filename, step.tb_lineno, "f"))
            step = step.tb_next

    assert line == of("division by zero", *frames, kind="ZeroDivisionError", source=program)[1]
