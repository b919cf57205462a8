"""Resource limits of a child, set when its job is known."""

import os
import resource
from contextlib import suppress
from pathlib import Path
from typing import Any

from .environment import pinned_threads
from .libc import LINUX
from .settings import Settings

#: Processes and threads of the child's own user; data of unknown length leave three behind in TensorFlow each epoch.
THREADS = 160
SHARED_THREADS = 512  # the same where others are the same user: they must be able to start some more meanwhile
OPEN_FILES = 256
SMALLEST_FILE_LIMIT = 64 << 20  # bytes
ADDRESS_SPACE_SLACK = 1 << 30  # bytes beyond the memory limit: TensorFlow maps far more than it uses
CPU_SLACK = 5  # seconds beyond the wall clock: the watcher comes first, this is for a watcher that died


def most_threads(settings: Settings, *, own_user: bool) -> int | None:
    """Tell how many threads the child's user may have; ask before confinement, which hides the others.

    The kernel counts all of a user's threads on the machine together. Where the child is no user of its own, what
    runs already must be added; inside a container that cannot be seen, and the container's own limit must do.

    Returns:
        The number; ``None`` where no such limit makes sense.

    """
    if own_user:
        return THREADS
    if not LINUX or settings.contained:
        return None
    own, count = os.getuid(), SHARED_THREADS
    for process in Path("/proc").iterdir():
        with suppress(OSError):  # it may just have ended
            if process.name.isdigit() and process.stat().st_uid == own:
                count += len(list((process / "task").iterdir()))
    return count


def limit_resources(limits: dict[str, Any], threads: int | None) -> None:
    """Set this process's limits for one job.

    Args:
        limits: The job's limits (wall_seconds, memory_bytes, artifact_bytes).
        threads: From :func:`most_threads`.

    """
    used = resource.getrusage(resource.RUSAGE_SELF)
    cpu = int(used.ru_utime + used.ru_stime + float(limits["wall_seconds"]) * pinned_threads()) + CPU_SLACK
    _lower(resource.RLIMIT_CPU, cpu, cpu + 2)
    _lower(resource.RLIMIT_FSIZE, max(SMALLEST_FILE_LIMIT, int(limits["artifact_bytes"]) + (1 << 20)))
    _lower(resource.RLIMIT_NOFILE, OPEN_FILES)
    _lower(resource.RLIMIT_CORE, 0)
    if LINUX:
        _lower(resource.RLIMIT_AS, _address_space() + int(limits["memory_bytes"]) + ADDRESS_SPACE_SLACK)
        _lower(resource.RLIMIT_MEMLOCK, 0)
        _lower(resource.RLIMIT_MSGQUEUE, 0)
    if threads is not None:
        _lower(resource.RLIMIT_NPROC, threads)


def _lower(which: int, soft: int, hard: int | None = None) -> None:
    """Set a limit, never above the one that is already in force."""
    ceiling = resource.getrlimit(which)[1]
    if ceiling != resource.RLIM_INFINITY:
        soft, hard = min(soft, ceiling), min(hard or soft, ceiling)
    resource.setrlimit(which, (soft, soft if hard is None else hard))


def _address_space() -> int:
    """Measure the address space this process has mapped, in bytes."""
    pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[0]
    return int(pages) * resource.getpagesize()
