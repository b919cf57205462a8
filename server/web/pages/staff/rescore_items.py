"""One submission of a rescore: both verdicts side by side, why they differ, and the next one."""

import uuid

from fastapi import APIRouter
from starlette.responses import Response

from server.courses.assigning import assigned
from server.rescoring.listing import both_verdicts, lines, one_line, place_of_item
from server.rescoring.trials import is_trial
from server.web.pages.staff.rescore import OPEN_TO_APPLY, enter_rescore, listed
from server.web.pages.staff.rescore_asked import pick_of_address, query_of
from server.web.pages.staff.rescores import titles_of
from server.web.staffroom import staff_page
from server.web.views.staff.rescore_item import item_view
from server.web.views.staff.rescore_lines import line_view
from server.web.visitor import MemberVisitDep

router = APIRouter(include_in_schema=False)


@router.get("/courses/{slug}/staff/rescores/{rescore_id}/items/{submission_id}")
async def item_page(slug: str, rescore_id: uuid.UUID, submission_id: uuid.UUID, visit: MemberVisitDep) -> Response:
    """Show both verdicts; what is asked of the list stands in the address, and says which one is next."""
    asked = pick_of_address(visit.request)
    async with visit.house.database.reading() as session:
        room, found = await enter_rescore(session, visit, slug, rescore_id)
        line = await one_line(session, rescore_id, submission_id)
        before, after = await both_verdicts(session, line)
        titles = titles_of(await assigned(session, room.course), visit.say)
        place = await place_of_item(session, rescore_id, submission_id)
        following = await lines(session, rescore_id, listed(asked), after=place, limit=1)
    context = {
        "line": line_view(line, titles, visit.say),
        "both": item_view(line, before, after, visit.say, course=slug),
        "place": f"{room.place}/rescores/{rescore_id}",
        "query": query_of(asked),
        "next": following[0].item.submission_id if following else None,
        "may_decide": found.row.state in OPEN_TO_APPLY and not is_trial(found.row),
    }
    return staff_page(visit, room, "rescores", context, template="rescore_item")
