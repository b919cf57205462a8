"""The course map: each level with how far one student has come."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from server.courses.overview import Level
from server.database.models import OPEN
from server.web.locale import Speaker


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
        opens_at: When it opens, if that is still to come.
        due_at: Until when submissions are taken.

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


@dataclass(frozen=True, slots=True)
class CourseMap:
    """A course as one student sees it."""

    slug: str
    title: str
    levels: list[LevelView]

    @property
    def passed(self) -> int:
        """How many levels are passed."""
        return sum(level.status == "passed" for level in self.levels)

    @property
    def points(self) -> int:
        """Best points over all levels."""
        return sum(level.score or 0 for level in self.levels)


def course_map(slug: str, title: str, levels: Sequence[Level], say: Speaker) -> CourseMap:
    """Return the map; the first open level that is not passed is the one to do now."""
    views: list[LevelView] = []
    now = datetime.now(UTC)
    current_found = False
    for number, level in enumerate(levels, 1):
        status = _status(level, now, current_found=current_found)
        current_found = current_found or status == "now"
        views.append(_view(number, level, status, say))
    return CourseMap(slug, title, views)


def _status(level: Level, now: datetime, *, current_found: bool) -> Literal["passed", "now", "open", "locked"]:
    """Tell how a level stands."""
    if level.passed:
        return "passed"
    if level.opens_at is not None and now < level.opens_at:
        return "locked"
    return "open" if current_found else "now"


def _view(number: int, level: Level, status: Literal["passed", "now", "open", "locked"], say: Speaker) -> LevelView:
    """Return one level."""
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
        opens_at=level.opens_at.astimezone() if status == "locked" and level.opens_at else None,
        due_at=level.due_at.astimezone() if level.due_at else None,
    )
