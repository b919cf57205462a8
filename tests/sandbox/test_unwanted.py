"""Runs that nobody wants any more: ended at once wherever they are, and the next one is carried out as ever."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from fakecells import eventually, finish
from poolhouse import Held, House, order, ready

from sandbox import Ending
from sandbox.contract import RunRequest, RunUnwanted
from sandbox.pooled import PooledSandbox
from sandbox.recycling import Reason
from server.stopping import Stop

LOOP = RunRequest("execute", {"code": "while True: pass"})


def test_one_that_runs(house: House) -> None:
    """It ends, its slot is replaced under a name of its own, and nothing of it is a fault of the slot."""
    house.maker.behave = Held()
    pool, stop = house.pool(1), Stop()
    with ThreadPoolExecutor(1) as threads:
        run = threads.submit(pool.run, order(stop=stop))
        assert eventually(lambda: house.maker.behave.running)
        house.maker.behave = finish
        stop.set()
        with pytest.raises(RunUnwanted):
            run.result(timeout=10)

    assert Ending.FINISHED is pool.run(order()).outcome.ending
    assert {Reason.UNWANTED: 1} == pool.replaced
    assert eventually(lambda: len(house.maker.living) == 1)


def test_one_that_waits(house: House) -> None:
    """It leaves the line and disturbs nobody: neither who runs nor who waits behind it."""
    house.maker.behave = held = Held()
    pool, stop = house.pool(1), Stop()
    with ThreadPoolExecutor(3) as threads:
        first = threads.submit(pool.run, order("first"))
        assert eventually(lambda: held.running)
        second = threads.submit(pool.run, order("second", stop=stop))
        assert eventually(lambda: pool.waiting == 1)
        third = threads.submit(pool.run, order("third"))
        assert eventually(lambda: pool.waiting == 2)
        stop.set()
        with pytest.raises(RunUnwanted):
            second.result(timeout=10)
        for run in (first, third):
            assert eventually(lambda: held.running)
            held.let_go()
            assert Ending.FINISHED is run.result(timeout=10).outcome.ending

    assert ["first", "third"] == held.done
    assert not pool.replaced


def test_one_that_came_too_late(house: House) -> None:
    """Nobody wants it before it begins: nothing runs, and the slot is as good as before."""
    pool, stop = house.pool(1), Stop()
    assert eventually(lambda: ready(pool) == 1)
    stop.set()
    for _ in range(3):
        with pytest.raises(RunUnwanted):
            pool.run(order(stop=stop))

    assert Ending.FINISHED is pool.run(order()).outcome.ending
    assert not pool.replaced
    assert 1 == len(house.maker.cells)


def test_one_that_has_ended(house: House) -> None:
    """Whoever says it after the end changes nothing."""
    pool, stop = house.pool(1), Stop()
    pool.run(order(stop=stop))
    stop.set()

    pool.run(order())
    assert not pool.replaced


@pytest.mark.parametrize("round_", range(5))
def test_in_the_same_moment(house: House, round_: int) -> None:
    """An answer and the end may meet: each of many runs ends one way or the other, and no slot is lost."""
    pool = house.pool(2)
    assert eventually(lambda: ready(pool) == 2)

    def one(number: int) -> str:
        stop = Stop()
        timer = threading.Timer(0.0002 * ((number + round_) % 7), stop.set)
        timer.start()
        try:
            return pool.run(order(stop=stop)).outcome.ending.value
        except RunUnwanted:
            return "unwanted"
        finally:
            timer.join()

    with ThreadPoolExecutor(4) as threads:
        ends = list(threads.map(one, range(40)))

    assert set(ends) <= {"finished", "unwanted"}
    assert eventually(lambda: ready(pool) == 2)


def test_stopping_is_heard_once() -> None:
    """An action is called once, at once where it comes too late, and never after its block."""
    stop, heard = Stop(), []
    with stop.calling(lambda: heard.append("left")):
        pass
    with stop.calling(lambda: heard.append("waits")):
        stop.set()
        stop.set()
    with stop.calling(lambda: heard.append("late")):
        pass

    assert ["waits", "late"] == heard
    assert stop.is_set


def test_in_a_real_sandbox(sandbox: PooledSandbox) -> None:
    """A loop is ended long before its limit; it counts as no fault, and the next run is carried out."""
    faults = sandbox.health().faults
    for _ in range(2):
        stop = Stop()
        began = time.monotonic()
        timer = threading.Timer(1, stop.set)
        timer.start()
        with pytest.raises(RunUnwanted):
            sandbox.run(LOOP, stop=stop)
        assert time.monotonic() - began < LOOP.limits.wall_seconds / 2
        assert Ending.FINISHED is sandbox.run(RunRequest("execute", {"code": ""})).ending

    assert faults == sandbox.health().faults
