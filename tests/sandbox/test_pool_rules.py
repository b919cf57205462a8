"""The pure rules around the pool: where a request goes, when a slot is replaced, who starts first, which numbers."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from fakecells import FakeCells, eventually

from sandbox import Ending, Isolation, Lane, Limits, Pins, PooledSandbox, RunRequest, SandboxUnavailable, Slots
from sandbox.cells import Role
from sandbox.gate import Closed, Gate
from sandbox.patience import retry_after
from sandbox.recycling import Aftermath, Reason, reason_to_replace
from sandbox.routing import KEPT_ROLES, cold_plan, fits, plan_of, role_for, size_of, started_ahead
from sandbox.uids import SMALL_FIRST, SMALL_LAST, UidRanges

MIB = 1 << 20
WELL = Aftermath(
    ending=Ending.FINISHED,
    clean=True,
    strays=False,
    runs=1,
    age_seconds=10,
    resident_bytes=300 * MIB,
    first_resident_bytes=300 * MIB,
)


@pytest.mark.parametrize(
    ("mode", "request_", "role"),
    [
        (Isolation.WARM, RunRequest("x"), Role.QUICK),
        (Isolation.WARM, RunRequest("x", lane=Lane.LONG), Role.LONG),
        (Isolation.WARM, RunRequest("x", trusted=True), Role.JUDGE),
        (Isolation.WARM, RunRequest("x", trusted=True, lane=Lane.LONG), Role.LONG_JUDGE),
        (Isolation.WARM, RunRequest("x", isolation=Isolation.ONESHOT), Role.ONESHOT),
        (Isolation.WARM, RunRequest("x", isolation=Isolation.ONESHOT, lane=Lane.LONG), Role.LONG_ONESHOT),
        (Isolation.WARM, RunRequest("x", isolation=Isolation.ONESHOT, trusted=True), Role.JUDGE),
        (Isolation.WARM, RunRequest("x", isolation=Isolation.COLD), Role.COLD),
        (Isolation.ONESHOT, RunRequest("x"), Role.ONESHOT),
        (Isolation.ONESHOT, RunRequest("x", isolation=Isolation.WARM), Role.ONESHOT),
        (Isolation.ONESHOT, RunRequest("x", trusted=True), Role.JUDGE),
        (Isolation.COLD, RunRequest("x"), Role.COLD),
        (Isolation.COLD, RunRequest("x", isolation=Isolation.WARM, trusted=True), Role.COLD),
    ],
)
def test_roles(mode: Isolation, request_: RunRequest, role: Role) -> None:
    """Trust, lane and isolation decide; never laxer than the sandbox's own mode."""
    assert role == role_for(request_, mode)


@pytest.mark.parametrize(
    ("request_", "quick", "long"),
    [
        (RunRequest("x"), True, True),
        (RunRequest("x", pins=Pins(seed=7, op_determinism=False)), True, True),
        (RunRequest("x", pins=Pins(threads=2)), False, False),
        (RunRequest("x", pins=Pins(onednn=False)), False, False),
        (RunRequest("x", pins=Pins(hash_seed=1)), False, False),
        (RunRequest("x", limits=Limits(memory_bytes=3072 * MIB)), False, True),
        (RunRequest("x", limits=Limits(memory_bytes=5000 * MIB)), False, False),
        (RunRequest("x", files={"a": bytes(80 * MIB)}), False, True),
        (RunRequest("x", limits=Limits(artifacts_bytes=600 * MIB)), False, False),
    ],
)
def test_what_fits(request_: RunRequest, quick: bool, long: bool) -> None:  # noqa: FBT001 - a table
    """A request goes to a kept slot only where it finds exactly what it asks for."""
    assert (quick, long) == (fits(request_, plan_of(Role.QUICK)), fits(request_, plan_of(Role.LONG)))


def test_cold_cells_are_made_to_measure() -> None:
    """A cold cell always fits the request it is made for, with room beside the run to bring out what it leaves."""
    wanted = RunRequest("x", pins=Pins(threads=4), limits=Limits(memory_bytes=9000 * MIB, artifacts_bytes=700 * MIB))
    plan = cold_plan(wanted)

    assert (4, 9512 * MIB, 700 * MIB) == (plan.pins.threads, plan.memory_bytes, plan.box_bytes)


