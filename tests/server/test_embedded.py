"""The embedded PostgreSQL: started once, found again, back after every kind of death, never fooled by a pid."""

import asyncio
import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
from serverhouse import until

from server.database.binaries import find_programs
from server.database.embedded import DataFolderTooOld, EmbeddedPostgres, PostgresStopped, SocketFolderTaken

pytestmark = pytest.mark.database


def _home() -> Iterator[Path]:
    outer = Path(tempfile.mkdtemp(prefix="beginend-embedded-"))
    outer.chmod(0o755)  # started by root, the server runs as somebody else
    yield outer / f"a home {'x' * 100}"
    shutil.rmtree(outer)


@pytest.fixture
def fresh() -> Iterator[Path]:
    """Name a folder that does not exist yet, with a long name and a space in it."""
    yield from _home()


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    """Name the folder of the server that most tests share: each leaves it running, whatever it did to it."""
    yield from _home()


@pytest.fixture(scope="module")
def postgres(home: Path) -> Iterator[EmbeddedPostgres]:
    """Start a server, and stop it in the end."""
    postgres = EmbeddedPostgres(home)
    with psycopg.connect(postgres.ensure(), autocommit=True) as connection:  # the machine itself is not killed here
        connection.execute("alter system set fsync = off")
        connection.execute("select pg_reload_conf()")
    yield postgres
    postgres.stop()


def pid_of(home: Path) -> int:
    """Return the process that the data folder names."""
    return int((home / "postgres" / "postmaster.pid").read_text().split()[0])


def works(url: str) -> bool:
    """Tell whether the database answers."""
    with psycopg.connect(url) as connection:
        return connection.execute("select 1").fetchone() == (1,)


def comes_back(postgres: EmbeddedPostgres) -> bool:
    """Tell whether the database answers again within seconds: the server needs a moment to notice a backend's end."""
    for _ in range(100):
        with contextlib.suppress(psycopg.OperationalError):
            return works(postgres.ensure())
        time.sleep(0.1)
    return False


def killed(home: Path) -> None:
    """Kill the server's first process without warning; what it leaves behind is left."""
    os.kill(pid_of(home), signal.SIGKILL)


def test_found_again(postgres: EmbeddedPostgres, home: Path) -> None:
    """A second process finds the running server within milliseconds and leaves it alone."""
    pid = pid_of(home)
    begun = time.monotonic()
    url = EmbeddedPostgres(home).ensure()

    assert time.monotonic() - begun < 1
    assert postgres.url == url
    assert works(url)
    assert pid == pid_of(home)


def test_sorted_as_everywhere(postgres: EmbeddedPostgres) -> None:
    """Text is UTF-8 and sorted the same on every machine, whatever its language."""
    with psycopg.connect(postgres.url) as connection:
        found = connection.execute(
            "select datcollate, pg_encoding_to_char(encoding) from pg_database where datname = current_database()"
        ).fetchone()

    assert ("C.UTF-8", "UTF8") == found


def test_closed_to_others(postgres: EmbeddedPostgres, home: Path) -> None:
    """No network, a socket folder that only the owner enters, and connections by the kernel's word alone."""
    with psycopg.connect(postgres.url) as connection:
        listening = connection.execute("show listen_addresses").fetchone()
        folder = connection.execute("show unix_socket_directories").fetchone()
    assert ("",) == listening
    assert folder is not None
    assert 0o700 == Path(folder[0]).stat().st_mode & 0o777
    rules = (home / "postgres" / "pg_hba.conf").read_text()
    assert "local all all peer map=beginend\n" == rules
    assert 0o755 == home.parent.stat().st_mode & 0o777


def test_started_by_many_at_once(fresh: Path) -> None:
    """Of several that start at the same moment one does it, and all get the same server."""
    with ThreadPoolExecutor(4) as pool:
        urls = set(pool.map(lambda _: EmbeddedPostgres(fresh).ensure(), range(4)))
    try:
        assert 1 == len(urls)
        assert works(urls.pop())
    finally:
        EmbeddedPostgres(fresh).stop()


def test_stopped_and_started(fresh: Path) -> None:
    """Data survive a stop; what was stopped on purpose is not started again by its own guard."""
    postgres = EmbeddedPostgres(fresh)
    with psycopg.connect(postgres.ensure()) as connection:
        connection.execute("create table kept as select 42 as answer")
    postgres.stop()
    assert not (fresh / "postgres" / "postmaster.pid").exists()
    assert not postgres._socket.exists()
    with pytest.raises(PostgresStopped):
        postgres.ensure()

    again = EmbeddedPostgres(fresh)
    with psycopg.connect(again.ensure()) as connection:
        assert (42,) == connection.execute("select answer from kept").fetchone()
    again.stop()


