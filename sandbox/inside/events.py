"""Events: what a run may tell while it goes on. Bounded where they are made, and again where nothing is believed."""

import time
from collections import deque
from collections.abc import Callable
from typing import Any

from .status import Listener, Status, parsed

OFFERED = 5  # a second, by the child
PASSED_ON = 10  # a second, by the supervisor
MOST_EVENTS = 1000  # in a run
MOST_EVENT = 1 << 10  # bytes of a line

_MARK = b'{"say": "event", "event": '  # how a line of ours begins
_NOISE_LIMIT = 2 << 20  # bytes taken from the pipe of a dead child; a pipe holds at most half of that


class Pace:
    """Lets through so many in any one second."""

    def __init__(self, most: int) -> None:
        self._times: deque[float] = deque(maxlen=most)

    def allows(self) -> bool:
        """Tell whether one more may pass now; if so, it is counted."""
        now = time.monotonic()
        if len(self._times) == self._times.maxlen and now - self._times[0] < 1:
            return False
        self._times.append(now)
        return True


class Teller:
    """The child's end: what a payload is given to tell its events with. Drops whatever is too much; never waits."""

    def __init__(self, status: Status) -> None:
        self._status = status
        self._pace = Pace(OFFERED)

    def __call__(self, event: dict[str, Any]) -> None:
        """Tell one event: a small flat object of plain values."""
        if self._pace.allows():
            self._status.offer({"say": "event", "event": event}, MOST_EVENT)


class Hearing:
    """The supervisor's end, while untrusted code runs: passes events on and keeps the last word, which is the claim.

    The pipe may be flooded with anything. A piece is taken at a time, at most ten lines a second are looked into, and
    nothing is kept but the last line.
    """

    def __init__(self, listener: Listener, tell: Callable[[dict[str, Any]], None]) -> None:
        self._listener = listener
        self._tell = tell
        self._pace = Pace(PASSED_ON)
        self._passed_on = 0
        self._last = b""

    @property
    def descriptor(self) -> int:
        """What to poll."""
        return self._listener.descriptor

    def take(self) -> bool:
        """Take what there is, without waiting; False when the child has closed its end."""
        lines, more = self._listener.take()
        for line in lines:
            if line.startswith(_MARK):
                self._pass_on(line)
            else:
                self._last = line
        return more

    def claim(self) -> dict[str, Any]:
        """Read what a dead child said last, events apart; an empty object if it made no sense."""
        for _ in range(_NOISE_LIMIT // (64 << 10)):
            if not self.take():
                break
        return parsed(self._last)

    def _pass_on(self, line: bytes) -> None:
        if len(line) > MOST_EVENT or self._passed_on >= MOST_EVENTS or not self._pace.allows():
            return
        self._passed_on += 1
        event = parsed(line).get("event")
        if isinstance(event, dict):
            self._tell(event)
