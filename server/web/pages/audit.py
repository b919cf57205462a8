"""The audit of the platform, for administrators: who did what, in every course and outside of them, newest first."""

from fastapi import APIRouter
from starlette.responses import Response

from server.permissions import PlatformAction, allow_on_platform
from server.web.auditing import Before, Word, audit_shown
from server.web.rendering import page
from server.web.visitor import MemberVisitDep

router = APIRouter(include_in_schema=False)


@router.get("/audit")
async def platform_audit_page(
    visit: MemberVisitDep, action: Word = "", subject: Word = "", before: Before = None
) -> Response:
    """List what was done anywhere."""
    allow_on_platform(visit.user, PlatformAction.SEE_EVERY_AUDIT)
    async with visit.house.database.reading() as session:
        shown = await audit_shown(session, visit.say, None, action=action, subject=subject, before=before)
    return page(visit, "audit.html", shown)
