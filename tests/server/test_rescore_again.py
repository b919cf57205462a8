"""Sets that are worked out once more, taken back in another order, or written late: what counts stays what it is."""

import dataclasses
import uuid

import pytest
from rescorehouse import EIGHT, SEVEN, RescoreHouse, judged
from scriptedjudging import LABELS
from serverhouse import QUICK
from sqlalchemy import func, select, text, update
from test_rescoring import SPREAD, THRESHOLD, WEIGHT, rescoring

from server.database.models import Depth, ItemState, Rescore, RescoreItem, RescoreState
from server.errors import JudgingUnavailable, RescoreNotDue
from server.queue.rescore import PORTION, RUNS
from server.rescoring import Pick, apply, cancel, discard, pause, resume, try_again, undo
from server.rescoring.after import DOWN, After, change_of, failed
from server.rescoring.applying import number_to_undo
from server.rescoring.before import Item, waiting_items
from server.rescoring.finding import undecided_rescores
from server.rescoring.writing import write_items

pytestmark = pytest.mark.database

__all__ = ["rescoring"]


async def partly_applied(rescoring: RescoreHouse) -> tuple[Rescore, uuid.UUID, uuid.UUID]:
    """Make a set of which one verdict counts, and another is outdated and is worked out once more just now."""
    counts, outdated = await rescoring.handed_in(EIGHT), await rescoring.handed_in(SEVEN, user=rescoring.house.other)
    database, teacher = rescoring.house.database, rescoring.house.teacher
    first = await rescoring.made(to_version=await rescoring.version("heavier", weight=WEIGHT), students=["other"])
    easier = await rescoring.version("easier", threshold=THRESHOLD, spread=SPREAD)
    made = await rescoring.made(to_version=easier)
    async with database.unit_of_work() as session:
        await apply(session, teacher, first.id)
    async with database.unit_of_work() as session:
        await apply(session, teacher, made.id, Pick(submissions=[counts]))
        assert 1 == await try_again(session, teacher, made.id, rescoring.house.shelf, Pick(outdated=True))
    return made, counts, outdated


async def test_worked_out_once_more_a_set_still_counts(rescoring: RescoreHouse) -> None:
    """What was applied of it can be taken back while and after it runs; it is not thrown away, nor undecided again."""
    made, counts, _ = await partly_applied(rescoring)
    database, teacher = rescoring.house.database, rescoring.house.teacher
    async with database.unit_of_work() as session:
        await pause(session, teacher, made.id)
    with pytest.raises(RescoreNotDue):
        async with database.unit_of_work() as session:
            await discard(session, teacher, made.id)
    assert counts in await rescoring.items(made)
    async with database.unit_of_work() as session:
        await resume(session, teacher, made.id)

    assert RescoreState.APPLIED is (await rescoring.work_out(made)).state
    async with database.unit_of_work() as session:
        assert 0 == await undecided_rescores(session, made.course_id)
        assert 1 == await number_to_undo(session, made.id)
        assert 1 == (await undo(session, teacher, made.id)).undone
    assert "failed" == (await rescoring.verdict(counts))[0]


async def test_given_up_a_set_that_counts_is_an_applied_one_and_goes_on_later(rescoring: RescoreHouse) -> None:
    """Cancelled while it is worked out once more, what counts can be taken back, and what waits worked out."""
    made, counts, outdated = await partly_applied(rescoring)
    database, teacher = rescoring.house.database, rescoring.house.teacher
    async with database.unit_of_work() as session:
        await cancel(session, teacher, made.id)
    assert RescoreState.APPLIED is (await rescoring.reload(made)).state
    async with database.unit_of_work() as session:
        assert 1 == await try_again(session, teacher, made.id, rescoring.house.shelf)
    await rescoring.work_out(made)
    assert ItemState.DONE is (await rescoring.items(made))[outdated].state
    with pytest.raises(RescoreNotDue):
        async with database.unit_of_work() as session:
            await try_again(session, teacher, made.id, rescoring.house.shelf)
    async with database.unit_of_work() as session:
        assert 1 == (await undo(session, teacher, made.id)).undone
    assert "failed" == (await rescoring.verdict(counts))[0]


