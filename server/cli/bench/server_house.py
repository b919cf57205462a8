"""A whole platform for one bench: a database of its own, a course, a class, web and worker; thrown away afterwards."""

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2

from exercises import Bundle
from exercises.sources import build_data
from server.accounts import create_api_token, create_user, start_session
from server.cli.bench.scene import BenchFailed, Say
from server.cli.bench.server_marks import prepare_marks
from server.cli.bench.server_programs import Program, environment_for, free_port, kill_all
from server.courses import Shelf, enrol, publish_catalogue
from server.database.embedded import EmbeddedPostgres
from server.database.engine import Database
from server.database.migrate import upgrade
from server.database.models import Role, User
from server.opening import COURSE_SLUG, COURSE_TITLE, catalogue_of
from server.queue.roll import present_workers
from server.serving import allow_many_connections
from server.settings import Settings
from server.standing import STUDENT_ROLES
from server.workshop import Backend

CODE, QUIZ = "cnn-digits", "backpropagation"
STUDENTS = 12

#: What is taken over from the operator's own home, because making it takes minutes.
SHARED = ("data", "wheelhouse", "downloads", "sandbox-env", "base-python")

#: Where homes are made, and how their names begin.
DISK = Path("/var/tmp")  # noqa: S108 - /tmp is memory on some machines; the folder made in it is ours alone
PREFIX = "beginend-bench-"

WEB_SECONDS = 60.0
WORKER_SECONDS = 1800.0  # where the sandbox's image was never built
LOOK = 0.05
SILENT_SECONDS = 15.0


@dataclass(frozen=True, slots=True)
class Student:
    """Somebody of the class, and what opens the door to them."""

    user: User
    token: str  #: of the API
    cookie: str  #: of a signed-in browser


@dataclass(slots=True)
class ServerHouse:
    """What the measurements work with.

    Attributes:
        settings: Of the programs.
        backend: Which sandbox the worker uses.
        database: The bench's own way into their database.
        catalogue: The exercises.
        students: The class.
        say: Told how far it is.
        web: The running web process.
        worker: The running worker, if a measurement has asked for it.

    """

    settings: Settings
    backend: Backend
    database: Database
    catalogue: Mapping[str, Bundle]
    students: Sequence[Student]
    say: Say
    web: Program
    worker: Program | None = None

    @property
    def address(self) -> str:
        """Where the web process answers."""
        return self.settings.address

    async def judge(self) -> Program:
        """See to it that a worker runs whose slots wait; return it.

        Raises:
            BenchFailed: It ended, or does not get ready.

        """
        if self.worker is None:
            self.say("starting the worker and its sandbox")
            self.worker = Program("worker", environment_for(self.settings), self.settings.home / "worker.log")
        await self.settle(self.worker)
        return self.worker

    async def settle(self, worker: Program) -> None:
        """Wait until every slot for students waits for work.

        Raises:
            BenchFailed: They do not get there.

        """
        async with _deadline(WORKER_SECONDS, worker):
            while not await self._slots_wait():
                worker.must_run()
                await asyncio.sleep(LOOK)

    async def _slots_wait(self) -> bool:
        """Tell whether a worker is present with all of its slots ready."""
        async with self.database.reading() as session:
            workers = await present_workers(session, silent_seconds=SILENT_SECONDS)
        slots = [slot for worker in workers for slot in worker.standing.slots if slot.role in STUDENT_ROLES]
        return len(slots) >= self.settings.quick_slots and all(slot.state == "ready" for slot in slots)

    async def restart_web(self) -> float:
        """Stop the web process and start another; return the seconds it took to stop."""
        took = await self.web.stop()
        self.web = await _started_web(self.settings)
        return took

    async def stop(self) -> None:
        """Stop the programs in order."""
        for program in (self.worker, self.web):
            if program is not None:
                await program.stop()