def test_quick_work_is_never_behind_long_work() -> None:
    """Quick slots are started before long ones, get more of the processor, and are never the long ones' number."""
    plans = [plan_of(role) for role in KEPT_ROLES]
    lanes = [plan.lane for plan in plans]

    assert lanes == sorted(lanes, key=[Lane.QUICK, Lane.LONG].index)
    assert {3, 4} == {size_of(role, Slots(quick=3, long=9, judges=4)) for role in (Role.QUICK, Role.JUDGE)}


@pytest.mark.parametrize(
    ("mode", "roles"),
    [
        (Isolation.WARM, {Role.QUICK, Role.LONG, Role.JUDGE, Role.LONG_JUDGE}),
        (Isolation.ONESHOT, {Role.ONESHOT, Role.LONG_ONESHOT, Role.JUDGE, Role.LONG_JUDGE}),
        (Isolation.COLD, set()),
    ],
)
def test_ahead(mode: Isolation, roles: set[Role]) -> None:
    """Started ahead is what a sandbox of this mode needs as a rule."""
    assert roles == {role for role in KEPT_ROLES if started_ahead(role, mode)}


def test_slots_of_each_kind() -> None:
    """A number of slots with which some run would wait for ever is refused."""
    with pytest.raises(ValueError, match="at least one"):
        Slots(judges=0)


@pytest.mark.parametrize(
    ("change", "once", "reason"),
    [
        ({}, False, None),
        ({}, True, Reason.USED),
        ({"runs": 199}, False, None),
        ({"runs": 200}, False, Reason.RUNS),
        ({"age_seconds": 3600}, False, Reason.AGE),
        ({"clean": False}, False, Reason.UNCLEAN),
        ({"strays": True}, False, Reason.STRAYS),
        ({"ending": Ending.VIOLATION}, True, Reason.VIOLATION),
        ({"ending": Ending.OUT_OF_MEMORY}, False, None),
        ({"ending": Ending.TIMED_OUT}, False, None),
        ({"resident_bytes": 364 * MIB}, False, None),
        ({"resident_bytes": 365 * MIB}, False, Reason.GROWTH),
        ({"resident_bytes": None}, False, None),
        ({"runs": 200, "strays": True}, False, Reason.STRAYS),
    ],
)
def test_when_a_slot_is_replaced(change: dict[str, Any], once: bool, reason: Reason | None) -> None:  # noqa: FBT001
    """After so many runs, so long, or anything suspicious; the most suspicious reason is the one that is named."""
    assert reason == reason_to_replace(replace(WELL, **change), once=once)


def test_only_harmless_reasons_wait() -> None:
    """A slot serves on until it is replaced only where nothing speaks against it but its age."""
    assert {Reason.RUNS, Reason.AGE} == {reason for reason in Reason if reason.can_wait}


def test_pauses_between_attempts() -> None:
    """Starting is tried again after a second, then later and later, and at least every minute."""
    assert [1, 2, 4, 8, 16, 32, 60, 60, 60] == [retry_after(failures) for failures in (1, 2, 3, 4, 5, 6, 7, 8, 1000)]


def test_gate_lets_a_number_through_in_order() -> None:
    """Never more than its number are inside; the lowest rank goes first, then whoever came first."""
    gate = Gate(1)
    order: list[str] = []

    def pass_through(name: str, rank: int) -> None:
        with gate.turn(rank):
            order.append(name)

    with ThreadPoolExecutor(4) as threads, gate.turn():
        for number, (name, rank) in enumerate({"late": 2, "first": 0, "second": 0, "middle": 1}.items()):
            threads.submit(pass_through, name, rank)
            assert eventually(lambda expected=number: gate.waiting == expected + 1)

        assert [] == order

    assert ["first", "second", "middle", "late"] == order


def test_closed_gate() -> None:
    """Closing turns away those who wait and those who come later."""
    gate = Gate(1)
    with ThreadPoolExecutor(1) as threads, gate.turn():
        waiting = threads.submit(lambda: gate.turn().__enter__())
        assert eventually(lambda: gate.waiting == 1)
        gate.close()

        with pytest.raises(Closed):
            waiting.result(timeout=10)
    with pytest.raises(Closed), gate.turn():
        pass


