"""Signed-in browsers: begun with a login, ended by signing out, from another browser, or with time."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts.keys import hash_of, new_key
from server.accounts.standing import may_come_in
from server.database.models import LoginSession, User
from server.errors import UnknownSession

LONGEST_AGENT = 200


@dataclass(frozen=True, slots=True)
class KnownBrowser:
    """A session cookie that was recognised."""

    user: User
    session_id: uuid.UUID


async def start_session(session: AsyncSession, user: User, *, days: int = 30, agent: str = "") -> str:
    """Sign a browser in and return the token for its cookie.

    Args:
        session: The unit of work.
        user: Who signs in.
        days: After how many days the session ends by itself.
        agent: What the browser calls itself; shown to the person in the list of their sessions.

    """
    token = new_key()
    expires_at = datetime.now(UTC) + timedelta(days=days)
    shown = "".join(c for c in agent if c.isprintable())[:LONGEST_AGENT]
    session.add(LoginSession(token_hash=hash_of(token), user_id=user.id, expires_at=expires_at, agent=shown))
    await session.flush()
    return token


async def browser_of_session(session: AsyncSession, token: str) -> KnownBrowser | None:
    """Return whose browser this is and which session, or None for a token that lets nobody in."""
    row = (
        await session.execute(
            select(User, LoginSession.id)
            .join(LoginSession, LoginSession.user_id == User.id)
            .where(LoginSession.token_hash == hash_of(token), LoginSession.expires_at > func.now(), may_come_in())
        )
    ).first()
    return KnownBrowser(user=row[0], session_id=row[1]) if row else None


async def user_of_session(session: AsyncSession, token: str) -> User | None:
    """Return whose browser this is, or None for a token that lets nobody in."""
    known = await browser_of_session(session, token)
    return known.user if known else None


async def sessions_of(
    session: AsyncSession, user: User, *, after: tuple[datetime, uuid.UUID] | None = None, limit: int = 200
) -> Sequence[LoginSession]:
    """Return up to ``limit`` living sessions of ``user``, latest first; only those ``after`` a place in that order."""
    place = tuple_(LoginSession.created_at, LoginSession.id)
    found = select(LoginSession).where(LoginSession.user_id == user.id, LoginSession.expires_at > func.now())
    if after is not None:
        found = found.where(place < after)
    found = found.order_by(LoginSession.created_at.desc(), LoginSession.id.desc()).limit(limit)
    return (await session.scalars(found)).all()


async def end_session(session: AsyncSession, token: str) -> None:
    """Sign a browser out; a token that is not known is signed out already."""
    await session.execute(delete(LoginSession).where(LoginSession.token_hash == hash_of(token)))


async def end_session_of(session: AsyncSession, user: User, session_id: uuid.UUID) -> None:
    """Sign out one browser of ``user``.

    Raises:
        UnknownSession: They have no such session.

    """
    ended = await session.execute(
        delete(LoginSession)
        .where(LoginSession.id == session_id, LoginSession.user_id == user.id)
        .returning(LoginSession.id)
    )
    if ended.first() is None:
        raise UnknownSession


async def end_sessions(session: AsyncSession, user: User, *, but: uuid.UUID | None = None) -> None:
    """Sign out every browser of ``user``; the session ``but`` goes on."""
    ended = delete(LoginSession).where(LoginSession.user_id == user.id)
    await session.execute(ended if but is None else ended.where(LoginSession.id != but))


async def purge_sessions(session: AsyncSession) -> None:
    """Forget the browsers whose time is over."""
    await session.execute(delete(LoginSession).where(LoginSession.expires_at <= func.now()))
