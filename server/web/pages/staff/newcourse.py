"""Make a course."""

import re
from collections.abc import Mapping

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from exercises.text import Text
from server.courses.lifecycle import LONGEST_TITLE, create_course
from server.courses.times import zone_names
from server.errors import Refused
from server.permissions import PlatformAction, allow_on_platform
from server.web.fields import Fields
from server.web.rendering import page
from server.web.staffroom import place_of
from server.web.visitor import FormDep, MemberVisit, MemberVisitDep

router = APIRouter(include_in_schema=False)

SLUG = re.compile(r"[a-z0-9][a-z0-9-]*")
LONGEST_SLUG = 60
EMPTY: Mapping[str, str] = {"slug": "", "title_zh": "", "title_en": "", "time_zone": "Asia/Shanghai"}


@router.get("/new-course")
async def new_course_page(visit: MemberVisitDep) -> Response:
    """Show the form."""
    allow_on_platform(visit.user, PlatformAction.CREATE_COURSE)
    return _form(visit, EMPTY)


@router.post("/new-course")
async def make_course(visit: MemberVisitDep, form: FormDep) -> Response:
    """Make a course, whose teacher one becomes, and go there."""
    allow_on_platform(visit.user, PlatformAction.CREATE_COURSE)
    fields = Fields(form, visit.say)
    slug = fields.words("slug", longest=LONGEST_SLUG)
    if slug and not SLUG.fullmatch(slug):
        fields.wrong["slug"] = visit.say("field-slug")
    title = {name: fields.words(f"title_{name}", longest=LONGEST_TITLE) for name in ("zh", "en")}
    zone = fields.words("time_zone", longest=60)
    try:
        fields.must_be_clear()
        async with visit.house.database.unit_of_work() as session:
            await create_course(session, visit.user, slug=slug, title=Text(**title), time_zone=zone)
    except Refused as error:
        return _form(visit, fields.typed, wrong=fields.wrong, problem=visit.say.of(error.sentence), status=error.status)
    return RedirectResponse(place_of(slug), status_code=303)


def _form(
    visit: MemberVisit,
    values: Mapping[str, str],
    *,
    wrong: Mapping[str, str] | None = None,
    problem: str = "",
    status: int = 200,
) -> Response:
    shown = {"values": {**EMPTY, **values}, "wrong": wrong or {}, "problem": problem, "zones": sorted(zone_names())}
    return page(visit, "staff/newcourse.html", shown, status=status)
