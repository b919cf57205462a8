"""``beginend exercise new``, ``pack`` and ``check``, as far as they need no sandbox."""

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from exercises import load_bundle
from exercises.bundle import MANIFEST

ROOT = Path(__file__).resolve().parent.parent.parent
QUIZ = ROOT / "exercises" / "bundles" / "backpropagation"
NOWHERE = Path("/nonexistent")


def test_a_new_exercise_is_a_bundle(beginend: Callable[..., Any], tmp_path: Path) -> None:
    """It loads, its files carry its name, and the next step is printed."""
    called = beginend("exercise", "new", "two-moons", "--into", tmp_path)
    bundle = load_bundle(tmp_path / "two-moons", NOWHERE)

    assert (0, "two-moons", "two_moons.py") == (called.exit_code, bundle.id, bundle.code.file_name)
    assert f"beginend exercise check {tmp_path / 'two-moons'}" in called.stdout
    assert {"passed", "layers"} == {folder.name for folder in (bundle.folder / "submissions").iterdir()}


def test_what_is_there_is_not_overwritten(beginend: Callable[..., Any], tmp_path: Path) -> None:
    """A second call with the same id is refused and changes nothing."""
    beginend("exercise", "new", "two-moons", "--into", tmp_path)
    (tmp_path / "two-moons" / MANIFEST).write_text("mine", "utf-8")
    called = beginend("exercise", "new", "two-moons", "--into", tmp_path)

    assert (2, "mine") == (called.exit_code, (tmp_path / "two-moons" / MANIFEST).read_text("utf-8"))


@pytest.mark.parametrize("identifier", ["Two-Moons", "2moons", "two_moons", "../moons", "a" * 65])
def test_an_id_must_be_one(beginend: Callable[..., Any], tmp_path: Path, identifier: str) -> None:
    """Nothing is written, least of all outside of the folder."""
    called = beginend("exercise", "new", identifier, "--into", tmp_path)

    assert (2, []) == (called.exit_code, list(tmp_path.iterdir()))


def test_packing_gives_the_same_bytes_again(beginend: Callable[..., Any], tmp_path: Path) -> None:
    """Named by the version; leftovers stay out; what is unpacked has the same version."""
    beginend("exercise", "new", "two-moons", "--into", tmp_path)
    folder = tmp_path / "two-moons"
    version = load_bundle(folder, NOWHERE).version
    first = Path(beginend("exercise", "pack", folder, "--into", tmp_path).stdout.strip())
    packed = first.read_bytes()
    (folder / "__pycache__").mkdir()
    (folder / "__pycache__" / "stub.pyc").write_bytes(b"leftover")
    again = Path(beginend("exercise", "pack", folder, "--into", tmp_path).stdout.strip())
    with zipfile.ZipFile(again) as archive:
        archive.extractall(tmp_path / "unpacked")

    assert f"two-moons-{version.removeprefix('sha256:')[:12]}.zip" == first.name
    assert (first, packed) == (again, again.read_bytes())
    assert version == load_bundle(tmp_path / "unpacked" / "two-moons", NOWHERE).version


def test_a_wrong_key_is_named_with_file_and_line(beginend: Callable[..., Any], tmp_path: Path) -> None:
    """The gate ends with 2; JSON and page say the same."""
    beginend("exercise", "new", "two-moons", "--into", tmp_path)
    manifest = tmp_path / "two-moons" / MANIFEST
    manifest.write_text(manifest.read_text("utf-8").replace("expected = 67", 'expected = "67"'), "utf-8")
    line = 1 + manifest.read_text("utf-8").split("\n").index('expected = "67"')
    called = beginend("exercise", "check", manifest.parent, "--json", "--page", tmp_path / "page.html")
    told = json.loads(called.stdout)

    assert (2, "failed") == (called.exit_code, told["outcome"])
    assert {"file": f"two-moons/{MANIFEST}", "key": "checks.1.expected", "line": line} == {
        key: told["problem"][key] for key in ("file", "key", "line")
    }
    assert "checks.1.expected" in (tmp_path / "page.html").read_text("utf-8")


def test_a_quiz_that_reads_well_is_ready(beginend: Callable[..., Any], tmp_path: Path) -> None:
    """Nothing is run for it, and no sandbox is opened."""
    called = beginend("exercise", "check", QUIZ, "--json-file", tmp_path / "new" / "quiz.json")

    assert (0, "passed") == (called.exit_code, json.loads((tmp_path / "new" / "quiz.json").read_text())["outcome"])
