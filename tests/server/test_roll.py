"""The roll of workers: who lives is on it, who stopped or died is not, whatever the sandbox does."""

import threading
import uuid
from datetime import timedelta

import pytest
from serverhouse import WARM, FakeJudge, House, until, worker
from sqlalchemy import func, select, update

from server.database.models import WorkerRow
from server.queue.roll import Present, present_workers, sign, strike_off
from server.standing import Readiness, SlotStanding, Standing, best_readiness, said_of_slots

database = pytest.mark.database


def standing(*states: str, role: str = "quick", **more: object) -> Standing:
    """Return the standing of a warm sandbox with slots in these states."""
    slots = tuple(SlotStanding(role, state, 0, 1.0) for state in states)
    return Standing(**{"backend": "docker", "mode": "warm", "slots": slots, **more})  # type: ignore[arg-type]


async def present(house: House) -> list[Present]:
    """Return who is on the roll."""
    async with house.database.reading() as session:
        return await present_workers(session, silent_seconds=house.settings.stalled_seconds)


@database
async def test_a_worker_signs_and_leaves(house: House) -> None:
    """While a worker runs its sandbox's standing can be read; after it stopped in order there is no row of it."""

    async def signed() -> bool:
        return [WARM] == [one.standing for one in await present(house)]

    async with worker(house, FakeJudge(stands=WARM)):
        await until(signed)

    async with house.database.reading() as session:
        assert [] == (await session.scalars(select(WorkerRow))).all()


@database
async def test_a_sandbox_that_does_not_answer_leaves_its_worker_alive(house: House) -> None:
    """The worker signs all the same, and says that there is a problem."""
    release = threading.Event()

    class Silent(FakeJudge):
        def standing(self) -> Standing:
            release.wait(20)
            return WARM

    async def signed_twice() -> bool:
        async with house.database.reading() as session:
            row = await session.scalar(select(WorkerRow).where(WorkerRow.seen_at > WorkerRow.started_at))
        return row is not None and row.problem is not None

    async with worker(house, Silent()):
        await until(signed_twice)
        release.set()
        await until(lambda: is_warm(house))


async def is_warm(house: House) -> bool:
    """Tell whether the one worker says that all is well."""
    return [WARM] == [one.standing for one in await present(house)]


@database
async def test_a_sandbox_that_breaks_is_a_problem_to_read(house: House) -> None:
    """What nobody foresaw does not end the signing; its name is on the roll."""

    class Broken(FakeJudge):
        def standing(self) -> Standing:
            raise ZeroDivisionError("a bug of ours")

    async def told() -> bool:
        return ["ZeroDivisionError: a bug of ours"] == [one.standing.problem for one in await present(house)]

    async with worker(house, Broken()):
        await until(told)


@database
async def test_the_dead_count_for_nothing_and_go(house: House) -> None:
    """A worker that was silent for too long is not present; later its row is taken away, a living one's stays."""
    dead, alive = uuid.uuid4(), uuid.uuid4()
    async with house.database.unit_of_work() as session:
        for one in (dead, alive):
            await sign(session, one, WARM)
        silent = func.clock_timestamp() - timedelta(seconds=60)
        await session.execute(update(WorkerRow).where(WorkerRow.id == dead).values(seen_at=silent))
    living = await present(house)
    async with house.database.unit_of_work() as session:
        await strike_off(session, silent_seconds=30)
        left = (await session.scalars(select(WorkerRow.id))).all()

    assert [alive.hex[:8]] == [one.name for one in living]
    assert [alive] == left


@database
async def test_a_drained_worker_that_was_cut_off_stays_drained(house: House) -> None:
    """Others leave its row, so that it reads the same once the database answers again; much later they do not."""
    async with house.database.unit_of_work() as session:
        for days in (1, 8):
            one = uuid.uuid4()
            await sign(session, one, WARM)
            silent = func.clock_timestamp() - timedelta(days=days)
            await session.execute(update(WorkerRow).where(WorkerRow.id == one).values(seen_at=silent, drain=True))
        await strike_off(session, silent_seconds=60)
        (seen,) = (await session.scalars(select(func.clock_timestamp() - WorkerRow.seen_at))).all()
    assert seen < timedelta(days=2)


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (standing("starting"), Readiness.WARMING),
        (standing(), Readiness.WARMING),
        (standing("starting", "ready"), Readiness.READY),
        (standing("running", "starting"), Readiness.BUSY),
        (standing("ending"), Readiness.BUSY),
        (standing("ready", role="oneshot"), Readiness.READY),
        (standing("ready", role="judge"), Readiness.WARMING),
        (standing("ready", problem="no engine"), Readiness.STUCK),
        (standing(mode="cold"), Readiness.READY),
    ],
)
def test_readiness_is_what_would_happen_to_a_submission(state: Standing, expected: Readiness) -> None:
    """A slot that is ready runs it at once; taken ones let it wait; a problem lets it wait for somebody."""
    assert expected == state.readiness


def test_the_readiest_worker_counts() -> None:
    """One of several that is ready is enough; without any there is nobody."""
    assert Readiness.READY == best_readiness([standing("running"), standing("ready"), standing(problem="no engine")])
    assert Readiness.NOBODY == best_readiness([])


def test_slots_are_told_in_a_few_words() -> None:
    """A doctor says roles, states and numbers."""
    assert "quick 2 ready, 1 running" == said_of_slots(standing("ready", "running", "ready"))
    assert "no slots" == said_of_slots(standing())
