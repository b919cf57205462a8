"""The staff's first page of a course: what waits for them, and the way to everything else."""

from fastapi import APIRouter
from starlette.responses import Response

from server.courses.assigning import assigned
from server.courses.outlook import outlook
from server.rescoring.finding import undecided_rescores
from server.web.staffroom import PAGES, enter, staff_page
from server.web.views.staff.home import pending
from server.web.visitor import MemberVisitDep

router = APIRouter(include_in_schema=False)


@router.get("/courses/{slug}/staff")
async def home_page(slug: str, visit: MemberVisitDep) -> Response:
    """Show what waits for the course's staff."""
    async with visit.house.database.reading() as session:
        room = await enter(session, visit, slug, PAGES["home"])
        levels = await assigned(session, room.course)
        found = await outlook(session, room.course)
        rescores = await undecided_rescores(session, room.course.id)
    waiting = pending(room, levels, found, visit.say, rescores=rescores)
    return staff_page(visit, room, "home", {"outlook": found, "pending": waiting})
