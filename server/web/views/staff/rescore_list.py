"""The sets of a course as lines of a history."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from server.database.models import RescoreState
from server.rescoring import Found
from server.rescoring.progress import Tally
from server.web.locale import Speaker
from server.web.views.staff.rescore_words import StateChip, scope_lines, state_chip


@dataclass(frozen=True, slots=True)
class SetLine:
    """A set."""

    id: uuid.UUID
    at: datetime
    by: str
    about: list[str]
    reason: str
    state: StateChip
    total: int
    came_to: str  #: what it would change, or did


def set_lines(
    found: Sequence[Found],
    tallies: Mapping[uuid.UUID, Tally],
    titles: Mapping[str, str],
    say: Speaker,
    zone: ZoneInfo,
) -> list[SetLine]:
    """Return the lines."""
    return [
        SetLine(
            id=one.row.id,
            at=one.row.created_at.astimezone(zone),
            by=one.made_by or say("staff-platform"),
            about=scope_lines(one.row.scope, titles, say, zone),
            reason=one.row.reason,
            state=state_chip(one.row.state, say),
            total=one.row.total,
            came_to=_came_to(one.row.state, tallies.get(one.row.id, Tally()), say),
        )
        for one in found
    ]


def _came_to(state: RescoreState, tally: Tally, say: Speaker) -> str:
    if state is RescoreState.APPLIED:
        return say("rescore-n-applied", n=tally.applied)
    if state is RescoreState.UNDONE:
        return say("rescore-n-undone", n=tally.undone)
    if state is RescoreState.DISCARDED:
        return "—"
    if state is RescoreState.READY:
        return say("rescore-n-change", n=tally.changed)
    return say("rescore-n-of", n=tally.total - tally.waiting, of=tally.total)
