"""Users and their passwords. Hashing takes tens of milliseconds on purpose, so it never runs on the event loop."""

import asyncio
import secrets
import unicodedata
from functools import cache

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from exercises.text import Language
from server.accounts import hashing
from server.accounts.standing import is_welcome
from server.database.models import User
from server.errors import LoginTaken, UnusableLogin, UnusableName

LONGEST_LOGIN = 64
LONGEST_NAME = 200
SHORTEST_PASSWORD = 8
LONGEST_PASSWORD = 1024  # more is no password but work for us


def normal_login(login: str) -> str:
    """Return a login name as it is stored and compared: full-width letters and case make no difference."""
    return unicodedata.normalize("NFKC", login).strip().casefold()


def is_usable_login(name: str) -> bool:
    """Tell whether somebody may have this login name."""
    return 1 <= len(name) <= LONGEST_LOGIN and not any(c.isspace() or not c.isprintable() for c in name)


def usable_name(name: str) -> str:
    """Return a display name as it is stored: one line, without spaces at its ends.

    Raises:
        UnusableName: Nothing of it would be visible, or it would break lines or the order of letters.

    """
    plain = name.strip()
    if not 1 <= len(plain) <= LONGEST_NAME or not plain.isprintable():
        raise UnusableName
    return plain


async def create_user(
    session: AsyncSession,
    *,
    login: str,
    password: str | None,
    display_name: str | None = None,
    language: Language = "zh",
    is_admin: bool = False,
    is_author: bool = False,
    must_change_password: bool = False,
) -> User:
    """Add a person; without a password they can only come in through another provider.

    Raises:
        UnusableLogin: The login name or the password does not fit.
        UnusableName: The display name does not.
        LoginTaken: Somebody has this login name.

    """
    name = normal_login(login)
    if not is_usable_login(name):
        raise UnusableLogin
    hashed = None if password is None else await _hash(password)
    if await find_user(session, name) is not None:
        raise LoginTaken
    user = User(
        login=name,
        display_name=usable_name(display_name or login),
        password_hash=hashed,
        language=language,
        is_admin=is_admin,
        is_author=is_author,
        must_change_password=must_change_password,
    )
    session.add(user)
    try:
        await session.flush()
    except IntegrityError as error:  # somebody took the name since we looked
        if "uq_users_login" not in str(error.orig):
            raise
        raise LoginTaken from error
    return user


async def find_user(session: AsyncSession, login: str) -> User | None:
    """Return the person with this login name."""
    found: User | None = await session.scalar(select(User).where(User.login == normal_login(login)))
    return found


async def authenticate(session: AsyncSession, login: str, password: str) -> User | None:
    """Return the person whose login name and password these are, or None.

    The work is the same for a login name that nobody has, so that the time taken tells nothing.
    """
    user = await find_user(session, login) if "\0" not in login else None
    fits = await is_password_of(user, password)
    return user if user is not None and fits and is_welcome(user) else None


async def is_password_of(user: User | None, password: str) -> bool:
    """Tell whether this is the person's password; takes as long for nobody, and for who has none."""
    nobodys = await asyncio.to_thread(_hash_of_nobody)
    known = user.password_hash if user else None
    hashed: str = known or nobodys
    fits = _is_hashable(password) and await asyncio.to_thread(hashing.USUAL.verify, password, hashed)
    if hashing.USUAL.current_hasher.check_needs_rehash(hashed) and _is_hashable(password):
        await asyncio.to_thread(hashing.USUAL.verify, password, nobodys)  # a newcomer's hash is quick to verify
    return fits and bool(known)


def random_password() -> str:
    """Return a password to be used once: its person must choose another."""
    return secrets.token_urlsafe(12)


async def set_password(session: AsyncSession, user: User, password: str, *, must_change: bool = False) -> None:
    """Give ``user`` a new password; with ``must_change``, one that only opens the way to choosing another.

    Raises:
        UnusableLogin: The password is too short or too long.

    """
    hashed = await _hash(password)
    await session.execute(
        update(User).where(User.id == user.id).values(password_hash=hashed, must_change_password=must_change)
    )


async def set_language(session: AsyncSession, user: User, language: Language) -> None:
    """Remember in which language ``user`` reads."""
    await session.execute(update(User).where(User.id == user.id).values(language=language))


async def _hash(password: str) -> str:
    if len(password) < SHORTEST_PASSWORD or not _is_hashable(password):
        raise UnusableLogin
    return await asyncio.to_thread(hashing.USUAL.hash, password)


def _is_hashable(password: str) -> bool:
    """Tell whether hashing makes sense: not too much work, and no half of a surrogate pair, which JSON can carry."""
    return len(password) <= LONGEST_PASSWORD and not any("\ud800" <= c <= "\udfff" for c in password)


@cache
def _hash_of_nobody() -> str:
    """Return the hash of a password that nobody knows."""
    return hashing.USUAL.hash(secrets.token_urlsafe())
