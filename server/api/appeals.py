"""``/submissions/{id}/appeals``, ``/courses/{course}/appeals``, ``/appeals/{id}``: when a verdict seems to be wrong."""

import asyncio
import uuid
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from exercises.schema import Identifier
from server.api.appeals_models import AppealIn, AppealOut, ReplyIn
from server.api.identity import DOCUMENTED, ApiUser
from server.api.paging import Cursor, Limit, Page
from server.api.places import place_by_time
from server.api.problems import RESPONSES
from server.appeals import answer_appeal, appeals_in, appeals_of, case_file, find_case, make_appeal, one_appeal
from server.courses.access import course_for
from server.database.models import AppealState
from server.permissions import Action
from server.web.house import HouseDep

router = APIRouter(tags=["appeals"], dependencies=DOCUMENTED, responses=RESPONSES)


@router.post("/submissions/{submission_id}/appeals", status_code=201)
async def post_appeal(submission_id: uuid.UUID, appeal: AppealIn, house: HouseDep, user: ApiUser) -> AppealOut:
    """Say that the verdict of one's own submission is wrong; one appeal at a time waits for its answer."""
    async with house.database.unit_of_work() as session:
        made = await make_appeal(session, user, submission_id, appeal.words, appeal.check_id)
        return AppealOut.of(await one_appeal(session, user, made))


@router.get("/submissions/{submission_id}/appeals")
async def appeals_of_submission(submission_id: uuid.UUID, house: HouseDep, user: ApiUser) -> list[AppealOut]:
    """List the appeals against a submission's verdict, newest first: for its student and the course's staff."""
    async with house.database.reading() as session:
        return [AppealOut.of(line) for line in await appeals_of(session, user, submission_id)]


@router.get("/courses/{course}/appeals")
async def appeals_of_course(  # noqa: PLR0917 - the framework passes them by name
    course: str,
    house: HouseDep,
    user: ApiUser,
    state: Annotated[AppealState | None, Query(description="only those in this state")] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[AppealOut]:
    """List the appeals of a course, newest first (staff)."""
    async with house.database.reading() as session:
        found = await course_for(session, user, Action.ANSWER_APPEALS, course)
        lines = await appeals_in(session, found.id, state=state, before=place_by_time(cursor), limit=limit + 1)
    return Page[AppealOut].of(lines, limit, AppealOut.of, lambda line: [line.created_at.isoformat(), str(line.id)])


@router.post("/appeals/{appeal_id}/answer")
async def post_answer(appeal_id: uuid.UUID, reply: ReplyIn, house: HouseDep, user: ApiUser) -> AppealOut:
    """Answer an appeal (staff), and correct the verdict with it (teachers): both happen or neither."""
    async with house.database.unit_of_work() as session:
        await answer_appeal(session, user, appeal_id, reply.reply())
        return AppealOut.of(await one_appeal(session, user, appeal_id))


@router.get(
    "/appeals/{appeal_id}/submission-file",
    response_class=Response,
    responses={200: {"content": {"text/x-python": {}}, "description": "a Python file"}},
)
async def get_submission_file(
    appeal_id: uuid.UUID,
    house: HouseDep,
    user: ApiUser,
    folder: Annotated[
        Identifier | None, Query(description="`passed` or a check's id, instead of what seems right")
    ] = None,
) -> Response:
    """Return the program as a file for the exercise's `submissions/` folder (staff).

    Its sentence and the header `Submission-Folder` say in which folder it becomes a known submission that the gate
    checks before each publication: `passed`, or the id of the check that must be the first to fail. No person is named.
    """
    async with house.database.reading() as session:
        case = await find_case(session, user, appeal_id)
    bundle = await asyncio.to_thread(house.shelf.load, case.version)
    file = case_file(case, bundle, folder)
    headers = {"Content-Disposition": f'attachment; filename="{file.name}"', "Submission-Folder": file.folder}
    return Response(file.text, media_type="text/x-python; charset=utf-8", headers=headers)
