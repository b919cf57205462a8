"""The JSON shapes of assignments and extensions."""

from datetime import datetime
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from exercises.text import Text
from server.api.course_models import Moment, in_utc
from server.courses.assigning import Assigned
from server.courses.extensions import Granted
from server.courses.times import read_moment
from server.database.models import Course

LONGEST_REASON = 500

Time = Annotated[
    str | None,
    Field(
        max_length=40,
        description="ISO 8601 with an offset, or without one: then as the clock of the course's time zone shows it",
        examples=["2026-09-30T23:59", "2026-09-30T15:59:00Z"],
    ),
]

TIMES = ("opens_at", "due_at", "closes_at")


def _readable(text: str) -> str:
    """Return words in which nothing is hidden."""
    stripped = text.strip()
    if not all(character.isprintable() or character in "\n\t" for character in stripped):
        raise ValueError("control characters are no words")
    return stripped


class AssignmentIn(BaseModel):
    """An exercise in a course; what is left out stays as it is, null takes a time or a limit away."""

    model_config = ConfigDict(extra="forbid")

    version: str | None = Field(
        default=None, max_length=100, description="the published version to hand out; required for a new assignment"
    )
    order: Annotated[int, Field(ge=0, le=100_000, description="its place; a new one comes last")] = 0
    opens_at: Time = None
    due_at: Time = None
    closes_at: Time = None
    max_attempts: Annotated[int | None, Field(ge=1, le=100_000)] = None
    pace_seconds: Annotated[int | None, Field(ge=1, le=7 * 24 * 3600, description="between two submissions")] = None

    def changes(self, zone: str) -> dict[str, Any]:
        """Return the columns that were given, with times read by the clock of ``zone``.

        Raises:
            UnclearTime: A time cannot be understood.

        """
        given = self.model_dump(exclude_unset=True, exclude={"version"})
        times = {
            name: read_moment(value, zone, name) for name, value in given.items() if name in TIMES and value is not None
        }
        return {**given, **times}


class AssignmentOut(BaseModel):
    """An exercise in a course with its rules."""

    id: str
    title: Text
    kind: Literal["code", "quiz"]
    version: str
    newest_version: str = Field(description="the newest published one; the course moves when somebody moves it")
    order: int
    opens_at: Moment
    due_at: Moment
    closes_at: Moment
    max_attempts: int | None
    pace_seconds: int | None
    time_zone: str = Field(description="the course's, an IANA name")

    @classmethod
    def of(cls, assigned: Assigned, course: Course) -> Self:
        """Describe an assignment."""
        row, manifest = assigned.assignment, assigned.version.manifest
        return cls(
            id=row.exercise_id,
            title=Text.model_validate(manifest["title"]),
            kind=manifest["kind"],
            version=assigned.version.version,
            newest_version=assigned.newest,
            order=row.order,
            opens_at=in_utc(row.opens_at),
            due_at=in_utc(row.due_at),
            closes_at=in_utc(row.closes_at),
            max_attempts=row.max_attempts,
            pace_seconds=row.pace_seconds,
            time_zone=course.time_zone,
        )


class ExtensionIn(BaseModel):
    """More time or more attempts for one person, in the place of what they were given before."""

    model_config = ConfigDict(extra="forbid")

    due_at: Time = None
    more_attempts: int = Field(default=0, ge=0, le=10_000)
    reason: Annotated[str, AfterValidator(_readable)] = Field(default="", max_length=LONGEST_REASON)


class ExtensionOut(BaseModel):
    """More time or more attempts for one person."""

    login: str
    due_at: Moment
    more_attempts: int
    reason: str
    created_at: datetime = Field(description="in UTC")
    time_zone: str = Field(description="the course's, an IANA name")

    @classmethod
    def of(cls, granted: Granted, course: Course) -> Self:
        """Describe an extension."""
        extension = granted.extension
        return cls(
            login=granted.login,
            due_at=in_utc(extension.due_at),
            more_attempts=extension.more_attempts,
            reason=extension.reason,
            created_at=in_utc(extension.created_at) or extension.created_at,
            time_zone=course.time_zone,
        )
