"""Several machines: workers say what they can, are drained and resumed, get what asks for their image, and must fit."""

import asyncio
import json
import os
import platform
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest
from rescorehouse import RescoreHouse, became, judged
from scriptedjudging import LABELS
from serverhouse import COURSE, QUICK_ONLY, WARM, FakeJudge, House, ended, until, worker
from sqlalchemy import select
from test_rescoring import rescoring
from typer.testing import CliRunner

from server.cli.main import build
from server.database import migrate
from server.database.models import AuditEvent, Depth, RescoreState, State, WorkerRow
from server.errors import NobodyHasImage, UnknownWorker, UnsafeSettings
from server.lights import worker_lights
from server.queue.doorbell import Queue, Task
from server.queue.draining import drain, drain_host, drained_hosts, resume, resume_host, worker_of_name
from server.queue.duty import DutyState
from server.queue.roll import Present, present_workers
from server.release import is_newer, version
from server.settings import cores, load_settings
from server.standing import Standing
from server.submissions.waiting import places_of

pytestmark = pytest.mark.database

__all__ = ["rescoring"]

ROOT = Path(__file__).resolve().parent.parent.parent
ONE, TWO = f"sha256:{'1a' * 32}", f"sha256:{'2b' * 32}"
Call = Callable[..., Any]


@pytest.fixture
def call(house: House, monkeypatch: pytest.MonkeyPatch) -> Call:
    """Return a way to call ``beginend``, in a thread as it has an event loop of its own."""
    monkeypatch.setenv("BEGINEND_HOME", str(house.settings.home))
    monkeypatch.setenv("DATABASE_URL", house.settings.database_url or "")
    monkeypatch.setenv("COLUMNS", "250")

    async def called(*arguments: str, code: int = 0) -> str:
        result = await asyncio.to_thread(
            lambda: CliRunner().invoke(build(arguments), arguments, catch_exceptions=False)
        )
        assert code == result.exit_code, result.output
        return result.output

    return called


def judge(image: str = ONE, **more: Any) -> FakeJudge:  # noqa: ANN401 - whatever a fake judge takes
    """Return a judge that judges in an image."""
    return FakeJudge(quick_script=[QUICK_ONLY], stands=replace(WARM, image=image), **more)


async def present(house: House) -> list[Present]:
    """Return who is on the roll."""
    async with house.database.reading() as session:
        return await present_workers(session, silent_seconds=house.settings.stalled_seconds)


async def signed(house: House, count: int = 1) -> list[Present]:
    """Wait until so many workers have said in which image they judge."""

    async def there() -> bool:
        return count == len([one for one in await present(house) if one.standing.image])

    await until(there)
    return await present(house)


async def on_duty(house: House, state: DutyState) -> None:
    """Wait until the one worker is in a state."""

    async def there() -> bool:
        return [state] == [one.duty for one in await present(house)]

    await until(there)


async def test_a_worker_says_what_it_can(house: House, call: Call) -> None:
    """The list names machine, cores, version, image, modes and lanes; for programs as JSON, for people as a table."""
    async with worker(house, judge()):
        await signed(house)
        (told,) = json.loads(await call("workers", "--json"))["workers"]
        table = await call("workers")

    assert (platform.node(), cores(), version()) == (told["host"], told["cores"], told["version"])
    assert ([ONE], ["warm", "oneshot", "cold"]) == (told["images"], told["modes"])
    assert ["quick", "training", "rescore"] == [lane["name"] for lane in told["lanes"]]
    assert (house.settings.quick_concurrency, "working") == (told["lanes"][0]["concurrency"], told["state"])
    assert all(word in table for word in (told["name"], platform.node(), ONE[:19], "quick", "working"))
    assert "No worker" in await call("workers")


