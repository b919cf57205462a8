"""What was handed in before: rows of a table, and the scores as a line."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from server.database.models import State
from server.submissions import Attempt
from server.web.locale import Speaker

#: Geometry of the chart, in its own units: where 0 and 100 points lie, and the room per attempt.
_BOTTOM, _TOP, _LEFT, _STEP = 116, 20, 50, 90
_FEWEST_POINTS, _MOST_POINTS = 2, 8


@dataclass(frozen=True, slots=True)
class AttemptRow:
    """One submission in the table."""

    id: uuid.UUID
    number: int
    created_at: datetime
    tone: Literal["run", "pass", "fail", "warn"]
    word: str
    score: int | None


@dataclass(frozen=True, slots=True)
class Point:
    """One score in the chart."""

    x: int
    y: int
    label_y: int
    score: int
    number: int


@dataclass(frozen=True, slots=True)
class Chart:
    """The latest scores as a line."""

    points: tuple[Point, ...]
    path: str
    width: int
    label: str


def attempt_rows(attempts: Sequence[Attempt], say: Speaker, zone: ZoneInfo) -> list[AttemptRow]:
    """Return the rows, latest first, with times by the clock of ``zone``, the course's."""
    return [_row(attempt, say, zone) for attempt in attempts]


def score_chart(attempts: Sequence[Attempt]) -> Chart | None:
    """Return the scores of the latest attempts, oldest first; None below two."""
    scored = [(one.number, round(one.score * 100)) for one in reversed(attempts) if one.score is not None]
    scored = scored[-_MOST_POINTS:]
    if len(scored) < _FEWEST_POINTS:
        return None
    points = []
    for index, (number, score) in enumerate(scored):
        x = _LEFT + index * _STEP
        y = round(_BOTTOM - (_BOTTOM - _TOP) * score / 100)
        points.append(Point(x, y, y - 10 if y > _TOP + 12 else y + 20, score, number))
    path = "M" + "L".join(f"{point.x} {point.y}" for point in points)
    label = ", ".join(str(point.score) for point in points)
    return Chart(tuple(points), path, max(440, points[-1].x + 60), label)


def _row(attempt: Attempt, say: Speaker, zone: ZoneInfo) -> AttemptRow:
    """Return one row."""
    tone: Literal["run", "pass", "fail", "warn"]
    if attempt.state is State.DONE:
        tone = "pass" if attempt.outcome == "passed" else "fail"
        word = say(f"outcome-{attempt.outcome}")
    else:
        tone = "warn" if attempt.state in {State.SYSTEM_ERROR, State.CANCELLED} else "run"
        word = say(f"state-{attempt.state.value}")
    score = round(attempt.score * 100) if attempt.score is not None and attempt.state is State.DONE else None
    return AttemptRow(attempt.id, attempt.number, attempt.created_at.astimezone(zone), tone, word, score)
