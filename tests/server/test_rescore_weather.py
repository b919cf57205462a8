"""Rescoring while something else goes on: live judging of the same submission, removal, a full disk, kill -9."""

import asyncio
import errno
import signal
import threading
import uuid
from collections.abc import Awaitable, Callable

import pytest
from rescorehouse import EIGHT, RescoreHouse, became, judged
from scriptedjudging import LABELS
from serverhouse import House, until
from sqlalchemy import func, select, text, update
from test_crashes import worker_process
from test_rescoring import SPREAD, THRESHOLD, rescoring

from grader.contract import CheckBroke, Phase
from server.database.models import Depth, Grading, ItemState, RescoreItem, RescoreState, State, Submission, User
from server.errors import NothingToApply, RescoreOutdated
from server.personal_data import erase_person
from server.rescoring import apply, rechecking, try_again, undo
from server.store import Store
from server.submissions import claim, record_verdict
from server.submissions.storage import storable

pytestmark = pytest.mark.database

__all__ = ["rescoring"]


async def judge_live(rescoring: RescoreHouse, submission: uuid.UUID, classes: list[int]) -> None:
    """Judge a submission anew as a worker does, as if somebody had asked for that."""
    result = judged(rescoring.bundle, classes)
    async with rescoring.house.database.unit_of_work() as session:
        await session.execute(update(Submission).where(Submission.id == submission).values(state=State.QUEUED))
        held = await claim(session, submission, Phase.QUICK)
        assert held is not None
        assert await record_verdict(session, held, result, {})


async def test_judged_live_while_its_rescore_runs_the_live_verdict_stays(rescoring: RescoreHouse) -> None:
    """What came meanwhile is named when the set is applied, is not overwritten, and can be worked out once more."""
    submission = await rescoring.handed_in(LABELS)
    running, go_on = threading.Event(), threading.Event()

    def wait(_phase: str) -> None:
        running.set()
        assert go_on.wait(20)

    rescoring.judge.before = wait
    rescoring.judge.quick_script = [judged(rescoring.bundle, LABELS)]
    rescore = await rescoring.make(depth=Depth.RERUN, wish={"repeats": 0})
    working = asyncio.create_task(rescoring.work_out(rescore))
    await asyncio.to_thread(running.wait, 20)
    await judge_live(rescoring, submission, EIGHT)
    live = (await rescoring.grading(submission)).id
    go_on.set()
    assert RescoreState.READY is (await working).state
    (item,) = (await rescoring.items(rescore)).values()
    assert ("same", ItemState.DONE) == (item.change, item.state)

    database, teacher = rescoring.house.database, rescoring.house.teacher
    async with database.unit_of_work() as session:
        assert 1 == await try_again(session, teacher, rescore.id, rescoring.house.shelf)
    rescoring.judge.before = lambda _phase: None
    await rescoring.work_out(rescore)
    assert "up" == (await rescoring.items(rescore))[submission].change
    await judge_live(rescoring, submission, EIGHT)
    later = (await rescoring.grading(submission)).id
    assert live != later
    with pytest.raises(RescoreOutdated) as refused:
        async with database.unit_of_work() as session:
            await apply(session, teacher, rescore.id)
    assert [str(submission)] == refused.value.extra["submissions"]
    with pytest.raises(NothingToApply):
        async with database.unit_of_work() as session:
            await apply(session, teacher, rescore.id, rest=True)
    assert later == (await rescoring.grading(submission)).id