async def test_a_drained_worker_finishes_and_takes_nothing(house: House) -> None:
    """What it has in hand is judged, what comes waits for another, and it says when it is empty; resumed it goes on."""
    busy = judge(quick_seconds=1.0)
    first = await house.submit()
    async with worker(house, busy):
        (one,) = await signed(house)
        await until(lambda: begun(busy))
        async with house.database.unit_of_work() as session:
            await drain(session, None, one)
        await until(lambda: heard(house))
        assert not (await present(house))[0].serves(Queue.LIVE_QUICK)
        second = await house.submit()
        assert State.DONE == await ended(house, first.id)
        await on_duty(house, DutyState.DRAINED)
        await asyncio.sleep(0.5)
        assert State.QUEUED == await house.state(second.id)
        assert 1 == len(busy.calls)

        async with house.database.unit_of_work() as session:
            await resume(session, None, one)
        assert State.DONE == await ended(house, second.id)
        await on_duty(house, DutyState.WORKING)
    async with house.database.reading() as session:
        deeds = select(AuditEvent.action).where(AuditEvent.action.startswith("worker.")).order_by(AuditEvent.id)
        assert ["worker.drain", "worker.resume"] == (await session.scalars(deeds)).all()


async def test_work_in_hand_is_not_taken_for_dead(house: House) -> None:
    """A drained worker that finishes a long job is alive all the while: nobody else judges it once more."""
    lively = {"heartbeat_seconds": 0.1, "stalled_seconds": 0.6, "sweep_seconds": 0.5}
    lively_house = House(**{**vars(house), "settings": house.settings.model_copy(update=lively)})
    busy, idle = judge(quick_seconds=2.5), judge()
    async with worker(lively_house, busy):
        submission = await house.submit()
        await until(lambda: begun(busy))
        (one,) = await present(house)
        async with worker(lively_house, idle):
            async with house.database.unit_of_work() as session:
                await drain(session, None, one)
            assert State.DONE == await ended(house, submission.id)
    assert ([], 1) == (idle.calls, (await house.reload(submission.id)).attempt)


async def heard(house: House) -> bool:
    """Tell whether the one worker has said itself that it takes nothing more."""
    async with house.database.reading() as session:
        return await session.scalar(select(WorkerRow.duty)) == DutyState.DRAINING


async def begun(busy: FakeJudge) -> bool:
    """Tell whether a judge was asked for anything."""
    return bool(busy.calls)


async def test_a_drained_host_stays_drained(house: House) -> None:
    """A worker that is started on it takes nothing either, until the host is resumed, alone or by its workers."""
    async with house.database.unit_of_work() as session:
        await drain_host(session, None, platform.node())
        await drain_host(session, None, platform.node())
    submission = await house.submit()
    async with worker(house, judge()):
        await on_duty(house, DutyState.DRAINED)
        await asyncio.sleep(0.5)
        assert State.QUEUED == await house.state(submission.id)
        async with house.database.unit_of_work() as session:
            assert [platform.node()] == [*await drained_hosts(session)]
            await resume_host(session, None, platform.node())
        assert State.DONE == await ended(house, submission.id)


async def test_drain_waits_and_says_so(house: House, call: Call) -> None:
    """The command returns when nothing is left in hand; names may be cut short, wrong ones are told what there is."""
    async with worker(house, judge()):
        (one,) = await signed(house)
        assert "has nothing in hand" in await call("workers", "drain", one.name[:6])
        assert "drained" in await call("workers")
        assert "taken again" in await call("workers", "resume", one.name)
        await on_duty(house, DutyState.WORKING)
        assert one.name in await call("workers", "drain", "nobody", code=2)
        assert "--host" in await call("workers", "drain", code=2)
        assert "has nothing in hand" in await call("workers", "drain", "--host", platform.node())
        assert f"resume --host {platform.node()}" in await call("workers")
        said = await call("workers", "resume", one.name)
        assert f"resume --host {platform.node()}" in said
        assert "taken again." not in said
        await call("workers", "resume", "--host", platform.node())
    assert "will take nothing" in await call("workers", "drain", "--host", "another")


async def test_a_name_must_be_one_workers(house: House) -> None:
    """A beginning that two names share, or none has, names nobody."""
    async with house.database.reading() as session:
        with pytest.raises(UnknownWorker):
            await worker_of_name(session, "", silent_seconds=15)
    async with worker(house, judge()), worker(house, judge()):
        await signed(house, 2)
        async with house.database.reading() as session:
            with pytest.raises(UnknownWorker, match="2 workers"):
                await worker_of_name(session, "", silent_seconds=15)


