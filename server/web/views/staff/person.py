"""One student as staff see them: what counts on each level, and every attempt."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from exercises.text import Text
from server.courses.assigning import Assigned
from server.courses.roster import Member
from server.database.models import State
from server.gradebook import Book, Cell
from server.submissions.listing import Listed
from server.web.locale import Speaker
from server.web.views.staff.gradebook import points, shade_of

Tone = Literal["run", "pass", "fail", "warn"]


@dataclass(frozen=True, slots=True)
class Reached:
    """What counts on a level."""

    number: int
    exercise_id: str
    title: str
    shade: str
    points: str
    passed: bool
    attempts: int
    late_days: int
    corrected: bool
    address: str  #: of the submission that counts


@dataclass(frozen=True, slots=True)
class AttemptLine:
    """A submission."""

    id: uuid.UUID
    title: str
    number: int
    at: datetime
    tone: Tone
    word: str
    points: str
    late_days: int


@dataclass(frozen=True, slots=True)
class PersonView:
    """A student."""

    id: uuid.UUID
    name: str
    login: str
    role: str
    total: str
    levels: list[Reached]
    attempts: list[AttemptLine]


def person_view(
    member: Member, levels: Sequence[Assigned], book: Book, attempts: Sequence[Listed], say: Speaker, *, zone: ZoneInfo
) -> PersonView:
    """Return what the page of a person shows; ``book`` holds their line alone, or none if they are no student."""
    titles = {one.assignment.exercise_id: say.of(Text.model_validate(one.version.manifest["title"])) for one in levels}
    line = book.lines[0] if book.lines else None
    return PersonView(
        id=member.id,
        name=member.display_name,
        login=member.login,
        role=say(f"role-{member.role.value}"),
        total="" if line is None else points(line.total),
        levels=[] if line is None else [_reached(number, cell, titles) for number, cell in enumerate(line.cells, 1)],
        attempts=[_attempt(one, titles, zone, say) for one in attempts],
    )


def _reached(number: int, cell: Cell, titles: Mapping[str, str]) -> Reached:
    counted = cell.counted
    return Reached(
        number=number,
        exercise_id=cell.exercise_id,
        title=titles.get(cell.exercise_id, cell.exercise_id),
        shade=shade_of(cell),
        points="" if counted is None else points(counted.score),
        passed=counted is not None and counted.passed,
        attempts=0 if counted is None else counted.attempts,
        late_days=0 if counted is None else counted.late_days,
        corrected=counted is not None and counted.corrected,
        address="" if counted is None else f"/submissions/{counted.submission_id}",
    )


def _attempt(one: Listed, titles: Mapping[str, str], zone: ZoneInfo, say: Speaker) -> AttemptLine:
    tone: Tone
    if one.state is State.DONE:
        tone, word = ("pass" if one.outcome == "passed" else "fail"), say(f"outcome-{one.outcome}")
    else:
        tone = "warn" if one.state in {State.SYSTEM_ERROR, State.CANCELLED} else "run"
        word = say(f"state-{one.state.value}")
    return AttemptLine(
        id=one.id,
        title=titles.get(one.exercise_id, one.exercise_id),
        number=one.number,
        at=one.created_at.astimezone(zone),
        tone=tone,
        word=word,
        points=points(one.score) if one.state is State.DONE and one.score is not None else "",
        late_days=one.late_days,
    )
