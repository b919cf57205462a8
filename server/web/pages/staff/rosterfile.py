"""The roster by file: a preview of what every line would do, or what is wrong with it, then all of it or nothing."""

import asyncio
import base64
import binascii
import hashlib

from fastapi import APIRouter
from starlette.datastructures import FormData, UploadFile
from starlette.responses import Response

from server.courses.access import course_to_change
from server.courses.cells import csv_file
from server.courses.roster import members
from server.courses.roster_file import read_roster
from server.courses.roster_import import Plan, carry_out, plan_import
from server.errors import Refused, RosterFileMissing, RosterFileTooLarge
from server.permissions import Action
from server.web.staffroom import PAGES, enter, staff_page
from server.web.views.staff.rosterfile import plan_view
from server.web.visitor import FormDep, MemberVisit, MemberVisitDep, text_of

router = APIRouter(include_in_schema=False)

#: A preview carries the file with it, half as long again; this still fits into a request.
MOST_BYTES = 500_000


@router.get("/courses/{slug}/staff/roster/import")
async def import_page(slug: str, visit: MemberVisitDep) -> Response:
    """Show how a file must look, and take one."""
    return await _page(visit, slug)


@router.post("/courses/{slug}/staff/roster/import")
async def preview(slug: str, visit: MemberVisitDep, form: FormDep) -> Response:
    """Tell what the file would do; nothing is done."""
    try:
        data = await _uploaded(form)
        async with visit.house.database.unit_of_work() as session:
            course = await course_to_change(session, visit.user, Action.CHANGE_ROSTER, slug)
            plan = await plan_import(session, course, await asyncio.to_thread(read_roster, data))
    except Refused as error:
        return await _page(visit, slug, problem=visit.say.of(error.sentence), status=error.status)
    return await _page(visit, slug, plan=plan, data=data)


@router.post("/courses/{slug}/staff/roster/import/confirm")
async def confirm(slug: str, visit: MemberVisitDep, form: FormDep) -> Response:
    """Do what the preview told. Where the roster has changed since, nothing is done and a new preview is shown."""
    try:
        data = _carried(form)
        async with visit.house.database.unit_of_work() as session:
            course = await course_to_change(session, visit.user, Action.CHANGE_ROSTER, slug)
            plan = await plan_import(session, course, await asyncio.to_thread(read_roster, data))
            as_told = not plan.problems and digest_of(plan) == text_of(form, "digest")
            passwords = await carry_out(session, visit.user, course, plan) if as_told else {}
    except Refused as error:
        return await _page(visit, slug, problem=visit.say.of(error.sentence), status=error.status)
    if not as_told:
        return await _page(visit, slug, plan=plan, data=data, problem=visit.say("staff-import-changed"), status=409)
    async with visit.house.database.reading() as session:
        room = await enter(session, visit, slug, PAGES["roster"])
    return staff_page(visit, room, "roster", {"plan": plan_view(plan, passwords, visit.say)}, template="imported")


@router.get("/courses/{slug}/staff/roster/export")
async def export(slug: str, visit: MemberVisitDep) -> Response:
    """Return the roster as a file that can be imported again."""
    async with visit.house.database.reading() as session:
        room = await enter(session, visit, slug, PAGES["roster"])
        rows = await members(session, room.course)
    body = csv_file(("login", "name", "role"), ((one.login, one.display_name, one.role.value) for one in rows))
    headers = {"Content-Disposition": f'attachment; filename="{slug}-people.csv"', "Cache-Control": "no-store"}
    return Response(body, media_type="text/csv; charset=utf-8", headers=headers)


def digest_of(plan: Plan) -> str:
    """Name what a plan does, so that a confirmation means this and nothing else."""
    told = repr([(one.entry.login, one.entry.role.value, one.effect, one.before) for one in plan.lines])
    return hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()


async def _uploaded(form: FormData) -> bytes:
    """Return the file that was chosen.

    Raises:
        RosterFileMissing: None was.
        RosterFileTooLarge: It has more than a preview can carry.

    """
    part = form.get("file")
    if not isinstance(part, UploadFile) or not part.filename:
        raise RosterFileMissing
    data = await part.read()
    if len(data) > MOST_BYTES:
        raise RosterFileTooLarge
    return data


def _carried(form: FormData) -> bytes:
    """Return the file that the preview carried.

    Raises:
        RosterFileMissing: The form holds none.

    """
    try:
        return base64.b64decode(text_of(form, "roster"), validate=True)
    except (binascii.Error, ValueError) as error:
        raise RosterFileMissing from error


async def _page(
    visit: MemberVisit, slug: str, *, plan: Plan | None = None, data: bytes = b"", problem: str = "", status: int = 200
) -> Response:
    """Answer with the page, with a preview if there is one."""
    async with visit.house.database.reading() as session:
        room = await enter(session, visit, slug, Action.CHANGE_ROSTER)
    context = {
        "plan": plan_view(plan, {}, visit.say) if plan else None,
        "digest": digest_of(plan) if plan else "",
        "roster": base64.b64encode(data).decode("ascii"),
        "problem": problem,
    }
    return staff_page(visit, room, "roster", context, template="import", status=status)
