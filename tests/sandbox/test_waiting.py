"""A busy machine does not use up a program's time: waiting for a core stops its clock, within bounds."""

import os
import time
from pathlib import Path

import pytest

from sandbox.inside.waiting import Allowance, waited_for_a_core


@pytest.mark.parametrize(
    ("waited", "used_up_at"),
    [(0.0, 30.0), (5.0, 35.0), (1e9, 50.0)],
)
def test_time_spent_waiting_for_a_core_is_given_back(waited: float, used_up_at: float) -> None:
    """A run of 20 s that had to wait is left so much longer; but never more than its time twice."""
    allowance = Allowance(pid=1, started=10.0, wall_seconds=20.0, waited=lambda _: waited)

    assert (False, True) == (allowance.used_up(used_up_at), allowance.used_up(used_up_at + 0.01))


def test_waiting_is_looked_at_again() -> None:
    """What a run waits for a core after its first reprieve counts as well."""
    waits = iter([1.0, 3.0, 3.0])
    allowance = Allowance(pid=1, started=0.0, wall_seconds=20.0, waited=lambda _: next(waits))

    assert [False, False, True] == [allowance.used_up(20.5), allowance.used_up(22.0), allowance.used_up(24.0)]


def test_waiting_is_summed_over_threads(tmp_path: Path) -> None:
    """Each thread's waiting counts; threads that cannot be read do not."""
    for thread, text in (("7", "5 1500000000 3\n"), ("8", "9 500000000 1\n"), ("9", "odd")):
        folder = tmp_path / "7" / "task" / thread
        folder.mkdir(parents=True)
        (folder / "schedstat").write_text(text, encoding="ascii")

    assert (2.0, 0.0) == (waited_for_a_core(7, tmp_path), waited_for_a_core(8, tmp_path))


@pytest.mark.skipif(not Path("/proc/self/schedstat").exists(), reason="this kernel does not say how long threads wait")
def test_two_programs_on_one_core_wait_for_each_other() -> None:
    """What the kernel says is what is meant: of two programs on one core, each waits while the other runs."""
    core = {min(os.sched_getaffinity(0))}
    children = []
    for _ in range(2):
        pid = os.fork()
        if pid == 0:
            os.sched_setaffinity(0, core)
            while True:
                pass
        children.append(pid)
    try:
        deadline = time.monotonic() + 20
        while min(waits := [waited_for_a_core(pid) for pid in children]) == 0 and time.monotonic() < deadline:
            time.sleep(0.01)
    finally:
        for pid in children:
            os.kill(pid, 9)
            os.waitpid(pid, 0)

    assert min(waits) > 0
