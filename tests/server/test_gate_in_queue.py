"""An import goes through the real gate, queue and worker; only the judge is one that knows what is right."""

import asyncio
import contextlib
import threading
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from importhouse import KnowingJudge, checked, import_row, imported, person, small
from serverhouse import FakeJudge, House, ended, until, worker
from sqlalchemy import select, text

from exercises import load_bundle
from server.database.models import AuditEvent, ExerciseImport, ImportState, State
from server.errors import JudgingBroke, JudgingFault
from server.gate import check as gate_check
from server.imports import check_again
from server.imports.checking import GateProgress, claim_import, record_report, write_gate_progress
from server.queue import aside, gatestory
from server.queue.courtesy import students_wait
from server.queue.rescue import rescue
from server.queue.rescue_authoring import IMPORTS

pytestmark = pytest.mark.database


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do not wait long before a run is tried again."""
    monkeypatch.setattr(gate_check, "PAUSE", 0.01)
    monkeypatch.setattr(aside, "LOOK", 0.05)


async def jobs(house: House) -> list[tuple[str, str, str]]:
    """Return task, queue and status of every job of an import."""
    async with house.database.reading() as session:
        found = await session.execute(
            text(
                "select task_name, queue_name, status::text from procrastinate_jobs where task_name = 'check_exercise'"
            )
        )
        return [tuple(row) for row in found.all()]


async def test_an_exercise_passes(house: House, tmp_path: Path) -> None:
    """A worker takes the job from the queue for what nobody sits waiting for; the report is the gate's, and kept."""
    row = await imported(house, await person(house, "author"), small(tmp_path))
    assert [("check_exercise", "rescore", "todo")] == await jobs(house)

    judge = KnowingJudge()
    async with worker(house, judge):
        done = await checked(house, row.id)
        await until(lambda: _no_jobs(house))

    assert ImportState.READY is done.state
    assert done.report is not None
    assert ("passed", row.version) == (done.report["outcome"], done.report["exercise"]["version"])
    assert done.report["promises"] == {**done.report["promises"], "broken": 0, "kept": 5}
    assert done.report["mutants"]["killed"] > 5
    assert len(judge.calls) == 5 + len(done.report["mutants"]["all"])
    assert done.finished_at is not None


async def _no_jobs(house: House) -> bool:
    return await jobs(house) == []


async def test_an_exercise_is_refused(house: House, tmp_path: Path) -> None:
    """Where wrong solutions pass, the exercise is refused, and the report names the files; the audit has it."""
    row = await imported(house, await person(house, "author"), small(tmp_path))
    async with worker(house, KnowingJudge(lenient=True)):
        done = await checked(house, row.id)

    assert ImportState.REFUSED is done.state
    assert done.report is not None
    broken = {one["file"] for one in done.report["promises"]["files"] if not one["kept"]}
    assert {"stub.py", "submissions/layers/no_activation.py", "submissions/layers/one_unit_more.py"} == broken
    async with house.database.reading() as session:
        event = (await session.scalars(select(AuditEvent).where(AuditEvent.action == "exercise.check"))).one()
    assert ("small", "failed") == (event.subject, event.detail["outcome"])


async def test_a_quiz_needs_no_judge(house: House) -> None:
    """A quiz that can be read passes."""
    quiz = house.catalogue["backpropagation"]
    admin = await person(house, "admin", admin=True)
    async with house.database.unit_of_work() as session:
        row = ExerciseImport(exercise_id=quiz.id, version=quiz.version, uploader_id=admin.id)
        session.add(row)
    async with house.database.unit_of_work() as session:
        await session.execute(text("update exercise_imports set state = 'refused'"))
    async with house.database.unit_of_work() as session:
        await check_again(session, admin, row.id)
    judge = KnowingJudge()
    async with worker(house, judge):
        assert ImportState.READY is (await checked(house, row.id)).state
    assert [] == judge.calls