async def test_taken_back_while_it_runs_nothing_more_is_worked_out(rescoring: RescoreHouse) -> None:
    """Who takes it back does not wait for the end of what is worked out once more."""
    made, counts, outdated = await partly_applied(rescoring)
    async with rescoring.house.database.unit_of_work() as session:
        assert 1 == (await undo(session, rescoring.house.teacher, made.id)).undone
    assert RescoreState.UNDONE is (await rescoring.work_out(made)).state
    assert ItemState.WAITING is (await rescoring.items(made))[outdated].state
    assert "failed" == (await rescoring.verdict(counts))[0]


async def test_two_sets_are_taken_back_in_either_order(rescoring: RescoreHouse) -> None:
    """What came upon the first hides it; once that is taken back too, the first can be, and the old verdict counts."""
    submission = await rescoring.handed_in(EIGHT)
    database, teacher = rescoring.house.database, rescoring.house.teacher
    before = (await rescoring.grading(submission)).id
    sets = []
    for name, change in (("easier", {"threshold": THRESHOLD, "spread": SPREAD}), ("heavier", {"weight": WEIGHT})):
        made = await rescoring.made(to_version=await rescoring.version(name, **change))
        async with database.unit_of_work() as session:
            await apply(session, teacher, made.id)
        sets.append(made.id)
    first, second = sets

    async with database.unit_of_work() as session:
        undone = await undo(session, teacher, first)
    assert (0, 1) == (undone.undone, undone.left)
    with pytest.raises(RescoreNotDue):
        async with database.unit_of_work() as session:
            await undo(session, teacher, first)
    async with database.unit_of_work() as session:
        assert 1 == (await undo(session, teacher, second)).undone
    assert first == (await rescoring.grading(submission)).rescore_id
    async with database.unit_of_work() as session:
        assert (1, 0) == (await number_to_undo(session, first), await number_to_undo(session, second))
        undone = await undo(session, teacher, first)
    assert (1, 0) == (undone.undone, undone.left)
    assert before == (await rescoring.grading(submission)).id


async def waiting(rescoring: RescoreHouse, rescore: Rescore) -> list[Item]:
    """Return what waits in the first chunk."""
    async with rescoring.house.database.reading() as session:
        return await waiting_items(session, rescore.id, 0, depths=[Depth.RECHECK, *RUNS], limit=PORTION)


async def test_what_was_compared_with_another_verdict_is_not_written(rescoring: RescoreHouse) -> None:
    """A worker that was away while the verdict before changed and the item waits again comes too late."""
    submission = await rescoring.handed_in(EIGHT)
    database, teacher = rescoring.house.database, rescoring.house.teacher
    first = await rescoring.made(to_version=await rescoring.version("heavier", weight=WEIGHT))
    made = await rescoring.make(to_version=await rescoring.version("easier", threshold=THRESHOLD, spread=SPREAD))
    (late,) = await waiting(rescoring, made)
    await rescoring.work_out(made)
    async with database.unit_of_work() as session:
        await apply(session, teacher, first.id)
        assert 1 == await try_again(session, teacher, made.id, rescoring.house.shelf)

    async with database.unit_of_work() as session:
        await write_items(session, made.id, [failed(late, "Late", "compared with what counted before")])

    assert ItemState.WAITING is (await rescoring.items(made))[submission].state
    (fresh,) = await waiting(rescoring, made)
    assert late.grading_id != fresh.grading_id
    async with database.unit_of_work() as session:
        await write_items(session, made.id, [failed(fresh, "Fresh", "compared with what counts")])
    assert ItemState.ERROR is (await rescoring.items(made))[submission].state


async def test_a_chunk_in_hand_is_not_asked_for_twice(rescoring: RescoreHouse) -> None:
    """Paused and resumed as often as one likes, a chunk has one job."""
    await rescoring.handed_in(EIGHT)
    made = await rescoring.make()
    for step in (pause, resume, pause, resume):
        async with rescoring.house.database.unit_of_work() as session:
            await step(session, rescoring.house.teacher, made.id)

    async with rescoring.house.database.reading() as session:
        jobs = select(func.count()).select_from(text("procrastinate_jobs"))
        mine = text("task_name = 'rescore_chunk' and args ->> 'rescore_id' = :id").bindparams(id=str(made.id))
        assert 1 == await session.scalar(jobs.where(mine))


