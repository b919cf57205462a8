"""The grader's own version: the same for the same files, another after any change that may change a verdict."""

import re
import shutil
from pathlib import Path

import pytest

import exercises
import grader
from grader.version import digest_of, grader_version

PACKAGES = {"grader": Path(grader.__file__).parent, "exercises": Path(exercises.__file__).parent}


@pytest.fixture
def copies(tmp_path: Path) -> dict[str, Path]:
    """Return copies of both packages, to be changed."""
    skipped = shutil.ignore_patterns("bundles", "sources", "__pycache__")
    return {name: Path(shutil.copytree(folder, tmp_path / name, ignore=skipped)) for name, folder in PACKAGES.items()}


def test_it_is_of_the_files_and_not_of_the_place(copies: dict[str, Path]) -> None:
    """A copy elsewhere is the same grader, also once Python has left its caches, and with bundles or without."""
    (copies["grader"] / "__pycache__").mkdir()
    (copies["grader"] / "__pycache__" / "compare.cpython-311.pyc").write_bytes(b"left")
    (copies["grader"] / ".compare.py.swp").write_bytes(b"left")
    (copies["exercises"] / "bundles" / "mine").mkdir(parents=True)
    (copies["exercises"] / "bundles" / "mine" / "exercise.toml").write_text("[exercise]\n")

    assert re.fullmatch(r"sha256:[0-9a-f]{64}", grader_version())
    assert grader_version() == digest_of(copies)


@pytest.mark.parametrize(
    "file", ["grader/compare.py", "grader/hints/__init__.py", "grader/inside/__init__.py", "exercises/schema.py"]
)
def test_any_change_of_a_file_makes_another(copies: dict[str, Path], file: str) -> None:
    """One character more in a file is another grader."""
    package, rest = file.split("/", 1)
    target = copies[package] / rest
    target.write_text((target.read_text() if target.exists() else "") + "#")

    assert grader_version() != digest_of(copies)


def test_tables_count_and_so_do_names(copies: dict[str, Path]) -> None:
    """A table of hints is part of it; a file under another name is another file; one less is another grader."""
    table = min((copies["grader"] / "hints").glob("*.toml"))
    text = table.read_text()
    seen = {grader_version()}
    table.write_text(text + "\n")
    seen.add(digest_of(copies))
    table.rename(table.with_name("renamed.toml"))
    seen.add(digest_of(copies))
    table.with_name("renamed.toml").unlink()
    seen.add(digest_of(copies))

    assert 4 == len(seen)
