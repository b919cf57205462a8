"""The version of a bundle changes with what an author wrote, and with nothing else."""

import os
import shutil
from pathlib import Path

import pytest

from exercises.version import version_of

BUILT = {"data/train.npy"}


def test_line_ends_of_text_do_not_count(code_bundle: Path) -> None:
    """A checkout with Windows line ends is the same bundle."""
    expected = version_of(code_bundle, BUILT)
    for path in [*code_bundle.rglob("*.py"), *code_bundle.rglob("*.md"), *code_bundle.rglob("*.toml")]:
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))

    assert expected == version_of(code_bundle, BUILT)


def test_bytes_of_binary_files_do_count(code_bundle: Path) -> None:
    """Data are never taken for text."""
    (code_bundle / "data/targets.npy").write_bytes(b"1\n2")
    before = version_of(code_bundle, BUILT)
    (code_bundle / "data/targets.npy").write_bytes(b"1\r\n2")

    assert before != version_of(code_bundle, BUILT)


def test_order_times_and_leftovers_do_not_count(code_bundle: Path, tmp_path: Path) -> None:
    """A copy made in another order, at another time, with what systems leave behind is the same bundle."""
    expected = version_of(code_bundle, BUILT)
    copy = tmp_path / "copies" / "another-name"
    for path in sorted((path for path in code_bundle.rglob("*") if path.is_file()), reverse=True):
        target = copy / path.relative_to(code_bundle)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
        os.utime(target, (0, 0))
        target.chmod(0o600)
    for leftover in (".DS_Store", "__pycache__/stub.cpython-311.pyc", "data/Thumbs.db", "stub.py~", ".git/config"):
        (copy / leftover).parent.mkdir(exist_ok=True)
        (copy / leftover).write_bytes(b"left behind")

    assert expected == version_of(copy, BUILT)


def test_built_data_count_by_their_hash_alone(code_bundle: Path) -> None:
    """Whether built data lie in the folder does not change the version; another hash in exercise.toml does."""
    expected = version_of(code_bundle, BUILT)
    (code_bundle / "data/train.npy").write_bytes(b"built")
    assert expected == version_of(code_bundle, BUILT)

    manifest = code_bundle / "exercise.toml"
    manifest.write_text(manifest.read_text(encoding="utf-8").replace("1" * 64, "2" * 64), encoding="utf-8")

    assert expected != version_of(code_bundle, BUILT)


@pytest.mark.parametrize(
    "path",
    [
        "exercise.toml",
        "stub.py",
        "solution.py",
        "statement.en.md",
        "private/targets.npy",
        "submissions/layers/empty.py",
    ],
)
def test_every_file_counts(code_bundle: Path, path: str) -> None:
    """Whatever an author changes is another version."""
    before = version_of(code_bundle, BUILT)
    (code_bundle / path).write_bytes((code_bundle / path).read_bytes() + b"#\n")

    assert before != version_of(code_bundle, BUILT)


def test_names_and_contents_cannot_be_confused(tmp_path: Path) -> None:
    """Moving a file, or bytes from one file to the next, is another version."""
    versions = set()
    for number, files in enumerate([{"a": "xb"}, {"a": "x", "b": ""}, {"a": "", "b": "x"}, {"ax": "b"}, {"b": "xb"}]):
        folder = tmp_path / str(number)
        folder.mkdir()
        for name, text in files.items():
            (folder / name).write_text(text, encoding="utf-8")
        versions.add(version_of(folder, ()))

    assert len(versions) == 5