async def test_applied_while_a_live_verdict_is_being_written_it_waits_and_is_refused(rescoring: RescoreHouse) -> None:
    """Two transactions at the same moment: the one that holds the submission first is the one that counts."""
    submission = await rescoring.handed_in(EIGHT)
    version = await rescoring.version("easier", threshold=THRESHOLD, spread=SPREAD)
    rescore = await rescoring.made(to_version=version)
    database = rescoring.house.database

    async def applied() -> None:
        async with database.unit_of_work() as session:
            await apply(session, rescoring.house.teacher, rescore.id)

    async with database.unit_of_work() as session:
        await session.execute(update(Submission).where(Submission.id == submission).values(state=State.QUEUED))
        held = await claim(session, submission, Phase.QUICK)
        assert held is not None
        applying = asyncio.create_task(applied())
        await asyncio.sleep(0.5)
        assert not applying.done()
        await record_verdict(session, held, judged(rescoring.bundle, EIGHT), {})
    with pytest.raises(RescoreOutdated):
        await applying
    assert (await rescoring.grading(submission)).rescore_id is None


async def test_removed_after_it_was_applied_taking_back_leaves_it(rescoring: RescoreHouse) -> None:
    """Undo touches nothing of a person who was removed, and says how many it left."""
    leaver = await rescoring.classmate("leaver")
    theirs, kept = await rescoring.handed_in(EIGHT, user=leaver), await rescoring.handed_in(EIGHT)
    version = await rescoring.version("easier", threshold=THRESHOLD, spread=SPREAD)
    rescore = await rescoring.made(to_version=version)
    database, teacher = rescoring.house.database, rescoring.house.teacher
    async with database.unit_of_work() as session:
        assert 2 == (await apply(session, teacher, rescore.id)).applied
        await erase_person(session, None, leaver.id, confirm="leaver")

    async with database.unit_of_work() as session:
        assert 1 == (await undo(session, teacher, rescore.id)).undone

    assert ["passed", "failed"] == [(await rescoring.verdict(one))[0] for one in (theirs, kept)]


async def test_of_who_was_removed_while_the_set_was_made_nothing_stays(rescoring: RescoreHouse) -> None:
    """Their item may be there all the same: it is no error to decide about, and is gone once the set is ready."""
    leaver = await rescoring.classmate("leaver")
    theirs, kept = await rescoring.handed_in(LABELS, user=leaver), await rescoring.handed_in(EIGHT)
    rescore = await rescoring.make(to_version=await rescoring.version("easier", threshold=THRESHOLD, spread=SPREAD))
    async with rescoring.house.database.unit_of_work() as session:
        await session.execute(update(User).where(User.id == leaver.id).values(deleted_at=func.now()))

    await rescoring.work_out(rescore)

    assert {kept} == set(await rescoring.items(rescore))
    assert theirs != kept


async def test_files_of_a_set_that_does_not_count_yet_go_with_the_person_and_stay_with_others(
    rescoring: RescoreHouse,
) -> None:
    """What a rerun left is kept for its item: of who is removed it is removed, unless somebody else's names it."""
    leaver = await rescoring.classmate("leaver")
    theirs, kept = await rescoring.handed_in(EIGHT, user=leaver), await rescoring.handed_in(EIGHT)
    rescore = await rescoring.made()
    named = {theirs: ["alone", "shared"], kept: ["shared"]}
    async with rescoring.house.database.unit_of_work() as session:
        for submission, digests in named.items():
            of_item = (RescoreItem.rescore_id == rescore.id, RescoreItem.submission_id == submission)
            result = {"artifacts": {f"run/{one}": one for one in digests}}
            await session.execute(update(RescoreItem).where(*of_item).values(result=result))

    async with rescoring.house.database.unit_of_work() as session:
        erased = await erase_person(session, None, leaver.id, confirm="leaver")

    assert "alone" in erased.artifacts
    assert "shared" not in erased.artifacts


