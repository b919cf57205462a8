"""Add a person, renew a password, make a token, from the command line: one unit of work on an up-to-date database."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import BinaryIO

from sqlalchemy.ext.asyncio import AsyncSession

from exercises import Text
from server.accounts import Scope, create_user, find_user, make_token, set_password
from server.courses import enrol, find_course
from server.database.models import Role, User
from server.errors import NotAllowed, WrongCredentials
from server.opening import database_url, foundation
from server.personal_data import erase_person, personal_data
from server.settings import Settings
from server.storage import artifact_store


async def add_person(
    settings: Settings,
    *,
    login: str,
    password: str,
    name: str | None,
    role: str,
    course_slug: str,
    is_admin: bool,
) -> None:
    """Add a person and enrol them.

    Raises:
        NotAllowed: There is no such role.
        LoginTaken, UnusableLogin: The account cannot be made.
        UnknownCourse: There is no such course.

    """
    if role not in set(Role):
        words = ", ".join(Role)
        raise NotAllowed(Text(zh=f"没有角色 {role!r}，可选：{words}。", en=f"There is no role {role!r}: {words}."))
    async with _unit_of_work(settings) as session:
        course = await find_course(session, course_slug)
        user = await create_user(session, login=login, password=password, display_name=name, is_admin=is_admin)
        await enrol(session, user, course, Role(role))


async def renew_password(settings: Settings, login: str, password: str) -> None:
    """Give a person a new password.

    Raises:
        WrongCredentials: There is nobody of this name.

    """
    async with _unit_of_work(settings) as session:
        await set_password(session, await _person(session, login), password)


async def new_token(
    settings: Settings, login: str, name: str, *, scopes: Sequence[Scope] = (), days: int | None = None
) -> str:
    """Make a token with which a program may call the API as this person; it is shown once.

    Args:
        settings: The operator's choices.
        login: Whose.
        name: What it is for.
        scopes: What it may be used for; everything when empty.
        days: After how many days it ends; never when None.

    Raises:
        WrongCredentials: There is nobody of this name.

    """
    async with _unit_of_work(settings) as session:
        made = await make_token(session, await _person(session, login), name, scopes=scopes, days=days)
    return made.secret


async def export(settings: Settings, login: str, target: BinaryIO) -> None:
    """Write everything that is kept about a person.

    Args:
        settings: The operator's choices.
        login: Whose data.
        target: Where to write the JSON document.

    Raises:
        WrongCredentials: There is nobody of this name.

    """
    async with _unit_of_work(settings) as session:
        async for piece in personal_data(session, await _person(session, login)):
            target.write(piece)


async def erase(settings: Settings, login: str) -> int:
    """Remove a person and all they wrote; return how many submissions lost their content.

    Raises:
        WrongCredentials: There is nobody of this name.
        LastAdmin: Nobody would be left who may manage people.

    """
    async with _unit_of_work(settings) as session:
        person = await _person(session, login)
        erased = await erase_person(session, None, person.id, confirm=person.login)
    await asyncio.to_thread(artifact_store(settings).remove_all, erased.artifacts)
    return erased.submissions


async def _person(session: AsyncSession, login: str) -> User:
    """Return the person of this name.

    Raises:
        WrongCredentials: There is nobody of this name.

    """
    user = await find_user(session, login)
    if user is None:
        raise WrongCredentials(Text(zh=f"没有用户 {login!r}。", en=f"There is nobody called {login!r}."))
    return user


@asynccontextmanager
async def _unit_of_work(settings: Settings) -> AsyncIterator[AsyncSession]:
    """Open a unit of work on the platform's database, whether a server runs or not."""
    async with (
        database_url(settings) as url,
        foundation(settings, url) as base,
        base.database.unit_of_work() as session,
    ):
        yield session
