"""A page of the audit, of one course or of the platform: what its form may ask, and what its template shows."""

from typing import Annotated

from fastapi import Query
from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts import find_user
from server.audit import Filter, actions_in, entries, names_of
from server.web.locale import Speaker
from server.web.staffroom import Room
from server.web.views.staff.audit import action_word, event_lines

ON_A_PAGE = 50
LARGEST_ID = 2**63 - 1

Word = Annotated[str, Query(max_length=200)]
Before = Annotated[int | None, Query(ge=1, le=LARGEST_ID)]


async def audit_shown(
    session: AsyncSession, say: Speaker, room: Room | None, *, action: str, subject: str, before: int | None
) -> dict[str, object]:
    """Return what ``_audit.html`` shows, newest first.

    Args:
        session: Where to look.
        say: The language.
        room: The course; None for every course and what is done outside of them.
        action: Only of this kind; a kind that never was is not asked.
        subject: Only what was done to this: a person's login name, or the id of whatever it was.
        before: Only events with a smaller id, for the pages after the first.

    """
    course_id = room.course.id if room else None
    actions = await actions_in(session, course_id)
    action = action if action in actions else ""
    wanted = Filter(course_id, action or None, await _subject(session, subject))
    found = await entries(session, wanted, before=before, limit=ON_A_PAGE + 1)
    names = await names_of(session, found)
    return {
        "events": event_lines(found[:ON_A_PAGE], names, room, say),
        "more": found[ON_A_PAGE - 1].id if len(found) > ON_A_PAGE else None,
        "actions": sorted(((name, action_word(name, say)) for name in actions), key=lambda one: one[1]),
        "action": action,
        "subject": subject,
    }


async def _subject(session: AsyncSession, typed: str) -> str | None:
    """Return the subject to look for, a person's by their login name; what no database can hold is nothing."""
    plain = typed.strip()
    if not plain or not plain.isprintable():
        return None
    person = await find_user(session, plain)
    return plain if person is None else str(person.id)
