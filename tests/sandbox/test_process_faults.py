"""What the process sandbox leaves behind: nothing, whatever goes away."""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
from fakecells import eventually
from sandboxplaces import HOME, PAYLOADS, ROOT

from sandbox import (
    Ending,
    Isolation,
    Lane,
    Limits,
    PooledSandbox,
    RunRequest,
    SandboxFault,
    SandboxUnavailable,
    Slots,
    open_sandbox,
)
from sandbox.environment import Environment, find_interpreter
from sandbox.maker import has_ended, this_process
from sandbox.process import BOXES, MAKER_FILE, NICENESS, ProcessCells, remove_left_boxes

pytestmark = pytest.mark.process

ONE_OF_EACH = Slots(quick=1, long=1, judges=1, ahead=False)
NOTHING = RunRequest("execute", {"code": ""}, limits=Limits(wall_seconds=10))
LOOP = RunRequest("execute", {"code": "while True: pass"}, limits=Limits(wall_seconds=30))


def family(of: int | None = None) -> list[psutil.Process]:
    """List the supervisors that a process has started, with their children; other tests' processes do not count."""
    return [
        process
        for supervisor in psutil.Process(of).children()
        if "sandbox_inside" in supervisor.cmdline()
        for process in (supervisor, *supervisor.children(recursive=True))
    ]


def makers_of_boxes() -> list[str]:
    """List the makers of the boxes that lie about."""
    found = []
    for path in Path(tempfile.gettempdir()).glob(f"{BOXES}*/{MAKER_FILE}"):
        with suppress(OSError):  # its maker is just removing it
            found.append(path.read_text())
    return found


def boxes() -> int:
    """Count the boxes of this process; there may be others on this machine."""
    return makers_of_boxes().count(this_process())


@pytest.fixture
def own() -> Iterator[PooledSandbox]:
    """Give a process sandbox of the test's own."""
    before = {process.pid for process in family()}, boxes()
    sandbox = open_sandbox("process", HOME, PAYLOADS, "sandbox_test_payload", slots=ONE_OF_EACH)
    yield sandbox
    sandbox.close()
    assert before == ({process.pid for process in family()}, boxes())


@pytest.mark.parametrize("mode", list(Isolation))
def test_clean_stop(own: PooledSandbox, mode: Isolation) -> None:
    """After closing neither a process nor a box is left, not even a locked one."""
    code = "import os; os.mkdir('a'); os.chmod('a', 0)"

    assert Ending.FINISHED == own.run(RunRequest("execute", {"code": code}, isolation=mode)).ending


def test_close_ends_runs(own: PooledSandbox) -> None:
    """Closing a sandbox ends what runs in it and refuses what comes after."""
    with ThreadPoolExecutor() as pool:
        running = pool.submit(own.run, LOOP)
        assert eventually(lambda: "running" in {slot.state for slot in own.health().slots})
        own.close()

        with pytest.raises(SandboxFault):
            running.result(timeout=20)
    with pytest.raises(SandboxFault, match="closed"):
        own.run(NOTHING)


def test_supervisor_killed_mid_run(own: PooledSandbox) -> None:
    """A supervisor that dies is a fault of that run, its children die with it, and the next run is well."""
    before = {process.pid for process in family()}
    with ThreadPoolExecutor() as pool:
        running = pool.submit(own.run, LOOP)
        assert eventually(lambda: "running" in {slot.state for slot in own.health().slots})
        mine = [process for process in family() if process.pid not in before]
        mine[0].send_signal(signal.SIGKILL)

        with pytest.raises(SandboxFault, match="ended before it had answered"):
            running.result(timeout=20)
    _, alive = psutil.wait_procs(mine, timeout=5)

    assert [] == alive
    assert Ending.FINISHED == own.run(NOTHING).ending


def test_supervisor_killed_while_idle(own: PooledSandbox) -> None:
    """A supervisor that dies while nobody uses it costs nobody anything."""
    before = {process.pid for process in family()}
    own.run(NOTHING)
    assert eventually(lambda: {"ready"} == {slot.state for slot in own.health().slots})
    mine = [process for process in family() if process.pid not in before]
    mine[0].send_signal(signal.SIGKILL)
    psutil.wait_procs(mine, timeout=5)

    assert Ending.FINISHED == own.run(NOTHING).ending
    assert (0, {"died": 1}) == (own.health().faults, own.health().recycled)


def test_long_runs_are_nice(own: PooledSandbox) -> None:
    """A training leaves the processor to quick work wherever that wants it."""
    code = "import json, os; json.dump(os.getpriority(os.PRIO_PROCESS, 0), open('out/n.json', 'w'))"
    quick, long = (own.run(RunRequest("execute", {"code": code}, lane=lane)) for lane in Lane)

    assert min(19, int(quick.artifacts["n.json"]) + NICENESS) == int(long.artifacts["n.json"])


def test_worker_killed(process_sandbox: PooledSandbox) -> None:
    """When the worker is killed its supervisors, idle or busy, end by themselves; the next start removes the boxes."""
    assert isinstance(process_sandbox._maker, ProcessCells)
    environment = process_sandbox._maker._environment
    program = f"""
from pathlib import Path
from sandbox import Isolation, Lane, Limits, PooledSandbox, RunRequest, Slots
from sandbox.environment import Environment
from sandbox.process import ProcessCells
environment = Environment(Path({str(environment.python)!r}), Path({str(environment.code)!r}), "")
cells = ProcessCells(environment, "sandbox_test_payload")
sandbox = PooledSandbox(cells, Isolation.WARM, Slots(1, 1, 1, ahead=False))
sandbox.run(RunRequest("execute", {{"code": ""}}, lane=Lane.LONG))
print("ready", flush=True)
sandbox.run(RunRequest("execute", {{"code": "while True: pass"}}, limits=Limits(wall_seconds=300)))
"""
    with subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE) as worker:
        assert worker.stdout is not None
        worker.stdout.readline()
        assert eventually(lambda: any(one.cpu_times().user > 1 for one in family(worker.pid)[-1:]), 20)
        processes = family(worker.pid)
        worker.send_signal(signal.SIGKILL)
        worker.wait()
    _, alive = psutil.wait_procs(processes, timeout=5)
    remove_left_boxes()

    assert len(processes) >= 5  # two supervisors, what forks for each, and the child that runs
    assert [] == alive
    assert [] == [maker for maker in makers_of_boxes() if has_ended(maker)]


def test_no_environment() -> None:
    """An environment that is gone is said to be gone."""
    cells = ProcessCells(Environment(Path("/nonexistent/python"), Path("/nonexistent"), ""), "payload")
    sandbox = PooledSandbox(cells, Isolation.WARM, ONE_OF_EACH)
    with pytest.raises(SandboxUnavailable, match="beginend sandbox build"):
        sandbox.run(LOOP)
    sandbox.close()


def test_no_interpreter_fits(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Where no Python fits, the sentence says which to install."""
    shim = tmp_path / "python3.13"
    shim.write_text("#!/bin/sh\nexit 127\n")
    shim.chmod(0o755)
    monkeypatch.setattr(sys, "executable", os.devnull)
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(SandboxUnavailable, match=r"needs Python 3\.11 to 3\.13"):
        find_interpreter()
