"""What can be done with one submission: withdraw it, have it judged again, download what was sent."""

import json
import re
import uuid
from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from server.api.identity import DOCUMENTED, ApiUser
from server.api.models import submission_out
from server.api.problems import RESPONSES
from server.submissions import SubmissionView, submission_view
from server.submissions.cancelling import cancel, judge_again
from server.web.house import HouseDep

router = APIRouter(prefix="/submissions/{submission_id}", tags=["submissions"], dependencies=DOCUMENTED)

_UNSAFE = re.compile(r"[^A-Za-z0-9-]+")

DOWNLOAD: dict[int | str, dict[str, Any]] = {
    **RESPONSES,
    200: {
        "description": "The program, or a quiz's answers",
        "content": {"text/x-python": {"schema": {"type": "string"}}, "application/json": {"schema": {}}},
    },
}


@router.post("/cancel", responses=RESPONSES)
async def cancel_submission(submission_id: uuid.UUID, house: HouseDep, user: ApiUser) -> dict[str, Any]:
    """Withdraw a submission that has no verdict yet: one's own, or as staff of its course. It uses up no attempt.

    A run that goes on is not interrupted, but what it finds is dropped.
    """
    async with house.database.unit_of_work() as session:
        await cancel(session, user, submission_id)
        return submission_out(await submission_view(session, user, submission_id))


@router.post("/again", status_code=202, responses=RESPONSES)
async def judge_submission_again(submission_id: uuid.UUID, house: HouseDep, user: ApiUser) -> dict[str, Any]:
    """Have a submission judged again that ended as a system error; for staff."""
    async with house.database.unit_of_work() as session:
        await judge_again(session, user, submission_id)
        return submission_out(await submission_view(session, user, submission_id))


@router.get("/source", response_class=Response, responses=DOWNLOAD)
async def download_source(submission_id: uuid.UUID, house: HouseDep, user: ApiUser) -> Response:
    """Download what was judged: the whole program, or a quiz's answers as JSON."""
    async with house.database.reading() as session:
        view = await submission_view(session, user, submission_id)
    kind = "json" if view.source is None else "py"
    content = json.dumps(view.answers, ensure_ascii=False, indent=2) if view.source is None else view.source
    return Response(
        content.encode(),
        media_type="application/json" if view.source is None else "text/x-python; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="{_name(view)}.{kind}"',
            "Cache-Control": "private, no-store",
        },
    )


def _name(view: SubmissionView) -> str:
    """Return a file name that means nothing to any file system or header."""
    return f"{_UNSAFE.sub('-', view.exercise_id)}-{view.number}"
