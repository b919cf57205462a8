"""What every server process does first: find the database, bring it up to date, publish the course."""

import asyncio
import logging
import secrets
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from exercises import Bundle, Text, load_catalogue
from server.accounts import create_user, find_user
from server.courses import Shelf, enrol, publish_catalogue
from server.courses.shelf import Data
from server.database.embedded import EmbeddedPostgres
from server.database.engine import Database
from server.database.migrate import must_be_current, upgrade
from server.database.models import Role, User
from server.errors import DatabaseAway
from server.feed import Feed
from server.settings import Settings
from server.storage import published_bundles

log = logging.getLogger(__name__)

AGAIN_SECONDS = 1.0  # between two looks whether the database is back

COURSE_SLUG = "deep-learning-first-steps"
COURSE_TITLE = Text(zh="深度学习初体验", en="Deep learning: first steps")

#: Who can look around after the first start.
DEMO_PEOPLE = (("student", Role.STUDENT, "林知远"), ("teacher", Role.TEACHER, "周老师"))


@dataclass(frozen=True, slots=True)
class Account:
    """A new account; the password is shown once and kept nowhere."""

    login: str
    role: Role
    password: str


@dataclass(frozen=True, slots=True)
class Foundation:
    """What web and worker stand on."""

    settings: Settings
    database: Database
    feed: Feed
    shelf: Shelf


@asynccontextmanager
async def database_url(settings: Settings, *, in_charge: bool = False) -> AsyncIterator[str]:
    """Yield the database's URL; an embedded server is started, watched, and stopped at the end.

    Args:
        settings: The operator's choices.
        in_charge: Watch and stop the embedded server also where it runs already, as one does that outlived its
            ``beginend up``. Whoever is not in charge leaves a running server to those who are.

    Raises:
        PostgresMissing: Neither DATABASE_URL nor an embedded PostgreSQL.

    """
    if settings.database_url is not None:
        yield settings.database_url
        return
    embedded = EmbeddedPostgres(settings.home)
    if not in_charge and await asyncio.to_thread(embedded.answers):
        yield embedded.url  # another process of ours started it, watches it and will stop it
        return
    url = await asyncio.to_thread(embedded.ensure)
    guard = asyncio.create_task(embedded.guard(), name="postgres guard")
    try:
        yield url
    finally:
        guard.cancel()
        with suppress(asyncio.CancelledError):
            await guard
        await asyncio.to_thread(embedded.stop)


@asynccontextmanager
async def foundation(settings: Settings, url: str, *, patient: bool = False) -> AsyncIterator[Foundation]:
    """Yield database, feed and shelf on a database that is up to date; close them at the end.

    An embedded database is brought up to date here; of one that others may use too, that is asked.

    Args:
        settings: The operator's choices.
        url: The database.
        patient: Whether to begin also while the database is away. Whoever does calls :func:`until_stopped` then.

    Raises:
        DatabaseOutdated: ``beginend db upgrade`` must be run first.
        DatabaseAway: The database could not be asked, and nobody is patient.

    """
    try:
        await asyncio.to_thread(upgrade if settings.database_url is None else must_be_current, url)
    except DatabaseAway as problem:
        if not patient:
            raise
        log.warning("the database is away, which is no reason not to start: %s", problem)
    database = Database(url, listen_url=settings.listen_url)
    feed = Feed(database)
    await feed.start()
    try:
        yield Foundation(settings, database, feed, published_bundles(settings, data=Data.LATER))
    finally:
        await feed.stop()
        await database.dispose()


async def until_stopped(settings: Settings, url: str, stop: asyncio.Event) -> None:
    """Wait until told to stop; a database that was away at the start is asked whether it fits once it is back.

    Raises:
        DatabaseOutdated: It does not; ``beginend db upgrade`` must be run first.

    """
    while settings.database_url is not None and not stop.is_set():
        try:
            await asyncio.to_thread(must_be_current, url)
            break
        except DatabaseAway:
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), AGAIN_SECONDS)
    await stop.wait()


def catalogue_of(settings: Settings) -> dict[str, Bundle]:
    """Read the bundles that come with the platform, in course order.

    Raises:
        BundleError: One of them cannot be used; the message names file and key.

    """
    return load_catalogue(settings.catalogue, settings.built)


async def open_course(base: Foundation, catalogue: Mapping[str, Bundle]) -> list[Account]:
    """Publish the course and make the demo accounts that are missing; return the new ones."""
    made: list[Account] = []
    async with base.database.unit_of_work() as session:
        course = await publish_catalogue(session, catalogue, COURSE_SLUG, COURSE_TITLE, shelf=base.shelf)
        for login, role, name in DEMO_PEOPLE:
            if await find_user(session, login) is not None:
                continue
            account = Account(login, role, secrets.token_urlsafe(9))
            user = await create_user(session, login=login, password=account.password, display_name=name)
            await enrol(session, user, course, role)
            made.append(account)
    return made


async def teacher_of_the_demo(base: Foundation) -> User | None:
    """Return the person as whom the self-test submits: staff, so that no gradebook counts it."""
    async with base.database.reading() as session:
        return await find_user(session, "teacher")
