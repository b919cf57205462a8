"""PostgreSQL for one machine, without an installation: started from a wheel, watched, and stopped with the platform.

How it works. The data lie in one folder, the socket in a folder of its own under /tmp that only we can enter, and who
may connect is asked of the kernel (``peer``), so that there is no password to keep. Several processes may call
:meth:`EmbeddedPostgres.ensure` at once: a lock on a file lets one of them start the server, the others find it running.

Whether it runs is asked in the only honest way, by connecting. A process id proves nothing: after ``kill -9`` the
number stays in ``postmaster.pid``, where it may name a zombie or, later, a stranger.
"""

import asyncio
import contextlib
import fcntl
import hashlib
import logging
import os
import pwd
import stat
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
from psycopg import sql

from server.database.binaries import (
    SHARED,
    Account,
    PostgresMissing,
    ProgramFailed,
    Programs,
    can_enter,
    find_programs,
)
from server.database.remains import clear_remains, server_is_alive

log = logging.getLogger(__name__)

DATABASE = "beginend"
RECOVERY_SECONDS = 600  # after a crash the server may have much to write down again
GUARD_SECONDS = 2.0
LOG_BYTES = 16 << 20  # a longer log begins anew at the next start

#: Socket folders. Not the user's temporary folder: on some machines its path is too long for a socket (107 bytes).
SOCKETS = Path("/tmp")  # noqa: S108 (the folder made in it is checked for its owner and mode)


class DataFolderTooOld(Exception):
    """The data folder belongs to another major version of PostgreSQL than the programs."""


class SocketFolderTaken(Exception):
    """Somebody else owns the folder in which our socket has to lie."""


class PostgresStopped(Exception):
    """The server was stopped on purpose and is not to be started again by the same hand."""


