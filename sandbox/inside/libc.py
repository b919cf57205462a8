"""The few calls of the C library that Python does not offer, through ctypes."""

import ctypes
import os
import sys
from pathlib import Path

PR_SET_PDEATHSIG = 1
PR_SET_DUMPABLE = 4
PR_SET_SECCOMP = 22
PR_CAPBSET_DROP = 24
PR_SET_MM = 35
PR_SET_CHILD_SUBREAPER = 36
PR_SET_NO_NEW_PRIVS = 38
PR_CAP_AMBIENT = 47
PR_SCHED_CORE = 62
PR_SET_PTRACER = 0x59616D61
PR_CAP_AMBIENT_CLEAR_ALL = 4

_CAPABILITY_VERSION_3 = 0x20080522
_LAST_CAPABILITY = 63

_SIGKILL = 9
_M_TRIM_THRESHOLD = -1
_M_MMAP_THRESHOLD = -3
_LARGE = 1 << 20  # bytes
_LARGER_THAN_A_WEIGHT = 32 << 20  # bytes: the largest that the allocator takes for its thresholds

LINUX = sys.platform == "linux"
LIBC = ctypes.CDLL(None, use_errno=True)


def refused(what: str) -> OSError:
    """Make the exception for a C call that has just failed."""
    number = ctypes.get_errno()
    return OSError(number, f"{what}: {os.strerror(number)}")


def prctl(option: int, value: int, more: int = 0) -> None:
    """Call ``prctl`` and raise ``OSError`` if the kernel refuses."""
    if LIBC.prctl(option, ctypes.c_ulong(value), ctypes.c_ulong(more), ctypes.c_ulong(0), ctypes.c_ulong(0)):
        raise refused(f"prctl {option}")


def close_to_debuggers() -> None:
    """Close ``/proc/<this process>`` and ptrace to everybody else, core dumps too."""
    if LINUX:
        prctl(PR_SET_DUMPABLE, 0)


def die_with(parent: int) -> None:
    """Have this process killed when its parent dies; call after a change of user, which forgets it.

    Args:
        parent: Who that is; it may have died already.

    """
    if LINUX:
        prctl(PR_SET_PDEATHSIG, _SIGKILL)
        if os.getppid() != parent:
            os._exit(1)


def adopt_orphans() -> None:
    """Become the parent of what descendants leave behind when they die."""
    if LINUX:
        prctl(PR_SET_CHILD_SUBREAPER, 1)


def return_large_blocks() -> None:
    """Have the allocator give blocks of a megabyte and more back to the system as soon as they are free."""
    if hasattr(LIBC, "mallopt"):
        LIBC.mallopt(_M_MMAP_THRESHOLD, _LARGE)


def keep_large_blocks() -> None:
    """Have the allocator keep what is free for the next block: for a process that ends after one run.

    Arrays of megabytes come and go in a run. Each that is fetched anew from the system is paid for page by page: half
    of the page faults of a structure check, and a twentieth of its processor time.
    """
    if hasattr(LIBC, "mallopt"):
        LIBC.mallopt(_M_MMAP_THRESHOLD, _LARGER_THAN_A_WEIGHT)
        LIBC.mallopt(_M_TRIM_THRESHOLD, 2 * _LARGER_THAN_A_WEIGHT)


def has_no_capabilities() -> bool:
    """Tell whether this process has no capability and can never get one."""
    if not LINUX:
        return False
    lines = Path("/proc/self/status").read_text(encoding="ascii", errors="replace").splitlines()
    sets = [line.split()[1] for line in lines if line.startswith(("CapPrm:", "CapEff:", "CapBnd:"))]
    return bool(sets) and not any(int(held, 16) for held in sets)


def offer_to_oom_killer() -> None:
    """Make this process the first that the kernel takes when memory runs out."""
    if LINUX:
        prctl(PR_SET_DUMPABLE, 1)  # the file below belongs to root in a process that cannot be dumped
        Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")


def give_up_capabilities() -> None:
    """Drop every capability for good; what is left of root is a user number."""
    for capability in range(_LAST_CAPABILITY + 1):
        if LIBC.prctl(PR_CAPBSET_DROP, ctypes.c_ulong(capability), 0, 0, 0):
            break  # EINVAL: past the last capability this kernel knows
    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL)
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    nothing = (ctypes.c_uint32 * 6)()
    if LIBC.capset(header, nothing):
        raise refused("capset")
