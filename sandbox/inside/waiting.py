"""The time a run is allowed; while the machine keeps it waiting for a core, its clock stands still.

Linux keeps it per thread, as the second number of ``schedstat`` (kernel documentation, scheduler/sched-stats).
"""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

PROCESSES = Path("/proc")
_NANOSECONDS = 1_000_000_000


def waited_for_a_core(pid: int, processes: Path = PROCESSES) -> float:
    """Sum up how long the living threads of a process have been ready to run while others ran.

    Args:
        pid: The process.
        processes: Where the kernel tells of processes.

    Returns:
        Seconds; 0 where the kernel does not tell.

    """
    waited = 0
    for thread in processes.glob(f"{pid}/task/*/schedstat"):
        with suppress(OSError, ValueError, IndexError):  # a thread may end while we look
            waited += int(thread.read_text(encoding="ascii").split()[1])
    return waited / _NANOSECONDS


class Allowance:
    """The moment until which a process may run; it moves only when it is reached, so it costs nothing before."""

    def __init__(
        self, pid: int, started: float, wall_seconds: float, waited: Callable[[int], float] = waited_for_a_core
    ) -> None:
        """Allow ``pid`` its wall clock from ``started``, which is ``time.monotonic()``."""
        self.until = started + wall_seconds
        self._pid = pid
        self._started = started
        self._wall = wall_seconds
        self._waited = waited

    def used_up(self, now: float) -> bool:
        """Tell whether the time is up, after giving back what the process had to wait for a core.

        The same program must not run out of time merely because others ran beside it. Threads that wait together
        count several times, which a program could provoke; so no more than the wall clock is given back.
        """
        if now > self.until:
            self.until = self._started + self._wall + min(self._wall, self._waited(self._pid))
        return now > self.until
