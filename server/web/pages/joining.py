"""Coming into a course by the code that its teacher gave out."""

import math

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from server.courses.join_codes import join_course
from server.errors import Refused, TooManyCodes, UnknownJoinCode
from server.web.rendering import page
from server.web.visitor import FormDep, MemberVisit, MemberVisitDep, text_of

router = APIRouter(include_in_schema=False)


@router.get("/join")
async def join_page(visit: MemberVisitDep) -> Response:
    """Ask for the code."""
    return _form(visit)


@router.post("/join")
async def join(visit: MemberVisitDep, form: FormDep) -> Response:
    """Let the person in and show them the course; a code that opens nothing stays in its field."""
    code, throttle, key = text_of(form, "code"), visit.house.join_throttle, str(visit.user.id)
    try:
        wait = throttle.wait(key)
        if wait > 0:
            raise TooManyCodes(retry_after=math.ceil(wait))
        async with visit.house.database.unit_of_work() as session:
            course = await join_course(session, visit.user, code)
    except Refused as error:
        if isinstance(error, UnknownJoinCode):
            throttle.failed(key)
        return _form(visit, code, visit.say.of(error.sentence), error.status)
    return RedirectResponse(f"/courses/{course.slug}", status_code=303)


def _form(visit: MemberVisit, code: str = "", problem: str = "", status: int = 200) -> Response:
    """Answer with the form."""
    return page(visit, "join.html", {"code": code, "problem": problem}, status=status)
