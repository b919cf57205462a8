"""The system-call filter, run on paper: a tiny BPF machine decides what the kernel would."""

import errno
import re
import struct
from pathlib import Path

import pytest

from sandbox.inside import syscalls
from sandbox.inside.seccomp import ARCHITECTURES, build_filter

ALLOW, ERROR, KILL = 0x7FFF0000, 0x00050000, 0x80000000
OWN_PID = 42
CLONE_THREAD = 0x10000

MACHINES = sorted(ARCHITECTURES)
JUDGED = [value for value in vars(syscalls).values() if isinstance(value, syscalls.Numbers)]
HEADERS = {
    "x86_64": Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h"),
    "aarch64": Path("/usr/include/asm-generic/unistd.h"),
}


def judge(machine: str, number: int, *arguments: int, audit: int | None = None) -> int:
    """Run the filter on one call and give its answer."""
    code = bytes(build_filter(machine, OWN_PID))
    words = (*arguments, *(0,) * (6 - len(arguments)))
    data = struct.pack("=IIQ6Q", number, ARCHITECTURES[machine].audit if audit is None else audit, 0, *words)
    at, accumulator = 0, 0
    while True:
        operation, yes, no, value = struct.unpack_from("=HBBI", code, at * 8)
        at += 1
        if operation == 0x06:
            return int(value)
        if operation == 0x20:
            (accumulator,) = struct.unpack_from("=I", data, value)
            continue
        holds = {0x15: accumulator == value, 0x35: accumulator >= value, 0x45: bool(accumulator & value)}[operation]
        at += yes if holds else no


def number_of(call: syscalls.Numbers, machine: str) -> int:
    """Give a call's number on a machine."""
    number = call[ARCHITECTURES[machine].column]
    assert number is not None
    return number


@pytest.mark.parametrize("machine", MACHINES)
def test_refused_calls(machine: str) -> None:
    """Every call of the table is refused with "operation not permitted"."""
    column = ARCHITECTURES[machine].column
    answers = {
        name: judge(machine, numbers[column])
        for name, numbers in syscalls.REFUSED.items()
        if numbers[column] is not None
    }

    assert set(answers.values()) == {ERROR | errno.EPERM}


@pytest.mark.parametrize("machine", [machine for machine in MACHINES if HEADERS[machine].exists()])
def test_numbers(machine: str) -> None:
    """The numbers are those of the kernel's own headers, as far as the installed ones know the calls."""
    header = HEADERS[machine].read_text(encoding="utf-8")
    known = {name: int(number) for name, number in re.findall(r"#define __NR(?:3264)?_(\w+)\s+(\d+)\b", header)}
    named = {name.lower(): value for name, value in vars(syscalls).items() if value in JUDGED} | syscalls.REFUSED
    ours = {name: numbers[ARCHITECTURES[machine].column] for name, numbers in named.items()}

    assert 100 < len(known.keys() & ours.keys())
    assert {name: known[name] for name in ours if name in known} == {name: ours[name] for name in ours if name in known}


@pytest.mark.parametrize("machine", MACHINES)
def test_ordinary_calls(machine: str) -> None:
    """Every call that the table does not name is allowed, whatever its arguments: reading, mapping memory, sleeping."""
    named = {numbers[ARCHITECTURES[machine].column] for numbers in (*syscalls.REFUSED.values(), *JUDGED)}
    ordinary = sorted(set(range(syscalls.NEWEST_KNOWN + 1)) - named)

    assert 200 < len(ordinary)
    assert {ALLOW} == {judge(machine, number, first, 2) for number in ordinary for first in (0, 1, 8, OWN_PID)}


@pytest.mark.parametrize("machine", MACHINES)
def test_calls_judged_by_their_arguments(machine: str) -> None:
    """Threads but no processes; signals to and limits of oneself only; nothing that undoes the confinement."""
    refused = ERROR | errno.EPERM
    cases = [
        (syscalls.CLONE, (CLONE_THREAD | 0x100,), ALLOW),
        (syscalls.CLONE, (0x11,), refused),
        (syscalls.CLONE3, (0,), ERROR | errno.ENOSYS),
        (syscalls.KILL, (OWN_PID, 9), ALLOW),
        (syscalls.KILL, (0xFFFFFFFF, 9), refused),
        (syscalls.KILL, (1, 9), refused),
        (syscalls.TGKILL, (OWN_PID, 43, 6), ALLOW),
        (syscalls.TGKILL, (1, 1, 9), refused),
        (syscalls.PRLIMIT, (0, 7), ALLOW),
        (syscalls.PRLIMIT, (OWN_PID, 7), ALLOW),
        (syscalls.PRLIMIT, (1, 7), refused),
        (syscalls.PRCTL, (15,), ALLOW),
        (syscalls.PRCTL, (1,), refused),
        (syscalls.PRCTL, (4,), refused),
        (syscalls.PRCTL, (22, 2), refused),
        (syscalls.PRCTL, (36, 1), refused),
        (syscalls.IOCTL, (0, 0x5401), ALLOW),
        (syscalls.IOCTL, (0, 0x8901), refused),
        (syscalls.IOCTL, (0, 0x5412), refused),
        (syscalls.IOCTL, (0, 0x541C), refused),
        (syscalls.FCNTL, (3, 1), ALLOW),
        (syscalls.FCNTL, (3, 8, 1), refused),
        (syscalls.FCNTL, (3, 10, 9), refused),
        (syscalls.SCHED_SETAFFINITY, (0,), ALLOW),
        (syscalls.SCHED_SETAFFINITY, (1,), refused),
        (syscalls.SOCKETPAIR, (1, 1 | 0x80000 | 0x800), ALLOW),
        (syscalls.SOCKETPAIR, (1, 2), refused),
        (syscalls.SOCKETPAIR, (1, 5), refused),
        (syscalls.SOCKETPAIR, (30, 1), refused),
    ]

    for call, arguments, expected in cases:
        assert expected == judge(machine, number_of(call, machine), *arguments), (call, arguments)


@pytest.mark.parametrize("machine", MACHINES)
def test_unknown_calls(machine: str) -> None:
    """A call newer than the table does not exist; one of another architecture ends the process."""
    assert ERROR | errno.ENOSYS == judge(machine, syscalls.NEWEST_KNOWN + 1)
    assert KILL == judge(machine, 1, audit=0x40000003)


def test_x32_calls() -> None:
    """The second door of x86-64 ends the process."""
    assert KILL == judge("x86_64", 0x40000000 | 1)
