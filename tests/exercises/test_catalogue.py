"""The course loads in order, and one bad bundle stops it loudly."""

import re
import shutil
from pathlib import Path

import pytest

from exercises import load_catalogue
from exercises.errors import BundleError, BundleFileMissing, BundleKeyWrong
from exercises.schema import CodeExercise, QuizExercise

ROOT = Path(__file__).parents[2] / "exercises" / "bundles"
COURSE = ["what-is-a-neural-network", "backpropagation", "cnn-digits", "rnn-reviews", "cats-vs-dogs"]
NOWHERE = Path("/nonexistent")


def test_the_course_has_its_five_exercises_in_order() -> None:
    """All five bundles are whole and come in the order of the course, without any built data."""
    catalogue = load_catalogue(ROOT, NOWHERE)

    assert COURSE == list(catalogue)
    assert [QuizExercise] * 2 + [CodeExercise] * 3 == [type(bundle.exercise) for bundle in catalogue.values()]
    assert [4, 3] == [len(bundle.answers) for bundle in catalogue.values()][:2]


@pytest.mark.parametrize("name", COURSE)
def test_statements_are_whole_in_both_languages(name: str) -> None:
    """Both languages have the same sections, the same code blocks and the same numbers of table rows and formulas."""
    zh, en = ((ROOT / name / f"statement.{language}.md").read_text(encoding="utf-8") for language in ("zh", "en"))

    for pattern in (r"^## ", r"^```", r"^\|", r"^\d+\. ", r"^- ", r"\$"):
        assert len(re.findall(pattern, zh, re.MULTILINE)) == len(re.findall(pattern, en, re.MULTILINE)), pattern
    assert code_in(zh) == code_in(en)


def code_in(statement: str) -> list[str]:
    """Return the lines of code of a statement, without their comments."""
    blocks = re.findall(r"^```python\n(.*?)^```", statement, re.MULTILINE | re.DOTALL)
    return [line.partition("#")[0].rstrip() for block in blocks for line in block.splitlines()]


@pytest.mark.parametrize("name", COURSE)
def test_chinese_is_set_with_spaces_around_latin(name: str) -> None:
    """Between a Chinese character and a Latin letter, digit or piece of code stands a space."""
    text = (ROOT / name / "statement.zh.md").read_text(encoding="utf-8")
    tight = re.findall(r"[\u4e00-\u9fff][A-Za-z0-9`$]|[A-Za-z0-9`$][\u4e00-\u9fff]", text)

    assert [] == tight


def test_a_folder_without_a_manifest_is_an_error(code_bundle: Path) -> None:
    """A half-copied bundle is not silently left out."""
    (code_bundle / "exercise.toml").unlink()

    with pytest.raises(BundleFileMissing, match=r"^sum-of-two/exercise\.toml: is missing$"):
        load_catalogue(code_bundle.parent, NOWHERE)


def test_a_folder_must_have_the_name_of_its_exercise(code_bundle: Path) -> None:
    """Two folders can therefore never claim the same id."""
    shutil.copytree(code_bundle, code_bundle.parent / "copy")

    with pytest.raises(BundleKeyWrong, match=r"^copy/exercise\.toml: id: is 'sum-of-two', but the folder"):
        load_catalogue(code_bundle.parent, NOWHERE)


def test_hidden_folders_are_no_bundles(code_bundle: Path) -> None:
    """What systems and editors leave beside the bundles is passed over."""
    (code_bundle.parent / ".idea").mkdir()
    (code_bundle.parent / "__pycache__").mkdir()

    assert ["sum-of-two"] == list(load_catalogue(code_bundle.parent, NOWHERE))


def test_a_catalogue_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    """A wrong path is not an empty course."""
    with pytest.raises(BundleError, match="is not a folder of exercises"):
        load_catalogue(tmp_path / "nothing", NOWHERE)
