"""What operators ask: lights with advice, a liveness that notices deafness, and numbers that cost little."""

import asyncio
import time
import uuid
from pathlib import Path

import httpx
import psutil
import psycopg
import pytest
from serverhouse import QUICK_ONLY, WARM, House, until
from sqlalchemy import text, update
from webhouse import WebHouse

from grader.contract import Phase
from server import lights
from server.app import create_app
from server.cli.alive import worker_here
from server.database.engine import Database
from server.database.models import Submission, WorkerRow
from server.doctor import Checkup, _asked, _running, _store
from server.feed import Feed
from server.lights import Light, disk_light, home_light, secret_light
from server.queue.roll import sign
from server.settings import Settings
from server.standing import Standing
from server.submissions import claim, record_quick

pytestmark = pytest.mark.database


async def red(web: WebHouse) -> dict[str, str]:
    """Return what to do about each red light, in English; each has advice in both languages."""
    told = (await web.browser.client.get("/readyz")).json()["lights"]
    ill = [light for light in told if not light["well"]]
    assert all(light["advice"]["zh"] != light["advice"]["en"] and light["found"]["zh"] for light in ill)
    assert all(light["advice"] is None for light in told if light["well"])
    return {light["light"]: light["advice"]["en"] for light in ill}


async def test_each_light(web: WebHouse) -> None:
    """No worker, one that is ill, two images, clocks apart, a stuck queue, old tables: each is red with its advice."""
    database = web.house.database
    assert {"workers"} == (await red(web)).keys()
    assert "beginend worker" in (await red(web))["workers"]

    async with database.unit_of_work() as session:
        await sign(session, uuid.uuid4(), WARM)
    assert {} == await red(web)

    async with database.unit_of_work() as session:
        await sign(session, uuid.uuid4(), Standing("docker", "warm", "sha256:another", problem="no space left"))
        await session.execute(update(WorkerRow).values(clock_ahead_seconds=-7.5))
    await web.house.submit()
    async with database.unit_of_work() as session:
        await session.execute(text("update procrastinate_events set at = at - interval '61 seconds'"))
    advice = await red(web)
    assert {"workers", "images", "clocks", "queue"} == advice.keys()
    assert "doctor" in advice["workers"]
    assert "sandbox build" in advice["images"]
    assert "BEGINEND_SLOTS" in advice["queue"]

    for revision, said in (("0006", "db upgrade"), ("9999", "newer")):
        async with database.unit_of_work() as session:
            await session.execute(text("update alembic_version set version_num = :it"), {"it": revision})
        assert {"tables"} == (await red(web)).keys()
        assert said in (await red(web))["tables"]


