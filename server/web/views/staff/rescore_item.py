"""One submission of a set: both verdicts side by side, and why they differ."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from server.rescoring.causes import other_environment
from server.rescoring.listing import Line
from server.web.locale import Speaker
from server.web.views.appeals import NO_APPEALS, Appeals
from server.web.views.checks import CheckRow, check_rows
from server.web.views.model import model_view
from server.web.views.staff.gradebook import points
from server.web.views.staff.rescore_lines import NOTHING, check_titles, setting_name, setting_value
from server.web.views.staff.rescore_words import Tone, outcome_tone, short
from server.web.views.words import with_code

#: Geometry of the strip on which repeats are drawn: where 0 and 100 points are, and where the marks stand.
ZERO, HUNDRED, HEIGHT = 20, 460, 28


@dataclass(frozen=True, slots=True)
class Side:
    """A verdict, with what the macros of checks want of a page."""

    tone: Tone
    word: str
    points: str
    version: str
    error: str
    hint: Markup
    checks: list[CheckRow]
    course: str
    exercise_id: str
    state: str = "done"
    appeals: Appeals = NO_APPEALS


@dataclass(frozen=True, slots=True)
class Difference:
    """A setting, or a part of the environment, as it was and as it is."""

    of: str  #: the check whose setting it is; empty for the whole exercise
    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Mark:
    """Runs that came to one score."""

    x: int
    points: str
    runs: int


@dataclass(frozen=True, slots=True)
class Spread:
    """How the repeats of one program came out."""

    runs: int
    outcomes: list[tuple[str, int]]
    lowest: str
    highest: str
    marks: list[Mark]


@dataclass(frozen=True, slots=True)
class ItemView:
    """A submission of a set."""

    before: Side
    after: Side | None
    rules: list[Difference]
    environment: list[Difference]
    spread: Spread | None


def item_view(
    line: Line, before: Mapping[str, Any], after: Mapping[str, Any] | None, say: Speaker, *, course: str
) -> ItemView:
    """Return what the page shows.

    Args:
        line: The item.
        before: The verdict object that counted when it was worked out.
        after: The one that would count; None while it is not worked out.
        say: The language.
        course: Slug of the course.

    """
    now = after or {}
    titles = check_titles((*before["checks"], *now.get("checks", ())), say)
    return ItemView(
        before=_side(before, say, course),
        after=None if after is None else _side(after, say, course),
        rules=_rules(line, titles, say),
        environment=_environment(before, now, say) if after is not None else [],
        spread=_spread(line.item.spread, say) if line.item.spread else None,
    )


def _side(verdict: Mapping[str, Any], say: Speaker, course: str) -> Side:
    findings = verdict["checks"]
    error = verdict["error"]
    return Side(
        tone=outcome_tone(verdict["outcome"]),
        word=say(f"outcome-{verdict['outcome']}"),
        points=points(verdict["score"]),
        version=short(verdict["exercise"]["version"]),
        error=": ".join(part for part in (error["type"], error["message"]) if part) if error else "",
        hint=with_code(say.of(error["hint"])) if error else Markup(),
        checks=check_rows(findings, None, say, live=False, model=model_view(findings, say, None)),
        course=course,
        exercise_id=verdict["exercise"]["id"],
    )


def _rules(line: Line, titles: Mapping[str, str], say: Speaker) -> list[Difference]:
    """Return the settings that differ, of the checks that came out otherwise and of the whole exercise."""
    return [
        Difference(
            titles.get(check, check),
            setting_name(setting, say),
            setting_value(old, say),
            setting_value(new, say),
        )
        for check, settings in line.rules.items()
        for setting, (old, new) in settings.items()
    ]


def _environment(before: Mapping[str, Any], after: Mapping[str, Any], say: Speaker) -> list[Difference]:
    differ = other_environment(before["environment"], after["environment"])
    return [Difference("", _part(name, say), _plain(old, say), _plain(new, say)) for name, (old, new) in differ.items()]


def _part(name: str, say: Speaker) -> str:
    return say(f"rescore-env-{name}") if say.has(f"rescore-env-{name}") else name


def _plain(part: object, say: Speaker) -> str:
    if isinstance(part, str) and part.startswith("sha256:"):
        return short(part)
    return NOTHING if part is None else setting_value(part, say)


def _spread(spread: Mapping[str, Any], say: Speaker) -> Spread:
    scores: Sequence[float] = spread["scores"]
    return Spread(
        runs=spread["runs"],
        outcomes=[(say(f"outcome-{word}"), number) for word, number in spread["outcomes"].items()],
        lowest=points(spread["lowest"]),
        highest=points(spread["highest"]),
        marks=[
            Mark(round(ZERO + score * (HUNDRED - ZERO)), points(score), scores.count(score))
            for score in sorted(set(scores))
        ],
    )
