"""The audit of a course: who did what, newest first."""

from fastapi import APIRouter
from starlette.responses import Response

from server.web.auditing import Before, Word, audit_shown
from server.web.staffroom import PAGES, enter, staff_page
from server.web.visitor import MemberVisitDep

router = APIRouter(include_in_schema=False)


@router.get("/courses/{slug}/staff/audit")
async def audit_page(
    slug: str, visit: MemberVisitDep, action: Word = "", subject: Word = "", before: Before = None
) -> Response:
    """List what was done in the course."""
    async with visit.house.database.reading() as session:
        room = await enter(session, visit, slug, PAGES["audit"])
        shown = await audit_shown(session, visit.say, room, action=action, subject=subject, before=before)
    return staff_page(visit, room, "audit", shown)
