"""The JSON shapes of lists of submissions and of drafts. A contract: fields may be added, never renamed or removed."""

import uuid
from datetime import datetime
from typing import Self

from pydantic import BaseModel, Field

from server.database.models import Draft
from server.submissions.listing import Listed


class SubmissionEntry(BaseModel):
    """A submission in a list that goes over several exercises or people."""

    id: uuid.UUID
    number: int
    state: str
    created_at: datetime
    finished_at: datetime | None
    late_days: int = Field(description="days begun after the due time")
    course: str
    exercise: str
    user: str = Field(description="login name")
    name: str
    outcome: str | None
    score: float | None = Field(description="0 to 1, as it was judged")

    @classmethod
    def of(cls, line: Listed) -> Self:
        """Describe a line."""
        return cls(
            id=line.id,
            number=line.number,
            state=line.state.value,
            created_at=line.created_at,
            finished_at=line.finished_at,
            late_days=line.late_days,
            course=line.course_slug,
            exercise=line.exercise_id,
            user=line.login,
            name=line.display_name,
            outcome=line.outcome,
            score=line.score,
        )


class DraftOut(BaseModel):
    """A draft: an answer, how often it was saved, and when last."""

    regions: list[str] | None = None
    file: str | None = None
    answers: dict[str, list[str]] | None = None
    number: int = Field(description="grows with each save; also the ETag")
    updated_at: datetime

    @classmethod
    def of(cls, draft: Draft) -> Self:
        """Describe a draft."""
        return cls(**draft.answer, number=draft.number, updated_at=draft.updated_at)
