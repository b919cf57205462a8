"""ProcessSandbox: the same inside code as a local process, with every layer this machine allows.

There is no container around it: the box has no size of its own, and where no layer hides them, the machine's
world-readable files can be read. It is for trying things out and for one's own code, and the server says so.
"""

import os
import select
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from sandbox.contract import Description, Health, RunOutcome, RunRequest, SandboxFault, SandboxUnavailable, Tell
from sandbox.description import QUESTION, read_description
from sandbox.environment import Environment
from sandbox.patience import patience_for
from sandbox.pins import environment_of
from sandbox.wire import Answer, encode_request, read_answer

_PIECE = 1 << 20  # bytes

PROCESS_LAYERS = ("a process group of its own", "memory watched from outside")


class ProcessSandbox:
    """Runs each request in a supervisor process of its own; thread-safe."""

    def __init__(self, environment: Environment, payload: str) -> None:
        """Set up; nothing is started yet.

        Args:
            environment: Interpreter and code, from :func:`sandbox.environment.prepare`.
            payload: Package that holds the entries.

        """
        self._environment = environment
        self._payload = payload
        self._guard = threading.Lock()
        self._running: set[subprocess.Popen[bytes]] = set()
        self._closed = False
        self._description: Description | None = None

    def run(self, request: RunRequest, tell: Tell | None = None) -> RunOutcome:
        """Run one request in a fresh process.

        Raises:
            SandboxFault: The supervisor failed.

        """
        del tell  # a cold run tells nothing
        return self._run(request).outcome

    def health(self) -> Health:
        """Say that no slot is kept."""
        return Health()

    def describe(self) -> Description:
        """Ask a supervisor what it is made of; once."""
        with self._guard:
            known = self._description
        if known is None:
            answer = self._run(QUESTION)
            inside = read_description(answer.outcome)
            known = Description(
                backend="process",
                mode="cold",
                image=self._environment.digest,
                python=inside.python,
                packages=inside.packages,
                cpu=inside.cpu,
                layers=(*PROCESS_LAYERS, *answer.layers),
            )
            with self._guard:
                self._description = known
        return replace(known)

    def close(self) -> None:
        """Kill every run that is still going on; they end with a fault."""
        with self._guard:
            self._closed = True
            running, self._running = self._running, set()
        for process in running:
            _kill_group(process)

    def _run(self, request: RunRequest) -> Answer:
        """Make a box, start, ask, read, kill, remove the box."""
        data = encode_request(request)
        deadline = time.monotonic() + patience_for(request.limits)
        box = Path(tempfile.mkdtemp(prefix="beginend-box-"))
        try:
            box.chmod(0o711)
            process = self._start(request, box)
            try:
                line = _Line(process, deadline)
                line.send(data)
                return read_answer(line.read, request)
            finally:
                self._end(process)
        finally:
            shutil.rmtree(box, ignore_errors=True)

    def _start(self, request: RunRequest, box: Path) -> "subprocess.Popen[bytes]":
        command = [
            *(str(self._environment.python), "-P", "-s", "-B", "-W", "ignore", "-m", "sandbox_inside"),
            *("--payload", self._payload, "--box", str(box), "--watch-memory"),
        ]
        variables = {**environment_of(request.pins), "PYTHONPATH": str(self._environment.code), "TMPDIR": str(box)}
        with self._guard:
            if self._closed:
                raise SandboxFault("This sandbox has been closed.")
            try:
                process = subprocess.Popen(
                    command,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL,
                    cwd=box,
                    env=variables,
                    start_new_session=True,
                )
            except OSError as error:
                raise SandboxUnavailable(
                    f"The process sandbox's Python could not be started ({error}); run `beginend sandbox build` again."
                ) from error
            self._running.add(process)
        return process

    def _end(self, process: "subprocess.Popen[bytes]") -> None:
        """Kill a supervisor and all that is left of it; its child dies with it."""
        with self._guard:
            self._running.discard(process)
        _kill_group(process)
        process.wait()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                with suppress(BrokenPipeError):
                    stream.close()


def _kill_group(process: "subprocess.Popen[bytes]") -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)


class _Line:
    """The pipes to a supervisor, used for one exchange."""

    def __init__(self, process: "subprocess.Popen[bytes]", deadline: float) -> None:
        if process.stdin is None or process.stdout is None:
            raise SandboxFault("The supervisor has no pipes.")
        self._stdin = process.stdin.fileno()
        self._stdout = process.stdout.fileno()
        self._deadline = deadline

    def send(self, data: bytes) -> None:
        """Send everything to stdin before the deadline."""
        os.set_blocking(self._stdin, False)
        rest = memoryview(data)
        while rest:
            self._wait((), (self._stdin,))
            try:
                rest = rest[os.write(self._stdin, rest) :]
            except BrokenPipeError:
                return  # it has ended; what it answered says why

    def read(self, count: int) -> bytes:
        """Read exactly ``count`` bytes of stdout before the deadline."""
        parts = bytearray()
        while len(parts) < count:
            self._wait((self._stdout,), ())
            part = os.read(self._stdout, min(_PIECE, count - len(parts)))
            if not part:
                raise SandboxFault("The supervisor ended before it had answered.")
            parts += part
        return bytes(parts)

    def _wait(self, readable: tuple[int, ...], writable: tuple[int, ...]) -> None:
        left = max(0.0, self._deadline - time.monotonic())
        if not any(select.select(readable, writable, (), left)):
            raise SandboxFault("The supervisor was silent past its deadline.")
