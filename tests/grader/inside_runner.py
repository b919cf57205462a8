"""Carry out the grader's runs for tests, in children of ``inside_server.py``."""

import json
import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from grader.contract import Gathered, Run, RunResult

SERVER = Path(__file__).with_name("inside_server.py")
QUIET = {
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "TF_ENABLE_ONEDNN_OPTS": "1",
    "ONEDNN_MAX_CPU_ISA": "AVX2",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "TF_NUM_INTRAOP_THREADS": "1",
    "TF_NUM_INTEROP_THREADS": "1",
    "PYTHONHASHSEED": "0",
    "CUDA_VISIBLE_DEVICES": "",
}


class InsideRunner:
    """Runs entries one after the other and drives a gathering to its end."""

    def __init__(self, process: "subprocess.Popen[str]", seconds: int) -> None:
        """Use a started server; a run that takes longer than ``seconds`` is ended."""
        self._seconds = seconds
        self._process = process

    def with_seconds(self, seconds: int) -> "InsideRunner":
        """Return a runner in the same server that ends a run after so many seconds."""
        return InsideRunner(self._process, seconds)

    def run(self, run: Run) -> RunResult:
        """Carry out one run as a sandbox would."""
        if self._process.stdin is None or self._process.stdout is None:
            raise RuntimeError("the server has no pipes")
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            for path, content in run.files.items():
                (folder / path).write_bytes(content)
            started = time.perf_counter()
            request = {"folder": name, "entry": run.entry, "arguments": dict(run.arguments)}
            request["seconds"] = 600 if run.training else self._seconds
            self._process.stdin.write(json.dumps(request) + "\n")
            self._process.stdin.flush()
            status = json.loads(self._process.stdout.readline())["status"]
            wall_ms = round((time.perf_counter() - started) * 1000)
            return _result(folder, status, wall_ms, run)

    def gather(self, gathering: Any) -> Gathered:  # noqa: ANN401 - one of the grader's generators
        """Drive a gathering to its end."""
        try:
            runs = next(gathering)
            while True:
                runs = gathering.send(tuple(self.run(run) for run in runs))
        except StopIteration as stop:
            gathered: Gathered = stop.value
            return gathered


@contextmanager
def started_runner(python: Path, seconds: int = 60) -> Iterator[InsideRunner]:
    """Start a server with a Python that has TensorFlow, and end it afterwards."""
    command = [str(python), str(SERVER)]
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ, **QUIET},
    ) as process:
        yield InsideRunner(process, seconds)
        if process.stdin is not None:
            process.stdin.close()


def _result(folder: Path, status: int, wall_ms: int, run: Run) -> RunResult:
    """Read what a run left behind."""
    out = folder / "out"
    patterns = run.artifacts
    artifacts = {
        path.name: path.read_bytes()
        for path in (out.iterdir() if out.is_dir() else ())
        if any(path.match(pattern) for pattern in patterns)
    }
    told = folder / "error.json"
    error = json.loads(told.read_text(encoding="utf-8")) if told.is_file() else None
    printed = folder / "printed.txt"
    return RunResult(
        ending={0: "finished", signal.SIGALRM: "timed_out"}.get(status, "raised"),
        error_type=error["type"] if error else None,
        error_message=error["message"] if error else None,
        error_frames=tuple(tuple(frame) for frame in error["frames"]) if error else (),
        stdout=printed.read_text(encoding="utf-8") if printed.is_file() else "",
        artifacts=artifacts,
        wall_ms=wall_ms,
    )
