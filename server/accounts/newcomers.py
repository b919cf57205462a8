"""Many new people at once, with passwords for the first time they come in."""

import asyncio
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts import hashing
from server.database.models import User

#: No character that is taken for another one.
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
LENGTH = 16  # 79 random bits, which nobody finds by trying


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Somebody who may be new."""

    login: str  #: as ``normal_login`` returns it
    name: str
    password: str | None  #: chosen by whoever brings them; a random one is made when None


async def add_newcomers(session: AsyncSession, people: Sequence[Newcomer]) -> dict[str, str]:
    """Add the people whose login names nobody has, and return the first password of each by login name.

    Whoever is there already stays as they are, even where they came between looking and adding.
    """
    logins = [person.login for person in people]
    known = set(await session.scalars(select(User.login).where(User.login.in_(logins))))
    rows, passwords = await asyncio.to_thread(_prepared, [person for person in people if person.login not in known])
    if not rows:
        return {}
    added = await session.scalars(
        insert(User).on_conflict_do_nothing(index_elements=["login"]).returning(User.login), rows
    )
    return {login: passwords[login] for login in added}


def _prepared(people: Sequence[Newcomer]) -> tuple[list[dict[str, object]], dict[str, str]]:
    """Return the rows of new people and their passwords; hashing is work for a thread."""
    passwords = {person.login: person.password or _one_time_password() for person in people}
    rows: list[dict[str, object]] = [
        {
            "login": person.login,
            "display_name": person.name,
            "password_hash": (hashing.USUAL if person.password else hashing.QUICK).hash(passwords[person.login]),
            "must_change_password": True,
        }
        for person in people
    ]
    return rows, passwords


def _one_time_password() -> str:
    word = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    return "-".join(word[start : start + 4] for start in range(0, LENGTH, 4))
