"""``/courses/{course}/people``: the roster, one by one and by file."""

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response

from server.api.course_models import ImportOut, PersonOut, ProblemLine, RoleIn
from server.api.identity import DOCUMENTED, ApiUser
from server.api.paging import Cursor, Limit, Page, read_name
from server.api.problems import RESPONSES
from server.courses.access import course_for, course_to_change, held_course
from server.courses.cells import csv_file
from server.courses.roster import members, remove_member, set_role
from server.courses.roster_file import read_roster
from server.courses.roster_import import carry_out, plan_import
from server.database.models import Role
from server.errors import RosterHasProblems
from server.permissions import Action
from server.web.house import HouseDep

router = APIRouter(prefix="/courses/{course}", tags=["people"], dependencies=DOCUMENTED, responses=RESPONSES)

#: Who may see everybody's grades may see who everybody is.
SEE = Action.SEE_GRADES

RoleQuery = Annotated[Role | None, Query(description="only people of this role")]

_FILE = {"type": "string", "format": "binary"}
UPLOAD: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "Columns login, name, role and, if you like, password; the first line names them.",
        "content": {
            "text/csv": {"schema": {"type": "string"}},
            "multipart/form-data": {
                "schema": {"type": "object", "required": ["file"], "properties": {"file": _FILE}},
            },
        },
    }
}


@router.get("/people")
async def list_people(  # noqa: PLR0917 - the framework passes them by name
    course: str,
    house: HouseDep,
    user: ApiUser,
    role: RoleQuery = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[PersonOut]:
    """List the people of a course by login name."""
    after = read_name(cursor)
    async with house.database.reading() as session:
        found = await course_for(session, user, SEE, course)
        rows = await members(session, found, role=role, after=after, limit=limit + 1)
    return Page[PersonOut].of(rows, limit, PersonOut.of, lambda member: [member.login])


@router.get("/people.csv", response_class=Response, responses={200: {"content": {"text/csv": {}}}})
async def export_people(course: str, house: HouseDep, user: ApiUser) -> Response:
    """Return the roster as a file that can be imported again; cells that look like formulas are made plain text."""
    async with house.database.reading() as session:
        found = await course_for(session, user, SEE, course)
        rows = await members(session, found)
    body = csv_file(("login", "name", "role"), ((one.login, one.display_name, one.role.value) for one in rows))
    headers = {"Content-Disposition": f'attachment; filename="{found.slug}-people.csv"', "Cache-Control": "no-store"}
    return Response(body, media_type="text/csv; charset=utf-8", headers=headers)


@router.put("/people/{login}")
async def put_person(course: str, login: str, body: RoleIn, house: HouseDep, user: ApiUser) -> PersonOut:
    """Let somebody take part in a course, or change what they are in it."""
    async with house.database.unit_of_work() as session:
        found = await course_to_change(session, user, Action.CHANGE_ROSTER, course)
        return PersonOut.of(await set_role(session, user, found, login, body.role))


@router.delete("/people/{login}", status_code=204)
async def delete_person(course: str, login: str, house: HouseDep, user: ApiUser) -> None:
    """Take somebody out of a course; what they submitted stays."""
    async with house.database.unit_of_work() as session:
        found = await held_course(session, user, Action.CHANGE_ROSTER, course)
        await remove_member(session, user, found, login)


@router.post("/people/import", openapi_extra=UPLOAD)
async def import_people(  # noqa: PLR0917 - the framework passes them by name
    course: str,
    request: Request,
    response: Response,
    house: HouseDep,
    user: ApiUser,
    dry_run: Annotated[bool, Query(description="only tell what would be done, and what is wrong")] = False,  # noqa: FBT002 - a query
) -> ImportOut:
    """Bring a file of people into a course: everybody, or nobody if any line is wrong."""
    file = await asyncio.to_thread(read_roster, await _uploaded(request))
    async with house.database.unit_of_work() as session:
        found = await course_to_change(session, user, Action.CHANGE_ROSTER, course)
        plan = await plan_import(session, found, file)
        if plan.problems and not dry_run:
            raise RosterHasProblems(problems=[ProblemLine.of(one).model_dump() for one in plan.problems])
        passwords = {} if dry_run else await carry_out(session, user, found, plan)
    response.headers["Cache-Control"] = "no-store"  # first passwords are told here and nowhere else
    return ImportOut.of(plan, passwords, dry_run=dry_run)


async def _uploaded(request: Request) -> bytes:
    """Return the file, sent as the body or as the part ``file`` of a form; empty where there is none."""
    if not request.headers.get("content-type", "").lower().startswith("multipart/form-data"):
        return await request.body()
    async with request.form(max_files=1, max_fields=5) as form:
        part = form.get("file")
        return await part.read() if isinstance(part, UploadFile) else (part or "").encode("utf-8", "replace")