async def test_a_workers_clock_is_measured(web: WebHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker signs how far its clock is from the database's."""
    now = time.time
    monkeypatch.setattr(time, "time", lambda: now() + 90)
    async with web.house.database.unit_of_work() as session:
        await sign(session, uuid.uuid4(), WARM)
    async with web.house.database.reading() as session:
        row = await session.scalar(text("select clock_ahead_seconds from workers"))

    assert 89 < row < 92


async def test_database_away_says_what_to_do(web: WebHouse) -> None:
    """While the database is away readiness is 503 with advice, and liveness stays well."""
    nowhere = Database("postgresql://nobody@127.0.0.1:9/nothing")
    app = create_app(web.house.settings, nowhere, Feed(nowhere), web.house.shelf)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://testserver") as client:
        ready, alive = await client.get("/readyz"), await client.get("/healthz")
    await nowhere.dispose()

    assert (503, "database") == (ready.status_code, ready.json()["lights"][0]["light"])
    assert 200 == alive.status_code


async def test_liveness_notices_a_dead_listener(web: WebHouse) -> None:
    """A process that the database answers and that hears nothing is 503 to a liveness probe, and its light is red."""
    database = Database(web.house.settings.database_url or "", listen_url="postgresql://nobody@127.0.0.1:9/nothing")
    feed = Feed(database, pulse_seconds=0.05, deaf_after=0.4)
    app = create_app(web.house.settings, database, feed, web.house.shelf)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://testserver") as client:
        assert 200 == (await client.get("/healthz")).status_code
        await feed.start()

        async def dead() -> bool:
            return (await client.get("/healthz")).status_code == 503

        await until(dead)
        assert "beginend_listen_alive 0.0" in (await client.get("/metrics")).text
        assert 200 == (await client.get("/readyz")).status_code
    await feed.stop()
    await database.dispose()


def test_lights_of_the_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk, a missing key and a key that others may read are red; what is as it should be is green."""
    assert disk_light(tmp_path / "not" / "there").well
    monkeypatch.setattr(lights, "LEAST_FREE_BYTES", 1 << 62)
    monkeypatch.setattr(lights, "LEAST_FREE_SHARE", 2.0)
    assert "prune" in advice_of(disk_light(tmp_path))

    assert "openssl" in advice_of(secret_light(Settings(home=tmp_path, base_url="https://x.example")))
    settings = Settings(home=tmp_path)
    assert secret_light(settings).well
    settings.secret()
    assert secret_light(settings).well
    (tmp_path / "secret-key").chmod(0o644)
    assert "chmod 600" in advice_of(secret_light(settings))
    assert home_light(tmp_path / "not" / "there").well


def advice_of(light: Light) -> str:
    """Return the English advice of a red light."""
    assert not light.well
    assert light.advice is not None
    return light.advice.en


def test_doctor_tries_the_store(tmp_path: Path) -> None:
    """Doctor writes into the artifact store and reads it back; where it cannot, it says what to set."""
    settings = Settings(home=tmp_path)
    assert _store(settings, "en").well
    (tmp_path / "file").touch()
    broken = _store(Settings(home=tmp_path, artifact_url=str(tmp_path / "file" / "store")), "zh")
    assert (False, True) == (broken.well, "BEGINEND_ARTIFACT_URL" in broken.advice)


async def test_doctor_says_what_readyz_says(house: House) -> None:
    """Doctor shows the lights of a running platform in the terminal's language, and names the worker's machine."""
    async with house.database.unit_of_work() as session:
        await sign(session, uuid.uuid4(), WARM)
        await session.execute(update(WorkerRow).values(clock_ahead_seconds=-7.5))

    found = {checkup.name: checkup for checkup in await asyncio.to_thread(lambda: [*_running(house.settings, "zh")])}
    assert {"tables", "workers", "images", "clocks", "queue", "worker"} == found.keys()
    assert ["clocks"] == [name for name, checkup in found.items() if not checkup.well]
    assert "chrony" in found["clocks"].advice
    assert "时钟" in found["clocks"].found
    assert (await _asked(house.settings.database_url or "", house.settings))[1][0].host in found["worker"].found


async def test_doctor_and_a_database_that_does_not_answer() -> None:
    """A database that was named and is not there is a red light, not an empty page."""
    settings = Settings(database_url="postgresql://nobody@127.0.0.1:9/nothing")
    found: list[Checkup] = await asyncio.to_thread(lambda: [*_running(settings, "en")])

    assert [("database answers", False)] == [(checkup.name, checkup.well) for checkup in found]


async def test_alive(house: House) -> None:
    """`beginend alive` says whether a worker of this machine lives and can judge; others' do not count."""
    url, settings = house.settings.database_url or "", house.settings
    assert not await worker_here(settings, url)
    async with house.database.unit_of_work() as session:
        await sign(session, uuid.uuid4(), Standing(problem="no Docker"))
    assert not await worker_here(settings, url)
    async with house.database.unit_of_work() as session:
        await sign(session, uuid.uuid4(), WARM)
    assert await worker_here(settings, url)
    async with house.database.unit_of_work() as session:
        await session.execute(update(WorkerRow).values(host="another"))
    assert not await worker_here(settings, url)


async def test_latencies(web: WebHouse) -> None:
    """Each submission that is judged between two askings is counted once in each phase; a copied verdict is not."""
    client = web.browser.client

    async def asked() -> list[str]:
        return [line for line in (await client.get("/metrics")).text.splitlines() if "verdict_seconds" in line]

    assert 'beginend_verdict_seconds_count{phase="verdict"} 0.0' in await asked()
    made = [await web.house.submit() for _ in range(3)]
    for seconds, submission in zip((0, 7, 7), made, strict=True):
        async with web.house.database.unit_of_work() as session:
            held = await claim(session, submission.id, Phase.QUICK)
            assert held is not None
            await record_quick(session, held, QUICK_ONLY, {})
            await session.execute(
                update(Submission)
                .where(Submission.id == submission.id)
                .values(created_at=text(f"created_at - interval '{seconds} seconds'"))
            )
    async with web.house.database.unit_of_work() as session:
        await session.execute(update(Submission).where(Submission.id == made[2].id).values(answered_by_id=made[1].id))
    for _ in range(2):
        said = await asked()
        assert 'beginend_verdict_seconds_bucket{le="5.0",phase="verdict"} 1.0' in said
        assert 'beginend_verdict_seconds_bucket{le="10.0",phase="verdict"} 2.0' in said
        assert 'beginend_verdict_seconds_count{phase="quick"} 2.0' in said


MANY = """
set session_replication_role = replica;  -- without triggers and keys, as only the numbers matter here
insert into submissions (id, user_id, assignment_id, exercise_version_id, number, kind, answer, source, sha256, state,
                         created_at, finished_at, current_grading_id)
select md5('s' || n)::uuid, u.id, a.id, a.exercise_version_id, 1000 + n, 'regions', '{}', repeat('# code ', 100), '',
       case when n % 50 = 0 then 'queued' when n % 97 = 0 then 'system_error' else 'done' end,
       now() - n * interval '10 seconds', case when n % 50 = 0 then null else now() - n * interval '9 seconds' end,
       md5('g' || n)::uuid
  from generate_series(1, 100000) n, (select id from users where login = 'student') u,
       (select id, exercise_version_id from assignments limit 1) a;
insert into gradings (id, submission_id, attempt, state, outcome, score, evidence, artifacts, stdout, environment,
                      timing_ms, finished_at)
select current_grading_id, id, 1, 'final', 'passed', 1, '{}', '{}', repeat('x', 300), '{}', '{}', finished_at
  from submissions where state = 'done';
with made as (insert into procrastinate_jobs (queue_name, task_name, priority, args)
              select 'rescore', 'judge_quick', 0, '{}' from generate_series(1, 50000) returning id)
insert into procrastinate_events (job_id, type, at) select id, 'deferred', now() - interval '5 seconds' from made;
"""


def processor_seconds(url: str) -> float:
    """Return how long this process and its backends have worked: unlike a clock, not longer beside busy neighbours."""
    with psycopg.connect(url) as connection:
        others = "select pid from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
        backends = [psutil.Process(pid).cpu_times() for (pid,) in connection.execute(others)]
    return time.process_time() + sum(times.user + times.system for times in backends)


async def test_metrics_stay_cheap(web: WebHouse) -> None:
    """With 100,000 submissions and 50,000 waiting jobs, ``/metrics`` costs less than 50 ms of processor time."""
    url, client = web.house.settings.database_url or "", web.browser.client
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(MANY)
        connection.execute("vacuum analyze submissions, gradings, procrastinate_jobs, procrastinate_events")
        # Helpers of a query would be gone when they are counted.
        connection.execute(
            "do $$ begin execute 'alter database ' || current_database() || "
            "' set max_parallel_workers_per_gather = 0'; end $$"
        )
    await web.house.database.dispose()
    said = (await client.get("/metrics")).text
    assert 'beginend_submissions{state="queued"} 2000.0' in said
    assert 'beginend_queue_waiting{queue="rescore"} 50000.0' in said
    costs = []
    for _ in range(4):
        began = processor_seconds(url)
        for _ in range(5):
            await client.get("/metrics")
        costs.append((processor_seconds(url) - began) / 5)

    assert min(costs) < 0.05, costs
