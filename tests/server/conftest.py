"""A real PostgreSQL for the tests: one server for the session, and for each test a database of its own."""

import asyncio
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from serverhouse import COURSE, DatabaseOfATest, House
from sqlalchemy import select

from exercises import Bundle, Text, load_catalogue
from server.accounts import create_user, hashing
from server.courses import Shelf, enrol, publish_catalogue
from server.database import migrate
from server.database.embedded import EmbeddedPostgres
from server.database.engine import Database
from server.database.models import Role, User
from server.settings import BUILT_IN_CATALOGUE, Settings

#: What keeps data safe, or tidies up in the background; databases that live for a second need neither.
#: Commits stay synchronous: a vacuum marks no rows whose commit was not flushed, and some tests measure after one.
CARELESS = (
    "fsync = off",
    "full_page_writes = off",
    "autovacuum = off",
    "checkpoint_timeout = '1h'",
    "max_wal_size = '2GB'",
)
#: Bytes that all tests together may write; a disk in memory with less left is not used.
ROOM = 4 << 30


@pytest.fixture(scope="session", autouse=True)
def quick_passwords() -> Iterator[None]:
    """Hash with the least that argon2 takes: hundreds of tests sign in, and none of them keeps a secret."""
    with pytest.MonkeyPatch.context() as patched:
        least = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1),))
        patched.setattr(hashing, "USUAL", least)
        yield


def _quick_disk() -> Path | None:
    """Return the disk in memory where there is one with room; making a database copies hundreds of small files."""
    shared = Path("/dev/shm")  # noqa: S108 - only mkdtemp makes something in it
    has_room = shared.is_dir() and os.access(shared, os.W_OK) and shutil.disk_usage(shared).free > ROOM
    return shared if has_room else None


@pytest.fixture(scope="session")
def catalogue() -> dict[str, Bundle]:
    """Return the exercises that come with the platform."""
    return load_catalogue(BUILT_IN_CATALOGUE, Path("var/data"))


@pytest.fixture(scope="session")
def server_url() -> Iterator[str]:
    """Start a PostgreSQL server on which tests make databases, or use the one that ``DATABASE_URL`` names."""
    if url := os.environ.get("DATABASE_URL"):
        yield url
        return
    home = Path(tempfile.mkdtemp(prefix="beginend-tests-", dir=_quick_disk()))
    home.chmod(0o755)  # started by root, the server runs as somebody else
    postgres = EmbeddedPostgres(home)
    try:
        url = postgres.ensure()
        with psycopg.connect(url, autocommit=True) as connection:  # nothing here outlives the machine
            for setting in CARELESS:
                connection.execute(f"alter system set {setting}")
            connection.execute("select pg_reload_conf()")
        yield url
    finally:
        postgres.stop()
        shutil.rmtree(home)


@pytest.fixture(scope="session")
def template(
    server_url: str, catalogue: dict[str, Bundle], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, Path]]:
    """Make a migrated database with the course and its people, to be cloned; and the home its shelf lies in."""
    home = tmp_path_factory.mktemp("home")
    with DatabaseOfATest(server_url) as url:
        migrate.upgrade(url)
        asyncio.run(_furnish(url, catalogue, Shelf(home / "bundles", Path("var/data"))))
        yield url, home


async def _furnish(url: str, catalogue: dict[str, Bundle], shelf: Shelf) -> None:
    """Publish the course and let people in."""
    database = Database(url)
    async with database.unit_of_work() as session:
        title = Text(zh="深度学习初体验", en="First steps")
        course = await publish_catalogue(session, catalogue, COURSE, title, shelf=shelf)
        for login, role in (("student", Role.STUDENT), ("other", Role.STUDENT), ("teacher", Role.TEACHER)):
            await enrol(session, await create_user(session, login=login, password="correct horse"), course, role)
    await database.dispose()


@pytest.fixture
def empty_url(server_url: str) -> Iterator[str]:
    """Make an empty database."""
    with DatabaseOfATest(server_url) as url:
        yield url


@pytest.fixture
async def house(
    server_url: str, template: tuple[str, Path], catalogue: dict[str, Bundle], tmp_path: Path
) -> AsyncIterator[House]:
    """Make a database of the test's own, with a course, two students and a teacher."""
    template_url, home = template
    with DatabaseOfATest(server_url, template=urlsplit(template_url).path[1:]) as url:
        (tmp_path / "bundles").symlink_to(home / "bundles")
        settings = Settings(
            home=tmp_path,
            database_url=url,
            heartbeat_seconds=0.5,
            stalled_seconds=2,
            sweep_seconds=1,
            poll_seconds=0.2,
            stop_seconds=2,
        )
        database = Database(url)
        async with database.reading() as session:
            people = {user.login: user for user in (await session.scalars(select(User))).all()}
        yield House(
            settings=settings,
            database=database,
            catalogue=catalogue,
            shelf=Shelf(settings.shelf, settings.built),
            student=people["student"],
            other=people["other"],
            teacher=people["teacher"],
        )
        await database.dispose()
