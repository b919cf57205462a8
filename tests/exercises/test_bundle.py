"""A bundle loads when it is whole; whatever is wrong is one sentence that names the file and the key."""

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from exercises import load_bundle
from exercises.errors import (
    BundleError,
    BundleFileMissing,
    BundleFileUnknown,
    BundleHasLink,
    BundleKeyWrong,
    BundleTomlBroken,
    DataDamaged,
    DataNotBuilt,
    RefusedWholeFile,
)
from exercises.schema import CodeExercise, QuizExercise

NOWHERE = Path("/nonexistent")


def replace(file: Path, old: str, new: str) -> None:
    """Replace the one place in ``file`` where ``old`` stands."""
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1
    file.write_text(text.replace(old, new), encoding="utf-8")


def test_code_bundle_loads_whole(code_bundle: Path) -> None:
    """A whole bundle loads without any built data, with everything a caller needs."""
    bundle = load_bundle(code_bundle, NOWHERE)

    assert bundle.id == "sum-of-two"
    assert isinstance(bundle.exercise, CodeExercise)
    assert bundle.statement.zh == "## 目标\n"
    assert bundle.stub is not None
    assert bundle.solution == bundle.stub.replace("pass", "model.add(1)")
    assert bundle.version.startswith("sha256:")


def test_quiz_bundle_loads_with_its_answers(quiz_bundle: Path) -> None:
    """A quiz has its answers in the order of its questions, and no stub."""
    bundle = load_bundle(quiz_bundle, NOWHERE)

    assert isinstance(bundle.exercise, QuizExercise)
    assert list(bundle.answers) == ["colour", "count"]
    assert bundle.answers["count"].tolerance == 0.5
    assert bundle.stub is None
    assert bundle.solution is None


def test_windows_line_ends_and_byte_order_mark_do_not_matter(code_bundle: Path) -> None:
    """An author on Windows gets the same bundle, the same program, the same version."""
    expected = load_bundle(code_bundle, NOWHERE)
    for file in ("exercise.toml", "stub.py", "solution.py", "statement.zh.md"):
        path = code_bundle / file
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))

    assert expected == load_bundle(code_bundle, NOWHERE)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("weight = 3", 'weight = "3"', 'checks.0.weight: should be a number (line 35, id "layers")'),
        ("weight = 3", "weigth = 3", 'checks.0.weigth: is not a key that is known here (line 35, id "layers")'),
        ("weight = 3", "weight = -1", 'checks.0.weight: should be at least 0 (line 35, id "layers")'),
        ("weight = 3", "weight = nan", 'checks.0.weight: should be a finite number (line 35, id "layers")'),
        ("weight = 3", "weight = true", 'checks.0.weight: should be a number (line 35, id "layers")'),
        ("weight = 3", "weight = 1979-05-27", 'checks.0.weight: should be a number (line 35, id "layers")'),
        ("epochs = 1", "epochs = 1.5", "training.epochs: should be a whole number (line 26)"),
        ("epochs = 1\n", "", "training.epochs: is missing (line 20)"),
        ("order = 1", "order = 1\nminuts = 3", "minuts: is not a key that is known here (line 5)"),
        ("schema = 1", "schema = 2", "schema: should be 1 (line 1)"),
        ('kind = "code"', 'kind = "essay"', "kind: should be one of 'code', 'quiz' (line 3)"),
        ('kind = "code"\n', "", "kind: is missing"),
        ('kind = "layers"', 'kind = "layer"', "checks.0.kind: should be one of 'layers'"),
        (
            'title = { zh = "结构", en = "Structure" }',
            'title = { zh = "结构" }',
            "checks.0.title.en: is missing (line 33",
        ),
        ("expected = 3", "expected = -3", 'checks.1.expected: should be at least 0 (line 42, id "parameters")'),
        (
            'decide = "half"',
            'decide = "most"',
            "checks.2.decide: should be 'argmax', 'half', 'classes' or 'within' (line 50",
        ),
        ('["layers"]', '["layer"]', "checks.accuracy.depends_on: there is no other check 'layer' (line 52)"),
        ('["layers"]', '"layers"', "checks.2.depends_on: should be a list (line 52"),
        ("[training]\ncapture", "[training]\nlimits = 3\ncapture", "training.limits: is not a key that is known"),
        ('"data/targets.npy"', '"data/target.npy"', "training.train_targets: data/target.npy is neither a file"),
        (
            '"private/targets.npy"',
            '"data/targets.npy"',
            "checks.accuracy.test_targets: data/targets.npy must lie under",
        ),
        ('"private/targets.npy"', '"../targets.npy"', "checks.2.test_targets: does not have the form"),
        ("input_shape = [2]", "input_shape = 2", 'captures.0.input_shape: should be a list (line 18, id "model")'),
    ],
)
def test_a_wrong_key_is_named(code_bundle: Path, old: str, new: str, sentence: str) -> None:
    """Unknown key, missing key, wrong type and impossible value each name file, key and line."""
    replace(code_bundle / "exercise.toml", old, new)

    with pytest.raises(BundleKeyWrong) as caught:
        load_bundle(code_bundle, NOWHERE)

    assert str(caught.value).startswith(f"sum-of-two/exercise.toml: {sentence}")


