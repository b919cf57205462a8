"""One place in which one run at a time is carried out: a cell, the conversation with it, and its history."""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

from sandbox.cells import Cell, CellGone, CellSilent, Plan
from sandbox.contract import Isolation, RunRequest, RunUnwanted, SandboxFault, SlotHealth, SlotState, Stop, Tell
from sandbox.events import MOST_BYTES, MOST_MESSAGES
from sandbox.patience import ANSWERING, STARTING, longest_run
from sandbox.recycling import Aftermath, Reason, reason_to_replace
from sandbox.wire import Answer, BadAnswer, Ready, SupervisorFault, read_message

Clock = Callable[[], float]

_REASONS: dict[type[SandboxFault], Reason] = {
    CellSilent: Reason.SILENT,
    CellGone: Reason.DIED,
    BadAnswer: Reason.BAD_ANSWER,
    RunUnwanted: Reason.UNWANTED,
    SupervisorFault: Reason.FAULT,
}


@dataclass(frozen=True, slots=True)
class Order:
    """A request on its way: as it was asked, as bytes, who listens to its events, and who may end it."""

    request: RunRequest
    message: bytes
    tell: Tell | None = None
    stop: Stop | None = None

    @property
    def is_unwanted(self) -> bool:
        """Whether nobody wants it any more."""
        return self.stop is not None and self.stop.is_set

    def ended_by(self, action: Callable[[], None]) -> AbstractContextManager[None]:
        """Have ``action`` called, within the block, once nobody wants it any more."""
        return nullcontext() if self.stop is None else self.stop.calling(action)


class Slot:
    """A cell and its history. The pool decides who may use it; one thread at a time does."""

    def __init__(self, plan: Plan, cell: Cell, clock: Clock = time.monotonic) -> None:
        """Take over a cell that has been started.

        Args:
            plan: How it was made.
            cell: The cell.
            clock: Gives seconds that only ever grow.

        """
        self.plan = plan
        self.cell = cell
        self.state = SlotState.STARTING
        self.leaving: Reason | None = None  #: why another is to take its place, while it still serves
        self.runs = 0
        self._clock = clock
        self._born = clock()
        self._ready: Ready | None = None
        self._first_resident: int | None = None

    @property
    def age_seconds(self) -> float:
        """How long it has lived."""
        return self._clock() - self._born

    def health(self) -> SlotHealth:
        """Say how it is."""
        return SlotHealth(self.plan.role.value, self.state, self.runs, self.age_seconds)

    def await_ready(self, patience: float = STARTING) -> None:
        """Wait until a child waits for its job.

        Raises:
            SandboxFault: None does.

        """
        deadline = time.monotonic() + patience
        message = read_message(lambda count: self.cell.read(count, deadline), None)
        if not isinstance(message, Ready):
            raise BadAnswer("The sandbox said something else than that it is ready.")
        self._note_ready(message)

    def carry_out(self, order: Order) -> tuple[Answer, Reason | None]:
        """Carry out one run.

        Returns:
            The answer, and why the slot must be replaced now, if it must.

        Raises:
            SandboxFault: It was not carried out; the slot is good for nothing any more.

        """
        limits = order.request.limits
        starting = STARTING if self._ready is None else 0.0  # a cold cell gets ready with its job in hand
        deadline = time.monotonic() + starting + longest_run(limits.wall_seconds) + ANSWERING
        self.cell.send(order.message, deadline)
        answer = self._listen(order, deadline)
        self._ready = None
        self.runs += 1
        if self._first_resident is None:
            self._first_resident = answer.resident_bytes
        after = Aftermath(
            ending=answer.outcome.ending,
            clean=answer.clean,
            strays=answer.strays,
            runs=self.runs,
            age_seconds=self.age_seconds,
            resident_bytes=answer.resident_bytes,
            first_resident_bytes=self._first_resident,
        )
        return answer, reason_to_replace(after, once=self.plan.isolation is not Isolation.WARM)

    def _listen(self, order: Order, deadline: float) -> Answer:
        """Pass events on until the answer comes."""
        taken = 0

        def read(count: int) -> bytes:
            nonlocal taken
            taken += count
            return self.cell.read(count, deadline)

        for _ in range(MOST_MESSAGES):
            message = read_message(read, order.request.limits)
            if isinstance(message, Answer):
                return message
            if isinstance(message, Ready):
                self._note_ready(message)
            elif taken > MOST_BYTES:
                break
            elif message.content is not None and order.tell is not None:
                order.tell(message.content)
        raise BadAnswer("The sandbox told more than a run may tell.")

    def _note_ready(self, message: Ready) -> None:
        """Take note that a child waits for its job; one at a time does."""
        if self._ready is not None:
            raise BadAnswer("The sandbox said twice that it is ready.")
        self._ready = message


def reason_of(error: BaseException) -> Reason:
    """Name what an exception out of a run says about its slot."""
    return next((reason for kind, reason in _REASONS.items() if isinstance(error, kind)), Reason.FAULT)
