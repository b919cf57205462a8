"""Read the audit, newest first: of one course for those who teach it, of the platform for admins."""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from server.database.models import AuditEvent, Course, User


@dataclass(frozen=True, slots=True)
class Filter:
    """Which events are wanted; what is None is not asked."""

    course_id: uuid.UUID | None = None
    action: str | None = None
    subject: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """An event, with the present name of who caused it.

    Attributes:
        id: Grows with time.
        at: When.
        actor_id: Who; None for the platform itself.
        actor_name: How that person is called now.
        action: ``noun.verb``.
        subject: What it was done to.
        course: Slug of the course, where it was in one.
        detail: What was before and what is now.

    """

    id: int
    at: datetime
    actor_id: uuid.UUID | None
    actor_name: str | None
    action: str
    subject: str
    course: str | None
    detail: dict[str, Any]


async def entries(session: AsyncSession, wanted: Filter, *, before: int | None, limit: int) -> Sequence[Entry]:
    """Return events, newest first.

    Args:
        session: Where to look.
        wanted: Which.
        before: Only those with a smaller id, for the pages after the first.
        limit: How many at most.

    """
    query = (
        select(
            AuditEvent.id,
            AuditEvent.at,
            AuditEvent.actor_id,
            User.display_name,
            AuditEvent.action,
            AuditEvent.subject,
            Course.slug,
            AuditEvent.detail,
        )
        .outerjoin(User, User.id == AuditEvent.actor_id)
        .outerjoin(Course, Course.id == AuditEvent.course_id)
        .order_by(AuditEvent.id.desc())
        .limit(limit)
    )
    for column, value in (
        (AuditEvent.course_id, wanted.course_id),
        (AuditEvent.action, wanted.action),
        (AuditEvent.subject, wanted.subject),
    ):
        if value is not None:
            query = query.where(column == value)
    if before is not None:
        query = query.where(AuditEvent.id < before)
    return [Entry(*row) for row in await session.execute(query)]


async def actions_in(session: AsyncSession, course_id: uuid.UUID | None) -> Sequence[str]:
    """Return every action that was done in a course, or anywhere, by name."""
    wanted = select(AuditEvent.action).distinct().order_by(AuditEvent.action)
    if course_id is not None:
        wanted = wanted.where(AuditEvent.course_id == course_id)
    return (await session.scalars(wanted)).all()


async def names_of(session: AsyncSession, found: Sequence[Entry]) -> dict[str, str]:
    """Return the present names of the people whom events are about, by id."""
    ids = {number for entry in found for number in _ids_in(entry)}
    rows = await session.execute(select(User.id, User.display_name).where(User.id.in_(ids)))
    return {str(number): name for number, name in rows}


def _ids_in(entry: Entry) -> Iterator[uuid.UUID]:
    """Yield what may be the id of a person in an event."""
    told = [entry.subject, *(value for value in entry.detail.values() if isinstance(value, str))]
    for part in entry.detail.values():
        told += part if isinstance(part, dict) else ()
    for word in told:
        try:
            yield uuid.UUID(word)
        except ValueError:
            continue
