"""The gradebook: what each student has reached, sorted, filtered, a page at a time; and one student's attempts."""

import json
import uuid
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Query
from starlette.responses import Response

from server.api.gradebook_models import LineOut
from server.courses.assigning import assigned
from server.courses.roster import member_of
from server.gradebook import as_csv, gradebook
from server.gradebook.choosing import BY_LOGIN, Choice, Only
from server.permissions import Action
from server.submissions.listing import Wanted, list_submissions, place_in_list
from server.web.staffroom import PAGES, enter, staff_page
from server.web.views.staff.gradebook import heat_map
from server.web.views.staff.person import person_view
from server.web.visitor import MemberVisitDep

router = APIRouter(include_in_schema=False)

ATTEMPTS_ON_A_PAGE = 100


@router.get("/courses/{slug}/staff/gradebook")
async def gradebook_page(  # noqa: PLR0917 - the framework passes them by name
    slug: str,
    visit: MemberVisitDep,
    q: Annotated[str, Query(max_length=100)] = "",
    only: str = Only.EVERYBODY,
    level: str = "",
    sort: str = BY_LOGIN,
    order: str = "",
    number: Annotated[int, Query(alias="page", ge=1, le=100_000)] = 1,
) -> Response:
    """Show what each student has reached."""
    wanted = next((one for one in Only if one.value == only), Only.EVERYBODY)
    choice = Choice(search=q, only=wanted, level=level, sort=sort, falling=order == "down")
    async with visit.house.database.reading() as session:
        room = await enter(session, visit, slug, PAGES["gradebook"])
        levels = await assigned(session, room.course)
        book = await gradebook(session, room.course.id)
    shown = heat_map(book, levels, choice, visit.say, number=number, address=f"{room.place}/gradebook")
    return staff_page(visit, room, "gradebook", {"map": shown, "choice": choice, "filters": list(Only)})


@router.get("/courses/{slug}/staff/gradebook.csv")
async def gradebook_csv(slug: str, visit: MemberVisitDep) -> Response:
    """Return the whole gradebook as a table that spreadsheets open."""
    async with visit.house.database.reading() as session:
        room = await enter(session, visit, slug, PAGES["gradebook"])
        table = as_csv(await gradebook(session, room.course.id))
    return _file(table, slug, "csv", "text/csv; charset=utf-8")


@router.get("/courses/{slug}/staff/gradebook.json")
async def gradebook_json(slug: str, visit: MemberVisitDep) -> Response:
    """Return the whole gradebook as JSON, each line as the API gives it."""
    async with visit.house.database.reading() as session:
        room = await enter(session, visit, slug, PAGES["gradebook"])
        book = await gradebook(session, room.course.id)
    lines = [LineOut.of(line).model_dump(mode="json") for line in book.lines]
    return _file(json.dumps(lines, ensure_ascii=False).encode(), slug, "json", "application/json")


@router.get("/courses/{slug}/staff/people/{user_id}")
async def person_page(
    slug: str, user_id: uuid.UUID, visit: MemberVisitDep, before: uuid.UUID | None = None
) -> Response:
    """Show what one student has reached on each level, and every attempt."""
    async with visit.house.database.reading() as session:
        room = await enter(session, visit, slug, Action.SEE_SUBMISSIONS)
        member = await member_of(session, room.course, user_id)
        levels = await assigned(session, room.course)
        book = await gradebook(session, room.course.id, only=user_id)
        wanted = Wanted(user_id=user_id, course_id=room.course.id)
        after = None if before is None else await place_in_list(session, wanted, before)
        attempts = await list_submissions(session, wanted, limit=ATTEMPTS_ON_A_PAGE + 1, after=after)
    more = attempts[ATTEMPTS_ON_A_PAGE - 1].id if len(attempts) > ATTEMPTS_ON_A_PAGE else None
    person = person_view(member, levels, book, attempts[:ATTEMPTS_ON_A_PAGE], visit.say, zone=room.zone)
    return staff_page(visit, room, "gradebook", {"person": person, "more": more}, template="person")


def _file(body: bytes, slug: str, ending: str, media_type: str) -> Response:
    name = quote(f"gradebook-{slug}.{ending}", safe="")
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{name}", "Cache-Control": "private, no-store"}
    return Response(body, media_type=media_type, headers=headers)
