"""What a PostgreSQL that was killed leaves behind: a file that names a process which may be anybody's by now."""

import time
from pathlib import Path

import psutil

ORPHANS_SECONDS = 60.0


class OrphansRemain(Exception):
    """Processes of a dead server still work on its files; starting another would damage them."""


def server_is_alive(data: Path) -> bool:
    """Tell whether the process named in ``postmaster.pid`` is this data folder's server: not a zombie, not another."""
    pid = _recorded_pid(data)
    if pid is None:
        return False
    try:
        return _works_in(psutil.Process(pid), data)
    except psutil.Error:
        return False


def clear_remains(data: Path) -> None:
    """Remove the ``postmaster.pid`` of a server that is dead, once nothing of it works on the files any more.

    Raises:
        OrphansRemain: Something of it still does.

    """
    deadline = time.monotonic() + ORPHANS_SECONDS
    while orphans := [process.pid for process in psutil.process_iter() if _works_in(process, data)]:
        if time.monotonic() > deadline:
            numbers = ", ".join(map(str, orphans))
            raise OrphansRemain(f"processes {numbers} of a dead PostgreSQL still use {data}: end them and start again")
        time.sleep(0.1)
    (data / "postmaster.pid").unlink(missing_ok=True)


def _recorded_pid(data: Path) -> int | None:
    """Return the first line of ``postmaster.pid``; None if there is no such file, or half of one."""
    try:
        return int((data / "postmaster.pid").read_text(encoding="utf-8").split("\n", 1)[0])
    except (FileNotFoundError, ValueError):
        return None


def _works_in(process: psutil.Process, data: Path) -> bool:
    """Tell whether a process is a living PostgreSQL of this data folder."""
    try:
        return (
            process.name().startswith("postgres")
            and process.status() != psutil.STATUS_ZOMBIE
            and process.cwd() == str(data)
        )
    except psutil.Error:
        return False
