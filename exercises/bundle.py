"""A bundle: one exercise with its statement, stub, reference solution and answers, read from a folder and checked.

Loading needs no built data; only ``Bundle.read`` does. A bundle that loads is whole: every file it names is there or is
named by its hash, the stub has regions, the reference solution goes through the same door as a student's.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter

from exercises.answers import read_answers
from exercises.builtfiles import read_built
from exercises.errors import (
    BundleError,
    BundleFileMissing,
    BundleFileUnknown,
    BundleKeyWrong,
    Refused,
    RefusedWholeFile,
    StubMarksWrong,
)
from exercises.markers import cut
from exercises.references import named_files
from exercises.schema import Answer, CodeExercise, Exercise, QuizExercise
from exercises.splicing import Source, extract, splice
from exercises.text import Text
from exercises.tomlfile import read_text, read_toml
from exercises.version import bundle_files, version_of

MANIFEST = "exercise.toml"
STUB = "stub.py"
SOLUTION = "solution.py"
FILES_OF_EVERY_BUNDLE = frozenset({MANIFEST, "statement.zh.md", "statement.en.md"})
CALIBRATION = "calibration.json"  #: what `beginend exercise calibrate` measured; there once it has
FILES_OF_CODE = frozenset({STUB, SOLUTION, CALIBRATION})
FOLDERS = ("data/", "private/", "submissions/")

EXERCISE: TypeAdapter[CodeExercise | QuizExercise] = TypeAdapter(Exercise)


@dataclass(frozen=True)
class Bundle:
    """One exercise, whole and checked.

    Attributes:
        folder: where it was read from.
        exercise: what ``exercise.toml`` says.
        statement: what the student is asked, Markdown in both languages.
        stub: what the student is given; None for a quiz.
        solution: the reference solution, line ends normalised; None for a quiz.
        answers: the right answer of each question; empty for code.
        version: ``sha256:`` and the hash of the canonical contents.
        built: the folder of built data.
    """

    folder: Path
    exercise: CodeExercise | QuizExercise
    statement: Text
    stub: str | None
    solution: str | None
    answers: Mapping[str, Answer]
    version: str
    built: Path

    @property
    def id(self) -> str:
        """The exercise's name in addresses and commands."""
        return self.exercise.id

    @property
    def code(self) -> CodeExercise:
        """What ``exercise.toml`` says, for callers who know that the answer is code."""
        if not isinstance(self.exercise, CodeExercise):
            raise TypeError(f"{self.id} is a quiz")
        return self.exercise

    @property
    def quiz(self) -> QuizExercise:
        """What ``exercise.toml`` says, for callers who know that this is a quiz."""
        if not isinstance(self.exercise, QuizExercise):
            raise TypeError(f"{self.id} is not a quiz")
        return self.exercise

    def read(self, path: str) -> bytes:
        """Return a file under ``data/`` or ``private/``; what is built is looked up by its hash and verified.

        Raises:
            DataNotBuilt: it has to be built first.
            DataDamaged: what was built is not what ``exercise.toml`` names.
            BundleFileMissing: the bundle has no such file.
        """
        files = self.exercise.data if isinstance(self.exercise, CodeExercise) else ()
        for file in files:
            if file.path == path:
                return read_built(self.built, file, exercise_id=self.id, folder=self.folder)
        place = bundle_files(self.folder).get(path)
        if place is None or not path.startswith(("data/", "private/")):
            raise BundleFileMissing(f"{self.id}/{path}")
        return place.read_bytes()

    def source_of_regions(self, regions: Sequence[str]) -> Source:
        """Return the program that a student's regions make.

        Raises:
            Refused: with a sentence for the student.
        """
        if self.stub is None:
            raise TypeError(f"{self.id} is a quiz")
        return splice(self.stub, regions)

    def source_of_file(self, submitted: bytes, *, whole_file: bool) -> Source:
        """Return the program in a student's file; ``whole_file`` asks to take it as it is.

        Raises:
            Refused: with a sentence for the student; RefusedWholeFile where the exercise takes no such file.
        """
        if self.stub is None:
            raise TypeError(f"{self.id} is a quiz")
        if whole_file and not self.code.whole_file:
            raise RefusedWholeFile
        return extract(self.stub, submitted, whole_file=whole_file)


def load_bundle(folder: Path, built: Path) -> Bundle:
    """Read and check the bundle in ``folder``.

    Args:
        folder: the bundle.
        built: the folder of built data, which need not exist.

    Raises:
        BundleError: something is wrong; the sentence names the file, and the key where there is one.
    """
    folder = folder.resolve()
    exercise = read_toml(folder / MANIFEST, f"{folder.name}/{MANIFEST}", EXERCISE)
    statement = Text(zh=_statement(folder, "zh"), en=_statement(folder, "en"))
    stub: str | None = None
    solution: str | None = None
    answers: Mapping[str, Answer] = {}
    if isinstance(exercise, CodeExercise):
        _check_files(folder, FILES_OF_CODE, exercise)
        stub, solution = _stub_and_solution(folder, exercise)
    else:
        _check_files(folder, frozenset(), exercise)
        answers = read_answers(folder, exercise)
    paths = {file.path for file in exercise.data} if isinstance(exercise, CodeExercise) else set()
    return Bundle(folder, exercise, statement, stub, solution, answers, version_of(folder, paths), built)


def _statement(folder: Path, language: str) -> str:
    """Return the statement in one language."""
    name = f"statement.{language}.md"
    text = read_text(folder / name, f"{folder.name}/{name}")
    if not text.strip():
        raise BundleError(f"{folder.name}/{name}", "is empty")
    return text


def _check_files(folder: Path, of_kind: frozenset[str], exercise: CodeExercise | QuizExercise) -> None:
    """See to it that the bundle has the files of its kind, no strange ones, and those that its keys name."""
    files = bundle_files(folder)
    known = FILES_OF_EVERY_BUNDLE | of_kind
    for path in files:
        if path not in known and not path.startswith(FOLDERS):
            raise BundleFileUnknown(f"{folder.name}/{path}", f"no such file belongs to a {exercise.kind} exercise")
    if not isinstance(exercise, CodeExercise):
        return
    built = {file.path for file in exercise.data}
    if len(built) < len(exercise.data):
        raise BundleKeyWrong(f"{folder.name}/{MANIFEST}", "names the same path twice", key="data")
    for named in named_files(exercise):
        if not named.path.startswith(named.under):
            what = f"{named.path} must lie under {named.under} ({named.because})"
            raise BundleKeyWrong(f"{folder.name}/{MANIFEST}", what, key=named.key)
        if named.path not in built and named.path not in files:
            what = f"{named.path} is neither a file of the bundle nor listed under [[data]]"
            raise BundleKeyWrong(f"{folder.name}/{MANIFEST}", what, key=named.key)


def _stub_and_solution(folder: Path, exercise: CodeExercise) -> tuple[str, str]:
    """Return the stub and the solution, having sent both through the student's door."""
    stub = read_text(folder / STUB, f"{folder.name}/{STUB}")
    if not (folder / SOLUTION).is_file():
        raise BundleFileMissing(f"{folder.name}/{SOLUTION}")
    try:
        splice(stub, cut(stub).regions)
    except (StubMarksWrong, Refused) as error:
        raise BundleError(f"{folder.name}/{STUB}", str(error)) from error
    try:
        solution = extract(stub, (folder / SOLUTION).read_bytes(), whole_file=exercise.whole_file)
    except Refused as error:
        raise BundleError(f"{folder.name}/{SOLUTION}", str(error)) from error
    return stub, solution.text
