"""Submissions of a set, a line each: whose, both verdicts, what came out otherwise and by which rule."""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from server.database.models import ItemState
from server.rescoring.listing import Line
from server.web.locale import Speaker
from server.web.views.staff.gradebook import points
from server.web.views.staff.rescore_words import Tone, outcome_tone, reason_words
from server.web.views.words import value

#: What is said of a line in a list; the page of the submission says everything.
MOST_REASONS = 3
NOTHING = "—"


@dataclass(frozen=True, slots=True)
class OutcomeChip:
    """The word over a verdict, with its colour and its points of a hundred."""

    tone: Tone
    word: str
    points: str


@dataclass(frozen=True, slots=True)
class LineView:
    """A submission of a set."""

    id: uuid.UUID
    name: str
    login: str
    number: int
    exercise: str
    state: str
    before: OutcomeChip
    after: OutcomeChip | None  #: none where it is not worked out
    change: str
    moved: str  #: by how many points of a hundred, without a sign
    cause: str
    why: list[str]
    deepened: list[str]
    fault: str
    outdated: bool
    applied: bool
    undone: bool


def line_views(found: Sequence[Line], titles: Mapping[str, str], say: Speaker) -> list[LineView]:
    """Return the lines."""
    return [line_view(one, titles, say) for one in found]


def line_view(line: Line, titles: Mapping[str, str], say: Speaker) -> LineView:
    """Return one line."""
    item = line.item
    after = None
    if item.after_outcome is not None and item.after_score is not None:
        after = _chip(item.after_outcome, item.after_score, say)
    moved = 0.0 if item.after_score is None else abs(item.after_score - item.before_score)
    return LineView(
        id=item.submission_id,
        name=line.name,
        login=line.login,
        number=line.number,
        exercise=titles.get(line.exercise_id, line.exercise_id),
        state=item.state.value,
        before=_chip(item.before_outcome, item.before_score, say),
        after=after,
        change=item.change or "",
        moved=points(moved) if moved else "",
        cause=item.cause.value if item.cause else "",
        why=list(_why(line, say)),
        deepened=reason_words((item.deepened or "").split(), say),
        fault=_fault(item.fault, say) if item.state in {ItemState.ERROR, ItemState.KEPT} else "",
        outdated=line.outdated,
        applied=item.applied_grading_id is not None and not item.undone,
        undone=item.undone,
    )


def setting_name(setting: str, say: Speaker) -> str:
    """Return what a setting of a manifest is called where it is edited; its own name where nobody edits it."""
    return say(f"toml-{setting}") if say.has(f"toml-{setting}") else setting


def setting_value(plain: object, say: Speaker) -> str:
    """Return a setting's value as text: bilingual texts in the reader's language."""
    if isinstance(plain, Mapping) and {"zh", "en"} == set(plain):
        return say.of(plain)
    return value(plain) or NOTHING


def check_titles(findings: Sequence[Mapping[str, Any]], say: Speaker) -> dict[str, str]:
    """Return how the checks of a verdict are called, by id."""
    return {one["id"]: say.of(one.get("title")) or one["id"] for one in findings}


def _chip(outcome: str, score: float, say: Speaker) -> OutcomeChip:
    return OutcomeChip(outcome_tone(outcome), say(f"outcome-{outcome}"), points(score))


def _why(line: Line, say: Speaker) -> Iterator[str]:
    """Yield what came out otherwise, each with the rule that differs where one does."""
    titles = check_titles(line.findings, say)
    checks = line.item.checks or ()
    for check in checks[:MOST_REASONS]:
        name = titles.get(check["id"], check["id"])
        rules = line.rules.get(check["id"], {})
        short = [
            f"{setting_name(setting, say)} {setting_value(old, say)} → {setting_value(new, say)}"
            for setting, (old, new) in rules.items()
            if _is_short(old) and _is_short(new)
        ]
        told = say("rescore-comma").join(short) or f"{_word(check['before'], say)} → {_word(check['after'], say)}"
        yield say("rescore-check-why", name=name, why=told)
    if len(checks) > MOST_REASONS:
        yield say("rescore-more-checks", n=len(checks) - MOST_REASONS)


def _is_short(plain: object) -> bool:
    return plain is None or isinstance(plain, bool | int | float | str)


def _word(outcome: str | None, say: Speaker) -> str:
    return NOTHING if outcome is None else say(f"rescore-check-{outcome}")


def _fault(fault: Mapping[str, Any] | None, say: Speaker) -> str:
    """Return what went wrong: of our own words a sentence in the reader's language, else those of the exception."""
    if fault is None:
        return ""
    message = str(fault["message"])
    told = reason_words([message], say)[0]
    return told if told != message else f"{fault['type']}: {message}"
