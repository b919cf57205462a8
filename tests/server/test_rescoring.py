"""Rescoring: seen before it counts, applied or thrown away, from stored evidence or by running, in any weather."""

import asyncio
import threading
import uuid
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from rescorehouse import EIGHT, EXERCISE, SEVEN, RescoreHouse, became, judged
from scriptedjudging import LABELS, quick_script, small_data, trained
from serverhouse import COURSE, FakeJudge, House, worker
from sqlalchemy import func, select, text, update

from exercises import Bundle
from sandbox.fake import ScriptedSandbox
from server.artifacts import ArtifactStore
from server.database.models import AuditEvent, Cause, Depth, Grading, ItemState, Rescore, RescoreState, Role
from server.errors import (
    JudgingFault,
    NotAllowed,
    NothingToApply,
    NothingToRescore,
    RescoreHasErrors,
    RescoreNotDue,
    RescoreOutdated,
    UnknownRescore,
)
from server.feed import Feed
from server.judging import Judge
from server.personal_data import erase_person
from server.queue.work import Bench, PutDown
from server.rescoring import (
    Pick,
    Scope,
    apply,
    cancel,
    discard,
    find_rescore,
    keep_present,
    overview,
    pause,
    plan,
    progress_of,
    resume,
    try_again,
    undo,
)
from server.submissions import NewScore, correct, correction_in_force

pytestmark = pytest.mark.database

THRESHOLD = ("threshold = 0.90 # calibration.json says why", "threshold = 0.75")
WEIGHT = ("weight = 4", "weight = 12")
SPREAD = ("spread = 0.0088", "spread = 0")


