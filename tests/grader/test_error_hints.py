"""Every error that students meet gets a hint: the old code of the course notes, and what beginners type."""

import re
from pathlib import Path
from typing import Any

import pytest
from error_rows import hint_of, is_hinted, messages, rows

from grader.hints import ERROR_ROWS, WARNING_ROWS, hint_for, hint_for_warning, row_for
from grader.hints.meant import FINDERS
from grader.hints.program import nearest
from grader.hints.table import BadHint, read_topic

OLD_CODE = list(zip(rows("old_code.toml", "snippet"), messages("old_code.jsonl"), strict=True))
LATER = list(zip(rows("later_course.toml", "mistake"), messages("later_course.jsonl"), strict=True))
FIRST = rows("first_course.toml", "mistake")


def test_all_the_old_code_of_the_notes_has_its_hint() -> None:
    """127 of 127: each row of the notes has its own words, in the hint of its exception or of its warning."""
    without = [snippet["row"] for snippet, said in OLD_CODE if not is_hinted(snippet, said)]

    assert list(range(1, 128)) == [snippet["row"] for snippet, _ in OLD_CODE]
    assert [] == without


@pytest.mark.parametrize(("snippet", "said"), LATER, ids=[snippet["code"][:40] for snippet, _ in LATER])
def test_mistakes_that_keras_finds_have_a_hint(snippet: dict[str, Any], said: dict[str, Any]) -> None:
    """Misspelt arguments, layers and words are named with what was meant."""
    assert snippet["hint"] in hint_of(snippet["code"], said)


@pytest.mark.parametrize("mistake", FIRST, ids=[mistake["what"] for mistake in FIRST])
def test_mistakes_that_python_finds_have_a_hint_and_a_line(mistake: dict[str, Any]) -> None:
    """Full-width marks, open brackets, misspelt keywords and names: what to change, and on which line."""
    kind, message, line = raised_by(mistake["code"])
    found = hint_for(kind, message, mistake["code"], line)

    assert found is not None, f"{kind}: {message}"
    assert mistake["hint"] in found.en
    assert mistake["line"] == line


def raised_by(code: str) -> tuple[str, str, int]:
    """Run a mistaken program and return the exception's class, its message and its line in the program."""
    try:
        exec(compile(code, "student.py", "exec"), {"__name__": "student"})  # noqa: S102 - our own snippets
    except SyntaxError as error:
        return type(error).__name__, str(error.msg), error.lineno or 0
    except BaseException as error:  # noqa: BLE001 - SystemExit is one of the mistakes
        frames, step = [], error.__traceback__
        while step is not None:
            frames.append((step.tb_frame.f_code.co_filename, step.tb_lineno))
            step = step.tb_next
        return type(error).__name__, str(error), [line for file, line in frames if file == "student.py"][-1]
    raise AssertionError("nothing was raised")


WORD = "Could not interpret {} identifier: {}"
LOSS, OPTIMIZER, ACTIVATION = "loss", "optimizer", "activation function"


@pytest.mark.parametrize(
    ("kind", "written", "said"),
    [
        (LOSS, "categorical_crossentropy", "exactly so: 'categorical_crossentropy'"),  # a blank behind it is not shown
        (LOSS, "categorical_crossentropy()", "exactly so: 'categorical_crossentropy'"),
        (LOSS, "categorical crossentropy", "exactly so: 'categorical_crossentropy'"),
        (LOSS, "Categorical-crossentropy", "exactly so: 'categorical_crossentropy'"),
        (LOSS, "categorical_crossentropi", "Did you mean 'categorical_crossentropy'"),
        (ACTIVATION, "softmax", "exactly so: 'softmax'"),
        (ACTIVATION, "soft max", "exactly so: 'softmax'"),
        (ACTIVATION, "softmax(axis=-1)", "exactly so: 'softmax'"),
        (ACTIVATION, "sofmax", "Did you mean 'softmax'"),
        (OPTIMIZER, "adam(learning_rate=0.0001)", "keras.optimizers.Adam(learning_rate=...)"),
        (OPTIMIZER, "adam, lr=0.0001", "keras.optimizers.Adam(learning_rate=...)"),
        (OPTIMIZER, "Adam 0.0001", "keras.optimizers.Adam(learning_rate=...)"),
        (OPTIMIZER, "keras.optimizers.Adam", "keras.optimizers.Adam(learning_rate=...)"),
        (OPTIMIZER, "categorical_crossentropy", "'categorical_crossentropy' is a loss"),
        (OPTIMIZER, "adm", "Did you mean 'adam'"),
    ],
)
def test_a_right_word_with_too_much_around_it_is_not_called_unknown(kind: str, written: str, said: str) -> None:
    """Blanks, hyphens, brackets and settings between the quotes; what is only misspelt is named as before."""
    found = hint_for("ValueError", WORD.format(kind, written), "")

    assert found is not None
    assert said in found.en


