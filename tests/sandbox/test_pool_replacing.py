"""When the pool replaces a slot: by age and number, and at once when it is suspicious, dead, silent or babbles."""

from collections.abc import Callable
from typing import Any

import pytest
from fakecells import ANSWER, READY, FakeCell, eventually, finish
from poolhouse import House, order, ready

import sandbox.pool as pool_module
import sandbox.recycling as recycling_module
import sandbox.slot as slot_module
from sandbox import Ending, SandboxFault
from sandbox.cells import CellGone, CellSilent
from sandbox.recycling import Reason
from sandbox.wire import Answer, BadAnswer


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


def test_line_that_breaks_between_runs(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """A slot whose line fails in a way that nobody foresaw, while its next child gets ready, is replaced."""
    pool = house.pool(1)
    pool.run(order())
    assert eventually(lambda: ready(pool) == 1)

    def answer_and_break(cell: FakeCell, _: str) -> None:
        read = cell.read

        def break_(count: int, deadline: float) -> bytes:
            if not cell.is_quiet():
                return read(count, deadline)
            raise RuntimeError("odd")

        monkeypatch.setattr(cell, "read", break_)
        cell.say(ANSWER)

    house.maker.behave = answer_and_break
    pool.run(order())

    assert eventually(lambda: pool.replaced == {Reason.FAULT: 1} and ready(pool) == 1)
