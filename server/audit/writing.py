"""Write down who did what: in the same transaction as the deed, so that there is never one without the other."""

import uuid
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from server.database.models import AuditEvent, User


def note(
    session: AsyncSession,
    actor: User | None,
    action: str,
    subject: object,
    *,
    course_id: uuid.UUID | None = None,
    **detail: Any,  # noqa: ANN401 - whatever JSON tells the deed
) -> None:
    """Add an event.

    Args:
        session: The unit of work of the deed.
        actor: Who did it; None for the platform itself.
        action: ``noun.verb``, for example ``assignment.change``.
        subject: What it was done to: an id or a name that stays.
        course_id: In which course, if in one; its teachers may read the event.
        detail: What was before and what is now; never a secret or a program, and of people ids alone: names, logins
            and words can be removed where they are kept, but never from here.

    """
    session.add(
        AuditEvent(
            actor_id=actor.id if actor else None,
            action=action,
            subject=str(subject),
            course_id=course_id,
            detail=detail,
        )
    )
