"""The most memory that a process ever had while something was measured."""

import threading

import psutil

LOOK = 0.2  # seconds between two looks


class Peak:
    """Looks at a process's memory again and again."""

    def __init__(self, pid: int) -> None:
        """Begin to look at a process; ``first`` is what it has now, in bytes."""
        self._process = psutil.Process(pid)
        self.first = self._most = self._process.memory_info().rss
        self._over = threading.Event()
        self._looking = threading.Thread(target=self._look, daemon=True)
        self._looking.start()

    def stop(self) -> int:
        """Return the most that was seen, in bytes."""
        self._over.set()
        self._looking.join()
        return self._most

    def _look(self) -> None:
        while not self._over.wait(LOOK):
            self._most = max(self._most, self._process.memory_info().rss)
