"""Resource limits of a child, set when its job is known."""

import resource
from pathlib import Path
from typing import Any

from .libc import LINUX

THREADS = 64  # processes and threads of the child's own user
OPEN_FILES = 256
SMALLEST_FILE_LIMIT = 64 << 20  # bytes
ADDRESS_SPACE_SLACK = 1 << 30  # bytes beyond the memory limit: TensorFlow maps far more than it uses
CPU_SLACK = 5  # seconds beyond the wall clock: the watcher comes first, this is for a watcher that died


def limit_resources(limits: dict[str, Any], *, threads: int, own_user: bool) -> None:
    """Set this process's limits for one job.

    Args:
        limits: The job's limits (wall_seconds, memory_bytes, artifact_bytes).
        threads: How many threads the job may compute with.
        own_user: Whether the user number belongs to this process alone; the kernel counts processes per user.

    """
    used = resource.getrusage(resource.RUSAGE_SELF)
    cpu = int(used.ru_utime + used.ru_stime + float(limits["wall_seconds"]) * max(1, threads)) + CPU_SLACK
    _lower(resource.RLIMIT_CPU, cpu, cpu + 2)
    _lower(resource.RLIMIT_FSIZE, max(SMALLEST_FILE_LIMIT, int(limits["artifact_bytes"]) + (1 << 20)))
    _lower(resource.RLIMIT_NOFILE, OPEN_FILES)
    _lower(resource.RLIMIT_CORE, 0)
    if LINUX:
        _lower(resource.RLIMIT_AS, _address_space() + int(limits["memory_bytes"]) + ADDRESS_SPACE_SLACK)
        _lower(resource.RLIMIT_MEMLOCK, 0)
        _lower(resource.RLIMIT_MSGQUEUE, 0)
    if own_user:
        _lower(resource.RLIMIT_NPROC, THREADS)


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
