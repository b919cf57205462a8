"""The levels of a course as its staff see them, with times by the course's clock."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from exercises.text import Text
from server.courses.assigning import Assigned
from server.courses.extensions import Granted
from server.database.models import Course
from server.web.fields import clock
from server.web.locale import Speaker


@dataclass(frozen=True, slots=True)
class StaffLevel:
    """A level with its rules; times by the course's clock."""

    exercise_id: str
    title: str
    is_quiz: bool
    version: str  #: the first letters of its digest
    is_newest: bool
    opens_at: datetime | None
    due_at: datetime | None
    closes_at: datetime | None
    max_attempts: int | None
    pace_seconds: int | None


@dataclass(frozen=True, slots=True)
class ExtensionView:
    """What one person was given."""

    login: str
    due_at: datetime | None
    more_attempts: int
    reason: str


def level_views(levels: Sequence[Assigned], course: Course, say: Speaker) -> list[StaffLevel]:
    """Return the levels in order."""
    return [_level(one, ZoneInfo(course.time_zone), say) for one in levels]


def level_values(level: Assigned, course: Course) -> dict[str, str]:
    """Return the fields of a level's form as they are stored."""
    row, zone = level.assignment, course.time_zone
    return {
        "version": level.version.version,
        "opens_at": clock(row.opens_at, zone),
        "due_at": clock(row.due_at, zone),
        "closes_at": clock(row.closes_at, zone),
        "max_attempts": "" if row.max_attempts is None else str(row.max_attempts),
        "pace_seconds": "" if row.pace_seconds is None else str(row.pace_seconds),
    }


def extension_views(granted: Sequence[Granted], course: Course) -> list[ExtensionView]:
    """Return the extensions of a level."""
    zone = ZoneInfo(course.time_zone)
    return [
        ExtensionView(one.login, _at(one.extension.due_at, zone), one.extension.more_attempts, one.extension.reason)
        for one in granted
    ]


def _level(level: Assigned, zone: ZoneInfo, say: Speaker) -> StaffLevel:
    row, manifest = level.assignment, level.version.manifest
    return StaffLevel(
        exercise_id=row.exercise_id,
        title=say.of(Text.model_validate(manifest["title"])),
        is_quiz=manifest["kind"] == "quiz",
        version=level.version.version.removeprefix("sha256:")[:12],
        is_newest=level.newest == level.version.version,
        opens_at=_at(row.opens_at, zone),
        due_at=_at(row.due_at, zone),
        closes_at=_at(row.closes_at, zone),
        max_attempts=row.max_attempts,
        pace_seconds=row.pace_seconds,
    )


def _at(moment: datetime | None, zone: ZoneInfo) -> datetime | None:
    return None if moment is None else moment.astimezone(zone)