def test_broken_toml_names_the_line(code_bundle: Path) -> None:
    """A TOML syntax error names the file and says where."""
    replace(code_bundle / "exercise.toml", "order = 1", "order = = 1")

    with pytest.raises(BundleTomlBroken, match=r"^sum-of-two/exercise\.toml: is not valid TOML: .*line 4") as caught:
        load_bundle(code_bundle, NOWHERE)

    assert caught.value.file == "sum-of-two/exercise.toml"


@pytest.mark.parametrize("name", ["exercise.toml", "statement.zh.md", "statement.en.md", "stub.py", "solution.py"])
def test_a_missing_file_is_named(code_bundle: Path, name: str) -> None:
    """Every file that a code exercise needs is asked for by name."""
    (code_bundle / name).unlink()

    with pytest.raises(BundleFileMissing, match=f"^sum-of-two/{name}: is missing$"):
        load_bundle(code_bundle, NOWHERE)


def test_a_quiz_without_answers_is_told(quiz_bundle: Path) -> None:
    """The answers of a quiz are a file like any other."""
    (quiz_bundle / "private/answers.toml").unlink()

    with pytest.raises(BundleFileMissing, match=r"^small-quiz/private/answers\.toml: is missing$"):
        load_bundle(quiz_bundle, NOWHERE)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("[count]", "[counts]", "counts: there is no question of this id in exercise.toml"),
        ('["b"]', '["c"]', "colour.accepted: there is no option 'c'; the question has a, b"),
        ('["b"]', '["a", "b"]', "colour.accepted: a single-choice question has one right option"),
        ('["b"]', '["b", "b"]', "colour.accepted: names the same answer twice"),
        ('["b"]', "[]", "colour.accepted: should have 1 or more entries (line 2)"),
        ('["2"]', '["two"]', "count.accepted: 'two' is not a number"),
        ('["2"]', "[2]", "count.accepted.0: should be text (line 6)"),
        ('["2"]', '["inf"]', "count.accepted: 'inf' is not a number"),
        ('["b"]', '["b"]\ntolerance = 1.0', "colour.tolerance: only numeric questions have a tolerance"),
        ("tolerance = 0.5", 'reason = "x"', "count.reason: is not a key that is known here (line 7)"),
    ],
)
def test_answers_must_fit_the_questions(quiz_bundle: Path, old: str, new: str, sentence: str) -> None:
    """An answer without a question, or one that cannot be right, is an error with its key."""
    replace(quiz_bundle / "private/answers.toml", old, new)

    with pytest.raises(BundleKeyWrong) as caught:
        load_bundle(quiz_bundle, NOWHERE)

    assert str(caught.value).startswith(f"small-quiz/private/answers.toml: {sentence}")


def test_a_question_needs_its_answer(quiz_bundle: Path) -> None:
    """A question that was forgotten in the answers is named."""
    answers = quiz_bundle / "private/answers.toml"
    answers.write_text(answers.read_text(encoding="utf-8").split("[count]")[0], encoding="utf-8")

    with pytest.raises(BundleKeyWrong, match=r"answers\.toml: count: is missing"):
        load_bundle(quiz_bundle, NOWHERE)


def no_marks(folder: Path) -> None:
    """Take the marks out of the stub."""
    replace(folder / "stub.py", "    #********* Begin *********#\n", "")
    replace(folder / "stub.py", "    #********* End *********#\n", "")


def no_end(folder: Path) -> None:
    """Take the End mark out of the stub."""
    replace(folder / "stub.py", "    #********* End *********#\n", "")


def other_solution(folder: Path) -> None:
    """Change a locked line of the solution."""
    replace(folder / "solution.py", "return model", "return None")