class EmbeddedPostgres:
    """The server of one ``home`` folder."""

    def __init__(self, home: Path) -> None:
        """Prepare; nothing is started before :meth:`ensure`."""
        self._home = home.absolute()
        digest = hashlib.sha256(str(self._home).encode()).hexdigest()[:12]
        self._socket = SOCKETS / f"beginend-{digest}"
        self._digest = digest
        self._stopped = False

    @property
    def url(self) -> str:
        """The database's URL, whether the server runs or not."""
        return self._url(DATABASE)

    def ensure(self) -> str:
        """See to it that the server runs, and return the database's URL. Blocks: seconds at first, then milliseconds.

        Raises:
            PostgresMissing: There is no PostgreSQL to start.
            DataFolderTooOld: The data were written by another major version.
            ProgramFailed: It did not start; the message names the log.
            PostgresStopped: :meth:`stop` was called.

        """
        if self.answers():
            return self.url
        programs = find_programs()
        with self._locked():
            if self._stopped:
                raise PostgresStopped(f"the PostgreSQL of {self._home} was stopped")
            if not self.answers():
                data = self._data_folder(programs)
                self._make_socket_folder(programs.account)
                if not data.exists():
                    self._initialise(programs, data)
                _must_fit(programs, data)
                self._start(programs, data)
            self._create_database()
        return self.url

    def stop(self) -> None:
        """Stop the server, and do not let :meth:`guard` start it again."""
        self._stopped = True
        programs = find_programs()
        with self._locked():
            data = self._data_folder(programs)
            if server_is_alive(data):
                programs.run("pg_ctl", "stop", "--wait", "--timeout=60", "--mode=fast", f"--pgdata={data}")
            with contextlib.suppress(OSError):  # not there, or not empty: then it is not ours to remove
                self._socket.rmdir()

    def exists(self) -> bool:
        """Tell whether there are data, whether the server runs or not."""
        try:
            return self.answers() or self._data_folder(find_programs()).exists()
        except PostgresMissing:
            return False

    async def guard(self) -> None:
        """Start the server again whenever it was killed; runs until cancelled, or until :meth:`stop`."""
        while True:
            try:
                await asyncio.to_thread(self.ensure)
            except PostgresStopped:
                return
            except Exception:  # a guard that gives up is none
                log.exception("the embedded PostgreSQL could not be started; trying again")
            await asyncio.sleep(GUARD_SECONDS)

    def _url(self, database: str) -> str:
        return f"postgresql://postgres@/{database}?host={self._socket}"

    def answers(self) -> bool:
        """Connect, which is the one proof that the server runs."""
        try:
            psycopg.connect(self._url("postgres"), connect_timeout=3).close()
        except psycopg.OperationalError:
            return False
        return True

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        """Let one process at a time start or stop the server; the file stays, as removing it would unlock others."""
        self._home.mkdir(parents=True, exist_ok=True)
        with (self._home / "postgres.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _data_folder(self, programs: Programs) -> Path:
        """Return where the data lie: in our home, or in a shared place if the account cannot enter our home."""
        if can_enter(programs.account, self._home):
            return self._home / "postgres"
        SHARED.mkdir(mode=0o755, parents=True, exist_ok=True)
        return SHARED / f"data-{self._digest}"

    def _make_socket_folder(self, account: Account | None) -> None:
        """Make the socket's folder, closed to everybody else; /tmp is everybody's, so look at what is there."""
        uid, gid = (account.uid, account.gid) if account else (os.geteuid(), os.getegid())
        with contextlib.suppress(FileExistsError):
            self._socket.mkdir(mode=0o700)
            os.chown(self._socket, uid, gid)
        found = self._socket.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != uid or stat.S_IMODE(found.st_mode) != 0o700:  # noqa: PLR2004
            raise SocketFolderTaken(f"{self._socket} is not ours alone: remove it and start again")

    def _initialise(self, programs: Programs, data: Path) -> None:
        """Make the data folder; it gets its name when it is whole, so that a killed initdb leaves nothing half done."""
        fresh = data.with_name(f"{data.name}.{os.getpid()}.new")
        fresh.mkdir(mode=0o700)
        if programs.account:
            os.chown(fresh, programs.account.uid, programs.account.gid)
        programs.run(
            "initdb",
            "--auth=peer",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
            "--username=postgres",
            f"--pgdata={fresh}",
        )
        ours = {pwd.getpwuid(os.geteuid()).pw_name, programs.account.name if programs.account else ""} - {""}
        _append(fresh / "pg_ident.conf", [f'beginend "{name}" postgres' for name in sorted(ours)])
        (fresh / "pg_hba.conf").write_text("local all all peer map=beginend\n", encoding="utf-8")
        _append(fresh / "postgresql.conf", ["listen_addresses = ''", "unix_socket_permissions = 0700"])
        fresh.rename(data)

    def _start(self, programs: Programs, data: Path) -> None:
        """Start the server, or wait for one that is still recovering."""
        if server_is_alive(data):
            self._wait_for_recovery(data)
            return
        clear_remains(data)
        (self._socket / ".s.PGSQL.5432.lock").unlink(missing_ok=True)
        logfile = data / "server.log"
        if logfile.exists() and logfile.stat().st_size > LOG_BYTES:
            logfile.unlink()
        programs.run(
            "pg_ctl",
            "start",
            "--wait",
            f"--timeout={RECOVERY_SECONDS}",
            f"--log={logfile}",
            f"--pgdata={data}",
            f"--options=-c unix_socket_directories={self._socket}",
            log=logfile,
        )

    def _wait_for_recovery(self, data: Path) -> None:
        deadline = time.monotonic() + RECOVERY_SECONDS
        while not self.answers():
            if time.monotonic() > deadline:
                raise ProgramFailed(f"PostgreSQL runs but does not answer: see {data / 'server.log'}")
            if not server_is_alive(data):
                raise ProgramFailed(f"PostgreSQL ended while it started: see {data / 'server.log'}")
            time.sleep(0.2)

    def _create_database(self) -> None:
        with psycopg.connect(self._url("postgres"), autocommit=True, connect_timeout=10) as connection:
            found = connection.execute("select 1 from pg_database where datname = %s", [DATABASE]).fetchone()
            if found is None:
                connection.execute(sql.SQL("create database {}").format(sql.Identifier(DATABASE)))


def _must_fit(programs: Programs, data: Path) -> None:
    """Refuse data of another major version before the server would, with what to do."""
    found = (data / "PG_VERSION").read_text(encoding="ascii").strip()
    if found != programs.major:
        raise DataFolderTooOld(
            f"The data in {data} were written by PostgreSQL {found}, but PostgreSQL {programs.version} is installed "
            f"({programs.folder}). Dump them with the old version's pg_dump, move the folder away, start, and restore."
        )


def _append(file: Path, lines: list[str]) -> None:
    """Add lines to a configuration file."""
    with file.open("a", encoding="utf-8") as opened:
        opened.write("\n" + "\n".join(lines) + "\n")
