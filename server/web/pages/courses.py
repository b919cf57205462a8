"""The courses of a person, and the map of one course."""

from urllib.parse import quote

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from server.courses import courses_of, find_course
from server.courses.overview import course_overview
from server.permissions import PlatformAction, may, may_on_platform, role_in
from server.rescoring.telling import changed_verdicts, mark_seen
from server.web.rendering import page
from server.web.staffroom import PAGES
from server.web.views.course import course_map
from server.web.views.rescored import rescored_views
from server.web.visitor import FormDep, MemberVisitDep

router = APIRouter(include_in_schema=False)


@router.get("/")
async def courses_page(visit: MemberVisitDep) -> Response:
    """Show the person's courses; with one course, go straight to its map."""
    async with visit.house.database.reading() as session:
        courses = await courses_of(session, visit.user)
    if len(courses) == 1 and not may_on_platform(visit.user, PlatformAction.CREATE_COURSE):
        return RedirectResponse(f"/courses/{courses[0].slug}", status_code=303)
    may_create = may_on_platform(visit.user, PlatformAction.CREATE_COURSE)
    may_manage = may_on_platform(visit.user, PlatformAction.MANAGE_PEOPLE)
    shown = {"courses": courses, "may_create": may_create, "may_manage": may_manage}
    return page(visit, "courses.html", shown)


@router.get("/courses/{slug}")
async def course_page(slug: str, visit: MemberVisitDep) -> Response:
    """Show the map of a course."""
    async with visit.house.database.reading() as session:
        course = await find_course(session, slug)
        levels = await course_overview(session, visit.user, slug)
        told = await changed_verdicts(session, visit.user, course=slug)
        is_staff = may(await role_in(session, visit.user, course.id), PAGES["home"])
    title = course.title[visit.visitor.language]
    shown = {
        "course": course_map(slug, title, levels, visit.say),
        "is_staff": is_staff,
        "rescored": rescored_views(told, visit.visitor.language),
    }
    return page(visit, "course.html", shown)


@router.post("/courses/{slug}/rescores/seen")
async def rescores_were_seen(slug: str, visit: MemberVisitDep, form: FormDep) -> Response:
    """Tell the person no more of what rescores have changed in a course up to now."""
    del form  # it carries nothing but the token that was checked
    async with visit.house.database.unit_of_work() as session:
        await mark_seen(session, visit.user, course=slug)
    return RedirectResponse(f"/courses/{quote(slug)}", status_code=303)