@pytest.mark.parametrize(
    ("error", "program", "said"),
    [
        ("ValueError: too many values to unpack (expected 2)", "for i, name in os.listdir(path):", "needs enumerate"),
        ("ValueError: too many values to unpack (expected 2)", "for i, name in names:", "needs enumerate"),
        ("ValueError: too many values to unpack (expected 2)", "a, b = 1, 2, 3", "left of ="),
        ("ValueError: too many values to unpack (expected 2)", "for x, y in [(1, 2, 3)]:", "left of ="),
        ("ValueError: too many values to unpack (expected 2)", "for i, name in enumerate(three):", "left of ="),
        ("NameError: name 'relu' is not defined", "model.add(Activation(relu))", "Put quotes around relu"),
        ("TypeError: softmax() missing 1 required positional argument: 'x'", "", "write activation='softmax'"),
        ("TypeError: Trainer.compile() got an unexpected keyword argument 'lr'", "", "into the optimizer's brackets"),
        (
            "ValueError: The `strides` argument must be a tuple of 2 integers. Received: strides=relu",
            "Conv2D(64, (5, 5), 'relu')",
            "write activation='relu'",
        ),
        (
            "AttributeError: The layer sequential has never been called and thus has no defined output.",
            "x = model.output",
            "model.outputs[0]",
        ),
    ],
)
def test_a_hint_names_what_is_to_be_written(error: str, program: str, said: str) -> None:
    """Not what stands near it: each of these once blamed what was right."""
    kind, _, message = error.partition(": ")
    found = hint_for(kind, message, program, 1)

    assert found is not None
    assert said in found.en


def test_unknown_errors_have_no_hint() -> None:
    """No hint is better than a wrong one."""
    assert hint_for("RuntimeError", "something of my own", "") is None
    assert hint_for_warning("something of my own") is None


def test_colours_versions_and_paths_do_not_matter() -> None:
    """What changes from machine to machine is no part of a match."""
    resize = "/build/x/resize.cpp:1: error: (-215:Assertion failed) !ssize.empty() in function 'resize'"

    assert row_for("error", f"OpenCV(9.9.9) {resize}", "") == row_for("error", f"OpenCV(4.1) /y/{resize}", "")
    assert row_for("ValueError", "\x1b[1mComputed output size would be zero or negative\x1b[0m", "") is not None


INPUT = "Invalid input shape for input Tensor. Expected shape {}, but input has incompatible shape {}"
NO_FILE = "[Errno 2] No such file or directory"
RATE = "Argument `learning_rate` should be float, or an instance of LearningRateSchedule"


