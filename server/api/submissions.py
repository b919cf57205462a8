"""``/submissions``: hand in, read, list."""

import uuid
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Header, Query
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from server.api.identity import DOCUMENTED, ApiUser
from server.api.models import AnswerIn, Received, SubmissionLine, submission_out
from server.api.paging import LARGEST_PAGE, Cursor, Limit, Page, UnreadableCursor, read_cursor
from server.api.problems import RESPONSES
from server.api.submission_models import SubmissionEntry
from server.courses import find_assignment
from server.courses.access import course_for
from server.database.models import Course, State, User
from server.permissions import Action
from server.submissions import Answer, accept_submission, history, submission_view
from server.submissions.listing import Listed, Wanted, list_submissions
from server.web.desk import bundle_of
from server.web.house import House, HouseDep

router = APIRouter(tags=["submissions"], dependencies=DOCUMENTED, responses=RESPONSES)

IdempotencyKey = Annotated[
    str | None,
    Header(description="Names this request: sent again with the same key it gives the same submission."),
]


@router.post("/courses/{course}/exercises/{exercise_id}/submissions", status_code=202)
async def submit(  # noqa: PLR0917 - the framework passes them by name
    course: str,
    exercise_id: str,
    answer: AnswerIn,
    response: Response,
    house: HouseDep,
    user: ApiUser,
    idempotency_key: IdempotencyKey = None,
) -> Received:
    """Hand in an answer. 202 is said after the submission and its job are stored, and not before."""
    received = await _take_in(house, user, exercise_id, answer, course=course, key=idempotency_key)
    response.headers["Location"] = received.location
    return received


@router.post("/exercises/{exercise_id}/submissions", status_code=202)
async def submit_short(  # noqa: PLR0917 - the framework passes them by name
    exercise_id: str,
    answer: AnswerIn,
    response: Response,
    house: HouseDep,
    user: ApiUser,
    idempotency_key: IdempotencyKey = None,
) -> Received:
    """Hand in an answer where exactly one of the caller's courses has the exercise; 409 names them otherwise."""
    received = await _take_in(house, user, exercise_id, answer, course=None, key=idempotency_key)
    response.headers["Location"] = received.location
    return received


#: No name that anybody can have is longer, or has a NUL, which the database cannot even compare.
NAMED: dict[str, Any] = {"max_length": 200, "pattern": r"^[^\x00]*$"}

ExerciseFilter = Annotated[str | None, Query(description="id of the exercise", **NAMED)]
CourseFilter = Annotated[str | None, Query(description="slug of the course", **NAMED)]
UserFilter = Annotated[str | None, Query(alias="user", description="login name of who submitted", **NAMED)]
StateFilter = Annotated[State | None, Query(description="only those in this state")]


@router.get("/submissions")
async def list_own(  # noqa: PLR0917 - the framework passes them by name
    house: HouseDep,
    user: ApiUser,
    exercise: ExerciseFilter = None,
    course: CourseFilter = None,
    state: StateFilter = None,
    limit: Annotated[Limit | None, Query(description="asks for a page of so many")] = None,
    cursor: Cursor = None,
) -> Page[SubmissionEntry] | list[SubmissionEntry] | list[SubmissionLine]:
    """List the caller's own submissions, latest first.

    With `limit` the answer is a page. Without, it is a plain list: all to one `exercise` (whose `course` must be named
    where several of the caller's courses have it), or else the latest 200.
    """
    async with house.database.reading() as session:
        if exercise is not None and limit is None:
            assignment = await find_assignment(session, user, exercise, course)
            attempts = await history(session, user, assignment)
            return [SubmissionLine.of(one) for one in attempts if state in {None, one.state}]
        course_id = None
        if course is not None:
            course_id = (await course_for(session, user, Action.SEE_COURSE, course)).id
        wanted = Wanted(user_id=user.id, course_id=course_id, exercise_id=exercise, state=state)
        if limit is None:
            return [SubmissionEntry.of(one) for one in await list_submissions(session, wanted, limit=LARGEST_PAGE)]
        return await _page(session, wanted, limit, cursor)


@router.get("/courses/{course}/submissions")
async def list_of_course(  # noqa: PLR0917 - the framework passes them by name
    course: str,
    house: HouseDep,
    user: ApiUser,
    exercise: ExerciseFilter = None,
    state: StateFilter = None,
    login: UserFilter = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[SubmissionEntry]:
    """List everybody's submissions in a course, latest first; for its staff."""
    async with house.database.reading() as session:
        course_id = (await course_for(session, user, Action.SEE_SUBMISSIONS, course)).id
        wanted = Wanted(login=login, course_id=course_id, exercise_id=exercise, state=state)
        return await _page(session, wanted, limit, cursor)


@router.get("/submissions/{submission_id}")
async def get_submission(submission_id: uuid.UUID, house: HouseDep, user: ApiUser) -> dict[str, Any]:
    """Return a submission: the verdict object as far as it is known, with its state."""
    async with house.database.reading() as session:
        return submission_out(await submission_view(session, user, submission_id))


async def _take_in(
    house: House, user: User, exercise_id: str, answer: AnswerIn, *, course: str | None, key: str | None
) -> Received:
    """Take an answer in; returns after the commit."""
    async with house.database.unit_of_work() as session:
        assignment = await find_assignment(session, user, exercise_id, course)
        bundle = await bundle_of(session, house, assignment)
        submission = await accept_submission(
            session,
            user,
            assignment,
            bundle,
            answer_of(answer),
            idempotency_key=key,
            per_minute=house.settings.submissions_per_minute,
            silent_seconds=house.settings.stalled_seconds,
        )
        slug = course or (await session.get_one(Course, assignment.course_id)).slug
    return Received(
        id=submission.id,
        number=submission.number,
        state=submission.state.value,
        course=slug,
        exercise=exercise_id,
        location=f"/api/v1/submissions/{submission.id}",
    )


def answer_of(answer: AnswerIn) -> Answer:
    """Return what was sent. Half a surrogate pair, which JSON can carry, becomes bytes that are refused as no UTF-8."""
    file = None if answer.file is None else answer.file.encode("utf-8", "surrogatepass")
    return Answer(regions=answer.regions, file=file, answers=answer.answers)


async def _page(session: AsyncSession, wanted: Wanted, limit: int, cursor: str | None) -> Page[SubmissionEntry]:
    """Return a page of a list."""
    rows = await list_submissions(session, wanted, limit=limit + 1, after=_place(cursor))
    return Page[SubmissionEntry].of(rows, limit, SubmissionEntry.of, _place_of)


def _place_of(row: Listed) -> tuple[str, str]:
    """Return where a line stands in a list."""
    return row.created_at.isoformat(), str(row.id)


def _place(cursor: str | None) -> tuple[datetime, uuid.UUID] | None:
    """Read where a page ended.

    Raises:
        UnreadableCursor: The cursor is none of ours.

    """
    place = read_cursor(cursor, 2)
    if place is None:
        return None
    try:
        at, submission_id = datetime.fromisoformat(place[0]), uuid.UUID(place[1])
    except (TypeError, ValueError, AttributeError) as error:
        raise UnreadableCursor from error
    if at.tzinfo is None:
        raise UnreadableCursor
    return at, submission_id
