"""A sandbox's cells as the machine sees them: their processes, the memory these hold, the files in their boxes."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from sandbox.engine import connect
from sandbox.leftovers import MAKER_LABEL
from sandbox.maker import this_process
from sandbox.opening import instance_of
from sandbox.profile import LABEL

SUPERVISOR = "sandbox_inside"  #: stands in the command line of every supervisor
BOX_OPTION = "--box"


@dataclass(frozen=True, slots=True)
class CellSeen:
    """One container or local supervisor of this process, with all of its processes."""

    name: str
    processes: tuple[psutil.Process, ...]
    box: Path | None  #: as this machine sees it; None where it does not


@dataclass(frozen=True, slots=True)
class Memory:
    """What cells hold, and how it was measured."""

    bytes: int
    measure: str  #: "PSS": shared pages are divided among those who share them; "RSS" counts them for each


def cells_of(backend: str) -> list[CellSeen]:
    """List the cells that this process has started and that still live.

    Args:
        backend: ``docker`` or ``process``.

    """
    if backend == "docker":
        return _containers(f"{MAKER_LABEL}={this_process()}")
    return _supervisors(psutil.Process())


def cells_of_worker(backend: str, pid: int, home: Path) -> list[CellSeen]:
    """List the cells that a worker has started and that still live.

    Args:
        backend: ``docker`` or ``process``.
        pid: The worker's process.
        home: Its home, which nobody else uses.

    """
    if backend == "docker":
        return _containers(f"{LABEL}={instance_of(home)}")
    return _supervisors(psutil.Process(pid))


def memory_of(cells: Sequence[CellSeen]) -> Memory:
    """Measure what cells hold together; PSS where this user may read it, else RSS."""
    return memory_of_processes([process for cell in cells for process in cell.processes])


def memory_of_processes(processes: Sequence[psutil.Process]) -> Memory:
    """Measure what processes hold together; PSS where this user may read it, else RSS."""
    try:
        return Memory(sum(_pss(process) for process in processes), "PSS")
    except PermissionError:
        return Memory(sum(process.memory_info().rss for process in processes if process.is_running()), "RSS")


def files_in(cells: Sequence[CellSeen]) -> int | None:
    """Count files in the boxes of cells; None where this user may not look.

    A cell that waits for a run has an empty private folder for it, and folders do not count.
    """
    count = 0
    for cell in cells:
        if not any(process.is_running() for process in cell.processes):
            continue  # it was just being removed when it was found
        if cell.box is None:
            return None
        try:
            count += sum(1 for path in cell.box.rglob("*") if not path.is_dir())
        except OSError:
            return None
    return count


def _containers(label: str) -> list[CellSeen]:
    """List the containers that carry a label."""
    client = connect()
    try:
        found = []
        for container in client.containers.list(filters={"label": label}, ignore_removed=True):
            first = int(container.attrs["State"]["Pid"])
            with suppress(psutil.NoSuchProcess):
                found.append(CellSeen(container.name or "", _family(first), _box_of(first)))
        return found
    finally:
        client.close()


def supervisors_of(maker: int) -> list[psutil.Process]:
    """List the local supervisors that a process has started and that still live.

    Args:
        maker: The process's number.

    """
    found = []
    with suppress(psutil.NoSuchProcess):
        for child in psutil.Process(maker).children():
            with suppress(psutil.NoSuchProcess, psutil.AccessDenied):
                words = child.cmdline()
                if SUPERVISOR in words and BOX_OPTION in words:
                    found.append(child)
    return found


def _supervisors(worker: psutil.Process) -> list[CellSeen]:
    """List a process' local supervisors."""
    found = []
    for child in supervisors_of(worker.pid):
        with suppress(psutil.NoSuchProcess, psutil.AccessDenied):
            words = child.cmdline()
            box = Path(words[words.index(BOX_OPTION) + 1])
            found.append(CellSeen(str(child.pid), _family(child.pid), box))
    return found


def _family(first: int) -> tuple[psutil.Process, ...]:
    """Return a process and all that descend from it."""
    process = psutil.Process(first)
    return (process, *process.children(recursive=True))


def _box_of(first: int) -> Path | None:
    """Return the box of a container as its first process sees it, if this user may look."""
    box = Path(f"/proc/{first}/root/box")
    try:
        return box if box.is_dir() else None
    except PermissionError:
        return None


def _pss(process: psutil.Process) -> int:
    """Return a process' proportional share of the memory, in bytes; 0 if it has ended."""
    try:
        text = Path(f"/proc/{process.pid}/smaps_rollup").read_text(encoding="ascii")
    except (FileNotFoundError, ProcessLookupError):
        if not Path("/proc").is_dir():
            raise PermissionError from None
        return 0
    return next((int(line.split()[1]) << 10 for line in text.splitlines() if line.startswith("Pss:")), 0)
