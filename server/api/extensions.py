"""``/courses/{course}/exercises/{exercise}/extensions``: more time or more attempts for one person."""

from fastapi import APIRouter

from server.api.assignment_models import ExtensionIn, ExtensionOut
from server.api.identity import DOCUMENTED, ApiUser
from server.api.paging import Cursor, Limit, Page, read_name
from server.api.problems import RESPONSES
from server.courses.access import course_for, course_to_change
from server.courses.assigning import the_assignment
from server.courses.extensions import extensions_of, grant, the_extension, withdraw
from server.courses.times import read_moment
from server.permissions import Action
from server.web.house import HouseDep

router = APIRouter(
    prefix="/courses/{course}/exercises/{exercise_id}/extensions",
    tags=["extensions"],
    dependencies=DOCUMENTED,
    responses=RESPONSES,
)

GRANT = Action.GRANT_EXTENSIONS


@router.get("")
async def list_extensions(  # noqa: PLR0917 - the framework passes them by name
    course: str, exercise_id: str, house: HouseDep, user: ApiUser, limit: Limit = 50, cursor: Cursor = None
) -> Page[ExtensionOut]:
    """List the extensions of an assignment by login name."""
    after = read_name(cursor)
    async with house.database.reading() as session:
        found = await course_for(session, user, GRANT, course)
        assignment = (await the_assignment(session, found, exercise_id)).assignment
        rows = await extensions_of(session, assignment, after=after, limit=limit + 1)
    return Page[ExtensionOut].of(rows, limit, lambda one: ExtensionOut.of(one, found), lambda one: [one.login])


@router.get("/{login}")
async def get_extension(course: str, exercise_id: str, login: str, house: HouseDep, user: ApiUser) -> ExtensionOut:
    """Return a person's extension."""
    async with house.database.reading() as session:
        found = await course_for(session, user, GRANT, course)
        assignment = (await the_assignment(session, found, exercise_id)).assignment
        return ExtensionOut.of(await the_extension(session, assignment, login), found)


@router.put("/{login}")
async def put_extension(  # noqa: PLR0917 - the framework passes them by name
    course: str, exercise_id: str, login: str, body: ExtensionIn, house: HouseDep, user: ApiUser
) -> ExtensionOut:
    """Give a person more time or more attempts, in the place of what they were given before."""
    async with house.database.unit_of_work() as session:
        found = await course_to_change(session, user, GRANT, course)
        assignment = (await the_assignment(session, found, exercise_id)).assignment
        granted = await grant(
            session,
            user,
            found,
            assignment,
            login,
            due_at=None if body.due_at is None else read_moment(body.due_at, found.time_zone, "due_at"),
            more_attempts=body.more_attempts,
            reason=body.reason,
        )
        return ExtensionOut.of(granted, found)


@router.delete("/{login}", status_code=204)
async def delete_extension(course: str, exercise_id: str, login: str, house: HouseDep, user: ApiUser) -> None:
    """Take a person's extension back."""
    async with house.database.unit_of_work() as session:
        found = await course_to_change(session, user, GRANT, course)
        assignment = (await the_assignment(session, found, exercise_id)).assignment
        await withdraw(session, user, found, assignment, login)
