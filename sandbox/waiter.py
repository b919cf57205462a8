"""One run that waits for a slot: given one, or told why there will be none."""

import threading

from sandbox.contract import SandboxFault
from sandbox.gate import Closed
from sandbox.slot import Slot


class Waiter:
    """Waits in one thread; is given a slot or refused from another, once."""

    def __init__(self) -> None:
        self._settled = threading.Event()
        self._problem: SandboxFault | None = None
        self.slot: Slot | None = None

    def give(self, slot: Slot) -> None:
        """End the waiting with a slot."""
        self.slot = slot
        self._settled.set()

    def refuse(self, problem: SandboxFault) -> None:
        """End the waiting with a fault."""
        self._problem = problem
        self._settled.set()

    def wait(self) -> Slot:
        """Wait for one or the other.

        Raises:
            SandboxFault: There will be no slot.

        """
        self._settled.wait()
        if self.slot is None:
            raise self._problem or Closed
        return self.slot
