"""An appeal as a line of the list: who says what about which exercise and which check, by their titles."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from server.appeals import AppealLine
from server.web.locale import Speaker
from server.web.markdown import plain_inline


@dataclass(frozen=True, slots=True)
class AppealRow:
    """A line of the list."""

    line: AppealLine
    exercise: str  #: title of the exercise
    check: str  #: title of the check, or a quiz's question; empty for the whole verdict


def appeal_rows(lines: Sequence[AppealLine], say: Speaker) -> list[AppealRow]:
    """Return the lines; what an exercise no longer names is called by its id."""
    return [AppealRow(line, say.of(line.exercise["title"]) or line.exercise_id, _check(line, say)) for line in lines]


def _check(line: AppealLine, say: Speaker) -> str:
    if line.check_id is None:
        return ""
    named = (*line.exercise.get("checks", ()), *line.exercise.get("questions", ()))
    found: Mapping[str, Any] = next((one for one in named if one["id"] == line.check_id), {})
    return plain_inline(say.of(found.get("title") or found.get("prompt"))) or line.check_id
