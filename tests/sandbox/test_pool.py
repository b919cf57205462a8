"""The pool with cells of paper: who gets a slot, when one is replaced, and what happens when none can be had."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from fakecells import ANSWER, READY, FakeCell, FakeCells, FakeClock, eventually, finish

import sandbox.pool as pool_module
import sandbox.recycling as recycling_module
import sandbox.slot as slot_module
from sandbox import Ending, Isolation, RunRequest, SandboxFault, SandboxUnavailable, SlotState
from sandbox.cells import CellGone, CellSilent, Plan, Role
from sandbox.errands import Errands
from sandbox.gate import Closed, Gate
from sandbox.pool import Pool
from sandbox.recycling import Reason
from sandbox.routing import plan_of
from sandbox.slot import Order
from sandbox.waiter import Waiter
from sandbox.wire import Answer, BadAnswer, encode_request

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


@pytest.fixture
def house() -> Iterator[House]:
    """Give a house and close it."""
    one = House()
    yield one
    one.close()


def order(entry: str = "x", tell: Callable[[Any], None] | None = None) -> Order:
    """Ask for a run."""
    request = RunRequest(entry)
    return Order(request, encode_request(request), tell)


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


def test_started_ahead(house: House) -> None:
    """Slots that are wanted ahead are started before anybody asks."""
    pool = house.pool(3)

    assert eventually(lambda: ready(pool) == 3)
    assert 3 == len(house.maker.cells)


def test_started_on_demand(house: House) -> None:
    """Otherwise one is started when the first run needs it, and runs one after another share it."""
    pool = house.pool(3, ahead=False)

    assert () == pool.health()
    for _ in range(5):
        pool.run(order())
    assert 1 == len(house.maker.cells)


def test_one_run_at_a_time_each_once(house: House) -> None:
    """Fifty runs on two slots: each is carried out exactly once, never two in one slot."""
    house.maker.behave = held = Held()
    pool = house.pool(2)
    with ThreadPoolExecutor(50) as threads:
        runs = [threads.submit(pool.run, order(str(number))) for number in range(50)]
        for _ in range(50):
            assert eventually(lambda: held.running)
            held.let_go()
        outcomes = [run.result(timeout=10) for run in runs]

    assert 50 == len(outcomes)
    assert sorted(map(str, range(50))) == sorted(held.done)
    assert (2, 2) == (held.most, len(house.maker.cells))


def test_first_come_first_served(house: House) -> None:
    """Those who wait get the slot in the order in which they came."""
    house.maker.behave = held = Held()
    pool = house.pool(1)
    with ThreadPoolExecutor(8) as threads:
        for number in range(8):
            threads.submit(pool.run, order(str(number)))
            assert eventually(lambda expected=number: pool.waiting + len(held.done) == expected + 1)
        for _ in range(8):
            assert eventually(lambda: held.running)
            held.let_go()

    assert list("01234567") == held.done


def test_events(house: House) -> None:
    """Events are told as they come; those that make no sense are as if they had not been said."""
    told: list[Any] = []

    def talk(cell: FakeCell, _: str) -> None:
        for event in ({"epoch": 1, "loss": 0.5}, {"list": []}, "nonsense", {"note": "x" * 101}, {"done": True}):
            cell.say({"say": "event", "event": event})
        finish(cell, "")

    house.maker.behave = talk
    house.pool(1).run(order(tell=told.append))

    assert [{"epoch": 1, "loss": 0.5}, {"done": True}] == told


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"clean": False}, Reason.UNCLEAN),
        ({"strays": True}, Reason.STRAYS),
        ({"ending": "violation"}, Reason.VIOLATION),
    ],
)
def test_suspicious_slots_go_at_once(house: House, change: dict[str, Any], reason: Reason) -> None:
    """A slot that a run has left in doubt is removed before another run, and replaced; the run's outcome counts."""
    house.maker.behave = lambda cell, _: cell.say({**ANSWER, **change})
    pool = house.pool(1)
    first = pool.run(order())
    house.maker.behave = finish
    pool.run(order())

    assert isinstance(first, Answer)
    assert [["x"], ["x"]] == [cell.asked for cell in house.maker.cells[:2]]
    assert {reason: 1} == pool.replaced
    assert eventually(house.maker.cells[0].removed.is_set)


