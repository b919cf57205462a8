"""The courses of a person, joining one by its code, and the map of one course."""

from urllib.parse import quote

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from server.courses import courses_of
from server.courses.access import course_and_role
from server.courses.overview import course_overview
from server.errors import Refused, TooManyCodes
from server.permissions import Action, PlatformAction, may, may_on_platform
from server.rescoring.telling import changed_verdicts, mark_seen
from server.web.admitting import minutes_to_wait
from server.web.fields import Fields
from server.web.joining import join_by_code
from server.web.rendering import page
from server.web.staffroom import PAGES
from server.web.views.course import course_map
from server.web.views.rescored import rescored_views, shown_until
from server.web.visitor import FormDep, MemberVisit, MemberVisitDep, text_of

router = APIRouter(include_in_schema=False)

#: More than any code has, however it is typed: with blanks and hyphens between its characters.
LONGEST_CODE = 40

#: What is said at the top of a course's map to whoever comes in by a code.
COMES_IN = {"now": "joined-now", "already": "joined-already"}


@router.get("/")
async def first_page(visit: MemberVisitDep) -> Response:
    """Lead to the person's only course, or show which there are."""
    async with visit.house.database.reading() as session:
        courses = await courses_of(session, visit.user)
    if len(courses) == 1 and not may_on_platform(visit.user, PlatformAction.CREATE_COURSE):
        return RedirectResponse(f"/courses/{courses[0].slug}", status_code=303)
    return await _courses(visit)


@router.get("/courses")
async def courses_page(visit: MemberVisitDep) -> Response:
    """Show the person's courses, and the way into another one."""
    return await _courses(visit)


@router.get("/courses/join")
async def join_page() -> Response:
    """Lead to where a code is typed: this address is that of a form, which somebody may load again."""
    return RedirectResponse("/courses", status_code=303)


@router.post("/courses/join")
async def join(visit: MemberVisitDep, form: FormDep) -> Response:
    """Let the person into the course of a code; a code that is refused comes back with the reason."""
    fields = Fields(form, visit.say)
    code = fields.words("code", longest=LONGEST_CODE)
    if fields.wrong:
        return await _courses(visit, code=code, problem=fields.wrong["code"], status=422)
    try:
        joined = await join_by_code(visit.house, visit.user, code)
    except TooManyCodes as error:
        return await _courses(visit, code=code, problem=minutes_to_wait(visit, error), status=error.status)
    except Refused as error:
        return await _courses(visit, code=code, problem=visit.say.of(error.sentence), status=error.status)
    comes_in = "now" if joined.is_new else "already"
    return RedirectResponse(f"/courses/{joined.course.slug}?joined={comes_in}", status_code=303)


@router.get("/courses/{slug}")
async def course_page(slug: str, visit: MemberVisitDep, joined: str = "") -> Response:
    """Show the map of a course."""
    async with visit.house.database.reading() as session:
        course, role = await course_and_role(session, visit.user, Action.SEE_COURSE, slug)
        levels = await course_overview(session, visit.user, slug)
        told = await changed_verdicts(session, visit.user, course=slug)
    title = course.title[visit.visitor.language]
    shown = {
        "course": course_map(slug, title, levels, visit.say),
        "is_staff": may(role, PAGES["home"]),
        "notice": visit.say(COMES_IN[joined]) if joined in COMES_IN else "",
        "rescored": rescored_views(told, visit.visitor.language),
    }
    return page(visit, "course.html", shown)


@router.post("/courses/{slug}/rescores/seen")
async def rescores_were_seen(slug: str, visit: MemberVisitDep, form: FormDep) -> Response:
    """Tell the person no more of what rescores have changed in a course up to now."""
    until = shown_until(text_of(form, "until"))
    async with visit.house.database.unit_of_work() as session:
        await mark_seen(session, visit.user, course=slug, until=until)
    return RedirectResponse(f"/courses/{quote(slug)}", status_code=303)


async def _courses(visit: MemberVisit, *, code: str = "", problem: str = "", status: int = 200) -> Response:
    """Answer with the list."""
    async with visit.house.database.reading() as session:
        courses = await courses_of(session, visit.user)
    shown = {
        "courses": courses,
        "may_create": may_on_platform(visit.user, PlatformAction.CREATE_COURSE),
        "may_manage": may_on_platform(visit.user, PlatformAction.MANAGE_PEOPLE),
        "code": code,
        "wrong": {"code": problem} if problem else {},
    }
    return page(visit, "courses.html", shown, status=status)
