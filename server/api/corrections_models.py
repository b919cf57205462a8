"""The JSON shapes of corrections."""

from datetime import datetime
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field

from server.api.words import Words
from server.submissions.corrections import Corrected, NewScore

Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]


class NewScoreIn(BaseModel):
    """What a submission shall count."""

    model_config = ConfigDict(extra="forbid")

    score: Share
    passed: bool

    def wanted(self) -> NewScore:
        """Return it for the rules."""
        return NewScore(score=self.score, passed=self.passed)


class CorrectionIn(NewScoreIn):
    """A correction."""

    reason: Words = Field(description="read by the student too")


class CorrectionOut(BaseModel):
    """A correction: who said what, when and why."""

    score: float = Field(description="0 to 1")
    passed: bool
    reason: str
    by: str | None = Field(description="name of who made it")
    at: datetime
    lifted_at: datetime | None = Field(description="null while it is in force")
    lifted_by: str | None = Field(description="name of who lifted or replaced it")

    @classmethod
    def of(cls, correction: Corrected) -> Self:
        """Describe a correction."""
        return cls(
            score=correction.score,
            passed=correction.passed,
            reason=correction.reason,
            by=correction.by,
            at=correction.at,
            lifted_at=correction.lifted_at,
            lifted_by=correction.lifted_by,
        )


def correction_object(correction: Corrected) -> dict[str, Any]:
    """Return the ``correction`` of a submission."""
    return CorrectionOut.of(correction).model_dump(mode="json", exclude={"lifted_at", "lifted_by"})
