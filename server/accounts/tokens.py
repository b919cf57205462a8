"""API tokens: what a person's programs show instead of a password; limited in what they open and for how long."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, func, or_, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession

from server import audit
from server.accounts.keys import hash_of, new_key
from server.accounts.standing import may_come_in
from server.database.models import ApiToken, User
from server.errors import TokenTooWide, UnknownApiToken

#: How exactly the last use of a token is remembered: writing at every call would cost more than it tells.
LAST_USE = timedelta(minutes=1)


class Scope(StrEnum):
    """What a token may be used for; a token without any scope may do all that its person may."""

    READ = "read"  #: look at things
    SUBMIT = "submit"  #: work on exercises: hand in, drafts, appeals, cancelling
    MANAGE = "manage"  #: change anything else


ALL_SCOPES = frozenset(Scope)


@dataclass(frozen=True, slots=True)
class KnownToken:
    """An API token that was recognised."""

    user: User
    token: ApiToken

    @property
    def scopes(self) -> frozenset[Scope]:
        """What it may be used for."""
        return scopes_of(self.token)


def scopes_of(token: ApiToken) -> frozenset[Scope]:
    """Return what a token may be used for; a scope that this version does not know opens nothing."""
    if not token.scopes:
        return ALL_SCOPES
    return frozenset(scope for scope in Scope if scope in token.scopes)


@dataclass(frozen=True, slots=True)
class NewToken:
    """An API token that was just made; its secret cannot be read again later."""

    secret: str
    token: ApiToken


async def create_api_token(session: AsyncSession, user: User, name: str) -> str:
    """Make a key that opens all that ``user`` may do, and return it; it cannot be read again later."""
    return (await make_token(session, user, name, actor=user)).secret


async def make_token(
    session: AsyncSession,
    user: User,
    name: str,
    *,
    scopes: Iterable[Scope] = (),
    days: int | None = None,
    within: KnownToken | None = None,
    actor: User | None = None,
) -> NewToken:
    """Make a key for a program of ``user``.

    Args:
        session: The unit of work.
        user: Whose key it is.
        name: What it is for.
        scopes: What it may be used for; everything when empty.
        days: After how many days it ends; never when None.
        within: The token with which the new one is asked for: nothing it may not do itself, nor longer.
        actor: Who makes it; None for an operator at the command line.

    Raises:
        TokenTooWide: The new token would outdo the one it was asked for with.

    """
    wanted = sorted(set(scopes))
    expires_at = None if days is None else datetime.now(UTC) + timedelta(days=days)
    if within is not None:
        _must_not_outdo(within, frozenset(wanted) or ALL_SCOPES, expires_at)
    secret = f"be_{new_key()}"
    token = ApiToken(token_hash=hash_of(secret), user_id=user.id, name=name, scopes=[*wanted], expires_at=expires_at)
    session.add(token)
    await session.flush()
    await session.refresh(token)
    audit.note(session, actor, "token.create", token.id, user=str(user.id), scopes=[*wanted], days=days)
    return NewToken(secret, token)


async def api_token(session: AsyncSession, secret: str) -> KnownToken | None:
    """Return the token that this secret belongs to and its person, or None where it lets nobody in."""
    row = (
        await session.execute(
            select(User, ApiToken)
            .join(ApiToken, ApiToken.user_id == User.id)
            .where(ApiToken.token_hash == hash_of(secret), _is_living(), may_come_in())
        )
    ).first()
    return KnownToken(user=row[0], token=row[1]) if row else None


async def user_of_api_token(session: AsyncSession, secret: str) -> User | None:
    """Return whose program this is, or None for a key that lets nobody in."""
    known = await api_token(session, secret)
    return known.user if known else None


async def tokens_of(
    session: AsyncSession, user: User, *, after: tuple[datetime, uuid.UUID] | None = None, limit: int = 200
) -> Sequence[ApiToken]:
    """Return up to ``limit`` tokens of ``user`` that still work, latest first; only those ``after`` a place in it."""
    found = select(ApiToken).where(ApiToken.user_id == user.id, _is_living())
    if after is not None:
        found = found.where(tuple_(ApiToken.created_at, ApiToken.id) < after)
    found = found.order_by(ApiToken.created_at.desc(), ApiToken.id.desc()).limit(limit)
    return (await session.scalars(found)).all()


def is_worth_noting(token: ApiToken) -> bool:
    """Tell whether the last use that is remembered of a token is so old that this one should be written down."""
    return token.last_used_at is None or datetime.now(UTC) - token.last_used_at >= LAST_USE


async def note_use(session: AsyncSession, token: ApiToken) -> None:
    """Write down that a token is in use, unless another process did within the last minute."""
    await session.execute(
        update(ApiToken)
        .where(
            ApiToken.id == token.id,
            or_(ApiToken.last_used_at.is_(None), ApiToken.last_used_at <= func.now() - LAST_USE),
        )
        .values(last_used_at=func.now())
    )


async def revoke_token(session: AsyncSession, user: User, token_id: uuid.UUID) -> None:
    """Let a token of ``user`` work no longer, for good.

    Raises:
        UnknownApiToken: They have no such token, or it was revoked before.

    """
    revoked = await session.execute(
        update(ApiToken)
        .where(ApiToken.id == token_id, ApiToken.user_id == user.id, ApiToken.revoked_at.is_(None))
        .values(revoked_at=func.now())
        .returning(ApiToken.id)
    )
    if revoked.first() is None:
        raise UnknownApiToken
    audit.note(session, user, "token.revoke", token_id)


async def revoke_tokens(session: AsyncSession, user: User) -> None:
    """Let no token of ``user`` work any longer."""
    await session.execute(
        update(ApiToken).where(ApiToken.user_id == user.id, ApiToken.revoked_at.is_(None)).values(revoked_at=func.now())
    )


def _is_living() -> ColumnElement[bool]:
    """Return the condition on :class:`ApiToken` that it was not revoked and has not ended."""
    return ApiToken.revoked_at.is_(None) & or_(ApiToken.expires_at.is_(None), ApiToken.expires_at > func.now())


def _must_not_outdo(within: KnownToken, scopes: frozenset[Scope], expires_at: datetime | None) -> None:
    """Keep a token from making one that may do more than itself, or lasts longer.

    Raises:
        TokenTooWide: It would.

    """
    end = within.token.expires_at
    lasts_longer = end is not None and (expires_at is None or expires_at > end)
    if lasts_longer or not scopes <= within.scopes:
        raise TokenTooWide
