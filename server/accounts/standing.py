"""Who may come in at all: the one condition that every way in asks, whether by password, session, token or provider."""

from sqlalchemy import ColumnElement, and_

from server.database.models import User


def may_come_in() -> ColumnElement[bool]:
    """Return the condition on :class:`User` that nobody disabled or deleted meets."""
    return and_(User.disabled_at.is_(None), User.deleted_at.is_(None))


def is_welcome(user: User) -> bool:
    """Tell the same of a person who was read already."""
    return user.disabled_at is None and user.deleted_at is None