@pytest.fixture
async def rescoring(house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[RescoreHouse]:
    """Give a house in which verdicts have evidence, with a workbench that nothing interrupts."""
    monkeypatch.setattr(Bundle, "read", small_data)
    judge = FakeJudge()
    with ThreadPoolExecutor(2) as threads:
        bench = Bench(
            database=house.database,
            feed=Feed(house.database),
            judge=judge,
            shelf=house.shelf,
            artifacts=ArtifactStore(str(tmp_path / "artifacts")),
            threads=threads,
        )
        yield RescoreHouse(house, tmp_path, bench, judge)


async def test_a_lower_threshold_is_seen_before_it_counts_and_can_be_taken_back(rescoring: RescoreHouse) -> None:
    """Stored evidence decides; nothing counts before it is applied; undo brings the very gradings back."""
    passed, failed = await rescoring.handed_in(LABELS), await rescoring.handed_in(EIGHT)
    before = {one: (await rescoring.grading(one)).id for one in (passed, failed)}
    assert "failed" == (await rescoring.verdict(failed))[0]
    version = await rescoring.version("easier", threshold=THRESHOLD, spread=SPREAD)

    rescore = await rescoring.made(to_version=version)

    items = await rescoring.items(rescore)
    assert RescoreState.READY is rescore.state
    assert ("up", Cause.RULE, Depth.RECHECK) == (items[failed].change, items[failed].cause, items[failed].depth)
    assert [{"id": "accuracy", "before": "failed", "after": "passed"}] == items[failed].checks
    assert before == {one: (await rescoring.grading(one)).id for one in (passed, failed)}
    assert [] == rescoring.judge.calls

    async with rescoring.house.database.unit_of_work() as session:
        applied = await apply(session, rescoring.house.teacher, rescore.id)
    assert ("passed", 1.0, ["passed"] * 4) == await rescoring.verdict(failed)
    assert applied.applied >= 1
    grading = await rescoring.grading(failed)
    assert rescore.id == grading.rescore_id
    assert grading.exercise_version_id is not None

    async with rescoring.house.database.unit_of_work() as session:
        undone = await undo(session, rescoring.house.teacher, rescore.id)
    assert applied.applied == undone.undone
    assert before == {one: (await rescoring.grading(one)).id for one in (passed, failed)}
    assert RescoreState.UNDONE is (await rescoring.reload(rescore)).state


async def test_a_plan_says_how_many_how_deep_and_why(rescoring: RescoreHouse) -> None:
    """The least that suffices: checks alone, the judge's training, or the students' code."""
    await rescoring.handed_in(LABELS, code="the same")
    other = await rescoring.handed_in(EIGHT, user=rescoring.house.other)
    versions = {
        "recheck": await rescoring.version("easier", threshold=THRESHOLD),
        "rejudge": await rescoring.version("longer", epochs=("epochs = 3", "epochs = 4")),
        "rerun": await rescoring.version("seeded", seed=("seed = 1447", "seed = 7")),
    }

    async with rescoring.house.database.reading() as session:
        for depth, version in versions.items():
            planned = await plan(
                session,
                rescoring.house.teacher,
                Scope(COURSE, exercise=EXERCISE, to_version=version),
                rescoring.house.shelf,
            )
            assert (2, [depth]) == (planned.total, [group.need.depth.value for group in planned.groups])
            assert planned.seconds is not None
        reasons = planned.groups[0].need.reasons
        alone = await plan(session, rescoring.house.teacher, Scope(COURSE, students=["other"]), rescoring.house.shelf)
        assert ("seed",) == reasons
        assert (1, ("same-version",)) == (alone.total, alone.groups[0].need.reasons)
    assert other is not None


@pytest.mark.parametrize(
    ("scope", "number"),
    [
        ({"outcomes": ["failed"]}, 1),
        ({"outcomes": ["passed"]}, 2),
        ({"students": ["other"]}, 1),
        ({"check": "accuracy", "check_outcome": "failed"}, 1),
        ({"check": "accuracy"}, 3),
        ({"image": "sha256:two"}, 1),
        ({"version": "present"}, 3),
        ({"version": "in short"}, 3),
        ({"since": "second"}, 2),
        ({"until": "second"}, 1),
        ({"submissions": "second"}, 1),
    ],
)
async def test_a_scope_narrows(rescoring: RescoreHouse, scope: dict[str, object], number: int) -> None:
    """Each condition leaves exactly those to which it applies."""
    await rescoring.handed_in(LABELS)
    second = await rescoring.handed_in(EIGHT)
    await rescoring.handed_in(LABELS, user=rescoring.house.other, image="sha256:two")
    moment = (await rescoring.house.reload(second)).created_at
    known = {
        "present": rescoring.bundle.version,
        "in short": rescoring.bundle.version[:19],
        "since": moment,
        "until": moment,
        "submissions": [second],
    }
    asked = {name: known.get(name, known.get(str(value), value)) for name, value in scope.items()}

    async with rescoring.house.database.reading() as session:
        planned = await plan(
            session,
            rescoring.house.teacher,
            Scope(COURSE, **asked),  # type: ignore[arg-type]
            rescoring.house.shelf,
        )

    assert number == planned.total


async def test_nothing_fits(rescoring: RescoreHouse) -> None:
    """A scope without submissions is refused, and so is somebody who may not rescore."""
    async with rescoring.house.database.reading() as session:
        with pytest.raises(NothingToRescore):
            await plan(session, rescoring.house.teacher, Scope(COURSE), rescoring.house.shelf)
        with pytest.raises(NotAllowed):
            await plan(session, rescoring.house.student, Scope(COURSE), rescoring.house.shelf)


async def test_the_matrix_counts_what_would_change(rescoring: RescoreHouse) -> None:
    """Old by new, scores by tenths, causes: of ten, of which two pass now."""
    for classes in (LABELS, EIGHT, EIGHT, SEVEN):
        await rescoring.handed_in(classes)
    version = await rescoring.version("easier", threshold=THRESHOLD, spread=SPREAD)

    rescore = await rescoring.made(to_version=version)

    async with rescoring.house.database.reading() as session:
        seen = await overview(session, rescore.id)
        far = await progress_of(session, rescore)
    counts = {(cell.before, cell.after): (cell.count, cell.up, cell.down) for cell in seen.cells}
    assert {("failed", "failed"): (1, 0, 0), ("failed", "passed"): (2, 2, 0), ("passed", "passed"): (1, 0, 0)} == counts
    assert {"rule": 2} == seen.causes
    assert [3, 1] == [seen.before_scores[6], seen.before_scores[9]]
    assert [1, 3] == [seen.after_scores[6], seen.after_scores[9]]
    assert (4, 0, 0, 2) == (far.total, far.waiting, far.errors, far.changed)


async def test_a_part_is_applied_and_then_the_rest(rescoring: RescoreHouse) -> None:
    """What goes down can be left out; applying what changes nothing is refused."""
    await rescoring.handed_in(LABELS)
    failed = await rescoring.handed_in(EIGHT)
    version = await rescoring.version("heavier", weight=WEIGHT)
    rescore = await rescoring.made(to_version=version)
    assert "down" == (await rescoring.items(rescore))[failed].change

    async with rescoring.house.database.unit_of_work() as session:
        with pytest.raises(NothingToApply):
            await apply(session, rescoring.house.teacher, rescore.id, Pick(changes=["up"]))
    assert RescoreState.READY is (await rescoring.reload(rescore)).state
    async with rescoring.house.database.unit_of_work() as session:
        applied = await apply(session, rescoring.house.teacher, rescore.id, Pick(submissions=[failed]))

    assert 1 == applied.applied
    assert pytest.approx(6 / 18) == (await rescoring.verdict(failed))[1]


async def test_a_check_that_raises_is_an_error_of_its_own(rescoring: RescoreHouse) -> None:
    """The others are worked out; apply waits until somebody has decided about the one."""
    odd, failed = await rescoring.handed_in(LABELS), await rescoring.handed_in(EIGHT)
    evidence = dict((await rescoring.grading(odd)).evidence)
    evidence["captures"] = {"model": {**evidence["captures"]["model"], "network": {"steps": "none"}}}
    await rescoring.change(odd, evidence=evidence)
    version = await rescoring.version("easier", threshold=THRESHOLD, spread=SPREAD)

    rescore = await rescoring.made(to_version=version)

    items = await rescoring.items(rescore)
    assert ItemState.ERROR is items[odd].state
    assert (items[odd].fault or {})["type"]
    assert "up" == items[failed].change
    with pytest.raises(RescoreHasErrors) as refused:
        async with rescoring.house.database.unit_of_work() as session:
            await apply(session, rescoring.house.teacher, rescore.id)
    assert 1 == refused.value.extra["errors"]
    async with rescoring.house.database.unit_of_work() as session:
        assert 1 == await keep_present(session, rescoring.house.teacher, rescore.id)
        await apply(session, rescoring.house.teacher, rescore.id)
    assert "passed" == (await rescoring.verdict(failed))[0]
    assert 1.0 == (await rescoring.verdict(odd))[1]


@pytest.mark.parametrize(
    ("evidence", "word"),
    [({"version": 0}, "older-evidence"), ({}, "older-evidence"), ({"version": 1, "captures": {}}, "capture-missing")],
)
async def test_evidence_that_does_not_do_is_run_again(
    rescoring: RescoreHouse, evidence: dict[str, object], word: str
) -> None:
    """Of an older form, or without what is needed: the code runs, as nothing of its runs was kept, and it says so."""
    old = await rescoring.handed_in(LABELS)
    await rescoring.change(old, evidence=evidence)
    result = judged(rescoring.bundle, EIGHT)
    rescoring.judge.quick_script = [result]

    rescore = await rescoring.made()

    item = (await rescoring.items(rescore))[old]
    assert (f"{word} artifacts-gone", Depth.RERUN) == (item.deepened, item.depth)
    assert ("down", "failed") == (item.change, item.after_outcome)
    assert 1 == len({call[1] for call in rescoring.judge.calls})


async def test_what_was_asked_to_be_checked_only_is_never_run(rescoring: RescoreHouse) -> None:
    """Evidence that does not do is an error then, and no student's code runs."""
    old = await rescoring.handed_in(LABELS)
    await rescoring.change(old, evidence={})

    rescore = await rescoring.made(depth=Depth.RECHECK)

    assert {"type": "EvidenceLacks", "message": "older-evidence"} == (await rescoring.items(rescore))[old].fault
    assert [] == rescoring.judge.calls


async def test_a_threshold_that_asks_for_more_seeds_trains_again(rescoring: RescoreHouse) -> None:
    """One stored training was enough for the old threshold and is too close to the new one."""
    close = await rescoring.handed_in(LABELS)
    rescoring.judge.quick_script = [judged(rescoring.bundle, LABELS)]
    version = await rescoring.version("closer", spread=("spread = 0.0088", "spread = 0.2"))

    rescore = await rescoring.made(to_version=version)

    assert "more-seeds artifacts-gone" == (await rescoring.items(rescore))[close].deepened


async def test_the_same_code_runs_once(rescoring: RescoreHouse) -> None:
    """Two students with one program: one run, two items."""
    both = [
        await rescoring.handed_in(LABELS, code="one", user=user)
        for user in (rescoring.house.student, rescoring.house.other)
    ]
    rescoring.judge.quick_script = [judged(rescoring.bundle, EIGHT)]

    rescore = await rescoring.made(depth=Depth.RERUN, wish={"repeats": 0})

    items = await rescoring.items(rescore)
    assert ["down", "down"] == [items[one].change for one in both]
    assert 1 == len(rescoring.judge.calls)


async def test_noise_is_told_from_the_environment(rescoring: RescoreHouse) -> None:
    """The same rule and environment: noise, with the spread of repeats. Another image: the environment."""
    here = judged(rescoring.bundle, LABELS).environment["image"]
    noisy = await rescoring.handed_in(LABELS, image=here)
    moved = await rescoring.handed_in(LABELS, image="sha256:older")
    rescoring.judge.quick_script = [judged(rescoring.bundle, EIGHT)]

    rescore = await rescoring.made(depth=Depth.RERUN)

    items = await rescoring.items(rescore)
    assert [Cause.NOISE, Cause.ENVIRONMENT] == [items[noisy].cause, items[moved].cause]
    assert {"runs": 3, "outcomes": {"failed": 3}} == {
        name: (items[noisy].spread or {})[name] for name in ("runs", "outcomes")
    }
    assert items[moved].spread is None


async def test_a_verdict_that_changed_since_wins(rescoring: RescoreHouse) -> None:
    """Two overlapping sets: the second applies what is left on request, and works the others out anew."""
    failed, other = await rescoring.handed_in(EIGHT), await rescoring.handed_in(EIGHT, user=rescoring.house.other)
    easier = await rescoring.version("easier", threshold=THRESHOLD, spread=SPREAD)
    heavier = await rescoring.version("heavier", weight=WEIGHT)
    first = await rescoring.made(to_version=easier, students=["student"])
    second = await rescoring.made(to_version=heavier)
    database, teacher = rescoring.house.database, rescoring.house.teacher
    async with database.unit_of_work() as session:
        await apply(session, teacher, first.id)

    with pytest.raises(RescoreOutdated) as refused:
        async with database.unit_of_work() as session:
            await apply(session, teacher, second.id)
    assert {"outdated": 1, "submissions": [str(failed)]} == refused.value.extra
    async with database.unit_of_work() as session:
        applied = await apply(session, teacher, second.id, rest=True)
    assert (1, 1) == (applied.applied, applied.outdated)
    assert "passed" == (await rescoring.verdict(failed))[0]

    async with database.unit_of_work() as session:
        assert 1 == await try_again(session, teacher, second.id, rescoring.house.shelf)
    await rescoring.work_out(second)
    async with database.unit_of_work() as session:
        assert 1 == (await apply(session, teacher, second.id)).applied
    assert pytest.approx(6 / 18) == (await rescoring.verdict(failed))[1]

    async with database.unit_of_work() as session:
        undone = await undo(session, teacher, first.id)
    assert (0, 1) == (undone.undone, undone.left)
    assert pytest.approx(6 / 18) == (await rescoring.verdict(failed))[1]
    async with database.unit_of_work() as session:
        assert 2 == (await undo(session, teacher, second.id)).undone
    assert pytest.approx(6 / 10) == (await rescoring.verdict(other))[1]


async def test_applied_by_two_at_once_it_counts_once(rescoring: RescoreHouse) -> None:
    """Of two overlapping sets applied at the same moment, one waits for the other and is refused."""
    failed = await rescoring.handed_in(EIGHT)
    versions = [
        await rescoring.version("easier", threshold=THRESHOLD, spread=SPREAD),
        await rescoring.version("heavier", weight=WEIGHT),
    ]
    sets = [await rescoring.made(to_version=version) for version in versions]

    async def applied(rescore: Rescore) -> bool:
        try:
            async with rescoring.house.database.unit_of_work() as session:
                await apply(session, rescoring.house.teacher, rescore.id)
        except RescoreOutdated:
            return False
        return True

    assert [False, True] == sorted(await asyncio.gather(*map(applied, sets)))
    async with rescoring.house.database.reading() as session:
        gradings = select(func.count()).where(Grading.submission_id == failed)
        assert 2 == await session.scalar(gradings)


async def test_a_correction_by_hand_survives(rescoring: RescoreHouse) -> None:
    """What a teacher said it counts is not touched by any set."""
    failed = await rescoring.handed_in(EIGHT)
    version = await rescoring.version("easier", threshold=THRESHOLD, spread=SPREAD)
    async with rescoring.house.database.unit_of_work() as session:
        await correct(session, rescoring.house.teacher, failed, NewScore(0.5, passed=False), "copied")

    rescore = await rescoring.made(to_version=version)
    async with rescoring.house.database.unit_of_work() as session:
        await apply(session, rescoring.house.teacher, rescore.id)
        kept = await correction_in_force(session, failed)

    assert kept is not None
    assert 0.5 == kept.score
    assert "passed" == (await rescoring.verdict(failed))[0]


async def test_whoever_was_removed_is_left_out(rescoring: RescoreHouse) -> None:
    """Removed between working out and applying, or between applying and taking back: nothing of theirs is touched."""
    leaver = await rescoring.classmate("leaver")
    admin = await rescoring.classmate("boss", Role.TEACHER)
    theirs, kept = await rescoring.handed_in(EIGHT, user=leaver), await rescoring.handed_in(EIGHT)
    version = await rescoring.version("easier", threshold=THRESHOLD, spread=SPREAD)
    rescore = await rescoring.made(to_version=version)
    async with rescoring.house.database.unit_of_work() as session:
        admin.is_admin = True
        await erase_person(session, None, leaver.id, confirm="leaver")

    assert [kept] == list(await rescoring.items(rescore))
    async with rescoring.house.database.unit_of_work() as session:
        assert 1 == (await apply(session, rescoring.house.teacher, rescore.id)).applied
    assert "failed" == (await rescoring.verdict(theirs))[0]


async def test_paused_resumed_cancelled_and_thrown_away(rescoring: RescoreHouse) -> None:
    """Nothing is worked out while a set rests; nothing can be applied of what was given up or thrown away."""
    await rescoring.handed_in(EIGHT)
    database, teacher = rescoring.house.database, rescoring.house.teacher
    rescore = await rescoring.make()
    async with database.unit_of_work() as session:
        await pause(session, teacher, rescore.id)
    assert RescoreState.PAUSED is (await rescoring.work_out(rescore)).state
    assert [ItemState.WAITING] == [item.state for item in (await rescoring.items(rescore)).values()]
    async with database.unit_of_work() as session:
        await resume(session, teacher, rescore.id)
    assert RescoreState.READY is (await rescoring.work_out(rescore)).state
    with pytest.raises(RescoreNotDue):
        async with database.unit_of_work() as session:
            await cancel(session, teacher, rescore.id)
    async with database.unit_of_work() as session:
        await discard(session, teacher, rescore.id)
    assert {} == await rescoring.items(rescore)
    with pytest.raises(RescoreNotDue):
        async with database.unit_of_work() as session:
            await apply(session, teacher, rescore.id)
    async with database.reading() as session:
        words = await session.scalars(select(AuditEvent.action).where(AuditEvent.subject == str(rescore.id)))
        assert {"rescore.run", "rescore.pause", "rescore.resume", "rescore.discard"} == set(words)


async def test_only_who_may_rescore_sees_a_set(rescoring: RescoreHouse) -> None:
    """To a student, and to the staff of another course, it does not exist; a grader of the course may."""
    await rescoring.handed_in(EIGHT)
    rescore = await rescoring.made()
    grader = await rescoring.classmate("grader", Role.GRADER)

    async with rescoring.house.database.reading() as session:
        with pytest.raises(UnknownRescore):
            await find_rescore(session, rescoring.house.student, rescore.id)
        with pytest.raises(UnknownRescore):
            await find_rescore(session, rescoring.house.teacher, uuid.uuid4())
        assert COURSE == (await find_rescore(session, grader, rescore.id)).course


async def test_a_worker_works_it_out_and_a_lost_job_is_found(rescoring: RescoreHouse) -> None:
    """From the queue to a set that is ready, with a job that got lost on the way."""
    await rescoring.handed_in(EIGHT)
    rescore = await rescoring.make()

    async with rescoring.house.database.unit_of_work() as session:
        await session.execute(text("delete from procrastinate_jobs where task_name = 'rescore_chunk'"))
    async with worker(rescoring.house, FakeJudge()):
        await became(rescoring, rescore, RescoreState.READY)

    async with rescoring.house.database.unit_of_work() as session:
        await session.execute(update(Rescore).where(Rescore.id == rescore.id).values(state=RescoreState.RUNNING))
    async with worker(rescoring.house, FakeJudge()):
        await became(rescoring, rescore, RescoreState.READY)


def judge_without_students(classes: list[int]) -> Judge:
    """Return a real judge in whose sandbox no student code can run, and of which a training predicts these digits."""
    script = {name: replies for name, replies in quick_script().items() if name != "capture_model"}
    return Judge(ScriptedSandbox({**script, "judge_train": [trained(classes)]}))


async def test_what_runs_left_is_judged_again_without_running(rescoring: RescoreHouse) -> None:
    """Another training recipe: the judge trains from the kept weights, and the program is not run."""
    kept = await rescoring.handed_in(EIGHT, keep=True)
    before = (await rescoring.grading(kept)).timing_ms
    version = await rescoring.version("longer", epochs=("epochs = 3", "epochs = 4"))
    bench = replace(rescoring.bench, judge=judge_without_students(LABELS))
    rescoring.bench = bench

    rescore = await rescoring.made(to_version=version)

    item = (await rescoring.items(rescore))[kept]
    assert (ItemState.DONE, Depth.REJUDGE, None, "up") == (item.state, item.depth, item.deepened, item.change)
    async with rescoring.house.database.unit_of_work() as session:
        await apply(session, rescoring.house.teacher, rescore.id)
    assert "passed" == (await rescoring.verdict(kept))[0]
    assert before == (await rescoring.grading(kept)).timing_ms  # what it takes to judge is what it took to run
    assert set((await rescoring.grading(kept)).artifacts) == set((item.result or {})["artifacts"])


@pytest.mark.parametrize("weather", ["expired", "damaged", "never kept"])
async def test_a_rejudge_without_artifacts_becomes_a_rerun(rescoring: RescoreHouse, weather: str) -> None:
    """And says so, whatever became of what its runs left."""
    submission = await rescoring.handed_in(LABELS, keep=weather != "never kept")
    for path in (Path(rescoring.folder) / "artifacts").rglob("*.gz"):
        path.write_bytes(b"no gzip") if weather == "damaged" else path.unlink()
    version = await rescoring.version("longer", epochs=("epochs = 3", "epochs = 4"))
    rescoring.judge.quick_script = [judged(rescoring.bundle, EIGHT)]

    rescore = await rescoring.made(to_version=version)

    item = (await rescoring.items(rescore))[submission]
    assert (Depth.RERUN, "artifacts-gone", ItemState.DONE) == (item.depth, item.deepened, item.state)


async def test_a_store_that_takes_nothing_costs_no_verdict(rescoring: RescoreHouse) -> None:
    """A full disk: a rerun has its verdict all the same, and names no artifact that is not there."""
    submission = await rescoring.handed_in(LABELS)
    (rescoring.folder / "artifacts").write_text("a file stands where the folder should be", "utf-8")
    rescoring.judge.quick_script = [judged(rescoring.bundle, EIGHT)]

    rescore = await rescoring.made(depth=Depth.RERUN, wish={"repeats": 0})

    item = (await rescoring.items(rescore))[submission]
    assert (ItemState.DONE, "down") == (item.state, item.change)
    assert {} == (item.result or {})["artifacts"]


async def test_a_fault_of_one_program_stops_nobody_else(rescoring: RescoreHouse) -> None:
    """A sandbox that fails on one: that one is an error, after some tries; it can be tried again."""
    first, second = await rescoring.handed_in(LABELS), await rescoring.handed_in(LABELS)
    fault = JudgingFault("the slot broke")
    rescoring.judge.quick_script = [fault, fault, fault, judged(rescoring.bundle, LABELS)]

    rescore = await rescoring.made(depth=Depth.RERUN)

    states = {one.state for one in (await rescoring.items(rescore)).values()}
    assert {ItemState.ERROR, ItemState.DONE} == states
    async with rescoring.house.database.unit_of_work() as session:
        assert 1 == await try_again(session, rescoring.house.teacher, rescore.id, rescoring.house.shelf)
    await rescoring.work_out(rescore)
    assert {ItemState.DONE} == {one.state for one in (await rescoring.items(rescore)).values()}
    assert first != second


async def test_students_go_first(rescoring: RescoreHouse) -> None:
    """A rerun does not begin while a submission waits in the queue, and does as soon as none does."""
    await rescoring.handed_in(LABELS)
    rescoring.judge.quick_script = [judged(rescoring.bundle, LABELS)]
    rescore = await rescoring.make(depth=Depth.RERUN)
    await rescoring.house.submit("cnn-digits")

    working = asyncio.create_task(rescoring.work_out(rescore))
    await asyncio.sleep(1)
    assert [] == rescoring.judge.calls
    async with rescoring.house.database.unit_of_work() as session:
        await session.execute(text("delete from procrastinate_jobs where queue_name = 'live-quick'"))
    assert RescoreState.READY is (await working).state


async def test_a_killed_worker_costs_nothing_that_was_written(rescoring: RescoreHouse) -> None:
    """Put down in the middle of a chunk, what was worked out stays; the rest is done by whoever comes next."""
    for _ in range(3):
        await rescoring.handed_in(LABELS)
    rescoring.judge.quick_script = [judged(rescoring.bundle, LABELS)]
    rescore = await rescoring.make(depth=Depth.RERUN)
    told: list[str] = []
    loop, over = asyncio.get_running_loop(), threading.Event()

    def stop_after_one(_phase: str) -> None:
        told.append("ran")
        if len(told) > 1:
            loop.call_soon_threadsafe(rescoring.bench.put_down.set)
            assert over.wait(20)  # what runs is not over before the worker is put down

    rescoring.judge.before = stop_after_one
    with pytest.raises(PutDown):
        await rescoring.work_out(rescore)
    over.set()
    states = sorted(item.state for item in (await rescoring.items(rescore)).values())
    assert [ItemState.DONE, ItemState.WAITING, ItemState.WAITING] == states

    rescoring.bench.put_down.clear()
    rescoring.judge.before = lambda _phase: None
    assert RescoreState.READY is (await rescoring.work_out(rescore)).state


async def test_a_pace_is_kept(rescoring: RescoreHouse) -> None:
    """Ten a minute: after the first portion the next waits."""
    for _ in range(3):
        await rescoring.handed_in(LABELS)
    rescore = await rescoring.make(wish={"per_minute": 10})

    with pytest.raises(TimeoutError):
        await asyncio.wait_for(rescoring.work_out(rescore), 1.5)

    states = [item.state for item in (await rescoring.items(rescore)).values()]
    assert 2 == states.count(ItemState.WAITING)