async def test_of_all_that_changed_since_only_that_is_worked_out_again(rescoring: RescoreHouse) -> None:
    """However many they are, they are asked for by what they are and not by name: errors stay errors."""
    error = await rescoring.handed_in(EIGHT)
    changed = await rescoring.handed_in(EIGHT, user=rescoring.house.other)
    easier = await rescoring.version("easier", threshold=THRESHOLD, spread=SPREAD)
    first, made = await rescoring.made(to_version=easier, students=["other"]), await rescoring.made(to_version=easier)
    async with rescoring.house.database.unit_of_work() as session:
        of_error = (RescoreItem.rescore_id == made.id, RescoreItem.submission_id == error)
        await session.execute(update(RescoreItem).where(*of_error).values(state=ItemState.ERROR))
        await apply(session, rescoring.house.teacher, first.id)

    async with rescoring.house.database.unit_of_work() as session:
        pick = Pick(outdated=True)
        assert 1 == await try_again(session, rescoring.house.teacher, made.id, rescoring.house.shelf, pick)

    states = {one: item.state for one, item in (await rescoring.items(made)).items()}
    assert {error: ItemState.ERROR, changed: ItemState.WAITING} == states


async def test_a_pass_that_is_lost_falls_whatever_the_score(rescoring: RescoreHouse) -> None:
    """A higher score does not make a rise of it."""
    await rescoring.handed_in(EIGHT)
    (item,) = await waiting(rescoring, await rescoring.make())
    passed = dataclasses.replace(item, outcome="passed", score=0.6)
    assert DOWN == change_of(passed, After("failed", 0.9, [], None))


async def test_copies_of_a_noisy_program_share_its_repeats(
    rescoring: RescoreHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Handed in by three and in two portions, it runs once and is repeated twice; all three show the same spread."""
    monkeypatch.setattr("server.queue.rescore.PORTION", 2)
    result = judged(rescoring.bundle, EIGHT)
    for login in ("one", "two", "three"):
        person = await rescoring.classmate(login)
        await rescoring.handed_in(LABELS, code="the same", user=person, image=result.environment["image"])
    rescoring.judge.quick_script = [result]

    made = await rescoring.made(depth=Depth.RERUN, wish={"repeats": 2})

    assert 3 == len(rescoring.judge.calls)
    assert [3, 3, 3] == [(item.spread or {})["runs"] for item in (await rescoring.items(made)).values()]


async def test_what_ran_again_tells_what_each_phase_took(rescoring: RescoreHouse) -> None:
    """As a live judging does: what students are told to expect is reckoned from it."""
    await rescoring.handed_in(LABELS)
    made = await rescoring.made(depth=Depth.RERUN)
    (item,) = (await rescoring.items(made)).values()
    assert QUICK.timing_ms["total"] == (item.result or {})["timing_ms"]["quick"]


@pytest.mark.parametrize("when", ["the rule", "a repeat"])
async def test_a_store_that_is_away_names_no_cause(
    rescoring: RescoreHouse, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    """The job is tried again, and no cause is written for good that nobody could know."""
    result = judged(rescoring.bundle, EIGHT)
    await rescoring.handed_in(LABELS, image=result.environment["image"])
    rescoring.judge.quick_script = [result]
    made = await rescoring.make(depth=Depth.RERUN, wish={"repeats": 1})

    def away(*_: object, **__: object) -> object:
        raise JudgingUnavailable("the store is away")

    if when == "the rule":
        monkeypatch.setattr("server.rescoring.rechecking.Rechecker.after", away)
    else:
        rescoring.judge.quick_script.append(JudgingUnavailable("the sandbox is away"))
    with pytest.raises(JudgingUnavailable):
        await rescoring.work_out(made)
    assert [ItemState.WAITING] == [item.state for item in (await rescoring.items(made)).values()]
