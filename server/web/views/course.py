"""The course map: each level with how far one student has come."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from server.courses.overview import Level
from server.database.models import OPEN
from server.web.locale import Speaker
from server.web.views.lateness import late_words


@dataclass(frozen=True, slots=True)
class LevelView:
    """One level on the map.

    Attributes:
        number: Its place in the course, from 1.
        exercise_id: Which exercise.
        status: Passed; the one to do now; open; or not open yet.
        title: Its title.
        summary: A sentence about it.
        is_quiz: Whether it is a quiz.
        minutes: How long it usually takes.
        score: Best points of a hundred; None before the first verdict.
        attempts: How many submissions counted.
        is_judging: Whether the last submission is being judged.
        opens_at: When it opens, if that is still to come; as the course's clock shows it.
        due_at: When it is due for this student, as the course's clock shows it.
        first: The number of the level that must be passed first.
        late: What handing in now would cost, or that it is closed, once the due time is past.
        attempts_left: How many more submissions count; None where there is no limit.
        unlocks: Title of the level that opens once this one is passed; empty where none waits for it.

    """

    number: int
    exercise_id: str
    status: Literal["passed", "now", "open", "locked"]
    title: str
    summary: str
    is_quiz: bool
    minutes: int
    score: int | None
    attempts: int
    is_judging: bool
    opens_at: datetime | None
    due_at: datetime | None
    late: str | None
    first: int | None
    attempts_left: int | None
    unlocks: str


@dataclass(frozen=True, slots=True)
class CourseMap:
    """A course as one student sees it."""

    slug: str
    title: str
    levels: list[LevelView]
    zone: str | None  #: in which times are shown, where any are

    @property
    def passed(self) -> int:
        """How many levels are passed."""
        return sum(level.status == "passed" for level in self.levels)

    @property
    def points(self) -> int:
        """Best points over all levels."""
        return sum(level.score or 0 for level in self.levels)


def course_map(slug: str, title: str, levels: Sequence[Level], say: Speaker) -> CourseMap:
    """Return the map, with the level to do now: where one stopped, else the first that is open and not passed."""
    now = datetime.now(UTC)
    current = _current(levels, now)
    views = [
        _view(number, level, _status(level, now, is_current=level is current), say, _after(level, levels, say))
        for number, level in enumerate(levels, 1)
    ]
    timed = any(view.opens_at or view.due_at for view in views)
    return CourseMap(slug, title, views, levels[0].time_zone if timed else None)


def _current(levels: Sequence[Level], now: datetime) -> Level | None:
    """Return the level that was worked on last and is not passed yet, else the first that is open and not passed."""
    waiting = [level for level in levels if _status(level, now, is_current=False) == "open"]
    begun = [level for level in waiting if level.touched_at is not None]
    return max(begun, key=lambda level: level.touched_at or now, default=waiting[0] if waiting else None)


def _after(level: Level, levels: Sequence[Level], say: Speaker) -> str:
    """Return the title of the level that waits for this one to be passed."""
    waits = next((one for one in levels if one.locked_by == level.exercise_id and not one.preview), None)
    return "" if waits is None or level.passed else say.of(waits.title)


def _status(level: Level, now: datetime, *, is_current: bool) -> Literal["passed", "now", "open", "locked"]:
    """Tell how a level stands."""
    if level.passed:
        return "passed"
    if not level.preview and (level.locked_by is not None or _opens_later(level, now)):
        return "locked"
    return "now" if is_current else "open"


def _opens_later(level: Level, now: datetime) -> bool:
    return level.opens_at is not None and now < level.opens_at


def _view(
    number: int, level: Level, status: Literal["passed", "now", "open", "locked"], say: Speaker, unlocks: str
) -> LevelView:
    """Return one level."""
    zone = ZoneInfo(level.time_zone)
    opens_at = level.opens_at if _opens_later(level, datetime.now(UTC)) else None
    return LevelView(
        number=number,
        exercise_id=level.exercise_id,
        status=status,
        title=say.of(level.title),
        summary=say.of(level.summary),
        is_quiz=level.kind == "quiz",
        minutes=level.minutes,
        score=None if level.best_score is None else round(level.best_score * 100),
        attempts=level.attempts,
        is_judging=level.last_state in OPEN,
        opens_at=opens_at.astimezone(zone) if opens_at else None,
        due_at=level.due_at.astimezone(zone) if level.due_at else None,
        late=late_words(level.terms, datetime.now(UTC), say),
        first=number - 1 if status == "locked" and level.locked_by is not None else None,
        attempts_left=level.attempts_left,
        unlocks=unlocks,
    )
