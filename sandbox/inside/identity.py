"""Who a child is: a user of its own where that is possible, otherwise the caller without any special right."""

import os
import secrets
from collections.abc import Iterable
from pathlib import Path

from .libc import LINUX, give_up_capabilities

FIRST_UID = 200_001
LAST_UID = 2_000_000_000
LOW_UIDS = (20_001, 60_000)  # for engines that map only 65,536 user numbers into a container

UID_LAYER = "a user of its own"
NO_RIGHTS_LAYER = "root without capabilities"


def own_uid() -> int:
    """Pick a user number nobody else has, inside the range that this user namespace maps.

    Numbers are drawn at random, so that two containers do not share the kernel's count of processes per user.
    """
    first, last = FIRST_UID, LAST_UID
    if LINUX and not _is_mapped(last):
        first, last = LOW_UIDS
    return first + secrets.randbelow(last - first)


def _is_mapped(uid: int) -> bool:
    """Tell whether ``uid`` exists in this user namespace."""
    for line in Path("/proc/self/uid_map").read_text(encoding="ascii").splitlines():
        first, _, count = (int(word) for word in line.split())
        if first <= uid < first + count:
            return True
    return False


def become(uid: int) -> None:
    """Turn this process into user and group ``uid`` for good."""
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)


def give_up_rights() -> None:
    """Keep the user number but none of root's rights, where a user of its own could not read the interpreter."""
    give_up_capabilities()


def can_become_other(readable: Iterable[Path]) -> bool:
    """Tell whether a process here may take another user number and still read these files."""
    if os.geteuid() != 0:
        return False
    probe = os.fork()
    if probe == 0:
        try:
            become(own_uid())
            for path in readable:
                path.stat()
                with path.open("rb"):
                    pass
        except OSError:
            os._exit(1)
        os._exit(0)
    return os.waitpid(probe, 0)[1] == 0
