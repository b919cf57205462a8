"""The three code exercises: their known submissions are what their folders say, and their figures fit the design."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from exercises import extract
from exercises.bundle import EXERCISE
from exercises.errors import Refused
from exercises.lines import decode, split_lines
from exercises.schema import CodeExercise
from exercises.text import Language
from exercises.tomlfile import read_toml

BUNDLES = Path(__file__).parents[2] / "exercises" / "bundles"
IDS = ("cnn-digits", "rnn-reviews", "cats-vs-dogs")
OUTCOMES = {"passed", "raised", "timed_out", "out_of_memory", "rejected"}
WHOLE_FILE = "# whole-file: "
#: What Python itself refuses to read.
NOT_PYTHON = {"syntax_error.py", "full_width_comma.py", "wrong_indentation.py"}
SUBMISSIONS = sorted(
    file.relative_to(BUNDLES).as_posix() for name in IDS for file in BUNDLES.glob(f"{name}/submissions/*/*.py")
)
NUMBER = re.compile(r"(?<![\w.])\d+(?:,\d{3})*(?:\.\d+)?%?")


def settings(exercise: str) -> CodeExercise:
    """Read an exercise's settings."""
    read = read_toml(BUNDLES / exercise / "exercise.toml", exercise, EXERCISE)
    assert isinstance(read, CodeExercise)
    return read


@pytest.mark.parametrize("exercise", IDS)
def test_the_contract_of_the_course(exercise: str) -> None:
    """Every code exercise takes whole files, understands the course's old Keras words, and has the pinned seed."""
    read = settings(exercise)

    assert (exercise, True, "keras2", 1447) == (read.id, read.whole_file, read.compat, read.seed)
    assert IDS.index(exercise) + 3 == read.order


@pytest.mark.parametrize("exercise", ["cnn-digits", "rnn-reviews"])
def test_weights(exercise: str) -> None:
    """Accuracy counts two fifths, and nothing is trained for a network that is wrong."""
    checks = {check.id: check for check in settings(exercise).checks}

    weights = {name: check.weight for name, check in checks.items()}

    assert {"layers": 3, "behaviour": 2, "parameters": 1, "accuracy": 4} == weights
    assert ("layers", "behaviour", "parameters") == checks["accuracy"].depends_on


@pytest.mark.parametrize("exercise", IDS)
def test_there_are_enough_known_submissions(exercise: str) -> None:
    """At least 20 that pass and 30 that do not; every folder names a check or an outcome."""
    folders = {folder.name: list(folder.glob("*.py")) for folder in (BUNDLES / exercise / "submissions").iterdir()}

    assert set(folders) <= OUTCOMES | {check.id for check in settings(exercise).checks}
    assert len(folders["passed"]) >= 20
    assert sum(len(files) for name, files in folders.items() if name != "passed") >= 30


@pytest.mark.parametrize("submission", SUBMISSIONS)
def test_submissions_go_through_the_students_door(submission: str) -> None:
    """Each file is the stub with its regions changed, or says in its first line that it is a whole file."""
    exercise, _, verdict, name = submission.split("/")
    stub = (BUNDLES / exercise / "stub.py").read_text("utf-8")
    content = (BUNDLES / submission).read_bytes()

    if verdict == "rejected":
        with pytest.raises(Refused):
            extract(stub, content, whole_file=False)
        return
    source = extract(stub, content, whole_file=decode(content).startswith(WHOLE_FILE))

    if name in NOT_PYTHON:
        with pytest.raises(SyntaxError):
            ast.parse(source.text)
    else:
        ast.parse(source.text)


@pytest.mark.parametrize("submission", SUBMISSIONS)
def test_submissions_say_what_they_are(submission: str) -> None:
    """In one sentence, at the top of a whole file, else where the student's own first lines begin."""
    exercise = submission.split("/", maxsplit=1)[0]
    given = {line.strip() for line in split_lines((BUNDLES / exercise / "stub.py").read_text("utf-8"))}
    lines = [line.strip() for line in split_lines(decode((BUNDLES / submission).read_bytes()))]
    comments = [line for line in lines if line.startswith("#") and line not in given]

    said = comments[0].removeprefix(WHOLE_FILE).removeprefix("# ")

    assert re.fullmatch(r".{10,120}[.。]", said), said


@pytest.mark.parametrize("exercise", IDS)
def test_no_two_submissions_are_the_same_program(exercise: str) -> None:
    """Whatever their comments and line ends are; only files about their own text may repeat a program."""
    about_text = {"windows_editor.py", "given_line_changed.py", "end_mark_deleted.py"}
    seen: dict[str, str] = {}
    for file in sorted((BUNDLES / exercise / "submissions").glob("*/*.py")):
        if file.name in NOT_PYTHON | about_text:
            continue
        program = ast.dump(ast.parse(decode(file.read_bytes())))
        assert program not in seen, f"{file} is {seen[program]} once more"
        seen[program] = file.name

    assert len(seen) >= 50


@pytest.mark.parametrize("exercise", IDS)
def test_statements_say_the_same_in_both_languages(exercise: str) -> None:
    """Headings, list items, table rows and code blocks in the same order, and the same numbers in each part."""
    folder = BUNDLES / exercise
    chinese, english = ((folder / f"statement.{language}.md").read_text("utf-8") for language in ("zh", "en"))

    assert list(shape_of(chinese)) == list(shape_of(english))
    assert [numbers_of(part) for part in parts_of(chinese)] == [numbers_of(part) for part in parts_of(english)]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("exercise", IDS)
def test_statements_tell_every_check_and_its_points(exercise: str, language: Language) -> None:
    """In the order of the checks, under the title that a verdict shows."""
    checks = settings(exercise).checks
    statement = (BUNDLES / exercise / f"statement.{language}.md").read_text("utf-8")
    rows = re.findall(r"^\| ([^|]+) \| (\d+) \| [^|]+ \|$", statement, flags=re.MULTILINE)

    told = [(title, points) for title, points in rows if "`" not in title]

    assert [(check.title.in_language(language), f"{check.weight:g}") for check in checks] == told


def shape_of(statement: str) -> Iterator[str]:
    """Yield what each line of a statement is: a heading, a list item, a table row, a code fence, a formula."""
    for line in statement.splitlines():
        kind = re.match(r"#+ |- |\d+\. |\||```|\$\$", line)
        if kind:
            yield kind[0]


def parts_of(statement: str) -> list[str]:
    """Return the text under each second-level heading."""
    return re.split(r"^## ", statement, flags=re.MULTILINE)[1:]


def numbers_of(text: str) -> set[str]:
    """Return the numbers that a text names, spelt-out ones aside."""
    return set(NUMBER.findall(text))


@pytest.mark.parametrize("exercise", IDS)
def test_the_solution_changes_regions_only(exercise: str) -> None:
    """The reference is an answer that a student could type into the editor."""
    stub = (BUNDLES / exercise / "stub.py").read_text("utf-8")

    source = extract(stub, (BUNDLES / exercise / "solution.py").read_bytes(), whole_file=False)

    assert len(source.regions) == (3 if exercise == "cats-vs-dogs" else 1)
    assert all(region.strip() for region in source.regions)
