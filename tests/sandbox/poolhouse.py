"""A house for pools: a maker of paper cells, a clock that stands still, and runs that end when a test lets them."""

import threading
from collections.abc import Callable
from typing import Any

from fakecells import ANSWER, READY, FakeCell, FakeCells, FakeClock

from sandbox import RunRequest, SlotState
from sandbox.cells import Plan, Role
from sandbox.contract import Stop
from sandbox.errands import Errands
from sandbox.gate import Gate
from sandbox.pool import Pool
from sandbox.routing import plan_of
from sandbox.slot import Order
from sandbox.wire import encode_request

WARM = plan_of(Role.QUICK)
ONCE = plan_of(Role.ONESHOT)


class House:
    """A maker, a clock and whatever pools a test wants."""

    def __init__(self) -> None:
        self.maker = FakeCells()
        self.clock = FakeClock()
        self.errands = Errands("test")
        self.gate = Gate(8)
        self.pools: list[Pool] = []

    def pool(self, size: int, *, ahead: bool = True, plan: Plan = WARM, rank: int = 0) -> Pool:
        """Open a pool."""
        pool = Pool(
            plan,
            self.maker.make,
            size=size,
            ahead=ahead,
            rank=rank,
            gate=self.gate,
            errands=self.errands,
            clock=self.clock,
        )
        self.pools.append(pool)
        return pool

    def close(self) -> None:
        """Close everything; no thread may be left."""
        for pool in self.pools:
            pool.close()
        self.gate.close()
        assert self.errands.finish(10)


def order(entry: str = "x", tell: Callable[[Any], None] | None = None, stop: Stop | None = None) -> Order:
    """Ask for a run."""
    request = RunRequest(entry)
    return Order(request, encode_request(request), tell, stop)


def ready(pool: Pool) -> int:
    """Count the slots that wait for a run."""
    return sum(slot.state is SlotState.READY for slot in pool.health())


class Held:
    """Behaviour of cells that hold each run until the test lets it go."""

    def __init__(self) -> None:
        self.running: list[FakeCell] = []
        self.most = 0
        self.done: list[str] = []
        self._guard = threading.Lock()

    def __call__(self, cell: FakeCell, entry: str) -> None:
        """Begin a run."""
        with self._guard:
            self.running.append(cell)
            self.most = max(self.most, len(self.running))
            self.done.append(entry)

    def let_go(self, answer: dict[str, Any] = ANSWER) -> FakeCell:
        """End the run that has been going on longest."""
        with self._guard:
            cell = self.running.pop(0)
        cell.say(answer)
        cell.say(READY)
        return cell