def empty_statement(folder: Path) -> None:
    """Leave nothing but white space of a statement."""
    (folder / "statement.en.md").write_text(" \n", encoding="utf-8")


def statement_in_gbk(folder: Path) -> None:
    """Write a statement in another encoding than UTF-8."""
    (folder / "statement.zh.md").write_bytes("目标".encode("gbk"))


@pytest.mark.parametrize(
    ("break_it", "sentence"),
    [
        (no_marks, "stub.py: there is no line such as"),
        (no_end, "stub.py: line 6: this Begin mark has no End mark"),
        (other_solution, "solution.py: Line 9 lies outside Begin and End and was changed"),
        (empty_statement, "statement.en.md: is empty"),
        (statement_in_gbk, "statement.zh.md: is not UTF-8 text"),
    ],
)
def test_wrong_contents_are_named(code_bundle: Path, break_it: Callable[[Path], None], sentence: str) -> None:
    """A stub without regions, a solution that is not the stub and an unreadable statement name their file."""
    break_it(code_bundle)

    with pytest.raises(BundleError) as caught:
        load_bundle(code_bundle, NOWHERE)

    assert str(caught.value).startswith(f"sum-of-two/{sentence}")


def test_whole_file_exercise_may_have_any_solution(code_bundle: Path) -> None:
    """Where students may send whole files, the reference may be one too."""
    other_solution(code_bundle)
    replace(code_bundle / "exercise.toml", "order = 1", "order = 1\nwhole_file = true")

    solution = load_bundle(code_bundle, NOWHERE).solution

    assert solution is not None
    assert "return None" in solution


@pytest.mark.parametrize("name", ["statment.zh.md", "notes.txt", "Data/train.npy"])
def test_a_strange_file_is_named(code_bundle: Path, name: str) -> None:
    """A file that no bundle has is most often a misspelt one, so it is an error."""
    (code_bundle / name).parent.mkdir(exist_ok=True)
    (code_bundle / name).write_text("?", encoding="utf-8")

    with pytest.raises(BundleFileUnknown, match=f"^sum-of-two/{name}: "):
        load_bundle(code_bundle, NOWHERE)


def test_a_symbolic_link_is_refused(code_bundle: Path) -> None:
    """A bundle from a stranger cannot point at files of the machine."""
    (code_bundle / "private/secret.txt").symlink_to("/etc/hostname")

    with pytest.raises(BundleHasLink, match=r"^sum-of-two/private/secret\.txt: is a symbolic link"):
        load_bundle(code_bundle, NOWHERE)


def test_read_finds_files_of_the_bundle_and_built_ones(code_bundle: Path, tmp_path: Path) -> None:
    """Data come from the bundle's folder or, by hash, from the folder of built data; a wrong hash is noticed."""
    contents = b"built"
    digest = hashlib.sha256(contents).hexdigest()
    replace(code_bundle / "exercise.toml", "1" * 64, digest)
    bundle = load_bundle(code_bundle, tmp_path / "built")

    with pytest.raises(DataNotBuilt, match=r"data/train\.npy of sum-of-two .* `beginend data build`"):
        bundle.read("data/train.npy")
    place = tmp_path / "built" / digest[:2] / digest
    place.parent.mkdir(parents=True)
    place.write_bytes(contents)

    assert contents == bundle.read("data/train.npy")
    assert b"not really numbers" == bundle.read("data/targets.npy")

    place.write_bytes(b"spoilt")
    with pytest.raises(DataDamaged, match=r"data/train\.npy of sum-of-two does not have the sha256"):
        bundle.read("data/train.npy")


@pytest.mark.parametrize("path", ["data/nothing.npy", "exercise.toml", "../small-quiz/exercise.toml", "/etc/hostname"])
def test_read_gives_data_and_nothing_else(code_bundle: Path, path: str) -> None:
    """Only what lies under data/ and private/ can be read, and a missing file is named."""
    with pytest.raises(BundleFileMissing):
        load_bundle(code_bundle, NOWHERE).read(path)


def test_a_whole_file_is_refused_where_it_is_not_allowed(code_bundle: Path) -> None:
    """``whole_file = false`` holds whatever the file contains, also the solution itself."""
    bundle = load_bundle(code_bundle, NOWHERE)
    assert bundle.solution is not None
    file = bundle.solution.encode()

    with pytest.raises(RefusedWholeFile):
        bundle.source_of_file(file, whole_file=True)

    assert bundle.solution == bundle.source_of_file(file, whole_file=False).text
    assert bundle.solution == bundle.source_of_regions(["    model.add(1)"]).text
