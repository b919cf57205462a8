"""What was handed in to an exercise: the list with its curve, and the difference between any two."""

from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query
from starlette.responses import Response

from server.errors import UnknownSubmission
from server.submissions import Attempt, submission_view
from server.web.desk import Desk, lay_desk
from server.web.rendering import page
from server.web.views.difference import difference
from server.web.views.history import attempt_rows, score_chart
from server.web.visitor import MemberVisit, MemberVisitDep

router = APIRouter(include_in_schema=False)

Number = Annotated[int | None, Query(ge=1, le=1_000_000)]


@router.get("/courses/{course}/exercises/{exercise_id}/submissions")
async def history_page(course: str, exercise_id: str, visit: MemberVisitDep) -> Response:
    """Show what was handed in to an exercise."""
    async with visit.house.database.reading() as session:
        desk = await lay_desk(session, visit.house, visit.user, exercise_id, course)
    shown = {**_shared(course, desk, visit), "chart": score_chart(desk.attempts)}
    return page(visit, "history.html", shown)


@router.get("/courses/{course}/exercises/{exercise_id}/compare")
async def compare_page(
    course: str, exercise_id: str, visit: MemberVisitDep, old: Number = None, new: Number = None
) -> Response:
    """Show how one attempt became another; without numbers the latest and the one before it."""
    async with visit.house.database.reading() as session:
        desk = await lay_desk(session, visit.house, visit.user, exercise_id, course)
        newer = _attempt(desk, new, 0)
        older = _attempt(desk, old, 1)
        sources = [(await submission_view(session, visit.user, one.id)).source or "" for one in (older, newer)]
    rows = {row.number: row for row in attempt_rows(desk.attempts, visit.say, ZoneInfo(desk.conditions.terms.zone))}
    shown = {
        **_shared(course, desk, visit),
        "old": rows[older.number],
        "new": rows[newer.number],
        "difference": difference(*sources),
    }
    return page(visit, "compare.html", shown)


def _shared(course: str, desk: Desk, visit: MemberVisit) -> dict[str, object]:
    """Return what both pages show."""
    exercise = desk.bundle.exercise
    return {
        "course": course,
        "exercise_id": exercise.id,
        "title": visit.say.of(exercise.title),
        "attempts": attempt_rows(desk.attempts, visit.say, ZoneInfo(desk.conditions.terms.zone)),
        "is_code": exercise.kind == "code",
    }


def _attempt(desk: Desk, number: int | None, place: int) -> Attempt:
    """Return the attempt with a number, or the one at a place of the list, the latest first.

    Raises:
        UnknownSubmission: There is none, or a quiz was answered.

    """
    if desk.bundle.exercise.kind != "code" or not desk.attempts:
        raise UnknownSubmission
    if number is None:
        return desk.attempts[min(place, len(desk.attempts) - 1)]
    for attempt in desk.attempts:
        if attempt.number == number:
            return attempt
    raise UnknownSubmission
