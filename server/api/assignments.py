"""``/courses/{course}/exercises``: what a course hands out, in which version and under which rules."""

from fastapi import APIRouter

from server.api.assignment_models import AssignmentIn, AssignmentOut
from server.api.identity import DOCUMENTED, ApiUser
from server.api.problems import RESPONSES
from server.courses.access import course_for, course_to_change
from server.courses.assigning import assign, assigned, the_assignment, unassign
from server.permissions import Action
from server.web.house import HouseDep

router = APIRouter(
    prefix="/courses/{course}/exercises", tags=["assignments"], dependencies=DOCUMENTED, responses=RESPONSES
)


@router.get("")
async def list_assignments(course: str, house: HouseDep, user: ApiUser) -> list[AssignmentOut]:
    """List the exercises of a course in order, each with its rules."""
    async with house.database.reading() as session:
        found = await course_for(session, user, Action.SEE_COURSE, course)
        return [AssignmentOut.of(one, found) for one in await assigned(session, found)]


@router.get("/{exercise_id}")
async def get_assignment(course: str, exercise_id: str, house: HouseDep, user: ApiUser) -> AssignmentOut:
    """Return an exercise of a course with its rules."""
    async with house.database.reading() as session:
        found = await course_for(session, user, Action.SEE_COURSE, course)
        return AssignmentOut.of(await the_assignment(session, found, exercise_id), found)


@router.put("/{exercise_id}")
async def put_assignment(
    course: str, exercise_id: str, body: AssignmentIn, house: HouseDep, user: ApiUser
) -> AssignmentOut:
    """Put an exercise into a course, or change its version, place, times and limits there."""
    async with house.database.unit_of_work() as session:
        found = await course_to_change(session, user, Action.CHANGE_ASSIGNMENTS, course)
        changes = body.changes(found.time_zone)
        now = await assign(session, user, found, exercise_id, version=body.version, changes=changes)
        return AssignmentOut.of(now, found)


@router.delete("/{exercise_id}", status_code=204)
async def delete_assignment(course: str, exercise_id: str, house: HouseDep, user: ApiUser) -> None:
    """Take an exercise that nobody has submitted to out of a course."""
    async with house.database.unit_of_work() as session:
        found = await course_to_change(session, user, Action.CHANGE_ASSIGNMENTS, course)
        await unassign(session, user, found, exercise_id)
