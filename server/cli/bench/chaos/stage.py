"""Where a run takes place: home, database, course with students, engine and the real processes, all its own."""

import asyncio
import contextlib
import random
import shutil
import socket
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2

from exercises import Bundle, load_catalogue
from exercises.sources import build_data
from sandbox.engine import connect
from sandbox.opening import instance_of
from server.accounts import create_api_token, create_user
from server.cli.bench.chaos.database import own_database
from server.cli.bench.chaos.engine import OwnEngine, can_start_engines, carry_over, with_what_it_stands_on
from server.cli.bench.chaos.faults import Targets
from server.cli.bench.chaos.outages import Outages
from server.cli.bench.chaos.services import Service, WebService, environment_for
from server.cli.bench.chaos.sheets import PROGRAM, QUIZ
from server.courses import Shelf, enrol, publish_catalogue
from server.database.engine import Database
from server.database.migrate import upgrade
from server.database.models import Role
from server.opening import COURSE_SLUG, COURSE_TITLE
from server.settings import Settings
from server.workshop import Backend, Say, build_image_here

WORKERS = 2
START_SECONDS = 180.0  #: until a worker is ready to judge
LOOK = 0.25

#: What takes minutes to fetch or to build, and is only read.
SHARED = ("data", "wheelhouse", "downloads", "base-python", "sandbox-env")


class StageNotReady(Exception):
    """The processes did not come up; the message names their logs."""


@dataclass(frozen=True, slots=True)
class Stage:
    """Everything that a run needs, running."""

    address: str
    database: str  #: its URL
    course: str
    tokens: dict[str, str]  #: by login
    catalogue: dict[str, Bundle]
    services: tuple[Service, ...]
    targets: Targets
    outages: Outages
    logs: Path


@asynccontextmanager
async def open_stage(
    settings: Settings, backend: Backend, chance: random.Random, *, students: int, say: Say
) -> AsyncIterator[Stage]:
    """Set everything up and wait until it judges; nothing is left of it afterwards but the processes' logs.

    Args:
        settings: The operator's choices: where data and wheels lie.
        backend: The sandbox of the workers.
        chance: Chooses victims.
        students: How many there shall be.
        say: Told each long step as it begins.

    Raises:
        SandboxUnavailable: There is no sandbox to judge in.
        StageNotReady: The processes did not come up.

    """
    async with AsyncExitStack() as stack:
        home = stack.enter_context(_own_home(settings.home))
        logs = _fresh_logs(settings.home)
        engine = await _open_engine(stack, settings, home, say) if backend == "docker" else None
        say("a database of its own, a course and students")
        outages = Outages()
        url = await stack.enter_async_context(own_database(home, outages))
        catalogue = await asyncio.to_thread(_catalogue, settings, home, say)
        tokens = await _furnish(url, home, catalogue, students)
        port = _free_port()
        environment = environment_for(
            DATABASE_URL=url,
            BEGINEND_HOME=str(home),
            BEGINEND_PORT=str(port),
            BEGINEND_SANDBOX=backend,
            BEGINEND_SLOTS="1",
            BEGINEND_LOG="json",
            **({} if engine is None else {"DOCKER_HOST": engine.address}),
        )
        address = f"http://127.0.0.1:{port}"
        web = WebService(environment, logs / "web.log", address, outages)
        names = [f"worker-{number}" for number in range(1, WORKERS + 1)]
        workers = [Service(name, "worker", environment, logs / f"{name}.log") for name in names]
        for service in (web, *workers):
            service.start()
            stack.push_async_callback(service.stop)
        say("web and workers")
        await _until_judging(address, logs)
        outages.forget()
        targets = Targets(chance, web, workers, url, outages, engine, backend, instance_of(home))
        yield Stage(address, url, COURSE_SLUG, tokens, catalogue, (web, *workers), targets, outages, logs)
        say("stopping")


@contextmanager
def _own_home(shared: Path) -> Iterator[Path]:
    """Make a home that the database's account may enter and whose path is short enough for a socket."""
    home = Path(tempfile.mkdtemp(prefix="beginend-chaos-", dir="/var/tmp"))
    home.chmod(0o755)
    for name in SHARED:
        folder = (shared / name).resolve()
        folder.mkdir(parents=True, exist_ok=True)
        (home / name).symlink_to(folder)
    try:
        yield home
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _fresh_logs(home: Path) -> Path:
    """Make the folder for what the processes of this run say; the last run's goes."""
    logs = home / "chaos-logs"
    shutil.rmtree(logs, ignore_errors=True)
    logs.mkdir(parents=True)
    return logs.resolve()


async def _open_engine(stack: AsyncExitStack, settings: Settings, home: Path, say: Say) -> OwnEngine | None:
    """Start an engine of our own with the sandbox image in it, or return None where only the machine's can be used."""
    image = await asyncio.to_thread(build_image_here, settings.home, None, say)
    if not can_start_engines():
        say("this user cannot start a Docker engine: the machine's own is used, and never stopped")
        return None
    say("a Docker engine of its own, with the image carried over")
    folder = home / "engine"
    folder.mkdir()
    engine = OwnEngine(folder)
    stack.push_async_callback(asyncio.to_thread, engine.remove)
    await asyncio.to_thread(_fill, engine, image)
    return engine


def _fill(engine: OwnEngine, image: str) -> None:
    """Start an engine and give it what the sandbox needs."""
    with contextlib.closing(connect()) as source, contextlib.closing(engine.start()) as target:
        carry_over(with_what_it_stands_on(image, source), source, target)


def _catalogue(settings: Settings, home: Path, say: Say) -> dict[str, Bundle]:
    """Load the two exercises, with their data built."""
    build_data([settings.catalogue / PROGRAM], settings.built, say)
    catalogue = load_catalogue(settings.catalogue, home / "data")
    return {name: catalogue[name] for name in (QUIZ, PROGRAM)}


async def _furnish(url: str, home: Path, catalogue: dict[str, Bundle], count: int) -> dict[str, str]:
    """Publish the course and let students in; return their API tokens."""
    await asyncio.to_thread(upgrade, url)
    database = Database(url)
    tokens = {}
    async with database.unit_of_work() as session:
        course = await publish_catalogue(
            session, catalogue, COURSE_SLUG, COURSE_TITLE, shelf=Shelf(home / "bundles", home / "data")
        )
        for number in range(1, count + 1):
            student = await create_user(session, login=f"student-{number}", password=f"horse battery {number}")
            await enrol(session, student, course, Role.STUDENT)
            tokens[student.login] = await create_api_token(session, student, "chaos")
    await database.dispose()
    return tokens


def _free_port() -> int:
    """Return a port that nobody listens on; the web process gets it at every start."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


async def _until_judging(address: str, logs: Path) -> None:
    """Wait until pages are served and every worker could judge.

    Raises:
        StageNotReady: That takes too long.

    """
    async with httpx2.AsyncClient(base_url=address, timeout=10, trust_env=False) as client:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(START_SECONDS):
                while not await _judges(client):  # noqa: ASYNC110 (nobody here could set an event)
                    await asyncio.sleep(LOOK)
                return
    raise StageNotReady(f"Web and workers were not ready after {START_SECONDS:.0f} s: see {logs}")


async def _judges(client: httpx2.AsyncClient) -> bool:
    """Ask whether every worker is ready."""
    try:
        answer = await client.get("/readyz")
    except httpx2.TransportError:
        return False
    workers = answer.json().get("workers", [])
    return len(workers) == WORKERS and all(worker["judging"] in {"ready", "busy"} for worker in workers)
