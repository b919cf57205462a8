"""``/courses/{course}/audit`` and ``/audit``: who did what, for teachers and admins."""

from typing import Annotated

from fastapi import APIRouter, Query
from sqlalchemy.ext.asyncio import AsyncSession

from server.api.audit_models import AuditEntry
from server.api.identity import DOCUMENTED, ApiUser
from server.api.paging import Cursor, Limit, Page
from server.api.places import place_by_id
from server.api.problems import RESPONSES
from server.api.words import ShortWord
from server.audit import Filter, entries
from server.courses.access import course_for
from server.permissions import Action, PlatformAction, allow_on_platform
from server.web.house import HouseDep

router = APIRouter(tags=["audit"], dependencies=DOCUMENTED, responses=RESPONSES)

OfAction = Annotated[ShortWord | None, Query(description="`noun.verb`, for example `correction.make`")]
OfSubject = Annotated[ShortWord | None, Query(description="what it was done to")]


@router.get("/courses/{course}/audit")
async def audit_of_course(  # noqa: PLR0917 - the framework passes them by name
    course: str,
    house: HouseDep,
    user: ApiUser,
    action: OfAction = None,
    subject: OfSubject = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[AuditEntry]:
    """List what was done in a course, newest first (teachers)."""
    async with house.database.reading() as session:
        found = await course_for(session, user, Action.SEE_AUDIT, course)
        return await _page(session, Filter(found.id, action, subject), limit, cursor)


@router.get("/audit")
async def audit_of_platform(  # noqa: PLR0917 - likewise
    house: HouseDep,
    user: ApiUser,
    action: OfAction = None,
    subject: OfSubject = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[AuditEntry]:
    """List what was done anywhere on the platform, newest first (admins)."""
    allow_on_platform(user, PlatformAction.SEE_EVERY_AUDIT)
    async with house.database.reading() as session:
        return await _page(session, Filter(None, action, subject), limit, cursor)


async def _page(session: AsyncSession, wanted: Filter, limit: int, cursor: str | None) -> Page[AuditEntry]:
    rows = await entries(session, wanted, before=place_by_id(cursor), limit=limit + 1)
    return Page[AuditEntry].of(rows, limit, AuditEntry.of, lambda entry: [entry.id])
