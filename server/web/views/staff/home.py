"""What waits for the staff of a course: a sentence for each thing, and the page where it is done."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from server.courses.assigning import Assigned
from server.courses.outlook import Outlook
from server.web.locale import Speaker
from server.web.staffroom import Room


@dataclass(frozen=True, slots=True)
class Pending:
    """Something that waits."""

    sentence: str
    address: str
    act: str


def pending(room: Room, levels: Sequence[Assigned], found: Outlook, say: Speaker, *, rescores: int) -> list[Pending]:
    """Return what waits for somebody of this room's rights, the most urgent first."""
    return list(_pending(room, levels, found, say, rescores))


def _pending(room: Room, levels: Sequence[Assigned], found: Outlook, say: Speaker, rescores: int) -> Iterator[Pending]:
    if found.open_appeals:
        sentence = say("staff-waits-appeals", n=found.open_appeals)
        yield Pending(sentence, f"{room.place}/appeals?state=open", say("staff-tab-appeals"))
    if rescores:
        yield Pending(say("rescore-waits", n=rescores), f"{room.place}/rescores", say("staff-tab-rescores"))
    if room.is_archived:
        return
    if not found.levels:
        yield Pending(say("staff-waits-levels"), f"{room.place}/levels", say("staff-tab-levels"))
    if not found.students:
        yield Pending(say("staff-waits-students"), f"{room.place}/roster", say("staff-tab-roster"))
    outdated = sum(one.newest != one.version.version for one in levels)
    if outdated:
        yield Pending(say("staff-waits-versions", n=outdated), f"{room.place}/levels", say("staff-tab-levels"))
