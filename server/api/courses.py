"""``/courses``: make a course, change its rules, archive it, and let people join by code."""

from fastapi import APIRouter
from starlette.responses import Response

from server.api.course_models import CourseChange, CourseDetail, CourseIn, JoinCodeOut, JoinIn
from server.api.identity import DOCUMENTED, ApiUser
from server.api.problems import RESPONSES
from server.courses.access import course_and_role, course_to_change, held_course
from server.courses.join_codes import remove_join_code, renew_join_code
from server.courses.lifecycle import archive_course, change_course, create_course
from server.database.models import Role, User
from server.permissions import Action, allow, may
from server.web.house import House, HouseDep
from server.web.joining import join_by_code

router = APIRouter(prefix="/courses", tags=["courses"], dependencies=DOCUMENTED, responses=RESPONSES)


@router.post("", status_code=201)
async def make_course(body: CourseIn, response: Response, house: HouseDep, user: ApiUser) -> CourseDetail:
    """Make a course; the caller becomes its teacher."""
    async with house.database.unit_of_work() as session:
        course = await create_course(session, user, slug=body.slug, title=body.title, time_zone=body.time_zone)
    response.headers["Location"] = f"/api/v1/courses/{course.slug}"
    return CourseDetail.of(course, Role.TEACHER, with_code=True)


@router.post("/join")
async def join(body: JoinIn, house: HouseDep, user: ApiUser) -> CourseDetail:
    """Join the course of a code as a student; whoever is in it already stays what they are."""
    joined = await join_by_code(house, user, body.code)
    return CourseDetail.of(joined.course, joined.role, with_code=may(joined.role, Action.CHANGE_ROSTER))


@router.get("/{course}")
async def get_course(course: str, house: HouseDep, user: ApiUser) -> CourseDetail:
    """Return a course with its rules."""
    async with house.database.reading() as session:
        found, role = await course_and_role(session, user, Action.SEE_COURSE, course)
    return CourseDetail.of(found, role, with_code=may(role, Action.CHANGE_ROSTER))


@router.patch("/{course}")
async def patch_course(course: str, body: CourseChange, house: HouseDep, user: ApiUser) -> CourseDetail:
    """Change a course's title, time zone or rules."""
    changes = body.model_dump(exclude_none=True)
    async with house.database.unit_of_work() as session:
        found = await course_to_change(session, user, Action.CHANGE_COURSE, course)
        await change_course(session, user, found, changes)
        role = await allow(session, user, Action.SEE_COURSE, found.id)
    return CourseDetail.of(found, role, with_code=True)


@router.post("/{course}/archive")
async def archive(course: str, house: HouseDep, user: ApiUser) -> CourseDetail:
    """Archive a course: nothing is taken in any more, everything can be read."""
    return await _archived(house, user, course, archived=True)


@router.post("/{course}/unarchive")
async def unarchive(course: str, house: HouseDep, user: ApiUser) -> CourseDetail:
    """Take a course out of the archive."""
    return await _archived(house, user, course, archived=False)


@router.post("/{course}/join-code", status_code=201)
async def make_join_code(course: str, house: HouseDep, user: ApiUser) -> JoinCodeOut:
    """Make a new join code; the one before lets nobody in any more."""
    async with house.database.unit_of_work() as session:
        found = await course_to_change(session, user, Action.CHANGE_ROSTER, course)
        return JoinCodeOut(code=await renew_join_code(session, user, found))


@router.delete("/{course}/join-code", status_code=204)
async def delete_join_code(course: str, house: HouseDep, user: ApiUser) -> None:
    """Take the join code away."""
    async with house.database.unit_of_work() as session:
        found = await held_course(session, user, Action.CHANGE_ROSTER, course)
        await remove_join_code(session, user, found)


async def _archived(house: House, user: User, course: str, *, archived: bool) -> CourseDetail:
    async with house.database.unit_of_work() as session:
        found = await held_course(session, user, Action.CHANGE_COURSE, course)
        await archive_course(session, user, found, archived=archived)
        role = await allow(session, user, Action.SEE_COURSE, found.id)
    return CourseDetail.of(found, role, with_code=True)