async def test_progress_is_told_now_and_then(house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """While the gate is at it everybody can read how far it is; two writes a second at most, in order."""
    monkeypatch.setattr(gatestory, "BETWEEN_WRITES", 0.2)
    row = await imported(house, await person(house, "author"), small(tmp_path))
    seen: list[dict[str, Any]] = []
    begun = time.monotonic()
    async with worker(house, KnowingJudge(quick_seconds=0.03)), _listening(house) as heard:
        while (now := await import_row(house, row.id)).state is ImportState.CHECKING:
            if now.progress is not None and now.progress not in seen:
                seen.append(now.progress)
            await asyncio.sleep(0.02)

    assert len(seen) >= 2
    assert sorted(one["done"] for one in seen) == [one["done"] for one in seen]
    assert all(one["done"] <= one["total"] and one["last"] for one in seen)
    assert heard.count(str(row.id)) <= (time.monotonic() - begun) / 0.2 + 3


@contextlib.asynccontextmanager
async def _listening(house: House) -> AsyncIterator[list[str]]:
    """Collect the ids that are told on the channel."""
    heard: list[str] = []
    async with await house.database.listener() as connection:
        await connection.execute("listen submission")

        async def collect() -> None:
            async for one in connection.notifies():
                heard.append(one.payload.split('"')[3])  # noqa: PERF401 - looked at while it fills

        collecting = asyncio.create_task(collect())
        try:
            yield heard
        finally:
            collecting.cancel()
            await asyncio.gather(collecting, return_exceptions=True)


async def test_a_fault_of_ours_refuses_nothing(house: House, tmp_path: Path) -> None:
    """A sandbox that fails now and then is asked again, and the exercise passes."""
    row = await imported(house, await person(house, "author"), small(tmp_path))
    troubles: list[Exception] = [JudgingFault("gone")] * (gate_check.ATTEMPTS * 3)
    async with worker(house, KnowingJudge(troubles=troubles)):
        done = await checked(house, row.id, within=30)

    assert (ImportState.READY, None) == (done.state, done.fault)


@pytest.mark.parametrize(("trouble", "type_"), [(JudgingFault("gone"), "JudgingFault"), (KeyError("x"), "KeyError")])
async def test_many_faults_are_a_system_error(house: House, tmp_path: Path, trouble: Exception, type_: str) -> None:
    """After too many faults the check ends without an outcome: not refused, and it may be asked for again."""
    author = await person(house, "author")
    row = await imported(house, author, small(tmp_path))
    strict = replace(house, settings=house.settings.model_copy(update={"max_faults": 2}))
    async with worker(strict, KnowingJudge(troubles=[trouble] * 500)):
        done = await checked(house, row.id, within=40)
    assert (ImportState.SYSTEM_ERROR, type_) == (done.state, (done.fault or {}).get("type"))
    assert done.report is None

    async with house.database.unit_of_work() as session:
        await check_again(session, author, row.id)
    async with worker(house, KnowingJudge()):
        assert ImportState.READY is (await checked(house, row.id)).state


async def test_a_check_of_ours_that_raises(house: House, tmp_path: Path) -> None:
    """What repeating cannot mend is a system error at once."""
    row = await imported(house, await person(house, "author"), small(tmp_path))
    judge = KnowingJudge(troubles=[JudgingBroke("a check raised")])
    async with worker(house, judge):
        done = await checked(house, row.id)

    assert (ImportState.SYSTEM_ERROR, "JudgingBroke") == (done.state, (done.fault or {}).get("type"))


async def test_data_that_its_recipe_does_not_make(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that the recipe makes otherwise, or not at all, refuses the exercise and says so."""
    monkeypatch.setattr("exercises.sources.build.RECIPES", {"known": lambda _folder, _tell: {"data/other.npy": b"x"}})
    bundle = small(tmp_path)
    with (bundle.folder / "exercise.toml").open("a") as manifest:
        manifest.write(f'\n[[data]]\npath = "data/a.npy"\nsha256 = "{"0" * 64}"\nsource = "known"\n')
    row = await imported(house, await person(house, "author"), load_bundle(bundle.folder, tmp_path / "data"))
    async with worker(house, KnowingJudge()):
        done = await checked(house, row.id)

    assert ImportState.REFUSED is done.state
    assert done.report is not None
    assert "data/other.npy" in done.report["problem"]["message"]


@pytest.fixture
def gate_open() -> Iterator[threading.Event]:
    """Yield what a judge waits for, and let it go at the end."""
    event = threading.Event()
    yield event
    event.set()


async def test_a_stopping_worker_puts_it_down(house: House, tmp_path: Path, gate_open: threading.Event) -> None:
    """A check outlasts a worker that stops: the job goes back, and the next worker begins again."""
    row = await imported(house, await person(house, "author"), small(tmp_path))
    slow = KnowingJudge(before=lambda _: gate_open.wait(20))
    async with worker(house, slow):
        await until(lambda: _asked(slow))
    assert [("check_exercise", "rescore", "todo")] == await jobs(house)
    gate_open.set()
    asked = len(slow.calls)
    async with worker(house, KnowingJudge()):
        assert ImportState.READY is (await checked(house, row.id)).state
    assert asked == len(slow.calls)  # the first one's threads have ended


async def _asked(judge: FakeJudge) -> bool:
    return bool(judge.calls)


async def test_a_dead_workers_check_is_rescued(house: House, tmp_path: Path) -> None:
    """The job of a worker that is gone waits again, the check begins anew, and the dead one's token writes nothing."""
    row = await imported(house, await person(house, "author"), small(tmp_path))
    async with house.database.unit_of_work() as session:
        await session.execute(text("select procrastinate_register_worker_v1()"))
        fetch = "select procrastinate_fetch_job_v2(null, (select max(id) from procrastinate_workers))"
        await session.execute(text(fetch))
        dead = await claim_import(session, row.id)
        await session.execute(text("delete from procrastinate_workers"))
        await rescue(session, silent_seconds=15)
    assert dead is not None

    async with worker(house, KnowingJudge()):
        done = await checked(house, row.id)
    async with house.database.unit_of_work() as session:
        await write_gate_progress(session, dead, GateProgress(1, 2, 0, "x"))
        assert not await record_report(session, dead, {"outcome": "failed"}, passed=False)
    assert (ImportState.READY, 2) == (done.state, done.attempt)
    assert ImportState.READY is (await import_row(house, row.id)).state


async def test_of_two_claims_the_later_one_counts(house: House, tmp_path: Path) -> None:
    """A worker that was taken for dead and is not writes neither progress nor report."""
    row = await imported(house, await person(house, "author"), small(tmp_path))
    async with house.database.unit_of_work() as session:
        early, late = await claim_import(session, row.id), await claim_import(session, row.id)
        assert early is not None
        assert late is not None
        await write_gate_progress(session, late, GateProgress(3, 9, 0, "stub.py"))
        await write_gate_progress(session, early, GateProgress(1, 9, 1, "solution.py"))
        assert not await record_report(session, early, {"outcome": "failed"}, passed=False)
    assert {"done": 3, "total": 9, "broken": 0, "last": "stub.py"} == (await import_row(house, row.id)).progress


async def test_an_import_without_a_job(house: House, tmp_path: Path) -> None:
    """An import that nobody checks gets a job once it has been silent for a while, and only then."""
    row = await imported(house, await person(house, "author"), small(tmp_path), ring=False)
    async with house.database.unit_of_work() as session:
        assert 0 == await IMPORTS.sweep(session)
        await session.execute(text("update exercise_imports set touched_at = now() - interval '2 minutes'"))
        assert 1 == await IMPORTS.sweep(session)
        assert 0 == await IMPORTS.sweep(session)
    assert [("check_exercise", "rescore", "todo")] == await jobs(house)
    assert ImportState.CHECKING is (await import_row(house, row.id)).state


async def test_an_import_whose_job_failed_for_good(house: House, tmp_path: Path) -> None:
    """A job that will never run again leaves a system error, which somebody sees."""
    row = await imported(house, await person(house, "author"), small(tmp_path))
    async with house.database.unit_of_work() as session:
        await session.execute(text("update exercise_imports set touched_at = now() - interval '2 minutes'"))
        await session.execute(text("update procrastinate_jobs set status = 'failed'"))
        assert 1 == await IMPORTS.sweep(session)
    assert (ImportState.SYSTEM_ERROR, []) == ((await import_row(house, row.id)).state, await jobs(house))


async def test_students_are_judged_beside_a_check(house: House, tmp_path: Path) -> None:
    """While a check goes on submissions are judged beside it."""
    row = await imported(house, await person(house, "author"), small(tmp_path))
    judge = KnowingJudge(quick_seconds=0.02)
    async with worker(house, judge):
        await until(lambda: _asked(judge))
        submission = await house.submit()
        assert State.DONE == await ended(house, submission.id)
        await checked(house, row.id)


async def test_who_waits(house: House) -> None:
    """A submission in the queue is somebody who waits; the queue's own housekeeping, and later tries, are not."""
    assert not await students_wait(house.database)
    await house.submit()
    assert await students_wait(house.database)
    async with house.database.unit_of_work() as session:
        await session.execute(text("update procrastinate_jobs set scheduled_at = now() + interval '5 seconds'"))
    assert not await students_wait(house.database)


async def test_a_student_is_waited_for(house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A check steps aside while a submission waits, and goes on when none does."""
    waiting = threading.Event()
    waiting.set()

    async def asked(_database: object) -> bool:
        return waiting.is_set()

    monkeypatch.setattr(aside, "students_wait", asked)
    row = await imported(house, await person(house, "author"), small(tmp_path))
    judge = KnowingJudge()
    async with worker(house, judge):
        await asyncio.sleep(0.7)
        assert [] == judge.calls
        waiting.clear()
        assert ImportState.READY is (await checked(house, row.id)).state