async def test_a_rescore_goes_on_elsewhere(rescoring: RescoreHouse) -> None:
    """A drained worker gives a chunk back between two programs; another finishes it, and nothing is done twice."""
    house = rescoring.house
    for _ in range(4):
        await rescoring.handed_in(LABELS)
    result = judged(rescoring.bundle, LABELS)
    slow, quick = (replace_script(judge(quick_seconds=seconds), result) for seconds in (0.5, 0))
    async with worker(house, slow):
        await signed(house)
        rescore = await rescoring.make(depth=Depth.RERUN)
        await until(lambda: begun(slow))
        (one,) = await present(house)
        async with house.database.unit_of_work() as session:
            await drain(session, None, one)
        await on_duty(house, DutyState.DRAINED)
        assert RescoreState.RUNNING is (await rescoring.reload(rescore)).state
        async with worker(house, quick):
            await became(rescoring, rescore, RescoreState.READY)
    assert 4 == len(slow.calls) + len(quick.calls)
    assert slow.calls
    assert quick.calls


def replace_script(fake: FakeJudge, result: Any) -> FakeJudge:  # noqa: ANN401 - a phase's result
    """Let a judge find this."""
    fake.quick_script = [result]
    return fake


async def test_a_rescore_asks_for_an_image(rescoring: RescoreHouse) -> None:
    """Only the worker that judges in it takes the chunks, whatever the other has to do; everything runs again."""
    house = rescoring.house
    for _ in range(3):
        await rescoring.handed_in(LABELS)
    result = judged(rescoring.bundle, LABELS)
    old, new = (replace_script(judge(image), result) for image in (ONE, TWO))
    async with worker(house, old), worker(house, new):
        await signed(house, 2)
        rescore = await rescoring.make(wish={"on_image": TWO[:15]})
        await became(rescoring, rescore, RescoreState.READY)
        assert ([], 3) == (old.calls, len(new.calls))
        assert TWO == rescore.on_image
        free = await rescoring.make(depth=Depth.RERUN)
        await became(rescoring, free, RescoreState.READY)
        assert 6 == len(old.calls) + len(new.calls)


async def test_rescores_begin_once_the_image_is_known(rescoring: RescoreHouse) -> None:
    """A new worker takes no chunk before it can name all its queues: it would have to end with the chunk in hand."""
    known = threading.Event()

    class Slow(FakeJudge):
        def standing(self) -> Standing:
            known.wait(20)
            return WARM

    await rescoring.handed_in(LABELS)
    fake = replace_script(Slow(), judged(rescoring.bundle, LABELS))
    rescore = await rescoring.make(depth=Depth.RERUN)
    async with worker(rescoring.house, fake):
        await asyncio.sleep(0.7)
        assert [] == fake.calls
        known.set()
        await became(rescoring, rescore, RescoreState.READY)


async def test_an_image_that_nobody_has(rescoring: RescoreHouse, call: Call) -> None:
    """It is refused at once, with the images that there are and what to do; what waits for one that left waits on."""
    house = rescoring.house
    await rescoring.handed_in(LABELS)
    with pytest.raises(NobodyHasImage, match="BEGINEND_SANDBOX_IMAGE"):
        await rescoring.make(wish={"on_image": TWO})
    asked = ("rescore", "run", COURSE, "--exercise", "cnn-digits", "--on-image")
    old, new = (replace_script(judge(image), judged(rescoring.bundle, LABELS)) for image in (ONE, TWO))
    async with worker(house, old):
        await signed(house)
        assert ONE[:19] in await call(*asked, TWO, code=2)
        async with worker(house, new):
            await signed(house, 2)
        # the worker that has it has left between the look and the job
    async with worker(house, old):
        await signed(house)
        async with house.database.unit_of_work() as session:
            await resume_host(session, None, platform.node())
        rescore = await rescoring.make(wish={"on_image": ONE})
        await became(rescoring, rescore, RescoreState.READY)
    assert [] == new.calls


async def test_a_worker_for_rescores_alone(rescoring: RescoreHouse) -> None:
    """It takes no student's submission, says so, and is not counted among those who would."""
    house = rescoring.house
    only = House(**{**vars(house), "settings": house.settings.model_copy(update={"lanes": "rescore"})})
    await rescoring.handed_in(LABELS)
    fake = replace_script(judge(), judged(rescoring.bundle, LABELS))
    async with worker(only, fake):
        there = await signed(house)
        rescore = await rescoring.make()
        await became(rescoring, rescore, RescoreState.READY)
        submission = await house.submit()
        await asyncio.sleep(0.7)
        assert State.QUEUED == await house.state(submission.id)
        assert (0, 0) == (places_of(there, Task.JUDGE_QUICK), places_of(there, Task.JUDGE_TRAINING))
        (light, _clock) = worker_lights(there)
        assert not light.well


