"""A rescore that only waits makes room in the worker's slot, and whoever goes before it goes before it."""

import uuid
from dataclasses import replace

import pytest
from procrastinate.jobs import Job
from rescorehouse import EIGHT, RescoreHouse, became
from serverhouse import worker
from sqlalchemy import text
from test_rescoring import rescoring

from server.database.models import Depth, ItemState, Rescore, RescoreState
from server.queue import rescore as working
from server.queue.app import Patience
from server.queue.doorbell import ring_for_gate
from server.queue.making_room import StepAside
from server.queue.pace import TRUSTED, Pace
from server.rescoring import Plan, making, plan
from server.rescoring.writing import write_items

pytestmark = pytest.mark.database

__all__ = ["rescoring"]

QUEUED = text("select coalesce(scheduled_at > now(), false) from procrastinate_jobs where args ->> 'rescore_id' = :id")


async def states(rescoring: RescoreHouse, rescore: Rescore) -> list[ItemState]:
    """Return what is known of the items of a set."""
    return sorted(item.state for item in (await rescoring.items(rescore)).values())


async def put_off(rescoring: RescoreHouse, rescore: Rescore) -> list[bool]:
    """Return of each job of a set whether it is due only later."""
    async with rescoring.house.database.reading() as session:
        return list(await session.scalars(QUEUED, {"id": str(rescore.id)}))


async def test_an_exercises_check_goes_between_two_portions(
    rescoring: RescoreHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A teacher who imports an exercise waits for a portion, not for the set."""
    monkeypatch.setattr(working, "PORTION", 1)
    for _ in range(2):
        await rescoring.handed_in(EIGHT)
    made = await rescoring.make()
    written = write_items

    async def then_imported(*all_of_it: object) -> None:
        await written(*all_of_it)  # type: ignore[arg-type]
        async with rescoring.house.database.unit_of_work() as session:
            await ring_for_gate(session, uuid.uuid4())

    monkeypatch.setattr(working, "write_items", then_imported)
    with pytest.raises(StepAside) as aside:
        await rescoring.work_out(made)
    assert (0, [ItemState.DONE, ItemState.WAITING]) == (aside.value.seconds, await states(rescoring, made))
    assert [False] == await put_off(rescoring, made)

    async with rescoring.house.database.unit_of_work() as session:
        await session.execute(text("delete from procrastinate_jobs where task_name = 'check_exercise'"))
    monkeypatch.setattr(working, "write_items", written)
    assert RescoreState.READY is (await rescoring.work_out(made)).state


async def test_a_paced_set_lets_another_be_worked_out_meanwhile(rescoring: RescoreHouse) -> None:
    """With one worker, the second set is ready while the first one waits for its next minute."""
    for _ in range(3):
        await rescoring.handed_in(EIGHT)
    slow = await rescoring.make(wish={"per_minute": 4})
    other = await rescoring.make()

    async with worker(rescoring.house, rescoring.judge):
        await became(rescoring, other, RescoreState.READY)
        assert RescoreState.RUNNING is (await rescoring.reload(slow)).state
        assert [ItemState.DONE, ItemState.WAITING, ItemState.WAITING] == await states(rescoring, slow)
        assert [True] == await put_off(rescoring, slow)


async def test_for_students_a_set_makes_room_for_others_as_well(
    rescoring: RescoreHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While it would only wait until no student does, what needs no slot of theirs is done; alone it stays."""
    await rescoring.handed_in(EIGHT)
    loaded: list[object] = []
    monkeypatch.setattr(working, "waiting_items", lambda *asked, **_: loaded.append(asked))
    made = await rescoring.make(depth=Depth.RERUN)
    await rescoring.make()
    await rescoring.house.submit("cnn-digits")

    with pytest.raises(StepAside) as aside:
        await rescoring.work_out(made)

    assert (working.ASIDE, [True]) == (aside.value.seconds, await put_off(rescoring, made))
    assert [] == loaded  # evidence is long, and is loaded once it is the set's turn


@pytest.mark.parametrize("attempts", [0, 50])
def test_who_stepped_aside_comes_back_however_often(attempts: int) -> None:
    """After as many seconds as it said."""
    job = Job(
        id=1, queue="rescore", lock=None, queueing_lock=None, task_name="rescore_chunk", priority=0, attempts=attempts
    )
    decision = Patience().get_retry_decision(exception=StepAside(7), job=job)
    assert decision is not None
    assert decision.retry_at is not None
    (now,) = [Patience().get_retry_decision(exception=StepAside(), job=job)]
    assert now is not None
    assert now.retry_at is not None
    assert 5 < (decision.retry_at - now.retry_at).total_seconds() <= 7


def test_a_pace_is_reckoned_between_two_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was written since and what time passed is reckoned; after a while, or at another pace, it is counted."""
    now = [100.0]
    monkeypatch.setattr("server.queue.pace.time.monotonic", lambda: now[0])
    pace, one = Pace(), uuid.uuid4()
    assert pace.ahead(one, 60) is None
    pace.counted(one, 60, 2.0)
    pace.wrote(one, 5)
    now[0] += 3
    assert pytest.approx(2 + 5 - 3) == pace.ahead(one, 60)
    assert pace.ahead(one, 30) is None
    now[0] += TRUSTED
    assert pace.ahead(one, 60) is None


async def test_what_belongs_to_two_groups_is_one_item(rescoring: RescoreHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    """A submission that is judged anew between two groups of a set fits both, and is in it once."""
    await rescoring.handed_in(EIGHT)
    planned = plan

    async def twice(*asked: object) -> Plan:
        found = await planned(*asked)  # type: ignore[arg-type]
        return replace(found, groups=[*found.groups, *found.groups])

    monkeypatch.setattr(making, "plan", twice)
    made = await rescoring.make()
    assert (1, 1) == (made.total, len(await rescoring.items(made)))
