"""The slots of one role: started ahead, lent out first come first served, replaced by rule, never trusted.

Every decision is taken under one lock by the same three steps, whatever has changed (:meth:`Pool._move`): lend ready
slots to those who wait, start what is missing, and tell those who wait if there is nothing to wait for. Whatever takes
time (starting, waiting for the next child, removing) is an errand in a thread of its own.
"""

import threading
import time
from collections import Counter, deque
from collections.abc import Callable
from functools import partial

from sandbox.cells import Cell, Plan
from sandbox.contract import Isolation, RunUnwanted, SandboxFault, SandboxUnavailable, SlotHealth, SlotState
from sandbox.errands import Errands
from sandbox.gate import Closed, Gate
from sandbox.patience import SETTLING, STARTING, retry_after
from sandbox.recycling import MOST_AGE, Reason
from sandbox.slot import Clock, Order, Slot, reason_of
from sandbox.waiter import Waiter
from sandbox.wire import Answer

DOES_NOT_START = "The sandbox does not start ({}); if this goes on, build it anew with `beginend sandbox build`."


class Pool:
    """Keeps the slots of one plan; thread-safe."""

    def __init__(
        self,
        plan: Plan,
        make: Callable[[Plan], Cell],
        *,
        size: int,
        ahead: bool,
        rank: int = 0,
        gate: Gate,
        errands: Errands,
        clock: Clock = time.monotonic,
    ) -> None:
        """Set up and, where slots are wanted ahead, begin to start them.

        Args:
            plan: How its cells are made.
            make: Makes one.
            size: The most slots there may be (one more for a moment while one takes another's place).
            ahead: Whether all of them are started now; otherwise as many as are needed at a time.
            rank: Who starts first where several pools want to.
            gate: What every start goes through.
            errands: Who does what takes time.
            clock: Gives seconds that only ever grow.

        """
        self.plan = plan
        self._make = make
        self._size = size
        self._rank = rank
        self._gate = gate
        self._errands = errands
        self._clock = clock
        self._lock = threading.Lock()
        self._closed = False
        self._wanted = size if ahead else 0
        self._starting = 0
        self._unready: set[Cell] = set()
        self._slots: list[Slot] = []
        self._idle: list[Slot] = []  # the one used last is taken first: the others may grow old and be replaced
        self._waiting: deque[Waiter] = deque()
        self._failures = 0
        self._retry_at = 0.0
        self._problem: str | None = None
        self._replaced: Counter[Reason] = Counter()
        with self._lock:
            self._move()

    def run(self, order: Order) -> Answer:
        """Carry out one run; waits its turn as long as all slots are busy.

        Raises:
            RunUnwanted: Nobody wants it any more; the slot it was in is replaced.
            SandboxUnavailable: No slot can be started at present.
            SandboxFault: The run could not be carried out, or the pool was closed.

        """
        slot = self._acquire(order)
        if order.is_unwanted:
            self._give_back(slot)
            raise RunUnwanted
        try:
            answer, reason = self._carried_out(slot, order)
        except BaseException as error:
            self._discard(slot, reason_of(error))
            raise
        self._release(slot, reason)
        return answer

    def _carried_out(self, slot: Slot, order: Order) -> tuple[Answer, Reason | None]:
        """Carry out one run in a slot, which is taken away from under it once nobody wants it any more."""
        try:
            with order.ended_by(partial(self._errands.do, slot.cell.remove)):
                carried_out = slot.carry_out(order)
        except SandboxFault as fault:
            if order.is_unwanted:
                raise RunUnwanted from fault
            raise
        if order.is_unwanted:  # its answer was faster, but the slot may be gone
            raise RunUnwanted
        return carried_out

    def prepare(self) -> None:
        """Have at least one slot started, without waiting for it."""
        with self._lock:
            self._wanted = max(1, self._wanted)
            self._move()

    def resize(self, size: int, *, ahead: bool) -> None:
        """Change the number of slots; a busy one too many goes when its run is over."""
        with self._lock:
            self._size = size
            self._wanted = size if ahead else min(self._wanted, size)
            self._drop_surplus()
            self._move()

    def look_after(self, halted: frozenset[str] = frozenset()) -> None:
        """Replace idle slots that have died or grown old, and try again where starting has failed.

        Args:
            halted: Names of cells that, as their maker knows, do not run.

        """
        with self._lock:
            for slot in list(self._idle):
                if slot.cell.name in halted or not slot.cell.is_quiet():
                    self._retire(slot, Reason.DIED)
                elif slot.leaving is None and slot.age_seconds >= MOST_AGE:
                    slot.leaving = Reason.AGE
            self._drop_surplus()
            self._move()

    def health(self) -> tuple[SlotHealth, ...]:
        """Say how its slots are."""
        with self._lock:
            begun = SlotHealth(self.plan.role.value, SlotState.STARTING, 0, 0.0)
            return (*(slot.health() for slot in self._slots), *(begun for _ in range(self._starting)))

    @property
    def waiting(self) -> int:
        """How many runs wait for a slot."""
        with self._lock:
            return len(self._waiting)

    @property
    def replaced(self) -> Counter[Reason]:
        """How many slots were replaced, by reason."""
        with self._lock:
            return Counter(self._replaced)

    @property
    def problem(self) -> str | None:
        """Why no slot can be started at present."""
        with self._lock:
            return self._problem

    def close(self) -> None:
        """Remove every slot; those who wait or run end with a fault."""
        with self._lock:
            self._closed = True
            self._refuse_all(Closed())
            cells = [slot.cell for slot in self._slots] + list(self._unready)
            self._slots.clear()
            self._idle.clear()
        for cell in cells:
            self._errands.do(cell.remove)

    # Lending.

    def _acquire(self, order: Order) -> Slot:
        waiter = Waiter()
        with self._lock:
            if self._closed:
                raise Closed
            self._waiting.append(waiter)
            self._expect_demand()
            self._move()
        try:
            with order.ended_by(partial(self._turn_away, waiter)):
                return waiter.wait()
        except KeyboardInterrupt:
            self._withdraw(waiter)
            raise

    def _turn_away(self, waiter: Waiter) -> None:
        """End the waiting of one that is not wanted any more, unless it has ended already."""
        with self._lock:
            if waiter in self._waiting:
                self._waiting.remove(waiter)
                waiter.refuse(RunUnwanted())

    def _withdraw(self, waiter: Waiter) -> None:
        """Take back what a waiter who leaves has been given."""
        with self._lock:
            if waiter in self._waiting:
                self._waiting.remove(waiter)
            if waiter.slot is not None:
                self._offer(waiter.slot)
                self._move()

    def _give_back(self, slot: Slot) -> None:
        """Take back a slot in which nothing has run."""
        with self._lock:
            if slot in self._slots:
                self._offer(slot)
                self._move()

    def _expect_demand(self) -> None:
        """Want as many slots as are in use, and one in reserve where each is used once."""
        reserve = 0 if self.plan.isolation is Isolation.WARM else 1
        running = sum(slot.state is SlotState.RUNNING for slot in self._slots)
        self._wanted = max(self._wanted, min(self._size, running + len(self._waiting) + reserve))

    def _release(self, slot: Slot, reason: Reason | None) -> None:
        """Take a slot back after a run."""
        with self._lock:
            if reason is not None and reason.can_wait:
                slot.leaving = slot.leaving or reason
                reason = None
            if reason is None and self._is_surplus(slot):
                reason = slot.leaving or Reason.SURPLUS
            if reason is not None:
                self._retire(slot, reason)
            else:
                slot.state = SlotState.ENDING
                self._errands.do(partial(self._settle, slot))
            self._move()

    def _settle(self, slot: Slot) -> None:
        """Wait until a slot's next child is ready, then offer the slot again."""
        try:
            slot.await_ready(SETTLING)
        except Exception as error:  # noqa: BLE001 - a thread that dies silently would keep its slot for ever
            self._discard(slot, reason_of(error))
            return
        with self._lock:
            if slot in self._slots:
                self._offer(slot)
                self._drop_surplus()
                self._move()

    def _discard(self, slot: Slot, reason: Reason) -> None:
        with self._lock:
            self._retire(slot, reason)
            self._move()

    # Starting.

    def _start(self) -> None:
        """Start one slot; an errand."""
        cell: Cell | None = None
        try:
            with self._gate.turn(self._rank):
                cell = self._make(self.plan)
                self._admit(cell)
                slot = Slot(self.plan, cell, self._clock)
                slot.await_ready(STARTING)
        except Exception as error:  # noqa: BLE001 - a thread that dies silently would leave its slot missing for ever
            self._start_failed(cell, error)
        else:
            self._started(slot)

    def _admit(self, cell: Cell) -> None:
        """Remember a cell that gets ready, so that closing finds it."""
        with self._lock:
            self._unready.add(cell)
            if self._closed:
                raise Closed

    def _started(self, slot: Slot) -> None:
        with self._lock:
            self._starting -= 1
            self._unready.discard(slot.cell)
            if self._closed:
                self._errands.do(slot.cell.remove)
                return
            self._failures, self._problem = 0, None
            self._slots.append(slot)
            self._offer(slot)
            self._drop_surplus()
            self._move()

    def _start_failed(self, cell: Cell | None, error: Exception) -> None:
        if cell is not None:
            cell.remove()
        with self._lock:
            self._starting -= 1
            if cell is not None:
                self._unready.discard(cell)
            if not self._closed:
                self._failures += 1
                self._retry_at = self._clock() + retry_after(self._failures)
                self._problem = str(error) if isinstance(error, SandboxUnavailable) else DOES_NOT_START.format(error)
            self._move()

    # The steps, all with the lock held.

    def _move(self) -> None:
        """Do whatever can be done now."""
        if self._closed:
            return
        self._lend()
        self._fill()
        if self._waiting and not self._slots and not self._starting:
            self._refuse_all(SandboxUnavailable(self._problem or "No slot of the sandbox can be started at present."))

    def _lend(self) -> None:
        """Give ready slots to those who wait, in their order; one that has died meanwhile costs nobody anything."""
        while self._waiting and self._idle:
            slot = next((one for one in reversed(self._idle) if one.leaving is None), self._idle[-1])
            if slot.cell.is_quiet():
                self._idle.remove(slot)
                slot.state = SlotState.RUNNING
                self._waiting.popleft().give(slot)
            else:
                self._retire(slot, Reason.DIED)

    def _fill(self) -> None:
        """Start what is missing; after a failure one at a time, and not before its time."""
        missing = self._wanted - self._starting - len(self._staying())
        if self._failures:
            missing = min(missing, 1 - self._starting)
            if self._clock() < self._retry_at:
                return
        for _ in range(missing):
            self._starting += 1
            self._errands.do(self._start)

    def _offer(self, slot: Slot) -> None:
        slot.state = SlotState.READY
        self._idle.append(slot)

    def _staying(self) -> list[Slot]:
        """List the slots that are not to be replaced."""
        return [slot for slot in self._slots if slot.leaving is None]

    def _is_surplus(self, slot: Slot) -> bool:
        """Tell whether enough slots are there without this one."""
        return len(self._staying()) - (slot.leaving is None) >= self._wanted

    def _drop_surplus(self) -> None:
        """Remove idle slots that others have taken the place of; those that leave first."""
        for slot in sorted(self._idle, key=lambda one: one.leaving is None):
            if self._is_surplus(slot):
                self._retire(slot, slot.leaving or Reason.SURPLUS)

    def _retire(self, slot: Slot, reason: Reason) -> None:
        if slot not in self._slots:
            return  # closed meanwhile
        self._slots.remove(slot)
        if slot in self._idle:
            self._idle.remove(slot)
        self._replaced[reason] += 1
        self._errands.do(slot.cell.remove)

    def _refuse_all(self, problem: SandboxFault) -> None:
        while self._waiting:
            self._waiting.popleft().refuse(problem)
