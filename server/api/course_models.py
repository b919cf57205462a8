"""The JSON shapes of courses and their people."""

from datetime import UTC, datetime
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from exercises.text import Text
from server.courses.lifecycle import LONGEST_TITLE
from server.courses.roster import Member
from server.courses.roster_file import Problem
from server.courses.roster_import import Plan
from server.database.models import Course, Keep, Late, Notice, Role, Unlock


def _one_line(text: Text) -> Text:
    """Return a title of one readable line in each language."""
    stripped = Text(zh=text.zh.strip(), en=text.en.strip())
    for words in (stripped.zh, stripped.en):
        if not words.isprintable() or len(words) > LONGEST_TITLE:
            raise ValueError(f"a title is one line of at most {LONGEST_TITLE} characters")
    return stripped


Title = Annotated[Text, AfterValidator(_one_line)]
Slug = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$", max_length=60, examples=["deep-learning-2026"])]
TimeZone = Annotated[str, Field(max_length=60, description="an IANA name", examples=["Asia/Shanghai"])]
Moment = Annotated[datetime | None, Field(description="in UTC")]


class CourseIn(BaseModel):
    """A new course."""

    model_config = ConfigDict(extra="forbid")

    slug: Slug
    title: Title
    time_zone: TimeZone = "Asia/Shanghai"


class CourseChange(BaseModel):
    """What is to be changed; what is left out, or null, stays."""

    model_config = ConfigDict(extra="forbid")

    title: Title | None = None
    time_zone: TimeZone | None = None
    unlock: Unlock | None = Field(default=None, description="in_order: a level opens once the one before is passed")
    keep: Keep | None = Field(default=None, description="which of a person's submissions counts")
    late: Late | None = Field(default=None, description="what becomes of a submission after the due time")
    late_penalty: float | None = Field(
        default=None, ge=0, le=1, description="share of a score for each day begun, with late=penalty"
    )
    rescore_notice: Notice | None = Field(
        default=None, description="shown: students see that a rescore changed their verdict, and its reason"
    )


class CourseDetail(BaseModel):
    """A course with its rules."""

    slug: str
    title: Text
    role: Role = Field(description="what the caller is in it")
    time_zone: str
    unlock: Unlock
    keep: Keep
    late: Late
    late_penalty: float
    rescore_notice: Notice
    archived_at: Moment
    join_code: str | None = Field(
        description="for whoever may change the roster; null otherwise, and where none is set"
    )

    @classmethod
    def of(cls, course: Course, role: Role, *, with_code: bool) -> Self:
        """Describe a course."""
        return cls(
            slug=course.slug,
            title=Text.model_validate(course.title),
            role=role,
            time_zone=course.time_zone,
            unlock=course.unlock,
            keep=course.keep,
            late=course.late,
            late_penalty=course.late_penalty,
            rescore_notice=course.rescore_notice,
            archived_at=in_utc(course.archived_at),
            join_code=course.join_code if with_code else None,
        )


class JoinCodeOut(BaseModel):
    """A course's join code."""

    code: str


class JoinIn(BaseModel):
    """The code that a teacher gave out, however it was typed."""

    model_config = ConfigDict(extra="forbid")

    code: str = Field(min_length=1, max_length=40, examples=["K7QW2-MHXPA"])


class PersonOut(BaseModel):
    """Somebody in a course."""

    login: str
    display_name: str
    role: Role
    since: datetime = Field(description="in UTC")

    @classmethod
    def of(cls, member: Member) -> Self:
        """Describe a member."""
        return cls(
            login=member.login,
            display_name=member.display_name,
            role=member.role,
            since=member.since.astimezone(UTC),
        )


class RoleIn(BaseModel):
    """What somebody shall be in a course."""

    model_config = ConfigDict(extra="forbid")

    role: Role


class ProblemLine(BaseModel):
    """What is wrong with a line of a file."""

    line: int = Field(description="from 1, as an editor counts")
    column: str | None
    sentence: Text

    @classmethod
    def of(cls, problem: Problem) -> Self:
        """Describe a problem."""
        return cls(line=problem.line, column=problem.column, sentence=problem.sentence)


class ImportedLine(BaseModel):
    """What a line of a file did, or would do."""

    line: int
    login: str
    name: str
    role: Role
    effect: Literal["new", "enrolled", "changed", "unchanged"]
    password: str | None = Field(description="a new person's first password; told this once")


class ImportOut(BaseModel):
    """What an import did, or would do."""

    dry_run: bool
    lines: list[ImportedLine]
    problems: list[ProblemLine] = Field(description="there in a dry run only; with problems nothing is imported")

    @classmethod
    def of(cls, plan: Plan, passwords: dict[str, str], *, dry_run: bool) -> Self:
        """Describe an import."""
        lines = [
            ImportedLine(
                line=one.entry.line,
                login=one.entry.login,
                name=one.entry.name,
                role=one.entry.role,
                effect=one.effect,
                password=passwords.get(one.entry.login),
            )
            for one in plan.lines
        ]
        return cls(dry_run=dry_run, lines=lines, problems=[ProblemLine.of(problem) for problem in plan.problems])


def in_utc(moment: datetime | None) -> datetime | None:
    """Return a moment as the API tells it."""
    return None if moment is None else moment.astimezone(UTC)
