"""``/submissions``: hand in, read, list."""

import uuid
from typing import Annotated, Any

from fastapi import APIRouter, Header, Query
from starlette.responses import Response

from server.api.identity import DOCUMENTED, ApiUser
from server.api.models import AnswerIn, Received, SubmissionLine, submission_out
from server.api.problems import RESPONSES
from server.courses import find_assignment
from server.database.models import Course, User
from server.submissions import Answer, accept_submission, history, submission_view
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


@router.get("/submissions")
async def list_submissions(
    house: HouseDep,
    user: ApiUser,
    exercise: Annotated[str, Query(description="id of the exercise")],
    course: Annotated[str | None, Query(description="slug of the course, where several have the exercise")] = None,
) -> list[SubmissionLine]:
    """List the caller's submissions to an exercise, latest first."""
    async with house.database.reading() as session:
        assignment = await find_assignment(session, user, exercise, course)
        return [SubmissionLine.of(attempt) for attempt in await history(session, user, assignment)]


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
            _answer(answer),
            idempotency_key=key,
            per_minute=house.settings.submissions_per_minute,
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


def _answer(answer: AnswerIn) -> Answer:
    """Return what was sent. Half a surrogate pair, which JSON can carry, becomes bytes that are refused as no UTF-8."""
    file = None if answer.file is None else answer.file.encode("utf-8", "surrogatepass")
    return Answer(regions=answer.regions, file=file, answers=answer.answers)
