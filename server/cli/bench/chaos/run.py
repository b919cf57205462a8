"""One run: students submit steadily while things are killed; then everything is left in peace, and is counted."""

import asyncio
import random
import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from server.cli.bench.chaos.faults import Done, carry_out, plan
from server.cli.bench.chaos.ledger import Ledger
from server.cli.bench.chaos.outages import Part
from server.cli.bench.chaos.promise import Books, broken_promises, read_books
from server.cli.bench.chaos.services import Service
from server.cli.bench.chaos.sheets import sheet
from server.cli.bench.chaos.stage import Stage, open_stage
from server.cli.bench.chaos.students import Student, hand_in_and_follow, students
from server.cli.bench.figures import machine, spread
from server.database.engine import Database
from server.database.models import State
from server.settings import Settings
from server.workshop import Backend, Say

PATIENCE = 300.0  #: seconds after the last submission until everybody has a verdict
SETTLING = 20.0  #: seconds for the last jobs to leave the queue after their verdicts
LOOK = 0.25

#: Submissions in a minute that one student makes; the platform takes twenty.
PACE = 10


@dataclass(frozen=True, slots=True)
class Wish:
    """What a run shall be."""

    seconds: float = 60.0
    seed: int = 1
    rate: float = 2.0  #: submissions a second

    @property
    def students(self) -> int:
        """How many students hand in so much without being told to slow down."""
        return max(2, round(self.rate * 60 / PACE))


async def run_chaos(settings: Settings, backend: Backend, wish: Wish, say: Say) -> dict[str, Any]:
    """Do it, and return what was killed, what clients saw and what is not as promised (``broken``).

    Args:
        settings: The operator's choices: where data and wheels lie.
        backend: The sandbox of the workers.
        wish: How long, how much, and from which seed.
        say: Told each long step as it begins.

    Raises:
        SandboxUnavailable: There is no sandbox to judge in.
        StageNotReady: The processes did not come up.

    """
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, _cancel_of(asyncio.current_task()))
    chance, aim = random.Random(wish.seed), random.Random(wish.seed)  # noqa: S311 - drawn again from the same seed
    async with open_stage(settings, backend, aim, students=wish.students, say=say) as stage:
        ledger = Ledger()
        due = plan(chance, wish.seconds, stage.targets.possible)
        say(f"{wish.seconds:.0f} s of submissions and {len(due)} faults")
        async with students(stage.address, stage.tokens) as everybody:
            started = time.monotonic()
            following = asyncio.create_task(_submit(stage, everybody, wish, chance, ledger))
            done = await carry_out(stage.targets, due, started)
            waiting = await following
            say("left in peace: everybody waits for verdicts")
            drained = await _drain(waiting)
        books = await _read_books(stage)
        broken = [
            *ledger.broken(stage.outages),
            *broken_promises(ledger.receipts.values(), books),
            *_deaths(stage),
        ]
        return _figures(wish, stage, backend, ledger, done, books, drained) | {"broken": broken}


def _cancel_of(task: asyncio.Task[Any] | None) -> Callable[[], object]:
    """Return what ends a run in order, with everything that it has started."""
    return (lambda: None) if task is None else task.cancel


async def _submit(
    stage: Stage, everybody: Sequence[Student], wish: Wish, chance: random.Random, ledger: Ledger
) -> set[asyncio.Task[None]]:
    """Hand in at a steady rate, whatever becomes of the earlier ones; return those who still wait."""
    started = time.monotonic()
    tasks: set[asyncio.Task[None]] = set()
    for number in range(round(wish.seconds * wish.rate)):
        await asyncio.sleep(max(0.0, started + number / wish.rate - time.monotonic()))
        one = sheet(number, chance, stage.catalogue)
        tasks.add(asyncio.create_task(hand_in_and_follow(everybody[number % len(everybody)], one, ledger)))
    return tasks


async def _drain(waiting: set[asyncio.Task[None]]) -> float:
    """Wait until everybody has a verdict, for as long as that may take; return the seconds it took."""
    began = time.monotonic()
    _, late = await asyncio.wait(waiting, timeout=PATIENCE)
    for task in late:
        task.cancel()
    for ended in await asyncio.gather(*waiting, return_exceptions=True):
        if isinstance(ended, Exception):
            raise ended
    return time.monotonic() - began


async def _read_books(stage: Stage) -> Books:
    """Read the database once the queue is empty, or will not be."""
    database = Database(stage.database)
    try:
        deadline = time.monotonic() + SETTLING
        while True:
            books = await read_books(database, stage.course)
            if not books.open_jobs or time.monotonic() > deadline:
                return books
            await asyncio.sleep(LOOK)
    finally:
        await database.dispose()


def _deaths(stage: Stage) -> list[str]:
    """Return which processes ended by themselves although nothing that they need was away."""
    return [
        f"{death.service} ended by itself with {death.code} after {death.ended - death.started:.1f} s: see {stage.logs}"
        for service in stage.services
        for death in service.deaths
        if not any(stage.outages.meet(part, death.started, death.ended) for part in (Part.DATABASE, Part.ENGINE))
    ]


def _figures(  # noqa: PLR0917 - a report tells of everything
    wish: Wish, stage: Stage, backend: Backend, ledger: Ledger, done: Sequence[Done], books: Books, drained: float
) -> dict[str, Any]:
    """Sum a run up."""
    waits = [receipt.waited for receipt in ledger.receipts.values() if receipt.waited is not None]
    once = [one for one in books.stored if one.state is State.DONE and one.verdicts == 1]
    return {
        "schema": 1,
        "seed": wish.seed,
        "seconds": wish.seconds,
        "sandbox": backend,
        "machine": machine(),
        "faults": [{"at_s": one.at, "fault": one.fault.value, "victim": one.victim} for one in done],
        "starts": {service.name: service.starts for service in stage.services},
        "ended_by_themselves": {service.name: _ends(service) for service in stage.services},
        "away_s": {part.value: round(stage.outages.seconds(part), 1) for part in Part},
        "handed_in": round(wish.seconds * wish.rate),
        "accepted": len(ledger.receipts),
        "accepted_after_refusal": sum(receipt.tries > 1 for receipt in ledger.receipts.values()),
        "judged_once": len({one.submission_id for one in once} & ledger.receipts.keys()),
        "system_errors": sum(one.state is State.SYSTEM_ERROR for one in books.stored),
        "most_claims": max((one.claims for one in books.stored), default=0),
        "answers": dict(sorted(ledger.answers.items())),
        "streams_ended_early": ledger.streams_ended_early,
        "wait": spread(waits).to_json("s", 2) if waits else None,
        "drained_s": round(drained, 1),
        "logs": str(stage.logs),
    }


def _ends(service: Service) -> int:
    return len(service.deaths)
