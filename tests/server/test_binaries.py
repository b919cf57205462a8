"""PostgreSQL's programs can be run although the project lies where only root may look."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from server.database import binaries

pytestmark = pytest.mark.database


@pytest.fixture
def readable() -> Iterator[Path]:
    """Return a folder that every account may enter, unlike pytest's own."""
    folder = Path(tempfile.mkdtemp(dir="/var/tmp"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has folders that the database's account cannot enter")
def test_programs_in_a_closed_folder_are_copied_with_their_libraries(
    tmp_path: Path, readable: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The copy runs as the unprivileged account; the closed folder stays closed."""
    programs = binaries.find_programs()
    package = next(place for place in binaries._places() if (place / "initdb").exists()).parent.parent
    closed = tmp_path / "site-packages"
    shutil.copytree(package, closed / package.name, symlinks=True)
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, closed / libraries.name)
    closed.chmod(0o700)
    monkeypatch.setattr(binaries, "SHARED", readable)

    copy = binaries._shared_copy(closed / package.name / "pginstall18" / "bin")
    ran = binaries.run_as(programs.account, [str(copy / "initdb"), "--version"])

    assert (0, programs.version) == (ran.returncode, ran.stdout.split()[2])
    assert 0o700 == closed.stat().st_mode & 0o777
