"""What students' submissions tell about an exercise: which check stops them, how many tries it takes, quiz items."""

from fastapi import APIRouter
from starlette.responses import Response

from server.courses.assigning import assigned
from server.errors import UnknownExercise
from server.gradebook import exercise_statistics
from server.web.staffroom import PAGES, enter, staff_page
from server.web.views.staff.levels import level_views
from server.web.views.staff.statistics import statistics_view
from server.web.visitor import MemberVisit, MemberVisitDep

router = APIRouter(include_in_schema=False)


@router.get("/courses/{slug}/staff/statistics")
async def first_statistics_page(slug: str, visit: MemberVisitDep) -> Response:
    """Show the statistics of the first level."""
    return await _statistics(visit, slug, "")


@router.get("/courses/{slug}/staff/statistics/{exercise_id}")
async def statistics_page(slug: str, exercise_id: str, visit: MemberVisitDep) -> Response:
    """Show the statistics of a level."""
    return await _statistics(visit, slug, exercise_id)


async def _statistics(visit: MemberVisit, slug: str, exercise_id: str) -> Response:
    """Answer with the page; without an exercise it is that of the first level, if there is any.

    Raises:
        UnknownExercise: The course does not hand it out.

    """
    async with visit.house.database.reading() as session:
        room = await enter(session, visit, slug, PAGES["statistics"])
        levels = await assigned(session, room.course)
        wanted = exercise_id or (levels[0].assignment.exercise_id if levels else "")
        chosen = next((one for one in levels if one.assignment.exercise_id == wanted), None)
        if exercise_id and chosen is None:
            raise UnknownExercise
        found = await exercise_statistics(session, chosen.assignment) if chosen else None
    context = {
        "levels": level_views(levels, room.course, visit.say),
        "chosen": wanted,
        "stats": statistics_view(found, visit.say) if found else None,
    }
    return staff_page(visit, room, "statistics", context)
