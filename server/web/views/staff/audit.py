"""Events of the audit as lines: people by their present names, and of each value what it was and is."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from server.audit import Entry
from server.database.models import Role
from server.web.locale import Speaker
from server.web.staffroom import Room, place_of

ROLES = frozenset(Role)
LONGEST = 120  # letters of a value
NOTHING = "—"
SHORT_DIGEST = 12
#: What is done outside of any course goes by no course's clock.
PLATFORM_ZONE = ZoneInfo("UTC")

_DIGEST = re.compile("sha256:[0-9a-f]{64}")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?\+00:00")  # as events tell one


@dataclass(frozen=True, slots=True)
class EventLine:
    """An event."""

    at: datetime
    who: str
    action: str  #: in words
    subject: str
    address: str  #: of a page about the subject; empty where there is none
    course: str  #: slug of the course it was done in; empty where it was in none
    changes: list[tuple[str, str, str]]  #: name, before, after


def event_lines(found: Sequence[Entry], names: Mapping[str, str], room: Room | None, say: Speaker) -> list[EventLine]:
    """Return the lines.

    Args:
        found: The events.
        names: Id of a person -> their present name.
        room: Whose audit it is; None for that of the platform, which goes by UTC.
        say: The language.

    """
    zone = room.zone if room else PLATFORM_ZONE
    return [
        EventLine(
            at=one.at.astimezone(zone),
            who=one.actor_name or say("staff-platform"),
            action=action_word(one.action, say),
            subject=names.get(one.subject, one.subject),
            address=_address(one, names, room),
            course=one.course or "",
            changes=list(_changes(one.detail, names, zone, say)),
        )
        for one in found
    ]


def action_word(action: str, say: Speaker) -> str:
    """Return what was done in words; an action that a later version knows is called by its name."""
    return _word(f"audit-{action}", action, say)


def _word(key: str, otherwise: str, say: Speaker) -> str:
    key = key.replace(".", "-").replace("_", "-")
    return say(key) if say.has(key) else otherwise


def _address(one: Entry, names: Mapping[str, str], room: Room | None) -> str:
    if one.subject in names:
        return f"{room.place if room else ''}/people/{one.subject}"
    noun = one.action.partition(".")[0]
    place = place_of(one.course or "")
    places = {
        "correction": "/submissions",
        "submission": "/submissions",
        "appeal": f"{place}/appeals",
        "assignment": f"{place}/levels",
        "rescore": f"{place}/rescores",
    }
    is_gone = one.action.endswith(".remove")
    return f"{places[noun]}/{one.subject}" if noun in places and not is_gone else ""


def _changes(
    detail: Mapping[str, Any], names: Mapping[str, str], zone: ZoneInfo, say: Speaker
) -> Iterator[tuple[str, str, str]]:
    """Yield each value that is told, with what it was where that is told too."""
    before, after = detail.get("before") or {}, detail.get("after", detail.get("now")) or {}
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for name in dict.fromkeys([*before, *after]):
            yield (
                names.get(name) or _word(f"audit-key-{name}", name, say),
                _value(before[name], zone, say) if name in before else "",
                _value(after[name], zone, say) if name in after else NOTHING,
            )
    for name, value in detail.items():
        if name not in {"before", "after", "now"}:
            yield _word(f"audit-key-{name}", name, say), "", names.get(str(value), _value(value, zone, say))


def _value(value: object, zone: ZoneInfo, say: Speaker) -> str:
    """Return any JSON as a short text: moments by the clock of the course, digests by their first letters."""
    if value is None:
        return NOTHING
    if isinstance(value, bool):
        return say("yes" if value else "no")
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    if _DIGEST.fullmatch(text):
        return text[: len("sha256:") + SHORT_DIGEST]
    if _MOMENT.fullmatch(text):
        return f"{datetime.fromisoformat(text).astimezone(zone):%Y-%m-%d %H:%M}"
    if text in ROLES:
        return say(f"role-{text}")
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
