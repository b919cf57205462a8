"""A student's form to say that a verdict is wrong; the answer is read on the submission's own page."""

import uuid

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from server.api.words import LONGEST_WORDS
from server.appeals import make_appeal
from server.errors import Refused, UnknownCheck, UnknownSubmission
from server.web.pages.submissions import submission_answer
from server.web.views.appeals import Unsent
from server.web.visitor import FormDep, MemberVisit, MemberVisitDep, text_of

router = APIRouter(include_in_schema=False)


@router.post("/submissions/{submission_id}/appeals")
async def appeal(submission_id: uuid.UUID, visit: MemberVisitDep, form: FormDep) -> Response:
    """Take an appeal; one that is refused comes back with its words."""
    check_id, words = text_of(form, "check"), text_of(form, "words").replace("\0", "").strip()
    try:
        refusal = await _refusal(visit, submission_id, check_id, words)
    except UnknownCheck as error:  # the form of no check there is: its words come back in that of the whole verdict
        check_id, refusal = "", visit.say.of(error.sentence)
    if refusal:
        unsent = Unsent(check_id, words, refusal)
        return await submission_answer(visit, submission_id, unsent=unsent, status=422)
    return RedirectResponse(f"/submissions/{submission_id}#appeals", status_code=303)


async def _refusal(visit: MemberVisit, submission_id: uuid.UUID, check_id: str, words: str) -> str:
    """Make the appeal, or return why it was not taken.

    Raises:
        UnknownSubmission: There is none that the person may see.
        UnknownCheck: The verdict has no such check.

    """
    if not words:
        return visit.say("my-appeal-empty")
    if len(words) > LONGEST_WORDS:
        return visit.say("my-appeal-long", n=LONGEST_WORDS)
    try:
        async with visit.house.database.unit_of_work() as session:
            await make_appeal(session, visit.user, submission_id, words, check_id or None)
    except (UnknownCheck, UnknownSubmission):
        raise
    except Refused as error:
        return visit.say.of(error.sentence)
    return ""
