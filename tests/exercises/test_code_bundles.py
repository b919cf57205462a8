"""The three code exercises: their known submissions are what their folders say, and their figures fit the design."""

import ast
from pathlib import Path

import pytest

from exercises import extract
from exercises.bundle import EXERCISE
from exercises.schema import CodeExercise
from exercises.tomlfile import read_toml

BUNDLES = Path(__file__).parents[2] / "exercises" / "bundles"
IDS = ("cnn-digits", "rnn-reviews", "cats-vs-dogs")
OUTCOMES = {"passed", "raised", "timed_out"}
WHOLE_FILE = b"# whole-file\n"
SUBMISSIONS = sorted(
    file.relative_to(BUNDLES).as_posix() for name in IDS for file in BUNDLES.glob(f"{name}/submissions/*/*.py")
)


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
    """Accuracy counts half, and nothing is trained for a network that is wrong."""
    checks = {check.id: check for check in settings(exercise).checks}

    assert {"layers": 3, "parameters": 1, "accuracy": 4} == {name: check.weight for name, check in checks.items()}
    assert ("layers", "parameters") == checks["accuracy"].depends_on


@pytest.mark.parametrize("exercise", IDS)
def test_there_are_enough_known_submissions(exercise: str) -> None:
    """At least three that pass and six that do not; every folder names a check or an outcome."""
    folders = {folder.name: list(folder.glob("*.py")) for folder in (BUNDLES / exercise / "submissions").iterdir()}

    assert set(folders) <= OUTCOMES | {check.id for check in settings(exercise).checks}
    assert len(folders["passed"]) >= 3
    assert sum(len(files) for name, files in folders.items() if name != "passed") >= 6


@pytest.mark.parametrize("submission", SUBMISSIONS)
def test_submissions_go_through_the_students_door(submission: str) -> None:
    """Each file is the stub with its regions changed, or says in its first line that it is a whole file."""
    exercise, _, verdict, name = submission.split("/")
    stub = (BUNDLES / exercise / "stub.py").read_text("utf-8")
    content = (BUNDLES / submission).read_bytes()

    source = extract(stub, content, whole_file=content.startswith(WHOLE_FILE))

    if name == "syntax_error.py":
        with pytest.raises(SyntaxError):
            ast.parse(source.text)
    else:
        ast.parse(source.text)
    assert verdict


@pytest.mark.parametrize("exercise", IDS)
def test_the_solution_changes_regions_only(exercise: str) -> None:
    """The reference is an answer that a student could type into the editor."""
    stub = (BUNDLES / exercise / "stub.py").read_text("utf-8")

    source = extract(stub, (BUNDLES / exercise / "solution.py").read_bytes(), whole_file=False)

    assert len(source.regions) == (3 if exercise == "cats-vs-dogs" else 1)
    assert all(region.strip() for region in source.regions)
