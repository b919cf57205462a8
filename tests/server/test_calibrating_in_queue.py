"""A draft is calibrated through the real queue and worker, a training a job; only the judge knows what is accurate."""

import asyncio
import threading
import uuid
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from importhouse import imported, person, small
from measuringhouse import MeasuringJudge, calibration_ended, calibration_row, training_draft, training_files
from serverhouse import House, until, worker
from sqlalchemy import text

from server.authoring import discard, find_copy
from server.authoring.calibrating import measure_copy, stop_measuring
from server.authoring.examining import bundle_of_files
from server.authoring.files import contents_of, digest_of, save_text
from server.authoring.measured import claim_calibration, record_training
from server.authoring.thresholds import calibrated, with_threshold
from server.calibration.holding import outdated
from server.calibration.measuring import TRAININGS
from server.database.models import CalibrationState, User
from server.errors import JudgingBroke, JudgingFault, NothingToMeasure, UnknownWorkingCopy
from server.queue import aside
from server.queue.rescue import rescue
from server.queue.rescue_authoring import CALIBRATIONS

pytestmark = pytest.mark.database

Pause = tuple[threading.Event, threading.Event]


async def asked(house: House, author: User, copy_id: uuid.UUID) -> None:
    """Ask for a calibration."""
    async with house.database.unit_of_work() as session:
        await measure_copy(session, author, copy_id, house.shelf, house.settings.built)


async def files(house: House, author: User, copy_id: uuid.UUID) -> dict[str, bytes]:
    """Return a draft's files."""
    async with house.database.reading() as session:
        return await contents_of(session, await find_copy(session, author, copy_id))


async def save(house: House, author: User, copy_id: uuid.UUID, path: str, change: tuple[str, str]) -> None:
    """Change a text of a draft."""
    was = (await files(house, author, copy_id))[path].decode()
    assert change[0] in was
    async with house.database.unit_of_work() as session:
        copy = await find_copy(session, author, copy_id, lock=True)
        await save_text(session, copy, path, was.replace(*change), known=digest_of(was.encode()))


async def jobs(house: House) -> list[tuple[str, str, int]]:
    """Return queue, status and priority of every job of a calibration."""
    of_calibrations = "select queue_name, status::text, priority from procrastinate_jobs where task_name = :task"
    async with house.database.reading() as session:
        found = await session.execute(text(of_calibrations), {"task": "calibrate_draft"})
        return [tuple(row) for row in found.all()]


async def _no_jobs(house: House) -> bool:
    return await jobs(house) == []


async def _is(event: threading.Event) -> bool:
    return event.is_set()


@pytest.fixture
def pause() -> Iterator[Pause]:
    """Yield what a judge sets when it has reached a training, and what it waits for; let it go at the end."""
    reached, go_on = threading.Event(), threading.Event()
    yield reached, go_on
    go_on.set()


def pausing(number: int, pause: Pause) -> MeasuringJudge:
    """Return a judge that waits in its ``number``-th training."""

    def told(now: int) -> None:
        if now == number:
            pause[0].set()
            pause[1].wait(20)

    return MeasuringJudge(told=told)


async def test_a_draft_is_calibrated(house: House) -> None:
    """Eight trainings of the solution and six of baselines, a job each; the draft then passes the gate's eyes."""
    author = await person(house, "author")
    draft = await training_draft(house, author)
    await asked(house, author, draft.id)
    await asked(house, author, draft.id)
    assert [("rescore", "todo", 40)] == await jobs(house)

    judge = MeasuringJudge()
    async with worker(house, judge):
        done = await calibration_ended(house, draft.id)
        await until(lambda: _no_jobs(house))

    assert (CalibrationState.DONE, None, TRAININGS) == (done.state, done.reason, len(done.measured))
    assert done.finished_at is not None
    assert ["reference"] * 8 + ["untrained"] * 3 + ["linear"] * 3 == [name for name, _ in judge.seeds]
    assert 8 == len({seed for name, seed in judge.seeds if name == "reference"})
    found = calibrated(await files(house, author, draft.id))
    assert ("two-moons", 8, 0.99) == (found.report.exercise, len(found.report.runs), found.threshold)
    assert {"majority", "untrained", "linear"} == {one.name for one in found.report.baselines}
    assert found.report.threshold is not None
    assert 0.6 < found.report.threshold < 0.9
    assert {"keras": "3.11"} == found.report.measured_on
    advised = await files(house, author, draft.id)
    manifest = with_threshold(advised["exercise.toml"].decode(), found, found.report.threshold)
    advised["exercise.toml"] = manifest.encode()
    with bundle_of_files("two-moons", advised, house.settings.built) as bundle:
        assert () == outdated(bundle)