@pytest.mark.parametrize(
    ("kind", "message", "source", "row"),
    [
        ("ValueError", INPUT.format("(None, 40, 40, 3)", "(None, 2)"), "", "labels-before-pictures"),
        ("ValueError", INPUT.format("(None, 28, 28, 1)", "(32, 10)"), "", "labels-before-pictures"),
        ("ValueError", INPUT.format("(None, 40, 40, 3)", "(40, 40, 3)"), "", "no-batch-axis"),
        ("ValueError", INPUT.format("(None, 28, 28, 1)", "(28, 28)"), "", "no-batch-axis"),
        ("ValueError", INPUT.format("(None, 28, 28, 1)", "(None, 784)"), "", "no-batch-axis"),
        ("ValueError", INPUT.format("(None, 8)", "(None, 2)"), "", "no-batch-axis"),
        ("ValueError", f"{RATE}. Received instead: learning_rate=0.0001", "", "rate-not-plain"),
        ("ValueError", "No loss to compute. Provide a `loss` argument in `compile()`.", "", "loss-missing"),
        ("FileNotFoundError", NO_FILE, "", "processes-without-files"),
        (
            "UnknownError",
            f"Graph execution error: FileNotFoundError: {NO_FILE} Traceback",
            "",
            "processes-without-files",
        ),
        ("FileNotFoundError", f"{NO_FILE}: 'cat.1.jpg'", "", "no-such-file"),
        ("FileNotFoundError", f"{NO_FILE}: ''", "", "no-such-file"),
        ("PermissionError", "[Errno 1] Operation not permitted", "import multiprocessing", "processes-forbidden"),
        ("PermissionError", "[Errno 1] Operation not permitted", "# multiprocessing", "no-permission"),
        ("BlockingIOError", "[Errno 11] Resource temporarily unavailable", "", "too-many-threads"),
        ("Crash", "The Python interpreter itself was ended by signal SIGABRT.", "", "crash"),
    ],
)
def test_messages_that_are_nearly_the_same_are_told_apart(kind: str, message: str, source: str, row: str) -> None:
    """Labels in place of pictures are no single picture, and several processes are no missing file."""
    found = row_for(kind, message, source)

    assert found is not None
    assert row == found[0]


def test_steps_that_ran_out_are_told_where_they_were_counted() -> None:
    """Keras warns of data that ran out for generators too, which is no matter of ``steps_per_epoch``."""
    warning = "Your input ran out of data; interrupting training."

    assert hint_for_warning(warning, "model.fit(x, y, steps_per_epoch=3)") is not None
    assert hint_for_warning(warning, "model.fit(batches())  # steps_per_epoch") is None


@pytest.mark.parametrize("row", [*ERROR_ROWS, *WARNING_ROWS], ids=lambda row: row.id)
def test_each_row_says_the_same_in_both_languages(row: Any) -> None:  # noqa: ANN401 - a row of the table
    """Both sentences take their values from the same match."""
    in_zh, in_en = (set(re.findall(r"\{(\w+)\}", sentence)) for sentence in (row.zh, row.en))

    assert in_zh == in_en


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('[a]\nmatch = "("\nzh = "x"\nen = "x"\n', "match"),
        ('[a]\nmatch = "x"\nzh = "{name}"\nen = "x"\n', "nothing fills"),
        ('[a]\nmatch = "x"\nen = "x"\n', "keys are"),
        ('[a]\nmatch = "x"\nzh = "x"\nen = "x"\nsuggest = "magic"\n', "no finder"),
    ],
)
def test_a_row_that_cannot_work_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, problem: str
) -> None:
    """A broken table is found when it is loaded, not when a student needs it."""
    (tmp_path / "bad.toml").write_text(text, encoding="utf-8")
    monkeypatch.setattr("grader.hints.table.HERE", tmp_path)
    with pytest.raises(BadHint, match=problem):
        list(read_topic("bad", {name: filled for name, (_, filled) in FINDERS.items()}))


@pytest.mark.parametrize("name", ["qwzx", "x", "ab", "zzzzzz", "foo", "data", "result", "temp"])
def test_nothing_is_proposed_for_what_is_like_nothing(name: str) -> None:
    """A wrong suggestion sends a beginner the wrong way."""
    found = hint_for("NameError", f"name '{name}' is not defined", "import os\n", 1)

    assert found is not None
    assert "Did you mean" not in found.en


def test_what_is_proposed_exists() -> None:
    """The name that is most like another is one of those that there are, and never itself."""
    assert "model" == nearest("modle", ["model", "modules", "modle"])
    assert "layers" == nearest("layer", ["Layer", "layers", "losses"])
    assert "adam" == nearest("Adma", ["adamax", "adam", "adamw"])
    assert nearest("sun", ["model", "relu"]) is None


def test_a_hostile_program_costs_little() -> None:
    """Quotes that are never closed and thousands of names are read once."""
    program = "'''" * 30_000 + "\n".join(f"name{number} = 1" for number in range(20_000))

    assert hint_for("NameError", "name 'qwzx' is not defined", program, 1) is not None
    assert hint_for("SyntaxError", "invalid syntax", "(" * 90_000, 1) is not None
