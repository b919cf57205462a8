"""Who a child is: a user of its own where that is possible, otherwise the caller without any special right."""

import os
import secrets
from collections.abc import Iterable
from pathlib import Path

from .layers import NO_CAPABILITIES, OWN_USER, PLAIN_USER
from .libc import LINUX, give_up_capabilities, has_no_capabilities
from .settings import Settings

FIRST_UID = 200_001
LAST_UID = 2_000_000_000
LOW_UIDS = (20_001, 60_000)  # for engines that map only 65,536 user numbers into a container


class UsersUsedUp(Exception):
    """Every user number that this supervisor was given has been somebody."""


class Users:
    """Hands out user numbers, none twice."""

    def __init__(self, numbers: range | None) -> None:
        """Take the numbers in their order, or random ones if there are none."""
        self._numbers = None if numbers is None else iter(numbers)
        self._used: set[int] = set()

    def next(self) -> int:
        """Give a number nobody has had here.

        Raises:
            UsersUsedUp: There is none.

        """
        if self._numbers is None:
            while (number := random_uid()) in self._used:
                pass
            self._used.add(number)
            return number
        for number in self._numbers:
            return number
        raise UsersUsedUp


def random_uid() -> int:
    """Pick a user number that hardly anybody else has, inside the range that this user namespace maps.

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


def become_nobody(uid: int | None) -> tuple[str, ...]:
    """Give up who this process is as far as it can; gives the layers that this makes."""
    if uid is not None:
        become(uid)
        return (OWN_USER,)
    if os.geteuid() == 0 and LINUX:
        give_up_capabilities()
        return (NO_CAPABILITIES,)
    return (PLAIN_USER,) if has_no_capabilities() else ()


def can_become_other(settings: Settings, readable: Iterable[Path]) -> bool:
    """Tell whether a process here may take the children's user numbers and still read these files."""
    if os.geteuid() != 0 or not settings.has(OWN_USER):
        return False
    uid = random_uid() if settings.uids is None else settings.uids[-1]
    probe = os.fork()
    if probe == 0:
        try:
            become(uid)
            for path in readable:
                path.stat()
                with path.open("rb"):
                    pass
        except OSError:
            os._exit(1)
        os._exit(0)
    return os.waitpid(probe, 0)[1] == 0
