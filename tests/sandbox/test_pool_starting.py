"""How the pool starts slots: a few at a time, and again and again where it fails, telling those who wait."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from fakecells import READY, eventually
from poolhouse import Held, House, order, ready

import sandbox.pool as pool_module
from sandbox import Ending, SandboxUnavailable
from sandbox.pool import Pool


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


def test_system_without_threads(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the system gives no thread for a while, what was to be done is done later, and no slot is lost."""

    def refuse(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    pool = house.pool(1)
    assert eventually(lambda: ready(pool) == 1)
    with monkeypatch.context() as hard_times:
        hard_times.setattr(threading.Thread, "start", refuse)
        pool.run(order())
    before = ready(pool)
    house.errands.catch_up()

    assert 0 == before
    assert eventually(lambda: ready(pool) == 1)
    assert 1 == len(house.maker.cells)
