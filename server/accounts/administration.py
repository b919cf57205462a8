"""What administrators do to accounts, each deed written down: find, add, change, disable, reset a password."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from exercises.text import Language
from server import audit
from server.accounts.sessions import end_sessions
from server.accounts.standing import is_welcome, may_come_in
from server.accounts.tokens import revoke_tokens
from server.accounts.users import create_user, normal_login, random_password, set_password, usable_name
from server.database.models import User
from server.errors import LastAdmin, UnknownPerson


@dataclass(frozen=True, slots=True)
class Changes:
    """What is to be changed about an account; None leaves it as it is."""

    display_name: str | None = None
    is_admin: bool | None = None
    is_author: bool | None = None
    disabled: bool | None = None


async def find_person(session: AsyncSession, user_id: uuid.UUID) -> User:
    """Return the person with this id.

    Raises:
        UnknownPerson: There is none, or the account was deleted.

    """
    person = await session.get(User, user_id)
    if person is None or person.deleted_at is not None:
        raise UnknownPerson
    return person


async def people(
    session: AsyncSession, *, search: str | None = None, after: str | None = None, limit: int
) -> Sequence[User]:
    """Return up to ``limit`` people by login name.

    Args:
        session: A reading.
        search: A part of the login or the display name, in any case.
        after: Only those whose login name comes after this one.
        limit: How many at most.

    """
    found = select(User).where(User.deleted_at.is_(None)).order_by(User.login).limit(limit)
    if after is not None:
        found = found.where(User.login > after)
    if search and not search.isprintable():
        return []
    if search:
        login, name = normal_login(search), search.strip().lower()
        found = found.where(
            or_(
                User.login.contains(login, autoescape=True),
                func.lower(User.display_name).contains(name, autoescape=True),
            )
        )
    return (await session.scalars(found)).all()


async def add_account(
    session: AsyncSession,
    actor: User,
    *,
    login: str,
    password: str | None = None,
    display_name: str | None = None,
    language: Language = "zh",
    is_admin: bool = False,
    is_author: bool = False,
) -> tuple[User, str | None]:
    """Add a person; without a password they get one to be used once.

    Returns:
        The person, and the password that was made for them, which cannot be read again later.

    Raises:
        UnusableLogin: The login name or the password does not fit.
        LoginTaken: Somebody has this login name.

    """
    made = random_password() if password is None else None
    user = await create_user(
        session,
        login=login,
        password=password or made,
        display_name=display_name,
        language=language,
        is_admin=is_admin,
        is_author=is_author,
        must_change_password=True,
    )
    audit.note(session, actor, "user.create", user.id, is_admin=is_admin, is_author=is_author)
    return user, made


async def change_account(session: AsyncSession, actor: User, user_id: uuid.UUID, changes: Changes) -> User:
    """Change an account. Who is disabled is signed out at once.

    Raises:
        UnknownPerson: There is nobody of this id.
        LastAdmin: Nobody would be left who may manage people.
        UnusableName: Nothing of the name would be visible.

    """
    await hold_admins(session)
    person = await _hold(session, user_id)
    before = _standing(person)
    if changes.display_name is not None:
        person.display_name = usable_name(changes.display_name)
    if changes.is_admin is not None:
        person.is_admin = changes.is_admin
    if changes.is_author is not None:
        person.is_author = changes.is_author
    if changes.disabled is not None and changes.disabled == is_welcome(person):
        person.disabled_at = await session.scalar(select(func.now())) if changes.disabled else None
    after = _standing(person)
    if before == after:
        return person
    await session.flush()
    if before["is_admin"] and not before["disabled"]:
        await must_leave_an_admin(session)
    if after["disabled"]:
        await end_sessions(session, person)
    changed = [name for name in after if before[name] != after[name]]
    told = [name for name in changed if name != "display_name"]  # an event is for good, a name may have to go
    audit.note(
        session,
        actor,
        "user.change",
        person.id,
        before={name: before[name] for name in told},
        after={name: after[name] for name in told},
        renamed="display_name" in changed,
    )
    return person


async def reset_password(session: AsyncSession, actor: User, user_id: uuid.UUID, *, end_tokens: bool) -> str:
    """Give a person a password to be used once, and sign out all their browsers.

    Args:
        session: The unit of work.
        actor: The administrator.
        user_id: Whose password.
        end_tokens: Whether their programs lose their tokens too.

    Returns:
        The password, which cannot be read again later.

    Raises:
        UnknownPerson: There is nobody of this id.

    """
    person = await _hold(session, user_id)
    password = random_password()
    await set_password(session, person, password, must_change=True)
    await end_sessions(session, person)
    if end_tokens:
        await revoke_tokens(session, person)
    audit.note(session, actor, "user.reset-password", person.id, end_tokens=end_tokens)
    return password


async def _hold(session: AsyncSession, user_id: uuid.UUID) -> User:
    """Return a person whom nobody else changes until this unit of work ends."""
    held = select(User).where(User.id == user_id, User.deleted_at.is_(None)).with_for_update()
    person: User | None = await session.scalar(held.execution_options(populate_existing=True))
    if person is None:
        raise UnknownPerson
    return person


async def hold_admins(session: AsyncSession) -> None:
    """Let nobody else change an administrator: two who demote each other at the same moment take turns."""
    await session.execute(select(User.id).where(User.is_admin, may_come_in()).order_by(User.id).with_for_update())


async def must_leave_an_admin(session: AsyncSession) -> None:
    """Go on if somebody is left who may manage people and come in; call :func:`hold_admins` before the change.

    Raises:
        LastAdmin: Nobody is.

    """
    if await session.scalar(select(User.id).where(User.is_admin, may_come_in()).limit(1)) is None:
        raise LastAdmin


def _standing(person: User) -> dict[str, str | bool]:
    """Return what an administrator can change, for the audit."""
    return {
        "display_name": person.display_name,
        "is_admin": person.is_admin,
        "is_author": person.is_author,
        "disabled": person.disabled_at is not None,
    }
