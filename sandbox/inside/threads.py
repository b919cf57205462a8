"""Count threads: a fork takes along only one of them, and the locks that all the others hold."""

import threading
from pathlib import Path

from .libc import LINUX


class ThreadsRunning(Exception):
    """There is more than one thread where there must be one."""


def require_one_thread(doing: str) -> None:
    """Insist that this process has one thread only, Python's and any library's counted.

    Args:
        doing: What needs it, for the message.

    Raises:
        ThreadsRunning: There are more.

    """
    count = len(list(Path("/proc/self/task").iterdir())) if LINUX else threading.active_count()
    if count > 1:
        raise ThreadsRunning(f"{count} threads run before {doing}: the payload started some while it was imported")
