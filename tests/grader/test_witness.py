"""What the witness inside sees of real programs: lines in nested code, causes beneath, warnings, how far it got."""

import json
import textwrap
from typing import Any

import error_rows
import make_messages
import printed_names
import pytest
import tried_snippets
from inside_runner import InsideRunner

from grader import Run
from grader.contract import RunResult
from grader.evidence import capture_evidence

pytestmark = pytest.mark.process

MODEL = {"function": "build_model", "input_shape": [4], "input_dtype": "float32", "weights": False, "pins": {"seed": 1}}
ANSWER = "    return keras.Sequential([keras.Input((4,)), keras.layers.Dense(2)])\n"


def ended(inside: InsideRunner, source: str, **more: Any) -> RunResult:  # noqa: ANN401 - arguments of an entry
    """Call ``build_model`` of a program."""
    arguments = {**MODEL, **more}
    files = {"student.py": source.encode()}
    return inside.run(Run("model", "slot", "capture_model", arguments, files, ("*.json",)))


def evidence_of(inside: InsideRunner, source: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401
    """Return the evidence of a program, without what its model shows."""
    return capture_evidence("model", "build_model", ended(inside, source, **more), source, lambda _: {})


#: The line that a student must look at ends in ``# here``.
RAISING = {
    "inside keras": """
        import keras
        def build_model():
            model = keras.Sequential()
            model.add(keras.layers.Dense(10, activaton='relu'))  # here
            return model
    """,
    "inside cv2": """
        import cv2
        def build_model():
            picture = cv2.imread('none.jpg')
            return cv2.resize(picture, (8, 8))  # here
    """,
    "a lambda that keras calls": """
        import keras
        def build_model():
            inner = lambda x: x + undefined  # here
            x = keras.Input((4,))
            return keras.Model(x, keras.layers.Lambda(inner)(x))
    """,
    "a layer of one's own": """
        import keras
        class Own(keras.layers.Layer):
            def call(self, x):
                return x + undefined  # here
        def build_model():
            return keras.Sequential([keras.Input((4,)), Own()])
    """,
    "a generator": """
        def numbers():
            yield 1
            raise ValueError('no more')  # here
        def build_model():
            return list(numbers())
    """,
    "code made while running": """
        def build_model():
            exec(compile('x = 1\\n' * 50 + 'undefined', 'student.py', 'exec'))
            exec('undefined')  # not reached
    """,
    "code made while running, under another name": """
        def build_model():
            exec('x = 1\\nundefined')  # here
    """,
    "a decorator and a comprehension": """
        import functools
        def twice(function):
            @functools.wraps(function)
            def inner():
                return [function() for _ in range(2)]
            return inner
        @twice
        def build_model():
            return {}['a']  # here
    """,
    "raised on purpose for another": """
        def build_model():
            try:
                return [1][3]  # here
            except IndexError:
                raise RuntimeError('could not build')
    """,
    "raised from another": """
        def build_model():
            try:
                int('x')  # here
            except ValueError as error:
                raise RuntimeError('could not build') from error
    """,
    "a second mistake in a handler": """
        def build_model():
            try:
                int('x')
            except ValueError:
                return undefined  # here
    """,
    "an exception group": """
        def one():
            raise ValueError('first')  # here
        def build_model():
            found = []
            try:
                one()
            except ValueError as error:
                found.append(error)
            raise ExceptionGroup('several', found)
    """,
    "a loop of causes": """
        def build_model():
            first, second = ValueError('a'), ValueError('b')
            first.__cause__, second.__cause__ = second, first
            raise first  # here
    """,
    "a text that raises": """
        class Odd(Exception):
            def __str__(self):
                raise ValueError('no')
        def build_model():
            raise Odd  # here
    """,
    "attributes that lie": """
        class Odd(Exception):
            __cause__ = property(lambda self: 1 / 0)
            __traceback__ = property(lambda self: 1 / 0)
        def build_model():
            raise Odd('x')  # here
    """,
    "megabytes of text": """
        def build_model():
            raise ValueError('x' * 5_000_000)  # here
    """,
}


@pytest.mark.parametrize("title", RAISING)
def test_the_line_is_one_that_the_student_can_change(inside: InsideRunner, title: str) -> None:
    """Wherever an exception is raised, the line named is the student's own that brought it about."""
    source = textwrap.dedent(RAISING[title]).lstrip()
    marked = [number for number, text in enumerate(source.split("\n"), 1) if text.endswith("# here")]
    error = evidence_of(inside, source)["error"]

    assert error is not None
    assert (marked or [2]) == [error["line"]], error
    assert len(error["message"]) <= 500


def test_a_step_that_tensorflow_compiled_names_the_line(inside: InsideRunner) -> None:
    """In fit the student's code runs as a graph; the line is still the student's own."""
    source = (
        textwrap.dedent(RAISING["a layer of one's own"]).lstrip().replace("x + undefined", "x if x[0, 0] > 0 else y")
    )
    source = source.split("def build_model")[0] + (
        "def build_model():\n    model = keras.Sequential([Own(), keras.layers.Dense(1)])\n"
        "    model.compile('adam', 'mse')\n    import numpy as np\n"
        "    model.fit(np.ones((4, 4)), np.ones((4, 1)), verbose=0)\n    return model\n"
    )
    error = evidence_of(inside, source)["error"]

    assert 4 == error["line"], error


def test_warnings_are_kept_once_with_the_line_of_ones_own(inside: InsideRunner) -> None:
    """What keras warns of is no part of what the student printed, and each text counts once."""
    source = (
        "import keras\ndef build_model():\n    for _ in range(3):\n        keras.layers.LeakyReLU(alpha=0.3)\n" + ANSWER
    )
    result = ended(inside, source)
    told = json.loads(result.artifacts["stage.json"])

    assert ["Argument `alpha` is deprecated. Use `negative_slope` instead."] == [
        one["text"] for one in told["warnings"]
    ]
    assert "returned" == told["stage"]
    assert "" == result.stdout


def test_a_flood_of_warnings_is_bounded(inside: InsideRunner) -> None:
    """A thousand different texts leave a dozen."""
    source = (
        "import keras, warnings\ndef build_model():\n    for i in range(1000):\n        warnings.warn(f'no {i}')\n"
        + ANSWER
    )
    told = json.loads(ended(inside, source).artifacts["stage.json"])

    assert 12 == len(told["warnings"])


@pytest.mark.parametrize(
    ("source", "word"),
    [("while True: pass\n", "importing"), ("def build_model():\n    while True: pass\n", "calling")],
)
def test_how_far_a_program_got_outlives_its_end(inside: InsideRunner, source: str, word: str) -> None:
    """A run that was stopped tells whether it was importing or in the function."""
    evidence = evidence_of(inside.with_seconds(5), source)

    assert ("timed_out", word) == (evidence["ending"], evidence["stage"])


def test_the_old_code_has_its_hints_in_this_keras(inside: InsideRunner) -> None:
    """Each of the 127 programs of the notes is run, and what this Keras says of it today finds its hint."""
    program = tried_snippets.program(make_messages.snippets("old_code"))
    today = tried_snippets.said(ended(inside.with_seconds(300), program, input_shape=[28, 28, 1]).stdout)
    rows = error_rows.rows("old_code.toml", "snippet")
    without = [row["row"] for row, said in zip(rows, today, strict=True) if not error_rows.is_hinted(row, said)]

    assert 127 == len(today)
    assert [] == without


def test_the_known_names_are_those_of_this_keras(inside: InsideRunner) -> None:
    """What was meant is sought among what there is today."""
    names = ended(inside, printed_names.PROGRAM, input_shape=[28, 28, 1]).stdout

    assert make_messages.KNOWN_NAMES.read_text(encoding="ascii") == printed_names.as_file(printed_names.printed(names))
