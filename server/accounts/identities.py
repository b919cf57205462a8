"""Who somebody of an OpenID provider is here: linked by an admin or by themselves, never by an e-mail address."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from exercises.text import Language
from server import audit
from server.accounts.administration import find_person
from server.accounts.standing import is_welcome
from server.accounts.users import LONGEST_LOGIN, create_user, find_user, is_usable_login, normal_login
from server.database.models import Identity, User
from server.errors import IdentityTaken, NoAccount, UnknownIdentity


@dataclass(frozen=True, slots=True)
class Stranger:
    """Somebody as a provider describes them.

    Attributes:
        issuer: The provider.
        subject: Whom it means, for good; the only thing by which a person is recognised.
        login: What they are called there, a wish for a login name.
        name: What others call them.

    """

    issuer: str
    subject: str
    login: str = ""
    name: str = ""


async def user_of_identity(session: AsyncSession, who: Stranger) -> User:
    """Return whom the provider means.

    Raises:
        NoAccount: Nobody here who may come in.

    """
    user: User | None = await session.scalar(
        select(User)
        .join(Identity, Identity.user_id == User.id)
        .where(Identity.issuer == who.issuer, Identity.subject == who.subject)
    )
    if user is None or not is_welcome(user):
        raise NoAccount
    return user


async def is_known(session: AsyncSession, who: Stranger) -> bool:
    """Tell whether the identity belongs to somebody, whether they may come in or not."""
    return await session.get(Identity, (who.issuer, who.subject)) is not None


async def create_user_of(session: AsyncSession, who: Stranger, language: Language) -> User:
    """Make an account without a password for somebody whom only the provider knows.

    Raises:
        IdentityTaken: At the same moment another request made one.

    """
    login = await _free_login(session, who)
    name = who.name if who.name.strip() else login
    user = await create_user(session, login=login, password=None, display_name=name[:200], language=language)
    await _insert(session, user.id, who.issuer, who.subject)
    audit.note(session, None, "user.create", user.id, issuer=who.issuer)
    return user


async def link_identity(session: AsyncSession, actor: User, user_id: uuid.UUID, issuer: str, subject: str) -> Identity:
    """Let whom the provider means come in as this person; linking again what is linked already is fine.

    Raises:
        UnknownPerson: There is nobody of this id.
        IdentityTaken: It belongs to another account.

    """
    person = await find_person(session, user_id)
    is_new = await _insert(session, person.id, issuer, subject)
    identity = await session.get_one(Identity, (issuer, subject))
    if is_new:
        audit.note(session, actor, "identity.link", person.id, issuer=issuer)
    return identity


async def unlink_identity(session: AsyncSession, actor: User, user_id: uuid.UUID, issuer: str, subject: str) -> None:
    """Let whom the provider means no longer come in as this person.

    Raises:
        UnknownPerson: There is nobody of this id.
        UnknownIdentity: They have no such identity.

    """
    person = await find_person(session, user_id)
    gone = await session.execute(
        delete(Identity)
        .where(Identity.issuer == issuer, Identity.subject == subject, Identity.user_id == person.id)
        .returning(Identity.subject)
    )
    if gone.first() is None:
        raise UnknownIdentity
    audit.note(session, actor, "identity.unlink", person.id, issuer=issuer)


async def identities_of(session: AsyncSession, user_id: uuid.UUID) -> Sequence[Identity]:
    """Return by which identities a person may come in."""
    found = await session.scalars(
        select(Identity).where(Identity.user_id == user_id).order_by(Identity.issuer, Identity.subject)
    )
    return found.all()


async def _insert(session: AsyncSession, user_id: uuid.UUID, issuer: str, subject: str) -> bool:
    """Link; returns whether it was not linked before.

    Raises:
        IdentityTaken: It belongs to another account.

    """
    row = insert(Identity).values(issuer=issuer, subject=subject, user_id=user_id)
    made = await session.scalar(row.on_conflict_do_nothing().returning(Identity.user_id))
    if made is not None:
        return True
    owner = await session.scalar(select(Identity.user_id).where(Identity.issuer == issuer, Identity.subject == subject))
    if owner != user_id:
        raise IdentityTaken
    return False


async def _free_login(session: AsyncSession, who: Stranger) -> str:
    """Return a login name that nobody has: the wished one, or it with a number. Nobody's account is taken over."""
    wish = normal_login(who.login)[: LONGEST_LOGIN - 5]
    if not is_usable_login(wish):
        wish = f"user-{uuid.uuid4().hex[:8]}"
    for number in range(1, 100):
        login = wish if number == 1 else f"{wish}-{number}"
        if await find_user(session, login) is None:
            return login
    return f"user-{uuid.uuid4().hex}"
