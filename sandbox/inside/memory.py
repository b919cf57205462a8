"""What memory is in use: of one process, and of the container that all of this is in."""

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from .libc import LINUX

CONTROL_GROUP = Path("/sys/fs/cgroup")
_OOM_COUNTERS = (CONTROL_GROUP / "memory.events", CONTROL_GROUP / "memory" / "memory.oom_control")
_STATISTICS = (  # version 2, version 1: the names of anonymous and of shared memory
    (CONTROL_GROUP / "memory.stat", ("anon", "shmem")),
    (CONTROL_GROUP / "memory" / "memory.stat", ("total_rss", "total_shmem")),
)
_NO_LIMIT = 1 << 60  # bytes: version 1 says so in a number


def in_container_of_our_own() -> bool:
    """Tell whether this process, with its parent at most, is all there is in a control group with a limit.

    Only then do the group's figures speak of us; ask before anything is forked.
    """
    for folder, limit in ((CONTROL_GROUP, "memory.max"), (CONTROL_GROUP / "memory", "memory.limit_in_bytes")):
        try:
            members = (folder / "cgroup.procs").read_text(encoding="ascii").split()
            most = (folder / limit).read_text(encoding="ascii").strip()
        except OSError:
            continue
        if str(os.getpid()) in members and most.isdigit() and int(most) < _NO_LIMIT:
            return {int(member) for member in members} <= {os.getpid(), os.getppid(), 1}
    return False


def kernel_kills() -> int | None:
    """Count how often the kernel has killed for memory in this control group; ``None`` where it does not tell."""
    for counter in _OOM_COUNTERS:
        count = _numbers_in(counter).get("oom_kill")
        if count is not None:
            return count
    return None


def resident_of_container() -> int | None:
    """Measure anonymous and shared memory of this container, the files in its box counted, in bytes."""
    for statistics, names in _STATISTICS:
        found = _numbers_in(statistics)
        if all(name in found for name in names):
            return sum(found[name] for name in names)
    return None


def resident_of(pids: Iterable[int]) -> int | None:
    """Measure anonymous and shared memory that these processes map, in bytes; what two of them share counts twice."""
    return sum(memory_of(pid) for pid in pids) if LINUX else None


def memory_of(pid: int) -> int:
    """Measure what a process holds beside the pages of files that it maps, in bytes; 0 if it is gone."""
    process = Path(f"/proc/{pid}")
    held = _memory_in(process / "status")
    if held is None:  # its first thread has left, and the kernel shows the memory under the others only
        with suppress(OSError):
            held = max((_memory_in(thread / "status") or 0 for thread in (process / "task").iterdir()), default=0)
    return held or 0


def _memory_in(status: Path) -> int | None:
    """Read anonymous and shared memory in bytes; ``None`` if there is no process or none of its memory is shown."""
    try:
        lines = status.read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return None
    found = [int(line.split()[1]) << 10 for line in lines if line.startswith(("RssAnon:", "RssShmem:"))]
    return sum(found) if found else None


def _numbers_in(path: Path) -> dict[str, int]:
    """Read a file of lines with a name and a number; empty where there is none."""
    try:
        lines = path.read_text(encoding="ascii").splitlines()
    except OSError:
        return {}
    pairs = (line.split() for line in lines)
    return {pair[0]: int(pair[1]) for pair in pairs if len(pair) == 2 and pair[1].isdigit()}  # noqa: PLR2004 - a pair
