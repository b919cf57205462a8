"""What a dead child leaves running falls to the supervisor, which kills it; no rights are needed for that.

The filter lets no child start a process, so nothing should ever be found here. It is looked for all the same.
"""

import os
import time
from contextlib import suppress
from pathlib import Path
from signal import SIGKILL

from .libc import LINUX

PATIENCE = 5.0  # seconds
PAUSE = 0.001  # seconds


def kill_orphans(known: int) -> bool:
    """Kill and reap every child of this process but one.

    Args:
        known: The one that is ours.

    Returns:
        Whether any was alive. None is left unless it keeps starting others faster than they can be killed.

    """
    found = False
    deadline = time.monotonic() + PATIENCE
    _reap(known)
    while (living := _children() - {known}) and time.monotonic() < deadline:
        found = True
        for pid in living:
            with suppress(ProcessLookupError, PermissionError):
                os.kill(pid, SIGKILL)
        time.sleep(PAUSE)
        _reap(known)
    return found


def _reap(known: int) -> None:
    """Bury the dead but for one, whose death is noticed elsewhere."""
    while True:
        try:
            dead = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        except ChildProcessError:
            return
        if dead is None or dead.si_pid == known:
            return
        os.waitpid(dead.si_pid, 0)


def _children() -> set[int]:
    """List this process's children, the dead ones that wait to be buried among them."""
    if not LINUX:
        return set()
    own = os.getpid()
    try:
        return {int(pid) for pid in Path(f"/proc/self/task/{own}/children").read_text(encoding="ascii").split()}
    except OSError:  # a kernel without that file
        return {int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit() and _parent(path) == own}


def _parent(process: Path) -> int:
    """Read a process's parent; 0 if it is gone."""
    try:
        return int((process / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[1])
    except OSError:
        return 0
