"""The JSON shape of audit events."""

import uuid
from datetime import datetime
from typing import Any, Self

from pydantic import BaseModel, Field

from server.audit import Entry


class AuditEntry(BaseModel):
    """Who did what to what, and when."""

    id: int
    at: datetime
    actor_id: uuid.UUID | None = Field(description="null where the platform did it by itself")
    actor_name: str | None = Field(description="what that person is called now")
    action: str = Field(examples=["correction.make"])
    subject: str = Field(description="an id, or a name that stays")
    course: str | None = Field(description="slug of the course, where it was done in one")
    detail: dict[str, Any] = Field(description="what was before and what is now")

    @classmethod
    def of(cls, entry: Entry) -> Self:
        """Describe an event."""
        return cls(
            id=entry.id,
            at=entry.at,
            actor_id=entry.actor_id,
            actor_name=entry.actor_name,
            action=entry.action,
            subject=entry.subject,
            course=entry.course,
            detail=entry.detail,
        )
