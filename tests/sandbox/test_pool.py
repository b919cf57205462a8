"""The pool with cells of paper: who gets a slot and when, and what closing and resizing do."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from fakecells import FakeCell, eventually, finish
from poolhouse import ONCE, WARM, Held, House, order, ready

from sandbox import Ending, SandboxFault
from sandbox.gate import Closed
from sandbox.recycling import Reason
from sandbox.waiter import Waiter


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
    wait = Waiter.wait
    monkeypatch.setattr(Waiter, "wait", interrupted)
    with pytest.raises(KeyboardInterrupt):
        pool.run(order())
    monkeypatch.setattr(Waiter, "wait", wait)

    assert (1, 0) == (ready(pool), pool.waiting)
    assert Ending.FINISHED == pool.run(order()).outcome.ending


def test_plan(house: House) -> None:
    """A pool's cells are made by its plan."""
    plan = replace(WARM, memory_bytes=123)
    pool = house.pool(1, plan=plan)
    pool.run(order())

    assert plan == house.maker.cells[0].plan
