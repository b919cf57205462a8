"""Tokens: random words that stand for a person. The database holds their hashes, so reading it signs nobody in."""

import hashlib
import secrets
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from server.database.models import ApiToken, LoginSession, User

TOKEN_BYTES = 32


async def start_session(session: AsyncSession, user: User, *, days: int = 30) -> str:
    """Sign a browser in and return the token for its cookie."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    expires_at = datetime.now(UTC) + timedelta(days=days)
    session.add(LoginSession(token_hash=_hash(token), user_id=user.id, expires_at=expires_at))
    await session.flush()
    return token


async def user_of_session(session: AsyncSession, token: str) -> User | None:
    """Return whose browser this is, or None for an unknown or expired token."""
    found: User | None = await session.scalar(
        select(User)
        .join(LoginSession, LoginSession.user_id == User.id)
        .where(LoginSession.token_hash == _hash(token), LoginSession.expires_at > func.now())
    )
    return found


async def end_session(session: AsyncSession, token: str) -> None:
    """Sign a browser out; a token that is not known is signed out already."""
    await session.execute(delete(LoginSession).where(LoginSession.token_hash == _hash(token)))


async def purge_sessions(session: AsyncSession) -> None:
    """Forget the browsers whose time is over."""
    await session.execute(delete(LoginSession).where(LoginSession.expires_at <= func.now()))


async def create_api_token(session: AsyncSession, user: User, name: str) -> str:
    """Make a key for a program of ``user`` and return it; it cannot be read again later."""
    token = f"be_{secrets.token_urlsafe(TOKEN_BYTES)}"
    session.add(ApiToken(token_hash=_hash(token), user_id=user.id, name=name))
    await session.flush()
    return token


async def user_of_api_token(session: AsyncSession, token: str) -> User | None:
    """Return whose program this is, or None for an unknown or revoked key."""
    found: User | None = await session.scalar(
        select(User)
        .join(ApiToken, ApiToken.user_id == User.id)
        .where(ApiToken.token_hash == _hash(token), ApiToken.revoked_at.is_(None))
    )
    return found


def _hash(token: str) -> bytes:
    """Hash a token. It is random and long, so a plain digest is as good as a slow one."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
