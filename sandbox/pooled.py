"""The sandbox itself: sends each request to the pool of its role, or to a cell made for it alone.

It is the same for every backend; what differs is the maker of the cells it is given.
"""

import threading
from collections import Counter
from contextlib import suppress
from dataclasses import replace
from functools import partial

from sandbox.cells import CellMaker, Plan, Role
from sandbox.contract import (
    Description,
    Health,
    Isolation,
    Lane,
    RunOutcome,
    RunRequest,
    RunUnwanted,
    SandboxFault,
    SlotState,
    Stop,
    Tell,
)
from sandbox.description import QUESTION, read_description
from sandbox.errands import Errands
from sandbox.gate import Closed, Gate
from sandbox.pool import Pool
from sandbox.routing import KEPT_ROLES, Slots, cold_plan, cores, fits, plan_of, role_for, size_of, started_ahead
from sandbox.slot import Order, Slot
from sandbox.wire import Answer, encode_request

LOOK = 1.0  # seconds between two looks at the idle slots
ROLL_CALL = 10  # looks between two questions which cells the maker still has
CLOSING = 60.0  # seconds for removing everything


class PooledSandbox:
    """Runs requests in slots that are kept; see :class:`sandbox.contract.Sandbox`. Thread-safe."""

    def __init__(self, maker: CellMaker, mode: Isolation = Isolation.WARM, slots: Slots | None = None) -> None:
        """Open; slots that are wanted ahead begin to start.

        Args:
            maker: Makes the cells; this sandbox closes it in the end.
            mode: How far runs are kept apart that ask for nothing stricter.
            slots: How many there are of each kind.

        """
        self._maker = maker
        self._mode = mode
        self._guard = threading.Lock()
        self._faults = 0
        self._description: Description | None = None
        self._cold: set[Slot] = set()
        self._closed = threading.Event()
        slots = slots or Slots()
        self._cold_gates = {Lane.QUICK: Gate(slots.quick + slots.judges), Lane.LONG: Gate(2 * slots.long)}
        self._starts = Gate(cores())
        self._errands = Errands("beginend-sandbox")
        self._pools = {
            role: Pool(
                plan_of(role),
                maker.make,
                size=size_of(role, slots),
                ahead=slots.ahead and started_ahead(role, mode),
                rank=rank,
                gate=self._starts,
                errands=self._errands,
            )
            for rank, role in enumerate(KEPT_ROLES)
        }
        threading.Thread(target=self._look_after, name="beginend-sandbox-care", daemon=True).start()

    def run(self, request: RunRequest, tell: Tell | None = None, *, stop: Stop | None = None) -> RunOutcome:
        """Run one request to its end; waits for a slot as long as all are busy.

        Raises:
            RunUnwanted: ``stop`` was set.
            SandboxUnavailable: No slot can be started at present.
            SandboxFault: The run could not be carried out.

        """
        return self._run(request, tell, stop).outcome

    def health(self) -> Health:
        """Say how it is doing; starts nothing and waits for nothing."""
        pools = self._pools.values()
        replaced = sum((pool.replaced for pool in pools), Counter[str]())
        with self._guard:
            cold = tuple(slot.health() for slot in self._cold)
            faults = self._faults
        return Health(
            slots=(*(one for pool in pools for one in pool.health()), *cold),
            waiting=sum(pool.waiting for pool in pools) + sum(gate.waiting for gate in self._cold_gates.values()),
            faults=faults,
            recycled={str(reason): count for reason, count in sorted(replaced.items())},
            problem=next((pool.problem for pool in pools if pool.problem is not None), None),
        )

    def describe(self) -> Description:
        """Ask the inside what it is made of; once. A judge is started meanwhile, for it will be asked next."""
        with self._guard:
            known = self._description
        if known is None:
            if self._mode is not Isolation.COLD:
                self._pools[Role.JUDGE].prepare()
            answer = self._run(QUESTION, None)
            inside = read_description(answer.outcome)
            known = Description(
                backend=self._maker.backend,
                mode=self._mode.value,
                image=self._maker.image,
                python=inside.python,
                packages=inside.packages,
                cpu=inside.cpu,
                layers=(*self._maker.layers(self._mode), *answer.layers),
            )
            with self._guard:
                self._description = known
        return replace(known)

    def resize(self, slots: Slots) -> None:
        """Change how many slots there are of each kind; runs that go on are not disturbed."""
        for role, pool in self._pools.items():
            pool.resize(size_of(role, slots), ahead=slots.ahead and started_ahead(role, self._mode))
        self._cold_gates[Lane.QUICK].resize(slots.quick + slots.judges)
        self._cold_gates[Lane.LONG].resize(2 * slots.long)

    def look_after(self, *, roll_call: bool) -> None:
        """Replace idle slots that died or grew old, and try again what has failed; done every second by itself.

        Args:
            roll_call: Whether the maker is asked, too, which of its cells do not run.

        """
        self._errands.catch_up()
        with suppress(SandboxFault):
            halted = self._maker.halted() if roll_call else frozenset()
            for pool in self._pools.values():
                pool.look_after(halted)
            self._maker.tidy()

    def close(self) -> None:
        """Stop and remove everything this sandbox started; what still runs or waits ends with a fault."""
        if self._closed.is_set():
            return
        self._closed.set()
        for gate in (self._starts, *self._cold_gates.values()):
            gate.close()
        for pool in self._pools.values():
            pool.close()
        with self._guard:
            cold = list(self._cold)
        for slot in cold:
            self._errands.do(slot.cell.remove)
        self._errands.finish(CLOSING)
        self._maker.close()

    def _run(self, request: RunRequest, tell: Tell | None, stop: Stop | None = None) -> Answer:
        """Send a request where it belongs, and count what fails."""
        order = Order(request, encode_request(request), tell, stop)
        role = role_for(request, self._mode)
        pool = self._pools.get(role)
        try:
            if pool is not None and fits(request, pool.plan):
                return pool.run(order)
            return self._run_cold(cold_plan(request), order)
        except RunUnwanted:
            raise
        except SandboxFault:
            with self._guard:
                self._faults += 1
            raise

    def _run_cold(self, plan: Plan, order: Order) -> Answer:
        """Make a cell for one run and remove it."""
        with self._cold_gates[plan.lane].turn():
            if order.is_unwanted:
                raise RunUnwanted
            slot = Slot(plan, self._maker.make(plan))
            slot.state = SlotState.RUNNING
            with self._guard:
                self._cold.add(slot)
            try:
                if self._closed.is_set():
                    raise Closed
                with order.ended_by(partial(self._errands.do, slot.cell.remove)):
                    return slot.carry_out(order)[0]
            except SandboxFault as fault:
                if order.is_unwanted:
                    raise RunUnwanted from fault
                raise
            finally:
                slot.cell.remove()
                with self._guard:
                    self._cold.discard(slot)

    def _look_after(self) -> None:
        """Look after the slots every now and then, until closed."""
        looks = 0
        while not self._closed.wait(LOOK):
            looks += 1
            self.look_after(roll_call=looks % ROLL_CALL == 0)
