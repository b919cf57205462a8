"""The JSON shapes of appeals."""

import uuid
from datetime import datetime
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from server.api.corrections_models import NewScoreIn
from server.api.words import ShortWord, Words
from server.appeals import AppealLine, Reply
from server.database.models import AppealState


class AppealIn(BaseModel):
    """An appeal."""

    model_config = ConfigDict(extra="forbid")

    check_id: ShortWord | None = Field(default=None, description="the check that is meant; all of the verdict if left")
    words: Words


class ReplyIn(BaseModel):
    """What is said to an appeal."""

    model_config = ConfigDict(extra="forbid")

    state: Literal[AppealState.UPHELD, AppealState.REJECTED]
    answer: Words = Field(description="read by the student; a correction's reason too")
    correction: NewScoreIn | None = Field(default=None, description="what the submission counts from now on")

    @model_validator(mode="after")
    def _no_correction_where_the_verdict_was_right(self) -> Self:
        if self.correction is not None and self.state is AppealState.REJECTED:
            raise ValueError("only an appeal that is upheld corrects a verdict")
        return self

    def reply(self) -> Reply:
        """Return it for the rules."""
        wanted = None if self.correction is None else self.correction.wanted()
        return Reply(state=self.state, words=self.answer, correction=wanted)


class AppealOut(BaseModel):
    """An appeal."""

    id: uuid.UUID
    submission: uuid.UUID
    exercise: str
    user_id: uuid.UUID
    login: str
    name: str
    check_id: str | None
    words: str
    state: AppealState
    answer: str | None
    answered_by: str | None
    created_at: datetime
    answered_at: datetime | None

    @classmethod
    def of(cls, line: AppealLine) -> Self:
        """Describe an appeal."""
        return cls(
            id=line.id,
            submission=line.submission_id,
            exercise=line.exercise_id,
            user_id=line.user_id,
            login=line.login,
            name=line.name,
            check_id=line.check_id,
            words=line.words,
            state=line.state,
            answer=line.answer,
            answered_by=line.answered_by,
            created_at=line.created_at,
            answered_at=line.answered_at,
        )