async def test_a_threshold_may_be_changed_meanwhile(house: House) -> None:
    """What no training depends on may be written while it is measured, and is not lost."""
    author = await person(house, "author")
    draft = await training_draft(house, author)
    await asked(house, author, draft.id)
    await save(house, author, draft.id, "exercise.toml", ("threshold = 0.99", "threshold = 0.75"))
    async with worker(house, MeasuringJudge()):
        assert CalibrationState.DONE is (await calibration_ended(house, draft.id)).state
    assert 0.75 == calibrated(await files(house, author, draft.id)).threshold


@pytest.mark.parametrize("at", [3, TRAININGS])
async def test_a_draft_that_changed_meanwhile_gets_no_calibration(house: House, pause: Pause, at: int) -> None:
    """Another solution during a training, the last too: nothing is put into the draft, and what changed is named."""
    author = await person(house, "author")
    draft = await training_draft(house, author)
    await asked(house, author, draft.id)
    judge = pausing(at, pause)
    async with worker(house, judge):
        await until(lambda: _is(pause[0]))
        await save(house, author, draft.id, "solution.py", ("Dense(8", "Dense(9"))
        pause[1].set()
        done = await calibration_ended(house, draft.id)

    assert (CalibrationState.REFUSED, {"kind": "changed", "names": ["solution"]}) == (done.state, done.reason)
    assert at == len(judge.seeds)  # nothing is trained for nothing
    assert "calibration.json" not in await files(house, author, draft.id)

    await asked(house, author, draft.id)
    async with worker(house, MeasuringJudge()):
        assert CalibrationState.DONE is (await calibration_ended(house, draft.id)).state


async def test_a_draft_that_cannot_be_read_at_the_end(house: House, pause: Pause) -> None:
    """A draft in the middle of being written ends no training; if it is so at the end, nothing is kept."""
    author = await person(house, "author")
    draft = await training_draft(house, author)
    await asked(house, author, draft.id)
    judge = pausing(2, pause)
    async with worker(house, judge):
        await until(lambda: _is(pause[0]))
        await save(house, author, draft.id, "exercise.toml", ('kind = "accuracy"', "kind = "))
        pause[1].set()
        done = await calibration_ended(house, draft.id)

    assert (CalibrationState.REFUSED, {"kind": "changed", "names": []}) == (done.state, done.reason)
    assert TRAININGS == len(judge.seeds)


async def test_stopped_while_it_trains(house: House, pause: Pause) -> None:
    """The training that goes on is ended, nothing comes of it, and no job is left; it may be asked for again."""
    author = await person(house, "author")
    draft = await training_draft(house, author)
    await asked(house, author, draft.id)
    judge = pausing(3, pause)
    async with worker(house, judge):
        await until(lambda: _is(pause[0]))
        async with house.database.unit_of_work() as session:
            await stop_measuring(session, author, draft.id)
        await asyncio.sleep(0.3)  # until the worker has heard of it
        pause[1].set()
        await until(lambda: _no_jobs(house))
        done = await calibration_row(house, draft.id)
        assert (CalibrationState.CANCELLED, 2) == (done.state, len(done.measured))
        assert (3, 1) == (len(judge.seeds), judge.stopped)
        async with house.database.unit_of_work() as session:
            await stop_measuring(session, author, draft.id)
        await asked(house, author, draft.id)
        assert CalibrationState.DONE is (await calibration_ended(house, draft.id)).state