@pytest.mark.parametrize("small", [False, True])
def test_user_numbers_are_nobody_elses(small: bool) -> None:  # noqa: FBT001 - a table
    """No range is given out twice, none that others name, and none outside what is mapped."""
    others = [str(UidRanges(small=small).take()) for _ in range(20)]
    ranges = UidRanges(small=small, taken=lambda: others)
    taken = [ranges.take() for _ in range(100)]

    assert 100 == len({one.first for one in taken})
    assert not {str(one) for one in taken} & set(others)
    assert all(one.first % one.count == 0 for one in taken)
    if small:
        assert all(SMALL_FIRST <= one.first and one.first + one.count <= SMALL_LAST for one in taken)


def test_user_numbers_run_out() -> None:
    """Where no range is left the sentence says so, until one is given back."""
    ranges = UidRanges(small=True)
    taken = [ranges.take() for _ in range(60)]
    with pytest.raises(SandboxUnavailable, match="user numbers"):
        list(iter(ranges.take, None))
    ranges.give_back(taken[0])

    assert ranges.take() == taken[0]


def test_sandbox_routes_and_reports() -> None:
    """A sandbox sends each request to its role, says how it is doing, counts faults, and closes everything."""
    maker = FakeCells()
    sandbox = PooledSandbox(maker, Isolation.WARM, Slots(quick=1, long=1, judges=1, ahead=False))
    for one in (
        RunRequest("student"),
        RunRequest("judge", trusted=True),
        RunRequest("training", lane=Lane.LONG),
        RunRequest("exam", isolation=Isolation.ONESHOT),
        RunRequest("threads", pins=Pins(threads=2)),
    ):
        sandbox.run(one)
    went = {cell.plan.role: cell.asked for cell in maker.cells if cell.asked}
    health = sandbox.health()
    sandbox.close()

    assert {
        Role.QUICK: ["student"],
        Role.JUDGE: ["judge"],
        Role.LONG: ["training"],
        Role.ONESHOT: ["exam"],
        Role.COLD: ["threads"],
    } == went
    assert {"quick", "judge", "long", "oneshot"} == {slot.role for slot in health.slots}
    assert (0, 0, None, {"used once": 1}) == (health.waiting, health.faults, health.problem, health.recycled)
    assert ([], True) == (maker.living, maker.closed)


def test_cold_runs_are_limited_too() -> None:
    """Cold runs wait for each other like all the rest; closing ends those that run and those that wait."""
    maker = FakeCells(behave=lambda *_: None)
    sandbox = PooledSandbox(maker, Isolation.COLD, Slots(quick=1, long=1, judges=1, ahead=True))
    with ThreadPoolExecutor(5) as threads:
        runs = [threads.submit(sandbox.run, RunRequest("x")) for _ in range(5)]
        assert eventually(lambda: len(maker.cells) == 2 and sandbox.health().waiting == 3)
        sandbox.close()

        assert all(isinstance(run.exception(timeout=10), Exception) for run in runs)
    assert (2, []) == (len(maker.cells), maker.living)


def test_resize_of_a_sandbox() -> None:
    """The number of slots follows a setting while the sandbox is open."""
    maker = FakeCells()
    sandbox = PooledSandbox(maker, Isolation.WARM, Slots(quick=1, long=1, judges=1))
    assert eventually(lambda: len(maker.living) == 4)
    sandbox.resize(Slots(quick=3, long=1, judges=2))
    assert eventually(lambda: len(maker.living) == 7)
    sandbox.resize(Slots(quick=1, long=1, judges=1))

    assert eventually(lambda: len(maker.living) == 4)
    sandbox.close()


def test_closing_twice_at_once() -> None:
    """Closing may be asked for from anywhere, any number of times."""
    maker = FakeCells()
    sandbox = PooledSandbox(maker, Isolation.WARM, Slots(quick=2, long=1, judges=1))
    closers = [threading.Thread(target=sandbox.close) for _ in range(4)]
    for closer in closers:
        closer.start()
    for closer in closers:
        closer.join(10)

    assert eventually(lambda: maker.closed and not maker.living)
