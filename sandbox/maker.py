"""Name this process so that another can tell later whether it still lives, whatever happens to the clock meanwhile.

On Linux a process is named by the boot of the machine, its process number space, its number and the tick of the boot
clock at which it began. None of these moves when the wall clock is set.
"""

import os
import socket
from pathlib import Path

import psutil

_BOOT = Path("/proc/sys/kernel/random/boot_id")
_SPACE = Path("/proc/self/ns/pid")
_START_FIELD = 19  # of /proc/PID/stat, counted from the state
_ENDED = frozenset("ZX")


def this_process() -> str:
    """Name this process: where it runs, its number, when it began."""
    pid = os.getpid()
    return f"{_place()} {pid} {_began(pid)}"


def has_ended(name: str) -> bool | None:
    """Tell whether a process named by :func:`this_process` has ended; ``None`` if it ran elsewhere."""
    place, _, process = name.partition(" ")
    if place != _place():
        return None
    number, _, began = process.partition(" ")
    return not number.isdigit() or _began(int(number)) != began


def _place() -> str:
    """Name the set of processes among which this one's number means something."""
    try:
        return f"{_BOOT.read_text(encoding='ascii').strip()}/{_SPACE.readlink()}"
    except OSError:
        return socket.gethostname()


def _began(pid: int) -> str:
    """Tell when a process began, in whatever unit this machine counts; empty if there is none."""
    if not _BOOT.exists():
        try:
            return f"{psutil.Process(pid).create_time():.2f}"
        except psutil.Error:
            return ""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    state, *fields = text.rpartition(")")[2].split()
    return "" if state in _ENDED else fields[_START_FIELD - 1]