async def test_removed_while_it_runs_nothing_of_theirs_is_written(rescoring: RescoreHouse) -> None:
    """A program whose person goes while it runs: its item is gone, the set becomes ready, nothing comes back."""
    leaver = await rescoring.classmate("leaver")
    await rescoring.handed_in(LABELS, user=leaver)
    kept = await rescoring.handed_in(LABELS)
    loop = asyncio.get_running_loop()
    erased: list[str] = []

    async def erase() -> None:
        async with rescoring.house.database.unit_of_work() as session:
            await erase_person(session, None, leaver.id, confirm="leaver")

    def before(_phase: str) -> None:
        if not erased:
            erased.append("leaver")
            asyncio.run_coroutine_threadsafe(erase(), loop).result(20)

    rescoring.judge.before = before
    rescoring.judge.quick_script = [judged(rescoring.bundle, EIGHT)]

    rescore = await rescoring.made(depth=Depth.RERUN, wish={"repeats": 0})

    assert RescoreState.READY is rescore.state
    assert [kept] == list(await rescoring.items(rescore))


async def test_a_full_disk_costs_no_verdict(rescoring: RescoreHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    """The store takes half a file and then nothing: the rerun has its verdict and names nothing that is not there."""
    submission = await rescoring.handed_in(LABELS)

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Store, "write", full)
    rescoring.judge.quick_script = [judged(rescoring.bundle, EIGHT)]

    rescore = await rescoring.made(depth=Depth.RERUN, wish={"repeats": 0})

    item = (await rescoring.items(rescore))[submission]
    assert (ItemState.DONE, "down", {}) == (item.state, item.change, (item.result or {})["artifacts"])


async def test_a_check_that_raises_on_one_evidence_names_itself(
    rescoring: RescoreHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A check of ours that raises on some evidence: that submission's error says which, all others are worked out."""
    odd, others = await rescoring.handed_in(LABELS), [await rescoring.handed_in(EIGHT) for _ in range(3)]
    evidence = storable((await rescoring.grading(odd)).evidence)
    check = rechecking.grader.recheck

    def raising(bundle: object, given: object) -> object:
        if given == evidence:
            raise CheckBroke("accuracy: ZeroDivisionError: division by zero")
        return check(bundle, given)  # type: ignore[arg-type]

    monkeypatch.setattr(rechecking.grader, "recheck", raising)

    rescore = await rescoring.made()

    items = await rescoring.items(rescore)
    assert {"type": "CheckBroke", "message": "accuracy: ZeroDivisionError: division by zero"} == items[odd].fault
    assert {ItemState.DONE} == {items[one].state for one in others}


def programs_done(house: House, rescore: uuid.UUID, number: int) -> Callable[[], Awaitable[bool]]:
    """Return a condition: so many items of a set are worked out."""

    async def were() -> bool:
        async with house.database.reading() as session:
            done = select(func.count()).where(RescoreItem.rescore_id == rescore, RescoreItem.state == ItemState.DONE)
            return (await session.scalar(done) or 0) >= number

    return were


async def test_a_worker_killed_in_a_chunk_costs_the_program_in_hand(rescoring: RescoreHouse) -> None:
    """SIGKILL in the middle of a chunk: another worker goes on, writes nothing twice, and runs one program again."""
    programs = 8
    for _ in range(programs):
        await rescoring.handed_in(LABELS)
    house = rescoring.house
    rescore = await rescoring.make(depth=Depth.RERUN, wish={"repeats": 0})
    rows = text("select submission_id, xmin::text from rescore_items where rescore_id = :id and state = 'done'")

    with worker_process(house, seconds=0.2) as first:
        await until(programs_done(house, rescore.id, 3), within=40)
        first.send_signal(signal.SIGKILL)
        first.wait()
    async with house.database.reading() as session:
        written = set((await session.execute(rows, {"id": rescore.id})).all())
    assert 3 <= len(written) < programs
    with worker_process(house, seconds=0):
        await became(rescoring, rescore, RescoreState.READY, within=40)

    async with house.database.reading() as session:
        assert written <= set((await session.execute(rows, {"id": rescore.id})).all())
    assert {ItemState.DONE} == {one.state for one in (await rescoring.items(rescore)).values()}
    begun = (house.settings.home / "judged.log").read_text().count("quick")
    assert programs <= begun <= programs + 1
    async with house.database.reading() as session:
        assert programs == await session.scalar(select(func.count()).select_from(Grading))