async def test_stopped_before_it_began(house: House) -> None:
    """A job that still waits goes; where the draft was discarded there is nothing to do either."""
    author = await person(house, "author")
    for end in (stop_measuring, discard):
        draft = await training_draft(house, author, f"moons-{end.__name__.replace('_', '-')}")
        await asked(house, author, draft.id)
        async with house.database.unit_of_work() as session:
            await end(session, author, draft.id)
    judge = MeasuringJudge()
    async with worker(house, judge):
        await until(lambda: _no_jobs(house))
    assert [] == judge.seeds


async def test_another_worker_takes_over(house: House) -> None:
    """After a worker stopped, and another died, the next goes on where they were; the dead one's token is void."""
    author = await person(house, "author")
    draft = await training_draft(house, author)
    await asked(house, author, draft.id)
    fifth = threading.Event()
    async with worker(house, MeasuringJudge(told=lambda number: fifth.set() if number == 5 else None)):
        await until(lambda: _is(fifth))
    before = (await calibration_row(house, draft.id)).measured
    assert 4 <= len(before) < TRAININGS

    async with house.database.unit_of_work() as session:
        await session.execute(text("select procrastinate_register_worker_v1()"))
        fetch = "select procrastinate_fetch_job_v2(null, (select max(id) from procrastinate_workers))"
        await session.execute(text(fetch))
        dead = await claim_calibration(session, draft.id)
        await session.execute(text("delete from procrastinate_workers"))
        assert 1 == await rescue(session, silent_seconds=15)
    assert dead is not None
    second = MeasuringJudge()
    async with worker(house, second):
        done = await calibration_ended(house, draft.id)
    async with house.database.unit_of_work() as session:
        assert not await record_training(session, dead, [], {})
    assert (CalibrationState.DONE, before) == (done.state, done.measured[: len(before)])
    assert TRAININGS - len(before) == len(second.seeds)


async def test_trainings_of_two_environments_are_not_mixed(house: House) -> None:
    """A worker whose packages are others begins again: accuracies of two environments are no calibration."""
    author = await person(house, "author")
    draft = await training_draft(house, author)
    await asked(house, author, draft.id)
    old = {"name": "reference", "seed": 1, "accuracy": 0.1, "seconds": 1.0, "environment": {}}
    async with house.database.unit_of_work() as session:
        held = await claim_calibration(session, draft.id)
        assert held is not None
        assert await record_training(session, held, [old], {"packages": "of an older version"})
    judge = MeasuringJudge()
    async with worker(house, judge):
        done = await calibration_ended(house, draft.id)
    assert (CalibrationState.DONE, TRAININGS) == (done.state, len(done.measured))
    assert old not in done.measured


async def test_a_training_without_an_accuracy(house: House) -> None:
    """It ends at once, and the reason is kept in both languages."""
    author = await person(house, "author")
    draft = await training_draft(house, author)
    await asked(house, author, draft.id)
    judge = MeasuringJudge(blind=True)
    async with worker(house, judge):
        done = await calibration_ended(house, draft.id)
    assert CalibrationState.REFUSED is done.state
    which = {"kind": "training", "name": "reference", "seed": judge.seeds[0][1]}
    assert {**which, "zh": "这个网络无法训练。", "en": "This network cannot be trained."} == done.reason
    assert 1 == len(judge.seeds)


NETWORK = """    { layer = "Dense", units = 8, activation = "relu" },
    { layer = "Dense", units = 3, activation = "softmax" },
"""


@pytest.mark.parametrize(
    ("path", "old", "new", "kind"),
    [
        ("solution.py", "Dense(8", "Dense((8", "program"),
        ("exercise.toml", NETWORK, '    { layer = "Flatten" },\n', "baseline"),
    ],
)
async def test_what_cannot_be_measured_is_told(house: House, path: str, old: str, new: str, kind: str) -> None:
    """A solution that is no Python, or a network without a linear part: the author is told, nothing is trained."""
    author = await person(house, "author")
    draft = await training_draft(house, author)
    await save(house, author, draft.id, path, (old, new))
    await asked(house, author, draft.id)
    judge = MeasuringJudge()
    async with worker(house, judge):
        done = await calibration_ended(house, draft.id)
    assert (CalibrationState.REFUSED, {"kind": kind}, []) == (done.state, done.reason, judge.seeds)


