"""The roster: who takes part, as what; people are added, given another role, taken out; and the join code."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import RedirectResponse, Response

from server.courses.access import course_to_change, held_course
from server.courses.join_codes import remove_join_code, renew_join_code
from server.courses.roster import find_member, members, remove_member, set_role
from server.database.models import Role
from server.errors import AlreadyInCourse, Refused, UnknownPerson
from server.permissions import Action
from server.web.fields import Fields
from server.web.staffroom import PAGES, enter, place_of, staff_page
from server.web.visitor import FormDep, MemberVisit, MemberVisitDep, text_of

router = APIRouter(include_in_schema=False)

ON_A_PAGE = 50
LONGEST_SEARCH = 100
DONE = {
    "added": "staff-person-added",
    "role": "staff-role-changed",
    "removed": "staff-person-removed",
    "code": "staff-code-made",
    "no-code": "staff-code-removed",
}

Search = Annotated[str, Query(max_length=LONGEST_SEARCH)]


@router.get("/courses/{slug}/staff/roster")
async def roster_page(  # noqa: PLR0917 - the framework passes them by name
    slug: str, visit: MemberVisitDep, q: Search = "", role: str = "", after: str = "", done: str = ""
) -> Response:
    """List the people of the course by login name, a page at a time."""
    notice = visit.say(DONE[done]) if done in DONE else ""
    return await _roster(visit, slug, search=q, role=role, after=after, notice=notice)


@router.post("/courses/{slug}/staff/roster/add")
async def add(slug: str, visit: MemberVisitDep, form: FormDep) -> Response:
    """Let somebody who has an account into the course; whoever is in it already keeps their role."""
    fields = Fields(form, visit.say)
    role, login = fields.choice("role", Role), fields.words("login", longest=LONGEST_SEARCH)
    try:
        fields.must_be_clear()
        async with visit.house.database.unit_of_work() as session:
            course = await course_to_change(session, visit.user, Action.CHANGE_ROSTER, slug)
            try:
                await find_member(session, course, login)
            except UnknownPerson:
                await set_role(session, visit.user, course, login, role)
            else:
                raise AlreadyInCourse
    except Refused as error:
        return await _refused(visit, slug, error, fields)
    return _done(slug, "added")


@router.post("/courses/{slug}/staff/roster/role")
async def change_role(slug: str, visit: MemberVisitDep, form: FormDep) -> Response:
    """Make somebody of the course something else in it."""
    fields = Fields(form, visit.say)
    role = fields.choice("role", Role)
    try:
        fields.must_be_clear()
        async with visit.house.database.unit_of_work() as session:
            course = await course_to_change(session, visit.user, Action.CHANGE_ROSTER, slug)
            person, _ = await find_member(session, course, text_of(form, "login"))
            await set_role(session, visit.user, course, person.login, role)
    except Refused as error:
        return await _refused(visit, slug, error)
    return _done(slug, "role")


@router.post("/courses/{slug}/staff/roster/remove")
async def remove(slug: str, visit: MemberVisitDep, form: FormDep) -> Response:
    """Take somebody out, after asking once."""
    login = text_of(form, "login")
    try:
        if "sure" not in form:
            return await _sure(visit, slug, login)
        async with visit.house.database.unit_of_work() as session:
            course = await held_course(session, visit.user, Action.CHANGE_ROSTER, slug)
            await remove_member(session, visit.user, course, login)
    except Refused as error:
        return await _refused(visit, slug, error)
    return _done(slug, "removed")


@router.post("/courses/{slug}/staff/roster/code")
async def change_code(slug: str, visit: MemberVisitDep, form: FormDep) -> Response:
    """Make a new join code, or take it away."""
    takes_away = "remove" in form
    try:
        async with visit.house.database.unit_of_work() as session:
            if takes_away:
                course = await held_course(session, visit.user, Action.CHANGE_ROSTER, slug)
                await remove_join_code(session, visit.user, course)
            else:
                course = await course_to_change(session, visit.user, Action.CHANGE_ROSTER, slug)
                await renew_join_code(session, visit.user, course)
    except Refused as error:
        return await _refused(visit, slug, error)
    return _done(slug, "no-code" if takes_away else "code")


def _done(slug: str, what: str) -> Response:
    return RedirectResponse(f"{place_of(slug)}/roster?done={what}", status_code=303)


async def _sure(visit: MemberVisit, slug: str, login: str) -> Response:
    """Ask whether somebody shall really leave, and say what becomes of their work.

    Raises:
        UnknownPerson: Nobody of this name is in the course.

    """
    async with visit.house.database.reading() as session:
        room = await enter(session, visit, slug, Action.CHANGE_ROSTER)
        _, member = await find_member(session, room.course, login)
    return staff_page(visit, room, "roster", {"member": member}, template="remove")


async def _refused(visit: MemberVisit, slug: str, error: Refused, fields: Fields | None = None) -> Response:
    return await _roster(
        visit,
        slug,
        typed=fields.typed if fields else None,
        wrong=fields.wrong if fields else None,
        problem=visit.say.of(error.sentence),
        status=error.status,
    )


async def _roster(
    visit: MemberVisit,
    slug: str,
    *,
    search: str = "",
    role: str = "",
    after: str = "",
    typed: Mapping[str, str] | None = None,
    wrong: Mapping[str, str] | None = None,
    problem: str = "",
    notice: str = "",
    status: int = 200,
) -> Response:
    """Answer with the page."""
    wanted = next((one for one in Role if one.value == role), None)
    start = after if after and after.isprintable() else None
    async with visit.house.database.reading() as session:
        room = await enter(session, visit, slug, PAGES["roster"])
        found = await members(
            session, room.course, role=wanted, after=start, limit=ON_A_PAGE + 1, search=search[:LONGEST_SEARCH]
        )
    context = {
        "people": found[:ON_A_PAGE],
        "more": found[ON_A_PAGE - 1].login if len(found) > ON_A_PAGE else "",
        "search": search,
        "role": wanted.value if wanted else "",
        "roles": [(one.value, visit.say(f"role-{one.value}")) for one in (Role.STUDENT, Role.GRADER, Role.TEACHER)],
        "typed": typed or {},
        "wrong": wrong or {},
        "problem": problem,
        "notice": notice,
    }
    return staff_page(visit, room, "roster", context, status=status)
