"""Landlock: the child reads what a program needs to run and writes nowhere but in its own folder. Best effort."""

import ctypes
import os
import stat
import struct
from collections.abc import Iterable
from pathlib import Path

from .libc import LIBC, LINUX, PR_SET_NO_NEW_PRIVS, prctl, refused

# The same numbers on every architecture.
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_ASK_VERSION = 1
_PATH_BENEATH = 1

_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 0x1, 0x2, 0x4, 0x8
_REMOVE_DIR, _REMOVE_FILE, _MAKE_DIR, _MAKE_FILE = 0x10, 0x20, 0x80, 0x100
_REFER, _TRUNCATE = 0x2000, 0x4000

_READ = _EXECUTE | _READ_FILE | _READ_DIR
_WRITE = _WRITE_FILE | _READ_FILE | _READ_DIR | _REMOVE_DIR | _REMOVE_FILE | _MAKE_DIR | _MAKE_FILE | _REFER | _TRUNCATE
_ON_FILES = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE

# What version 1, 2, 3 and 5 of the interface know of the file system; 4 added the network, 6 signals and sockets.
_FILE_RIGHTS = {1: 0x1FFF, 2: 0x3FFF, 3: 0x7FFF, 4: 0x7FFF}
_FILE_RIGHTS_NOW = 0xFFFF
_NETWORK_SINCE, _NETWORK = 4, 0x3
_SCOPES_SINCE, _SCOPES = 6, 0x3


def landlock_version() -> int:
    """Ask the kernel for its version of the interface; 0 where there is none."""
    if not LINUX:
        return 0
    return max(0, int(LIBC.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), _ASK_VERSION)))


def restrict(readable: Iterable[Path], writable: Iterable[Path]) -> int:
    """Confine this thread, and all that it starts, to these paths.

    Args:
        readable: Files and folders that may be read; those that do not exist are skipped.
        writable: Files and folders that may be read and written.

    Returns:
        The version of the interface in force, 0 where the kernel has none.

    """
    version = landlock_version()
    if version == 0:
        return 0
    rights = _FILE_RIGHTS.get(version, _FILE_RIGHTS_NOW)
    ruleset = _create_ruleset(version, rights)
    try:
        for path in readable:
            _allow(ruleset, path, _READ & rights)
        for path in writable:
            _allow(ruleset, path, _WRITE & rights)
        prctl(PR_SET_NO_NEW_PRIVS, 1)
        if LIBC.syscall(_RESTRICT_SELF, ruleset, 0):
            raise refused("landlock_restrict_self")
    finally:
        os.close(ruleset)
    return version


def _create_ruleset(version: int, rights: int) -> int:
    """Make a ruleset that handles all this version knows."""
    fields = [rights]
    if version >= _NETWORK_SINCE:
        fields.append(_NETWORK)
    if version >= _SCOPES_SINCE:
        fields.append(_SCOPES)
    attributes = struct.pack(f"={len(fields)}Q", *fields)
    ruleset = LIBC.syscall(_CREATE_RULESET, attributes, ctypes.c_size_t(len(attributes)), 0)
    if ruleset < 0:
        raise refused("landlock_create_ruleset")
    return int(ruleset)


def _allow(ruleset: int, path: Path, rights: int) -> None:
    """Add one path to the ruleset."""
    try:
        descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return  # not on this machine, so there is nothing to allow
    try:
        if not stat.S_ISDIR(os.fstat(descriptor).st_mode):
            rights &= _ON_FILES
        rule = struct.pack("=Qi", rights, descriptor)
        if LIBC.syscall(_ADD_RULE, ruleset, _PATH_BENEATH, rule, 0):
            raise refused(f"landlock_add_rule {path}")
    finally:
        os.close(descriptor)
