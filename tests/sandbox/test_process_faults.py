"""What the process sandbox leaves behind: nothing, whatever goes away."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

from sandbox import Limits, RunRequest, Sandbox, SandboxFault, SandboxUnavailable
from sandbox.environment import Environment, find_interpreter
from sandbox.process import ProcessSandbox

pytestmark = pytest.mark.process

LOOP = RunRequest("execute", {"code": "while True: pass"}, limits=Limits(wall_seconds=30))


def supervisors() -> list[psutil.Process]:
    """List the supervisors that this process has started, and their children; other tests' processes do not count."""
    return [
        process
        for supervisor in psutil.Process().children()
        if "sandbox_inside" in supervisor.cmdline()
        for process in (supervisor, *supervisor.children(recursive=True))
    ]


def boxes() -> set[str]:
    """List the boxes that lie about."""
    return {path.name for path in Path(tempfile.gettempdir()).glob("beginend-box-*")}


def test_nothing_left_behind(process_sandbox: Sandbox) -> None:
    """After a run neither a process nor a box is left, not even a locked one."""
    before = boxes()
    process_sandbox.run(RunRequest("execute", {"code": "import os; os.mkdir('a'); os.chmod('a', 0)"}))

    assert before == boxes()
    assert [] == supervisors()


def test_supervisor_killed(process_sandbox: Sandbox) -> None:
    """A supervisor that dies is a fault, and its child dies with it."""
    with ThreadPoolExecutor() as pool:
        running = pool.submit(process_sandbox.run, LOOP)
        while len(supervisors()) < 2:
            time.sleep(0.05)
        family = supervisors()
        family[0].send_signal(signal.SIGKILL)

        with pytest.raises(SandboxFault, match="ended before it had answered"):
            running.result(timeout=20)
    _, alive = psutil.wait_procs(family, timeout=5)

    assert [] == alive


def test_worker_killed(process_sandbox: Sandbox) -> None:
    """When the worker is killed its supervisor and its child end by themselves."""
    assert isinstance(process_sandbox, ProcessSandbox)
    environment = process_sandbox._environment
    program = f"""
from pathlib import Path
from sandbox import Limits, RunRequest
from sandbox.environment import Environment
from sandbox.process import ProcessSandbox
environment = Environment(Path({str(environment.python)!r}), Path({str(environment.code)!r}), "")
sandbox = ProcessSandbox(environment, "sandbox_test_payload")
sandbox.run(RunRequest("execute", {{"code": "while True: pass"}}, limits=Limits(wall_seconds=300)))
"""
    root = Path(__file__).resolve().parent.parent.parent
    worker = subprocess.Popen([sys.executable, "-c", program], cwd=root)
    while len(family := psutil.Process(worker.pid).children(recursive=True)) < 2:
        time.sleep(0.05)
    time.sleep(0.5)
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    _, alive = psutil.wait_procs(family, timeout=5)

    assert [] == alive


def test_no_environment() -> None:
    """An environment that is gone is said to be gone."""
    sandbox = ProcessSandbox(Environment(Path("/nonexistent/python"), Path("/nonexistent"), ""), "payload")

    with pytest.raises(SandboxUnavailable, match="beginend sandbox build"):
        sandbox.run(LOOP)


def test_no_interpreter_fits(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Where no Python fits, the sentence says which to install."""
    shim = tmp_path / "python3.13"
    shim.write_text("#!/bin/sh\nexit 127\n")
    shim.chmod(0o755)
    monkeypatch.setattr(sys, "executable", os.devnull)
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(SandboxUnavailable, match=r"needs Python 3\.11 to 3\.13"):
        find_interpreter()
