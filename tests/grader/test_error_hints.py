"""Error messages become a plain sentence, the line in the student's own file, and what to do about it."""

import re

import pytest

from grader.contract import RunResult
from grader.hints import ROWS, hint_for
from grader.student_errors import error_from_json, error_to_json, student_error


@pytest.mark.parametrize(
    ("kind", "message", "hint"),
    [
        ("ValueError", "Argument(s) not recognized: {'lr': 0.0001}", "learning_rate="),
        ("ModuleNotFoundError", "No module named 'keras.layers.convolutional'", "from keras.layers import"),
        ("ImportError", "cannot import name 'np_utils' from 'keras.utils' (/x/y.py)", "to_categorical"),
        ("ValueError", "Unrecognized keyword arguments passed to Conv2D: {'border_mode': 'same'}", "padding"),
        ("ValueError", "Could not interpret activation function identifier: rele", "'relu'"),
        ("ValueError", "Could not interpret loss identifier: categorical_cross_entropy", "categorical_crossentropy"),
        ("TypeError", "Dense.__init__() missing 1 required positional argument: 'units'", "Dense(10)"),
        ("error", "OpenCV(5.0.0) /io/resize.cpp:4217: error: (-215) !ssize.empty() in function 'resize'", "imread"),
        ("AttributeError", "'NoneType' object has no attribute 'compile'", "return"),
        ("AttributeError", "'Sequential' object has no attribute 'predict_classes'", "np.argmax"),
        ("ValueError", "\x1b[1mComputed output size would be zero or negative\x1b[0m", "smaller"),
        ("NameError", "name 'Flaten' is not defined", "Did you mean Flatten?"),
        ("NameError", "name 'build_modle' is not defined", "Did you mean build_model?"),
        ("NameError", "name 'xyzzy' is not defined", "xyzzy is not defined"),
        ("UFuncTypeError", "Cannot cast ufunc 'divide' output from dtype('float64')", "img / 255.0"),
        ("IndexError", "index 5 is out of bounds for axis 0 with size 5", "len(names)"),
        ("SyntaxError", "invalid syntax", "brackets"),
        ("IndentationError", "expected an indented block", "indentation"),
    ],
)
def test_errors_have_a_hint(kind: str, message: str, hint: str) -> None:
    """The frequent errors are met with what to change."""
    found = hint_for(kind, message, "def build_model(): pass")

    assert found is not None
    assert hint in found.en


def test_unknown_errors_have_none() -> None:
    """No hint is better than a wrong one."""
    assert hint_for("RuntimeError", "something of my own", "") is None


def test_every_row_is_a_pattern_and_two_sentences() -> None:
    """The table itself is sound."""
    for pattern, zh, en in ROWS:
        re.compile(pattern)

        assert zh
        assert en


def test_the_line_is_the_innermost_of_the_students_own() -> None:
    """Frames of Keras and of ours are passed over."""
    frames = (
        ("/x/grader_inside/capture.py", 9, "f"),
        ("/box/student.py", 4, "g"),
        ("/box/student.py", 7, "h"),
        ("/k.py", 1, "k"),
    )
    result = RunResult("raised", "ValueError", "\x1b[31mbad\x1b[0m\nnews", frames, "", {}, 1)
    error = student_error(result, "")

    assert error is not None
    assert ("ValueError", "bad news", 7) == (error.type, error.message, error.line)
    assert error == error_from_json(error_to_json(error))
