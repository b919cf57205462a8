"""What all pages of rescoring say alike: where a set stands, versions, durations, what was asked for."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from server.database.models import RescoreState
from server.rescoring.trials import UPGRADE
from server.rescoring.words import REASONS
from server.web.locale import Speaker

Tone = Literal["run", "pass", "fail", "warn"]

SHORT_DIGEST = 12
MINUTE, HOUR = 60, 3600

_TONES: Mapping[RescoreState, tuple[str, str]] = {
    RescoreState.RUNNING: ("run", "clock"),
    RescoreState.PAUSED: ("idle", "pause"),
    RescoreState.CANCELLED: ("idle", "x"),
    RescoreState.READY: ("warn", "warn"),
    RescoreState.APPLIED: ("pass", "check"),
    RescoreState.DISCARDED: ("idle", "x"),
    RescoreState.UNDONE: ("idle", "undo"),
}


@dataclass(frozen=True, slots=True)
class StateChip:
    """Where a set stands: a colour, an icon, a word."""

    tone: str
    icon: str
    word: str


@dataclass(frozen=True, slots=True)
class GroupView:
    """Submissions to one exercise that go equally deep."""

    exercise: str
    old: str  #: the first letters of a version
    new: str
    count: int
    programs: int
    depth: str  #: its word
    depth_name: str
    reasons: list[str]
    cost: str


def state_chip(state: RescoreState, say: Speaker) -> StateChip:
    """Return where a set stands."""
    return StateChip(*_TONES[state], say(f"rescore-state-{state.value}"))


def outcome_tone(outcome: str) -> Tone:
    """Return the colour of an outcome."""
    return {"passed": "pass", "failed": "fail"}.get(outcome, "warn")  # type: ignore[return-value]


def short(version: str) -> str:
    """Return the first letters of a version's digest."""
    return version.removeprefix("sha256:")[:SHORT_DIGEST]


def duration(seconds: float, say: Speaker) -> str:
    """Return how long something takes, as roughly as anybody wants to know."""
    if seconds < 1:
        return say("rescore-at-once")
    if seconds < MINUTE:
        return say("rescore-seconds", n=round(seconds))
    if seconds < HOUR:
        return say("rescore-minutes", n=round(seconds / MINUTE))
    return say("rescore-hours", n=int(seconds // HOUR), minutes=round(seconds % HOUR / MINUTE))


def reason_words(words: Sequence[str], say: Speaker) -> list[str]:
    """Return why it goes so deep, in sentences."""
    return [say.of(REASONS[word]) if word in REASONS else word for word in words]


def group_views(groups: Sequence[Mapping[str, Any]], titles: Mapping[str, str], say: Speaker) -> list[GroupView]:
    """Return the groups of a set, or of a plan, as a set keeps them."""
    return [
        GroupView(
            exercise=titles.get(group["exercise"], group["exercise"]),
            old=short(group["from"]),
            new=short(group["to"]),
            count=group["count"],
            programs=group["programs"],
            depth=group["depth"],
            depth_name=say(f"rescore-depth-{group['depth']}"),
            reasons=_group_reasons(group["reasons"], say),
            cost="" if group["seconds"] is None else duration(group["seconds"], say),
        )
        for group in groups
    ]


def _group_reasons(words: Sequence[str], say: Speaker) -> list[str]:
    """Return why a group goes so deep; where the depth was asked for, what would have sufficed is told as that."""
    if words[:1] != ["asked"]:
        return reason_words(words, say)
    return [*reason_words(words[:1], say), *(say("rescore-by-itself", why=why) for why in reason_words(words[1:], say))]


def scope_lines(scope: Mapping[str, Any], titles: Mapping[str, str], say: Speaker, zone: ZoneInfo) -> list[str]:
    """Return what was asked for, a sentence for each condition; nothing where everything was."""
    return list(_scope_lines(scope, titles, say, zone))


def _scope_lines(scope: Mapping[str, Any], titles: Mapping[str, str], say: Speaker, zone: ZoneInfo) -> Iterator[str]:
    exercise = scope["exercise"]
    yield say("rescore-every-level") if exercise is None else titles.get(exercise, exercise)
    if UPGRADE in scope:
        yield say("rescore-trial", name=short(scope[UPGRADE]["image"]))
    if scope["version"]:
        yield say("rescore-scope-version", name=short(scope["version"]))
    if scope["outcomes"]:
        names = say("rescore-comma").join(say(f"outcome-{word}") for word in scope["outcomes"])
        yield say("rescore-scope-outcomes", names=names)
    if scope["check"]:
        how = scope["check_outcome"]
        came_out = say(f"rescore-check-{how}") if how else say("rescore-check-any")
        yield say("rescore-scope-check", name=scope["check"], outcome=came_out)
    if scope["image"]:
        yield say("rescore-scope-image", name=short(scope["image"]))
    for name in ("since", "until"):
        if scope[name]:
            at = datetime.fromisoformat(scope[name]).astimezone(zone)
            yield say("rescore-scope-since", at=at) if name == "since" else say("rescore-scope-until", at=at)
    if scope["students"]:
        yield say("rescore-scope-students", n=len(scope["students"]))
    if scope["submissions"]:
        yield say("rescore-scope-submissions", n=len(scope["submissions"]))
