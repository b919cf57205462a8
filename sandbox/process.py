"""ProcessCells: supervisors as local processes, with every layer this machine allows.

There is no container around them: the box has no size of its own, and where no layer hides them, the machine's
world-readable files can be read. It is for trying things out and for one's own code, and the server says so.
"""

import os
import shutil
import signal
import subprocess
import tempfile
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

from sandbox.cells import Plan
from sandbox.contract import Isolation, Lane, SandboxUnavailable
from sandbox.environment import Environment
from sandbox.gate import Closed
from sandbox.maker import has_ended, this_process
from sandbox.pins import environment_of
from sandbox.pipes import Pipes
from sandbox.profile import supervisor_arguments
from sandbox.uids import LAST, UidRange, UidRanges

BOXES = "beginend-box-"  # how the folders begin in which children live
MAKER_FILE = "maker"  # beside a box: the process that it belongs to
NICENESS = 10  # of the long lane, on top of this process's own

PROCESS_LAYERS = ("a process group of its own", "memory watched from outside")


class ProcessCells:
    """Starts local supervisors; thread-safe."""

    backend = "process"

    def __init__(self, environment: Environment, payload: str) -> None:
        """Set up; nothing is started yet, but the boxes of dead processes are removed.

        Args:
            environment: Interpreter and code, from :func:`sandbox.environment.prepare`.
            payload: Package that holds the entries.

        """
        self._environment = environment
        self._payload = payload
        self._guard = threading.Lock()
        self._closed = False
        self._uids = UidRanges(small=not _is_mapped(LAST))
        remove_left_boxes()

    @property
    def image(self) -> str:
        """The digest of the environment."""
        return self._environment.digest

    def layers(self, isolation: Isolation) -> tuple[str, ...]:
        """List what this side does; see :class:`sandbox.cells.CellMaker`."""
        del isolation
        return PROCESS_LAYERS

    def make(self, plan: Plan) -> "ProcessCell":
        """Make a box and start a supervisor in it.

        Raises:
            SandboxUnavailable: There is no interpreter to start.

        """
        uids = self._uids.take()
        folder = Path(tempfile.mkdtemp(prefix=BOXES))
        dispose = partial(self._dispose, uids, folder)
        try:
            return ProcessCell(self._start(plan, uids, folder), dispose)
        except BaseException:
            dispose()
            raise

    def tidy(self) -> None:
        """Do nothing: removing a process cannot be put off."""

    def halted(self) -> frozenset[str]:
        """Name none: whoever stops a process by hand means it."""
        return frozenset()

    def close(self) -> None:
        """Start nothing more."""
        with self._guard:
            self._closed = True

    def _dispose(self, uids: UidRange, folder: Path) -> None:
        shutil.rmtree(folder, ignore_errors=True)
        self._uids.give_back(uids)

    def _start(self, plan: Plan, uids: UidRange, folder: Path) -> "subprocess.Popen[bytes]":
        (folder / MAKER_FILE).write_text(this_process(), encoding="utf-8")
        folder.chmod(0o711)
        box = folder / "box"
        box.mkdir()
        box.chmod(0o711)
        command = [
            *(str(self._environment.python), "-P", "-s", "-B", "-W", "ignore", "-m", "sandbox_inside"),
            *supervisor_arguments(self._payload, plan, uids),
            *("--box", str(box)),
        ]
        variables = {**environment_of(plan.pins), "PYTHONPATH": str(self._environment.code), "TMPDIR": str(box)}
        with self._guard:
            if self._closed:
                raise Closed
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
        if plan.lane is Lane.LONG:
            with suppress(OSError):  # it has ended already, which shows when it is spoken to
                os.setpriority(os.PRIO_PROCESS, process.pid, os.getpriority(os.PRIO_PROCESS, 0) + NICENESS)
        return process


class ProcessCell:
    """A local supervisor with its pipes and its box; see :class:`sandbox.cells.Cell`."""

    def __init__(self, process: "subprocess.Popen[bytes]", dispose: Callable[[], None]) -> None:
        self._pipes = Pipes(process)
        self.name = str(process.pid)
        self.send = self._pipes.send
        self.read = self._pipes.read
        self.is_quiet = self._pipes.is_quiet
        self._process = process
        self._dispose = dispose
        self._guard = threading.Lock()
        self._removed = False

    def remove(self) -> None:
        """Kill the supervisor, with which its child dies, and remove the box."""
        with self._guard:
            if self._removed:
                return
            self._removed = True
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._dispose()
        self._pipes.close()


def remove_left_boxes() -> None:
    """Remove the boxes of processes that have ended on this machine without removing them."""
    for folder in Path(tempfile.gettempdir()).glob(f"{BOXES}*"):
        with suppress(OSError):
            if has_ended((folder / MAKER_FILE).read_text(encoding="utf-8")):
                shutil.rmtree(folder, ignore_errors=True)


def _is_mapped(uid: int) -> bool:
    """Tell whether a user number exists where this process runs."""
    try:
        lines = Path("/proc/self/uid_map").read_text(encoding="ascii").splitlines()
    except OSError:
        return True
    ranges = (tuple(int(word) for word in line.split()) for line in lines)
    return any(first <= uid < first + count for first, _, count in ranges)
