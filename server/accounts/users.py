"""Users and their passwords. Hashing takes tens of milliseconds on purpose, so it never runs on the event loop."""

import asyncio
import secrets
import unicodedata
from functools import cache

from pwdlib import PasswordHash
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from exercises.text import Language
from server.database.models import User
from server.errors import LoginTaken, UnusableLogin

LONGEST_LOGIN = 64
SHORTEST_PASSWORD = 8
LONGEST_PASSWORD = 1024  # more is no password but work for us

_hasher = PasswordHash.recommended()  # argon2id


def normal_login(login: str) -> str:
    """Return a login name as it is stored and compared: full-width letters and case make no difference."""
    return unicodedata.normalize("NFKC", login).strip().casefold()


async def create_user(
    session: AsyncSession,
    *,
    login: str,
    password: str,
    display_name: str | None = None,
    language: Language = "zh",
    is_admin: bool = False,
    is_author: bool = False,
) -> User:
    """Add a person.

    Raises:
        UnusableLogin: The login name or the password does not fit.
        LoginTaken: Somebody has this login name.

    """
    name = normal_login(login)
    if not 1 <= len(name) <= LONGEST_LOGIN or any(c.isspace() or not c.isprintable() for c in name):
        raise UnusableLogin
    hashed = await _hash(password)
    if await find_user(session, name) is not None:
        raise LoginTaken
    user = User(
        login=name,
        display_name=(display_name or login).strip(),
        password_hash=hashed,
        language=language,
        is_admin=is_admin,
        is_author=is_author,
    )
    session.add(user)
    await session.flush()
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
    known = user.password_hash if user else None
    hashed: str = known if known is not None else await asyncio.to_thread(_hash_of_nobody)
    fits = len(password) <= LONGEST_PASSWORD and await asyncio.to_thread(_hasher.verify, password, hashed)
    if _hasher.current_hasher.check_needs_rehash(hashed):  # a newcomer's, which is quick to verify
        await asyncio.to_thread(_hasher.verify, password[:LONGEST_PASSWORD], await asyncio.to_thread(_hash_of_nobody))
    return user if fits and known else None


async def set_password(session: AsyncSession, user: User, password: str) -> None:
    """Give ``user`` a new password.

    Raises:
        UnusableLogin: The password is too short or too long.

    """
    hashed = await _hash(password)
    await session.execute(update(User).where(User.id == user.id).values(password_hash=hashed))


async def set_language(session: AsyncSession, user: User, language: Language) -> None:
    """Remember in which language ``user`` reads."""
    await session.execute(update(User).where(User.id == user.id).values(language=language))


async def _hash(password: str) -> str:
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise UnusableLogin
    return await asyncio.to_thread(_hasher.hash, password)


@cache
def _hash_of_nobody() -> str:
    """Return the hash of a password that nobody knows."""
    return _hasher.hash(secrets.token_urlsafe())