@asynccontextmanager
async def server_house(
    operators: Settings, backend: Backend, say: Say, *, trains: bool = False
) -> AsyncIterator[ServerHouse]:
    """Yield a running platform; database, home and processes are gone afterwards.

    Args:
        operators: The operator's choices: numbers of slots, modes and the catalogue are theirs.
        backend: Which sandbox.
        say: Told each long step.
        trains: Whether trainings are done, which no measurement of the bench waits for, and data built for all of them.

    Raises:
        PostgresMissing: There is no embedded PostgreSQL here.
        DataUnavailable: The exercise's data cannot be built.
        BenchFailed: A program did not start.

    """
    allow_many_connections()  # this process holds the other end of every stream
    home = _home_beside(operators.home)
    postgres = EmbeddedPostgres(home)
    try:
        say("making a database, a course and a class")
        url = await asyncio.to_thread(postgres.ensure)
        await asyncio.to_thread(upgrade, url)
        chosen = {"home": home, "database_url": url, "port": free_port(), "host": "127.0.0.1", "sandbox": backend}
        unset = dict.fromkeys(("listen_url", "artifact_url", "store", "base_url", "oidc_issuer"))
        settings = operators.model_copy(update={**chosen, **unset})
        database = Database(url)
        catalogue = catalogue_of(settings)
        trained = list(catalogue) if trains else [CODE]
        await asyncio.to_thread(build_data, [catalogue[one].folder for one in trained], settings.built, say)
        await prepare_marks(database, trains=trains)
        students = await _furnish(database, catalogue, settings)
        house = ServerHouse(settings, backend, database, catalogue, students, say, web=await _started_web(settings))
        try:
            yield house
        finally:
            try:
                await house.stop()  # in order, also after Ctrl-C, so that the worker takes its containers away
            finally:
                kill_all((house.worker, house.web))
                await database.dispose()
    finally:
        await asyncio.to_thread(postgres.stop)
        shutil.rmtree(home, ignore_errors=True)


def _home_beside(operators: Path) -> Path:
    """Make a home that shares what takes long to make; on a disk, where a database lies, and open to its account."""
    home = Path(tempfile.mkdtemp(prefix=PREFIX, dir=DISK if DISK.is_dir() else None))
    home.chmod(0o755)
    for name in SHARED:
        shared = (operators / name).absolute()
        shared.mkdir(parents=True, exist_ok=True)
        (home / name).symlink_to(shared)
    return home


async def _furnish(database: Database, catalogue: Mapping[str, Bundle], settings: Settings) -> list[Student]:
    """Publish the course and let the class in."""
    students = []
    async with database.unit_of_work() as session:
        shelf = Shelf(settings.shelf, settings.built)
        course = await publish_catalogue(session, catalogue, COURSE_SLUG, COURSE_TITLE, shelf=shelf)
        for number in range(1, STUDENTS + 1):
            user = await create_user(session, login=f"student{number}", password=None)
            await enrol(session, user, course, Role.STUDENT)
            token = await create_api_token(session, user, "bench")
            students.append(Student(user, token, await start_session(session, user)))
    return students


async def _started_web(settings: Settings) -> Program:
    """Start the web process and return once it answers."""
    web = Program("web", environment_for(settings), settings.home / "web.log")
    try:
        async with _deadline(WEB_SECONDS, web), httpx2.AsyncClient() as client:
            while not await _answers(client, settings.address):
                web.must_run()
                await asyncio.sleep(LOOK)
    except BaseException:
        web.kill()
        raise
    return web


async def _answers(client: httpx2.AsyncClient, address: str) -> bool:
    """Tell whether the web process is there and well."""
    try:
        return (await client.get(f"{address}/healthz")).is_success
    except httpx2.TransportError:
        return False


@asynccontextmanager
async def _deadline(seconds: float, program: Program) -> AsyncIterator[None]:
    """Give a program so long to get ready.

    Raises:
        BenchFailed: It did not.

    """
    try:
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError as error:
        raise BenchFailed(f"beginend {program.command} did not get ready: {program.last_words()}") from error
