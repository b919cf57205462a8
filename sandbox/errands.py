"""Threads for what nobody waits for: starting, settling and removing slots."""

import threading
import time
from collections import deque
from collections.abc import Callable


class Errands:
    """Starts a thread for each errand and knows which are still under way."""

    def __init__(self, name: str) -> None:
        """Give the threads a name that a person finds in a stack dump."""
        self._name = name
        self._guard = threading.Lock()
        self._under_way: set[threading.Thread] = set()
        self._put_off: deque[Callable[[], None]] = deque()

    def do(self, errand: Callable[[], None]) -> None:
        """Run an errand in a thread of its own; the interpreter does not wait for it when it ends.

        Never fails: where the system gives no thread, the errand is put off until :meth:`catch_up`.
        """
        with self._guard:
            self._put_off.append(errand)
        self.catch_up()

    def catch_up(self) -> None:
        """Begin what was put off, as far as the system gives threads."""
        with self._guard:
            while self._put_off:
                thread = threading.Thread(target=self._run, args=(self._put_off[0],), name=self._name, daemon=True)
                try:
                    thread.start()  # under the guard, so that nobody waits for a thread that has not begun
                except RuntimeError:
                    return
                self._put_off.popleft()
                self._under_way.add(thread)

    def finish(self, seconds: float) -> bool:
        """Wait until no errand is under way, those counted that begin meanwhile; False if not all could be done."""
        deadline = time.monotonic() + seconds
        while True:
            self.catch_up()
            with self._guard:
                thread = next((one for one in self._under_way if one is not threading.current_thread()), None)
                all_begun = not self._put_off
            if thread is None:
                return all_begun
            thread.join(max(0.0, deadline - time.monotonic()))
            if thread.is_alive():
                return False

    def _run(self, errand: Callable[[], None]) -> None:
        try:
            errand()
        finally:
            with self._guard:
                self._under_way.discard(threading.current_thread())
