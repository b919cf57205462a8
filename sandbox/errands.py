"""Threads for what nobody waits for: starting, settling and removing slots."""

import threading
import time
from collections.abc import Callable


class Errands:
    """Starts a thread for each errand and knows which are still under way."""

    def __init__(self, name: str) -> None:
        """Give the threads a name that a person finds in a stack dump."""
        self._name = name
        self._guard = threading.Lock()
        self._under_way: set[threading.Thread] = set()

    def do(self, errand: Callable[[], None]) -> None:
        """Run an errand in a thread of its own; the interpreter does not wait for it when it ends."""
        thread = threading.Thread(target=self._run, args=(errand,), name=self._name, daemon=True)
        with self._guard:
            self._under_way.add(thread)
            thread.start()  # under the guard, so that nobody waits for a thread that has not begun

    def finish(self, seconds: float) -> bool:
        """Wait until no errand is under way, those counted that begin meanwhile; False if time ran out first."""
        deadline = time.monotonic() + seconds
        while True:
            with self._guard:
                thread = next((one for one in self._under_way if one is not threading.current_thread()), None)
            if thread is None:
                return True
            thread.join(max(0.0, deadline - time.monotonic()))
            if thread.is_alive():
                return False

    def _run(self, errand: Callable[[], None]) -> None:
        try:
            errand()
        finally:
            with self._guard:
                self._under_way.discard(threading.current_thread())
