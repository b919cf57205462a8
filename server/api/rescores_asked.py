"""What requests about rescores say, as JSON: scopes, picks, paces."""

import uuid
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from grader.contract import Outcome, SubmissionOutcome
from server.api.words import MaybeWords, ShortWord
from server.database.models import Cause, Depth
from server.rescoring import Pick, Scope, Wish

Change = Literal["same", "words", "up", "down", "level"]
Digest = Annotated[str, Field(pattern=r"^(sha256:)?[0-9a-f]{8,64}$")]

MOST_NAMED = 1000


class In(BaseModel):
    """What requests share: an unknown member is an error."""

    model_config = ConfigDict(extra="forbid")


class ScopeIn(In):
    """Which submissions; what is left out is not asked."""

    course: ShortWord = Field(description="slug of the course")
    exercise: ShortWord | None = None
    version: Digest | None = Field(default=None, description="`sha256:...` that they were judged by")
    students: list[ShortWord] = Field(default=[], max_length=MOST_NAMED, description="login names")
    submissions: list[uuid.UUID] = Field(default=[], max_length=MOST_NAMED)
    since: AwareDatetime | None = Field(default=None, description="submitted at or after this moment")
    until: AwareDatetime | None = Field(default=None, description="submitted before this moment")
    outcomes: list[SubmissionOutcome] = Field(default=[], max_length=20)
    check: ShortWord | None = Field(default=None, description="id of a check that the verdict has")
    check_outcome: Outcome | None = None
    image: ShortWord | None = Field(default=None, description="sandbox image that the verdict names")
    to_version: Digest | None = Field(
        default=None, description="version to judge by, of `exercise`; by itself the one that is handed out"
    )
    depth: Depth | None = Field(default=None, description="by itself the least that suffices")

    def scope(self) -> Scope:
        """Return what is asked for."""
        fields = {name: getattr(self, name) for name in type(self).model_fields}
        fields["outcomes"] = [one.value for one in self.outcomes]
        fields["check_outcome"] = self.check_outcome.value if self.check_outcome else None
        return Scope(**fields)


class RescoreIn(ScopeIn):
    """A rescore to be made."""

    per_minute: int | None = Field(default=None, ge=1, le=1_000_000, description="no faster than this")
    repeats: int = Field(default=2, ge=0, le=10, description="further runs where one differs for no reason")
    reason: MaybeWords = ""
    on_image: Digest | None = Field(
        default=None, description="only workers that judge in this sandbox image; everything runs again then"
    )

    def scope(self) -> Scope:
        """Return what is asked for."""
        return ScopeIn(**{name: getattr(self, name) for name in ScopeIn.model_fields}).scope()

    def wish(self) -> Wish:
        """Return how it is to be made."""
        return Wish(
            self.scope(), per_minute=self.per_minute, repeats=self.repeats, reason=self.reason, on_image=self.on_image
        )


class PickIn(In):
    """Which items of a set; what is left out is not asked."""

    changes: list[Change] = Field(default=[], max_length=5)
    causes: list[Cause] = Field(default=[], max_length=3)
    depths: list[Depth] = Field(default=[], max_length=3)
    before: list[SubmissionOutcome] = Field(default=[], max_length=20, description="outcomes at present")
    after: list[SubmissionOutcome] = Field(default=[], max_length=20, description="outcomes then")
    student: ShortWord | None = Field(default=None, description="login name")
    submissions: list[uuid.UUID] = Field(default=[], max_length=MOST_NAMED)

    def pick(self) -> Pick:
        """Return which are meant."""
        return Pick(
            changes=self.changes,
            causes=self.causes,
            depths=self.depths,
            before=[one.value for one in self.before],
            after=[one.value for one in self.after],
            student=self.student,
            submissions=self.submissions,
        )


class ApplyIn(PickIn):
    """What is to count from now on; everything that changed where nothing is asked."""

    rest: bool = Field(default=False, description="apply the rest where some verdicts have changed since")


class ThrottleIn(In):
    """How fast a set may go."""

    per_minute: int | None = Field(ge=1, le=1_000_000, description="null: as fast as nobody is kept waiting")
