"""Clocks that are set while containers live, makers that die, and who may say that nobody waits any more."""

import os
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from sandbox import leftovers, maker
from sandbox.leftovers import EXPIRES_LABEL, MAKER_LABEL, labels_for
from sandbox.maker import has_ended, this_process

YEAR = 365 * 86_400.0


def is_left_over(labels: dict[str, str]) -> bool:
    """Ask whether nobody waits for a container with these labels."""
    return leftovers._is_left_over(labels)


@pytest.mark.parametrize("jump", [YEAR, -YEAR, 3600.0, -1.0])
def test_clock_set(monkeypatch: pytest.MonkeyPatch, jump: float) -> None:
    """However the clock is set while a container lives, its living maker is found and it is not left over."""
    labels = labels_for("here", 60)
    real_time, real_boot = time.time, psutil.boot_time
    monkeypatch.setattr(time, "time", lambda: real_time() + jump)
    monkeypatch.setattr(psutil, "boot_time", lambda: real_boot() + jump)

    assert not is_left_over(labels)
    assert this_process() == labels[MAKER_LABEL]


@pytest.mark.parametrize("jump", [YEAR, -YEAR])
def test_dead_maker_is_found_whatever_the_clock_says(monkeypatch: pytest.MonkeyPatch, jump: float) -> None:
    """A container of a process that has ended is left over at once, not only when its time has come."""
    child = subprocess.run(
        [sys.executable, "-c", "from sandbox.maker import this_process; print(this_process())"],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).resolve().parent.parent.parent,
    )
    labels = {**labels_for("here", 3600), MAKER_LABEL: child.stdout.strip()}
    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() + jump)

    assert is_left_over(labels)


def test_killed_maker_that_nobody_has_collected() -> None:
    """A maker that is dead but still listed, because its parent has not asked, has ended."""
    program = "import time\nfrom sandbox.maker import this_process\nprint(this_process(), flush=True)\ntime.sleep(60)"
    root = Path(__file__).resolve().parent.parent.parent
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, cwd=root) as child:
        assert child.stdout is not None
        name = child.stdout.readline().strip()

        assert False is has_ended(name)

        child.kill()
        os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)

        assert True is has_ended(name)


def test_number_used_again() -> None:
    """Another process under the same number is not the maker."""
    place, number, began = this_process().rsplit(" ", 2)

    assert True is has_ended(f"{place} {number} {int(float(began)) - 1}")


def test_elsewhere_only_time_tells(monkeypatch: pytest.MonkeyPatch) -> None:
    """A container of another machine, or of another container's processes, is left over when its time has passed."""
    labels = labels_for("there", 600)
    labels[MAKER_LABEL] = "another-boot/pid:[1] 7 12345"
    late = {**labels, EXPIRES_LABEL: str(int(time.time()) - 61)}

    assert None is has_ended(labels[MAKER_LABEL])
    assert (False, True) == (is_left_over(labels), is_left_over(late))

    monkeypatch.setattr(maker, "_place", lambda: "another-boot/pid:[1]")

    assert is_left_over(labels)


def test_labels_that_make_no_sense() -> None:
    """A container under our label without maker and time was never ours to keep."""
    assert is_left_over({})
    assert is_left_over({EXPIRES_LABEL: "soon", MAKER_LABEL: "x"})
