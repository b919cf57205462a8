"""``/courses/{course}/gradebook``: what students have reached; and what an exercise's checks tell about themselves."""

from urllib.parse import quote

from fastapi import APIRouter
from starlette.responses import Response

from server.api.gradebook_models import LineOut, StatisticsOut
from server.api.identity import DOCUMENTED, ApiUser
from server.api.paging import Cursor, Limit, Page
from server.api.places import place_by_word
from server.api.problems import RESPONSES
from server.courses import find_assignment
from server.courses.access import course_for
from server.gradebook import as_csv, exercise_statistics, gradebook
from server.permissions import Action
from server.web.house import HouseDep

router = APIRouter(tags=["gradebook"], dependencies=DOCUMENTED, responses=RESPONSES)


@router.get("/courses/{course}/gradebook")
async def get_gradebook(
    course: str, house: HouseDep, user: ApiUser, limit: Limit = 50, cursor: Cursor = None
) -> Page[LineOut]:
    """List the students of a course by login name, with what each has reached on every level (staff)."""
    after = place_by_word(cursor)
    async with house.database.reading() as session:
        found = await course_for(session, user, Action.SEE_GRADES, course)
        book = await gradebook(session, found.id, after=after, limit=limit + 1)
    return Page[LineOut].of(book.lines, limit, LineOut.of, lambda line: [line.login])


@router.get(
    "/courses/{course}/gradebook.csv",
    response_class=Response,
    responses={200: {"content": {"text/csv": {}}, "description": "UTF-8 with a byte order mark; points of a hundred"}},
)
async def get_gradebook_csv(course: str, house: HouseDep, user: ApiUser) -> Response:
    """Return the gradebook as a table that spreadsheets open (staff).

    Login, name, then for each level its score, passed (1 or 0), attempts and late days, then the total: the mean of all
    levels. Scores are points of a hundred. What a person chose to be called is kept from being read as a formula.
    """
    async with house.database.reading() as session:
        found = await course_for(session, user, Action.SEE_GRADES, course)
        table = as_csv(await gradebook(session, found.id))
    name = quote(f"gradebook-{found.slug}.csv", safe="")
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{name}"}
    return Response(table, media_type="text/csv; charset=utf-8", headers=headers)


@router.get("/courses/{course}/exercises/{exercise_id}/statistics")
async def get_statistics(course: str, exercise_id: str, house: HouseDep, user: ApiUser) -> StatisticsOut:
    """Return which checks stop students, how many tries it takes, and for a quiz the analysis of its items (staff)."""
    async with house.database.reading() as session:
        await course_for(session, user, Action.SEE_GRADES, course)
        assignment = await find_assignment(session, user, exercise_id, course)
        return StatisticsOut.of(await exercise_statistics(session, assignment))