def test_lanes_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker that would do nothing, or what nobody knows, is refused with the words that there are."""
    for wrong in ("", "slow", "quick,slow"):
        monkeypatch.setenv("BEGINEND_LANES", wrong)
        with pytest.raises(UnsafeSettings, match="quick, training, rescore"):
            load_settings()
    monkeypatch.setenv("BEGINEND_LANES", "rescore, quick")
    assert ("quick", "rescore") == load_settings().lane_names


def brought_up_to_date_by(url: str, other: str) -> None:
    """Let another version have been the last one to bring the database up to date."""
    with psycopg.connect(url) as connection:
        connection.execute("insert into installations (version, at) values (%s, clock_timestamp())", [other])


def test_a_newer_database_is_refused(empty_url: str) -> None:
    """Neither started on nor migrated: the text names both versions and says which to install."""
    migrate.upgrade(empty_url)
    brought_up_to_date_by(empty_url, "99.1.0")
    for deed in (migrate.must_be_current, migrate.upgrade):
        with pytest.raises(migrate.ProgramOutdated, match=r"99\.1\.0.*install 99\.1\.0 on this machine"):
            deed(empty_url)


def test_tables_of_a_later_revision_are_refused(empty_url: str) -> None:
    """A revision that this version does not know is a newer one, not one that lacks something."""
    migrate.upgrade(empty_url)
    with psycopg.connect(empty_url) as connection:
        connection.execute("update alembic_version set version_num = '9999'")
    for deed in (migrate.must_be_current, migrate.upgrade):
        with pytest.raises(migrate.ProgramOutdated, match="revision 9999"):
            deed(empty_url)


def test_an_older_versions_database_is_refused(empty_url: str) -> None:
    """The same tables do not do: another version may judge otherwise. `beginend db upgrade` makes them one's own."""
    migrate.upgrade(empty_url)
    brought_up_to_date_by(empty_url, "0.0.9")
    with pytest.raises(migrate.DatabaseOutdated, match="beginend db upgrade"):
        migrate.must_be_current(empty_url)

    migrate.upgrade(empty_url)
    migrate.must_be_current(empty_url)


def test_versions_are_compared_by_number() -> None:
    """Ten is more than nine."""
    assert is_newer("0.10.0", "0.9.9")
    assert not is_newer("0.1.0", "0.1.0")


def test_a_candidate_comes_before_its_release() -> None:
    """So that the release itself may bring a candidate's database up to date, and not the other way round."""
    assert is_newer("1.0.0", "1.0.0rc1")
    assert not is_newer("1.0.0rc1", "1.0.0")
    assert is_newer("1.0.0rc2", "1.0.0rc1")
    assert is_newer("0.1.0", "a word")


async def test_the_worker_command_refuses(house: House) -> None:
    """`beginend worker` on a newer database ends with a sentence, before it touches a sandbox."""
    brought_up_to_date_by(house.settings.database_url or "", "99.1.0")

    command = [sys.executable, "-c", "from server.cli.main import main; main()", "worker"]
    url = house.settings.database_url or ""
    environment = {
        **os.environ,
        "DATABASE_URL": url,
        "BEGINEND_HOME": str(house.settings.home),
        "PYTHONPATH": str(ROOT),
    }
    ended = await asyncio.to_thread(
        lambda: subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)
    )

    assert (3, "") == (ended.returncode, ended.stdout)
    assert "install 99.1.0 on this machine" in " ".join(ended.stderr.split())
    assert "Traceback" not in ended.stderr


async def test_a_running_worker_notices(house: House) -> None:
    """When the database is brought up to date under its feet it takes nothing more, and says why on the roll."""
    async with worker(house, judge()):
        await signed(house)
        brought_up_to_date_by(house.settings.database_url or "", "99.1.0")
        await on_duty(house, DutyState.DRAINED)
        submission = await house.submit()
        await asyncio.sleep(0.5)
        assert State.QUEUED == await house.state(submission.id)
        (one,) = await present(house)
    assert "install 99.1.0" in (one.standing.problem or "")