def test_growth(house: House) -> None:
    """A slot that holds 64 MiB more than after its first run is replaced."""
    sizes = iter([200 << 20, 260 << 20, 265 << 20])

    def grow(cell: FakeCell, _: str) -> None:
        cell.say({**ANSWER, "resident_bytes": next(sizes)})
        cell.say(READY)

    house.maker.behave = grow
    pool = house.pool(1)
    for _ in range(3):
        pool.run(order())

    assert {Reason.GROWTH: 1} == pool.replaced
    assert 3 == len(house.maker.cells[0].asked)


def test_many_runs(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """A slot that has carried out its number of runs serves on until another stands in its place."""
    monkeypatch.setattr(recycling_module, "MOST_RUNS", 3)
    pool = house.pool(1)
    assert eventually(lambda: ready(pool) == 1)
    house.maker.ready = False
    for _ in range(5):
        pool.run(order())
    first = house.maker.cells[0]
    assert eventually(lambda: len(house.maker.cells) == 2)

    assert (5, False) == (len(first.asked), first.removed.is_set())

    house.maker.cells[1].say(READY)
    assert eventually(first.removed.is_set)
    pool.run(order())

    assert (["x"], {Reason.RUNS: 1}) == (house.maker.cells[1].asked, pool.replaced)


def test_age(house: House) -> None:
    """A slot of an hour is replaced though nobody uses it, by one that is started first."""
    pool = house.pool(1)
    assert eventually(lambda: ready(pool) == 1)
    house.clock.now += 3599
    pool.look_after()
    assert 1 == len(house.maker.cells)
    house.clock.now += 1
    pool.look_after()

    assert eventually(house.maker.cells[0].removed.is_set)
    assert ({Reason.AGE: 1}, 1) == (pool.replaced, ready(pool))


def test_dead_idle_slot_costs_nobody_anything(house: House) -> None:
    """A slot that has died while nobody used it is found when it is wanted; the run goes to another."""
    pool = house.pool(2)
    assert eventually(lambda: ready(pool) == 2)
    for cell in house.maker.cells:
        cell.die()

    assert Ending.FINISHED == pool.run(order()).outcome.ending
    assert {Reason.DIED: 2} == pool.replaced


@pytest.mark.parametrize("how", ["died", "spoke out of turn", "halted"])
def test_idle_slots_are_looked_after(house: House, how: str) -> None:
    """A slot that has died, speaks unasked, or was halted while idle is replaced before anybody wants it."""
    pool = house.pool(1)
    assert eventually(lambda: ready(pool) == 1)
    cell = house.maker.cells[0]
    {"died": cell.die, "spoke out of turn": lambda: cell.say(READY), "halted": lambda: None}[how]()
    pool.look_after(frozenset({cell.name} if how == "halted" else ()))

    assert eventually(lambda: ready(pool) == 1 and len(house.maker.cells) == 2)
    assert eventually(cell.removed.is_set)


def _die(cell: FakeCell, _: str) -> None:
    cell.die()


def _babble(cell: FakeCell, _: str) -> None:
    cell.utter(b"\0\0\0\2[]")


def _deny(cell: FakeCell, _: str) -> None:
    cell.say({"say": "fault", "fault": "no room"})


def _repeat(cell: FakeCell, _: str) -> None:
    cell.say(READY)


def _chatter(cell: FakeCell, _: str) -> None:
    for _number in range(2001):
        cell.say({"say": "event", "event": {}})


def _stay_silent(cell: FakeCell, entry: str) -> None:
    del cell, entry


@pytest.mark.parametrize(
    ("behaviour", "error", "reason"),
    [
        (_die, CellGone, Reason.DIED),
        (_babble, BadAnswer, Reason.BAD_ANSWER),
        (_repeat, BadAnswer, Reason.BAD_ANSWER),
        (_chatter, BadAnswer, Reason.BAD_ANSWER),
        (_deny, SandboxFault, Reason.FAULT),
        (_stay_silent, CellSilent, Reason.SILENT),
    ],
)
def test_failing_mid_run(
    house: House,
    monkeypatch: pytest.MonkeyPatch,
    behaviour: Callable[[FakeCell, str], None],
    error: type[SandboxFault],
    reason: Reason,
) -> None:
    """A slot that fails during a run is a fault for that run alone; it is removed and replaced."""
    monkeypatch.setattr(slot_module, "ANSWERING", -19.9)  # of the twenty seconds that the run itself may take
    house.maker.behave = behaviour
    pool = house.pool(1)

    with pytest.raises(error):
        pool.run(order())

    house.maker.behave = finish
    monkeypatch.undo()
    pool.run(order())

    assert {reason: 1} == pool.replaced
    assert eventually(house.maker.cells[0].removed.is_set)


def test_listener_that_fails(house: House) -> None:
    """An exception of whoever listens is theirs; the slot, which may still be running, is not used again."""

    def fail(_: object) -> None:
        raise ZeroDivisionError

    house.maker.behave = lambda cell, _: cell.say({"say": "event", "event": {}})
    pool = house.pool(1)
    with pytest.raises(ZeroDivisionError):
        pool.run(order(tell=fail))
    house.maker.behave = finish
    pool.run(order())

    assert 2 == len(house.maker.cells)


def test_next_child_never_ready(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """A slot whose next child does not get ready is replaced; the run before it keeps its outcome."""
    monkeypatch.setattr(pool_module, "SETTLING", 0.01)
    house.maker.behave = lambda cell, _: cell.say(ANSWER)
    pool = house.pool(1)

    assert Ending.FINISHED == pool.run(order()).outcome.ending
    assert eventually(lambda: pool.replaced == {Reason.SILENT: 1} and ready(pool) == 1)


def test_used_once(house: House) -> None:
    """Where slots are used once, each serves one run and the next one is started ahead."""
    pool = house.pool(3, ahead=False, plan=ONCE)
    assert () == pool.health()
    pool.run(order())
    assert eventually(lambda: ready(pool) >= 1)
    pool.run(order())

    assert eventually(lambda: ready(pool) >= 1)
    assert [1, 1] == [len(cell.asked) for cell in house.maker.cells if cell.asked]
    assert {Reason.USED: 2} == pool.replaced


def test_no_slot_can_be_started(house: House) -> None:
    """Where none can be started those who wait are told why, and it is tried again later and later, until it works."""
    house.maker.problem = SandboxUnavailable("start Docker")
    pool = house.pool(1)

    with pytest.raises(SandboxUnavailable, match="start Docker"):
        pool.run(order())
    assert "start Docker" == pool.problem
    pauses = [pause_until_next_try(house, pool) for _ in range(5)]

    assert [1, 2, 4, 8, 16] == pauses

    house.maker.problem = None
    house.clock.now += 60
    pool.look_after()

    assert eventually(lambda: ready(pool) == 1)
    assert pool.problem is None


def pause_until_next_try(house: House, pool: Pool) -> int:
    """Let time pass by the second until the pool tries again to start a slot; give the seconds."""
    tried = house.maker.attempts
    for seconds in range(100):
        pool.look_after()
        assert house.errands.finish(10)
        if house.maker.attempts > tried:
            return seconds
        house.clock.now += 1
    raise AssertionError("it is not tried again")


def test_living_slots_are_waited_for(house: House) -> None:
    """As long as one slot lives nobody is told that there is none, although no further one can be started."""
    house.maker.behave = held = Held()
    pool = house.pool(2)
    assert eventually(lambda: ready(pool) == 2)
    house.maker.problem = SandboxUnavailable("no room")
    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(pool.run, order())
        assert eventually(lambda: len(held.running) == 1)
        idle = next(cell for cell in house.maker.cells if not cell.asked)
        idle.die()
        second = threads.submit(pool.run, order())
        assert eventually(lambda: pool.problem is not None)
        held.let_go()
        assert eventually(lambda: held.running)
        held.let_go()

        assert [Ending.FINISHED] * 2 == [run.result(timeout=10).outcome.ending for run in (first, second)]


def test_cell_that_never_gets_ready(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cell that is started and does not get ready is removed, and is a failed start like any other."""
    monkeypatch.setattr(pool_module, "STARTING", 0.01)
    house.maker.ready = False
    pool = house.pool(1)

    with pytest.raises(SandboxUnavailable, match="no words"):
        pool.run(order())
    assert house.maker.cells[0].removed.is_set()


def test_maker_that_breaks(house: House) -> None:
    """Even an error nobody thought of leaves no slot missing for ever."""
    house.maker.problem = ZeroDivisionError("a bug")  # type: ignore[assignment]
    pool = house.pool(1)
    with pytest.raises(SandboxUnavailable, match="a bug"):
        pool.run(order())
    house.maker.problem = None
    house.clock.now += 60
    pool.look_after()

    assert eventually(lambda: ready(pool) == 1)


def test_close_while_runs_go_on(house: House) -> None:
    """Closing ends those who run, those who wait and those that start; every cell is removed and none comes after."""
    house.maker.behave = held = Held()
    pool = house.pool(1)
    with ThreadPoolExecutor(3) as threads:
        running = threads.submit(pool.run, order())
        assert eventually(lambda: held.running)
        waiting = [threads.submit(pool.run, order()) for _ in range(2)]
        assert eventually(lambda: pool.waiting == 2)
        house.maker.ready = False
        pool.resize(2, ahead=True)
        assert eventually(lambda: len(house.maker.cells) == 2)
        pool.close()

        for run in (running, *waiting):
            with pytest.raises(SandboxFault):
                run.result(timeout=10)
    assert house.errands.finish(10)
    assert [] == house.maker.living
    with pytest.raises(Closed):
        pool.run(order())


def test_resize(house: House) -> None:
    """More slots are started at once; fewer wait until runs are over."""
    house.maker.behave = held = Held()
    pool = house.pool(1)
    pool.resize(3, ahead=True)
    assert eventually(lambda: ready(pool) == 3)
    with ThreadPoolExecutor(3) as threads:
        runs = [threads.submit(pool.run, order()) for _ in range(3)]
        assert eventually(lambda: len(held.running) == 3)
        pool.resize(1, ahead=True)

        assert 3 == len(house.maker.living)

        for _ in range(3):
            held.let_go()
        assert [Ending.FINISHED] * 3 == [run.result(timeout=10).outcome.ending for run in runs]
    assert eventually(lambda: len(house.maker.living) == 1)
    assert eventually(lambda: ready(pool) == 1)


def test_whoever_gives_up_waiting_keeps_no_slot(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """A wait that is interrupted from the keyboard gives back what it had just been given."""

    def interrupted(_: Waiter) -> None:
        raise KeyboardInterrupt

    pool = house.pool(1)
    assert eventually(lambda: ready(pool) == 1)
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(Waiter, "wait", interrupted)
        pool.run(order())

    assert (1, 0) == (ready(pool), pool.waiting)
    assert Ending.FINISHED == pool.run(order()).outcome.ending


def test_starts_are_rationed(house: House) -> None:
    """No more slots start at a time than the gate lets through, and those of lower rank go first."""
    house.gate.resize(1)
    house.maker.ready = False
    first, last, middle = (house.pool(1, rank=0), house.pool(1, rank=2), house.pool(1, rank=1))
    plans = {0: first, 1: middle, 2: last}
    for rank in range(3):
        assert eventually(lambda expected=rank: len(house.maker.cells) == expected + 1)
        assert eventually(lambda expected=rank: house.gate.waiting == 2 - expected)
        house.maker.cells[rank].say(READY)
        assert eventually(lambda expected=rank: ready(plans[expected]) == 1)


def test_cold_plans_do_not_fit(house: House) -> None:
    """A pool's cells are all made by its one plan."""
    plan = replace(WARM, isolation=Isolation.WARM, memory_bytes=123)
    pool = house.pool(1, plan=plan)
    pool.run(order())

    assert plan == house.maker.cells[0].plan
