"""What people change about themselves: their name, their language, their password."""

import uuid

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from exercises.text import Language
from server import audit
from server.accounts.sessions import end_sessions
from server.accounts.users import is_password_of, set_password, usable_name
from server.database.models import User
from server.errors import NoPassword, NotSignedIn, SamePassword, WrongPassword


async def change_profile(
    session: AsyncSession, user: User, *, display_name: str | None = None, language: Language | None = None
) -> User:
    """Change how a person is called and in which language they read; None leaves it as it is.

    Raises:
        UnusableName: Nothing of the name would be visible.

    """
    person = await session.get_one(User, user.id)
    if display_name is not None:
        person.display_name = usable_name(display_name)
    if language is not None:
        person.language = language
    await session.flush()
    return person


async def change_password(
    session: AsyncSession, user: User, *, old: str, new: str, keep: uuid.UUID | None = None
) -> None:
    """Give a person the password they chose, and sign out every browser but the one they sit at.

    Args:
        session: The unit of work.
        user: Whose password.
        old: The present password, so that a browser left open is not enough.
        new: The new one.
        keep: The session that goes on; none when the change comes from a program.

    Raises:
        NoPassword: The person has none to change.
        WrongPassword: ``old`` is not the present one.
        SamePassword: ``new`` is.
        UnusableLogin: ``new`` is too short or too long.

    """
    person: User | None = await session.scalar(
        select(User).where(User.id == user.id).with_for_update().execution_options(populate_existing=True)
    )
    if person is None:
        raise NotSignedIn
    if not person.password_hash:
        raise NoPassword
    if not await is_password_of(person, old):
        raise WrongPassword
    if old == new:
        raise SamePassword
    await set_password(session, person, new)
    await end_sessions(session, person, but=keep)
    audit.note(session, person, "user.change-password", person.id)
