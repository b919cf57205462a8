"""The system-call filter: a small BPF program, assembled here and installed for every thread at once.

What a child may not do answers an error, so that the student reads a Python exception; only calls by another
architecture's door, which no ordinary program makes, end the process.
"""

import ctypes
import errno
import os
import platform
import struct
from typing import NamedTuple

from . import syscalls
from .libc import (
    LIBC,
    LINUX,
    PR_SCHED_CORE,
    PR_SET_CHILD_SUBREAPER,
    PR_SET_DUMPABLE,
    PR_SET_MM,
    PR_SET_NO_NEW_PRIVS,
    PR_SET_PDEATHSIG,
    PR_SET_PTRACER,
    PR_SET_SECCOMP,
    prctl,
    refused,
)

_INSTRUCTION = struct.Struct("=HBBI")
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_NUMBER, _ARCHITECTURE, _FIRST_ARGUMENT, _SECOND_ARGUMENT = 0, 4, 16, 24  # offsets in struct seccomp_data

_ALLOW, _ERROR, _KILL_PROCESS = 0x7FFF0000, 0x00050000, 0x80000000
_SET_MODE_FILTER, _ALL_THREADS = 1, 1

_X32_BIT = 0x40000000
_CLONE_THREAD = 0x00010000
_AF_UNIX = 1
_OTHER_THAN_STREAM = 0xE  # bits of a socket's type that SOCK_STREAM (1) and the flags beside it have not

#: What would undo the confinement, escape the supervisor, or reach others of the same user.
_PRCTL_REFUSED = (
    PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_SECCOMP, PR_SET_CHILD_SUBREAPER, PR_SET_MM, PR_SET_PTRACER, PR_SCHED_CORE,
)  # fmt: skip

#: Typing into a terminal in somebody else's name (TIOCSTI, TIOCLINUX); signals by way of a socket's owner
#: (FIOSETOWN, SIOCSPGRP).
_IOCTL_REFUSED = (0x5412, 0x541C, 0x8901, 0x8902)

#: Signals by way of a file's owner, which the rule for kill would not see (F_SETOWN, F_SETSIG, F_SETOWN_EX).
_FCNTL_REFUSED = (8, 10, 15)


class Architecture(NamedTuple):
    """What the filter must know of a machine."""

    column: int  #: in ``syscalls.Numbers``
    audit: int  #: AUDIT_ARCH_*


ARCHITECTURES = {"x86_64": Architecture(0, 0xC000003E), "aarch64": Architecture(1, 0xC00000B7)}


class Program:
    """A BPF program under construction; each method appends one complete rule, tests falling through to the next."""

    def __init__(self) -> None:
        self._code: list[bytes] = []

    def __bytes__(self) -> bytes:
        return b"".join(self._code)

    def __len__(self) -> int:
        return len(bytes(self)) // _INSTRUCTION.size

    def load(self, offset: int) -> None:
        """Put a word of the call's description into the accumulator."""
        self._add(_LOAD, offset)

    def answer(self, verdict: int) -> None:
        """Answer unconditionally."""
        self._add(_RETURN, verdict)

    def answer_if(self, test: int, value: int, verdict: int) -> None:
        """Answer when the accumulator passes ``test`` against ``value``."""
        self._add(test, value, no=1)
        self.answer(verdict)

    def answer_unless(self, test: int, value: int, verdict: int) -> None:
        """Answer when the accumulator does not pass ``test`` against ``value``."""
        self._add(test, value, yes=1)
        self.answer(verdict)

    def on_call(self, number: int, rule: "Program") -> None:
        """Apply a rule when the accumulator holds this call's number; the rule must end with an answer."""
        self._add(_EQUAL, number, no=len(rule))
        self._code.append(bytes(rule))

    def _add(self, code: int, value: int, yes: int = 0, no: int = 0) -> None:
        self._code.append(_INSTRUCTION.pack(code, yes, no, value))


def _refuse(number: int) -> int:
    return _ERROR | number


