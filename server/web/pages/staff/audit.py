"""The audit of a course: who did what, newest first."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from server.audit import Filter, actions_in, entries, names_of
from server.web.staffroom import PAGES, enter, staff_page
from server.web.views.staff.audit import event_lines
from server.web.visitor import MemberVisitDep

router = APIRouter(include_in_schema=False)

ON_A_PAGE = 50
LARGEST_ID = 2**63 - 1

Word = Annotated[str, Query(max_length=200)]


@router.get("/courses/{slug}/staff/audit")
async def audit_page(
    slug: str,
    visit: MemberVisitDep,
    action: Word = "",
    subject: Word = "",
    before: Annotated[int | None, Query(ge=1, le=LARGEST_ID)] = None,
) -> Response:
    """List what was done in the course."""
    async with visit.house.database.reading() as session:
        room = await enter(session, visit, slug, PAGES["audit"])
        actions = await actions_in(session, room.course.id)
        wanted = Filter(room.course.id, action if action in actions else None, _subject(subject))
        found = await entries(session, wanted, before=before, limit=ON_A_PAGE + 1)
        names = await names_of(session, found)
    context = {
        "events": event_lines(found[:ON_A_PAGE], names, room, visit.say),
        "more": found[ON_A_PAGE - 1].id if len(found) > ON_A_PAGE else None,
        "actions": actions,
        "action": action if action in actions else "",
        "subject": subject,
    }
    return staff_page(visit, room, "audit", context)


def _subject(typed: str) -> str | None:
    """Return the subject to look for; what no database can hold is nothing."""
    plain = typed.strip()
    return plain if plain and plain.isprintable() else None