async def test_faults_of_ours_are_tried_again_and_then_told(house: House) -> None:
    """One fault costs one training; too many in a row are a system error, as is what repeating cannot mend."""
    author = await person(house, "author")
    draft = await training_draft(house, author)
    await asked(house, author, draft.id)
    async with worker(house, MeasuringJudge(troubles=[JudgingFault("gone")])):
        done = await calibration_ended(house, draft.id)
    assert (CalibrationState.DONE, None, 0) == (done.state, done.fault, done.faults)

    strict = replace(house, settings=house.settings.model_copy(update={"max_faults": 2}))
    for troubles in ([JudgingFault("gone"), JudgingFault("gone")], [JudgingBroke("a check raised")]):
        await asked(house, author, draft.id)
        async with worker(strict, MeasuringJudge(troubles=[*troubles])):
            done = await calibration_ended(house, draft.id)
        assert CalibrationState.SYSTEM_ERROR is done.state
        assert type(troubles[0]).__name__ == (done.fault or {})["type"]
    assert "calibration.json" in await files(house, author, draft.id)  # of the first time


async def test_jobs_that_are_lost(house: House) -> None:
    """A calibration without a job gets one; one whose job failed for good is a system error, which somebody sees."""
    author = await person(house, "author")
    draft = await training_draft(house, author)
    await asked(house, author, draft.id)
    async with house.database.unit_of_work() as session:
        assert 0 == await CALIBRATIONS.sweep(session)
        await session.execute(text("delete from procrastinate_jobs"))
        assert 1 == await CALIBRATIONS.sweep(session)
        assert 0 == await CALIBRATIONS.sweep(session)
    assert [("rescore", "todo", 40)] == await jobs(house)
    async with house.database.unit_of_work() as session:
        await session.execute(text("update procrastinate_jobs set status = 'failed'"))
        assert 1 == await CALIBRATIONS.sweep(session)
    assert CalibrationState.SYSTEM_ERROR is (await calibration_row(house, draft.id)).state
    assert [] == await jobs(house)


async def test_students_go_first(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """No training begins while a submission waits."""
    waiting = threading.Event()
    waiting.set()

    async def waits(_database: object) -> bool:
        return waiting.is_set()

    monkeypatch.setattr(aside, "students_wait", waits)
    monkeypatch.setattr(aside, "LOOK", 0.05)
    author = await person(house, "author")
    draft = await training_draft(house, author)
    await asked(house, author, draft.id)
    judge = MeasuringJudge()
    async with worker(house, judge):
        await until(lambda: _taken(house))
        await asyncio.sleep(0.3)
        assert [] == judge.seeds
        waiting.clear()
        assert CalibrationState.DONE is (await calibration_ended(house, draft.id)).state


async def _taken(house: House) -> bool:
    return [("rescore", "doing", 40)] == await jobs(house)


async def test_a_check_goes_between_two_trainings(house: House, tmp_path: Path) -> None:
    """Who asks for a check of an exercise does not wait for all trainings of somebody else's draft."""
    author = await person(house, "author")
    draft = await training_draft(house, author)
    await asked(house, author, draft.id)
    await imported(house, author, small(tmp_path))
    async with house.database.reading() as session:
        first = await session.scalar(
            text("select task_name from procrastinate_jobs where queue_name = 'rescore' order by priority desc, id")
        )
    assert "check_exercise" == first


async def test_only_an_accuracy_of_ones_own(house: House) -> None:
    """Nobody measures another's draft; one without a check of the accuracy is refused in a sentence."""
    author, other = await person(house, "author"), await person(house, "other-author")
    draft = await training_draft(house, author)
    with pytest.raises(UnknownWorkingCopy):
        await asked(house, other, draft.id)
    async with house.database.unit_of_work() as session:
        with pytest.raises(UnknownWorkingCopy):
            await stop_measuring(session, other, draft.id)
    manifest = training_files()["exercise.toml"].decode()
    await save(house, author, draft.id, "exercise.toml", (manifest[manifest.rindex("[[checks]]") :], ""))
    with pytest.raises(NothingToMeasure):
        await asked(house, author, draft.id)