def build_filter(machine: str, own_pid: int) -> Program:
    """Assemble the filter for one process.

    Args:
        machine: ``platform.machine()``.
        own_pid: The only process that may be sent signals or have its limits changed.

    """
    column, audit = ARCHITECTURES[machine]
    program = Program()
    program.load(_ARCHITECTURE)
    program.answer_unless(_EQUAL, audit, _KILL_PROCESS)
    program.load(_NUMBER)
    if machine == "x86_64":
        program.answer_if(_AT_LEAST, _X32_BIT, _KILL_PROCESS)
    program.answer_if(_AT_LEAST, syscalls.NEWEST_KNOWN + 1, _refuse(errno.ENOSYS))
    for numbers in syscalls.REFUSED.values():
        number = numbers[column]
        if number is not None:
            program.answer_if(_EQUAL, number, _refuse(errno.EPERM))
    # The C library falls back to clone, whose flags can be judged: clone3 hides them behind a pointer.
    program.answer_if(_EQUAL, _number(syscalls.CLONE3, column), _refuse(errno.ENOSYS))
    _judge_arguments(program, column, own_pid)
    program.answer(_ALLOW)
    return program


def _number(numbers: syscalls.Numbers, column: int) -> int:
    """Give the number of a call that exists on every architecture."""
    number = numbers[column]
    if number is None:
        raise LookupError(numbers)
    return number


def _judge_arguments(program: Program, column: int, own_pid: int) -> None:
    """Add the rules for calls that are allowed in part."""
    rules = {
        syscalls.CLONE: _rule(_FIRST_ARGUMENT, _ANY_BIT, (_CLONE_THREAD,)),  # threads yes, processes no
        # Oneself only, which is what keeps others of the same user safe.
        syscalls.KILL: _rule(_FIRST_ARGUMENT, _EQUAL, (own_pid,)),
        syscalls.TGKILL: _rule(_FIRST_ARGUMENT, _EQUAL, (own_pid,)),
        syscalls.PRLIMIT: _rule(_FIRST_ARGUMENT, _EQUAL, (0, own_pid)),
        syscalls.SCHED_SETAFFINITY: _rule(_FIRST_ARGUMENT, _EQUAL, (0, own_pid)),
        syscalls.SOCKETPAIR: _socketpair_rule(),
        syscalls.PRCTL: _rule_against(_FIRST_ARGUMENT, _PRCTL_REFUSED),
        syscalls.IOCTL: _rule_against(_SECOND_ARGUMENT, _IOCTL_REFUSED),
        syscalls.FCNTL: _rule_against(_SECOND_ARGUMENT, _FCNTL_REFUSED),
    }
    for call, rule in rules.items():
        program.on_call(_number(call, column), rule)


def _rule(argument: int, test: int, values: tuple[int, ...]) -> Program:
    """Allow a call if one of its arguments passes a test against one of these values."""
    rule = Program()
    rule.load(argument)
    for value in values:
        rule.answer_if(test, value, _ALLOW)
    rule.answer(_refuse(errno.EPERM))
    return rule


def _rule_against(argument: int, refused_values: tuple[int, ...]) -> Program:
    """Allow a call unless one of its arguments has one of these values."""
    rule = Program()
    rule.load(argument)
    for value in refused_values:
        rule.answer_if(_EQUAL, value, _refuse(errno.EPERM))
    rule.answer(_ALLOW)
    return rule


def _socketpair_rule() -> Program:
    """Allow pairs of local stream sockets: a datagram socket of a pair can still send to any other address."""
    rule = Program()
    rule.load(_FIRST_ARGUMENT)
    rule.answer_unless(_EQUAL, _AF_UNIX, _refuse(errno.EPERM))
    rule.load(_SECOND_ARGUMENT)
    rule.answer_if(_ANY_BIT, _OTHER_THAN_STREAM, _refuse(errno.EPERM))
    rule.answer(_ALLOW)
    return rule


class _FilterProgram(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("code", ctypes.c_void_p))


def filter_is_possible() -> bool:
    """Tell whether this machine has a filter table."""
    return LINUX and platform.machine() in ARCHITECTURES


def install_filter() -> None:
    """Install the filter for all threads of this process; there is no way back.

    Raises:
        OSError: The kernel refused it.

    """
    machine = platform.machine()
    program = build_filter(machine, os.getpid())
    code = ctypes.create_string_buffer(bytes(program), len(bytes(program)))
    description = _FilterProgram(len(program), ctypes.cast(code, ctypes.c_void_p))
    prctl(PR_SET_NO_NEW_PRIVS, 1)
    number = _number(syscalls.REFUSED["seccomp"], ARCHITECTURES[machine].column)
    if LIBC.syscall(number, _SET_MODE_FILTER, _ALL_THREADS, ctypes.byref(description)):
        raise refused("seccomp")