def test_killed(postgres: EmbeddedPostgres, home: Path) -> None:
    """After kill -9 the next look starts it again with what was committed."""
    with psycopg.connect(postgres.url) as connection:
        connection.execute("create table kept as select 42 as answer")
    killed(home)
    begun = time.monotonic()
    postgres.ensure()

    assert time.monotonic() - begun < 10
    with psycopg.connect(postgres.url) as connection:
        assert (42,) == connection.execute("select answer from kept").fetchone()


def test_pid_of_a_stranger(postgres: EmbeddedPostgres, home: Path) -> None:
    """A pid file that names somebody else's living process fools nobody."""
    killed(home)
    file = home / "postgres" / "postmaster.pid"
    lines = file.read_text().splitlines()
    file.write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")

    assert works(postgres.ensure())
    assert os.getpid() != pid_of(home)


def test_zombie(postgres: EmbeddedPostgres, home: Path) -> None:
    """A pid file that names a zombie fools nobody."""
    killed(home)
    zombie = subprocess.Popen([sys.executable, "-c", ""])
    os.waitid(os.P_PID, zombie.pid, os.WEXITED | os.WNOWAIT)  # ended, and not yet buried
    file = home / "postgres" / "postmaster.pid"
    lines = file.read_text().splitlines()
    file.write_text("\n".join([str(zombie.pid), *lines[1:]]) + "\n")
    try:
        assert works(postgres.ensure())
    finally:
        zombie.wait()


@pytest.mark.parametrize("content", ["", "not a number\n", "12"])
def test_half_a_pid_file(postgres: EmbeddedPostgres, home: Path, content: str) -> None:
    """A pid file that was cut off does not keep the server from starting."""
    killed(home)
    (home / "postgres" / "postmaster.pid").write_text(content)

    assert works(postgres.ensure())


def test_a_backend_killed(postgres: EmbeddedPostgres) -> None:
    """When a backend is killed all connections drop, and the next look finds the server again."""
    with psycopg.connect(postgres.url) as connection:
        pid = connection.info.backend_pid
        os.kill(pid, signal.SIGKILL)
        with pytest.raises(psycopg.OperationalError):
            connection.execute("select 1")

    assert comes_back(postgres)


async def test_guard(postgres: EmbeddedPostgres, home: Path) -> None:
    """The guard starts a killed server again without being asked."""
    guard = asyncio.create_task(postgres.guard())
    old = pid_of(home)
    killed(home)

    async def back() -> bool:
        try:
            return await asyncio.to_thread(works, postgres.url)
        except psycopg.OperationalError:
            return False

    await until(back, within=10)
    guard.cancel()
    await asyncio.gather(guard, return_exceptions=True)
    assert old != pid_of(home)


def test_data_of_another_version(fresh: Path) -> None:
    """Data of another major version are refused with what to do, before the server would refuse them."""
    postgres = EmbeddedPostgres(fresh)
    postgres.ensure()
    postgres.stop()
    (fresh / "postgres" / "PG_VERSION").write_text("15\n")

    with pytest.raises(DataFolderTooOld, match=r"written by PostgreSQL 15.*pg_dump"):
        EmbeddedPostgres(fresh).ensure()


def test_killed_while_it_was_made(fresh: Path) -> None:
    """Half a data folder of an initdb that was killed is no data folder."""
    fresh.mkdir()
    (fresh / "postgres.1234.new").mkdir()
    postgres = EmbeddedPostgres(fresh)
    try:
        assert works(postgres.ensure())
    finally:
        postgres.stop()


def test_socket_folder_of_somebody_else(fresh: Path) -> None:
    """A folder that somebody else put where the socket has to lie is not used."""
    postgres = EmbeddedPostgres(fresh)
    postgres._socket.mkdir(mode=0o777)
    postgres._socket.chmod(0o777)
    try:
        with pytest.raises(SocketFolderTaken, match="remove it"):
            postgres.ensure()
    finally:
        postgres._socket.rmdir()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has a home that others cannot enter and runs as somebody else")
def test_root_with_a_closed_home() -> None:
    """Started by root in a closed folder, the data lie where the server can reach them, and the folder stays closed."""
    closed = Path(tempfile.mkdtemp(prefix="beginend-closed-"))
    postgres = EmbeddedPostgres(closed / "home")
    try:
        assert works(postgres.ensure())
        assert 0o700 == closed.stat().st_mode & 0o777
        data = postgres._data_folder(find_programs())
        assert not data.is_relative_to(closed)
        assert 0 != data.stat().st_uid
    finally:
        postgres.stop()
        shutil.rmtree(postgres._data_folder(find_programs()))
        shutil.rmtree(closed)
