"""Run pg_dump and pg_restore: the right version, and no password where other users of the machine could read it."""

import os
import subprocess
from pathlib import Path

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from server.database.binaries import ProgramFailed, find_client
from server.database.engine import plain_url

#: Lines of a program's complaint that are passed on.
MOST_LINES = 5


def server_major(url: str) -> int:
    """Return the major version of the server behind ``url``."""
    with psycopg.connect(plain_url(url), connect_timeout=10) as connection:
        return connection.info.server_version // 10000


def dump(url: str, target: Path) -> None:
    """Write the database into ``target`` in pg_dump's own format, as it is at one moment; writers are not held up.

    Raises:
        PostgresMissing: There is no pg_dump that is new enough.
        ProgramFailed: It failed; the message says why.

    """
    program = find_client("pg_dump", at_least=server_major(url))
    options = ["--format=custom", "--no-owner", "--no-privileges", f"--file={target}"]
    _run(program, [*options, "--schema=public"], url)


def load(url: str, source: Path) -> None:
    """Load what :func:`dump` wrote into a database whose schema ``public`` is empty; all of it, or nothing.

    Raises:
        PostgresMissing: There is no pg_restore that is new enough.
        ProgramFailed: It failed; the message says why.

    """
    program = find_client("pg_restore", at_least=server_major(url))
    options = ["--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction", "--schema=public"]
    _run(program, [*options, str(source)], url)


def _run(program: Path, arguments: list[str], url: str) -> None:
    """Run a client program against ``url``; the password goes through the environment, not through the arguments."""
    parts = conninfo_to_dict(plain_url(url))
    password = parts.pop("password", None)
    environment = os.environ | ({"PGPASSWORD": str(password)} if password is not None else {})
    command = [str(program), "--no-password", f"--dbname={make_conninfo('', **parts)}", *arguments]
    done = subprocess.run(command, check=False, capture_output=True, text=True, errors="replace", env=environment)
    if done.returncode != 0:
        said = " ".join(line.strip() for line in done.stderr.strip().splitlines()[:MOST_LINES])
        raise ProgramFailed(f"{program.name} failed: {said or f'exit code {done.returncode}'}")
