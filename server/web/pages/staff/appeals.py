"""Appeals: which there are, the case of each, the answer, and the file that the case becomes."""

import asyncio
import uuid
from enum import StrEnum

from fastapi import APIRouter
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import RedirectResponse, Response

from server.appeals import (
    AppealLine,
    Reply,
    answer_appeal,
    appeals_in,
    case_file,
    find_case,
    one_appeal,
    place_of_appeal,
)
from server.database.models import AppealState
from server.errors import Refused, UnknownAppeal
from server.permissions import Action
from server.submissions import NewScore, submission_view
from server.submissions.corrections import corrections_of
from server.web.fields import Fields
from server.web.highlight import highlighted_lines
from server.web.staffroom import PAGES, Room, enter, place_of, staff_page
from server.web.views.staff.appeals import appeal_rows
from server.web.views.submission import submission_page
from server.web.visitor import FormDep, MemberVisit, MemberVisitDep

router = APIRouter(include_in_schema=False)

ON_A_PAGE = 50
LONGEST_WORDS = 4000


class Decision(StrEnum):
    """What staff say to an appeal."""

    UPHELD = "upheld"  #: the student is right
    CORRECTED = "corrected"  #: and the submission counts something else from now on
    REJECTED = "rejected"


@router.get("/courses/{slug}/staff/appeals")
async def appeals_page(slug: str, visit: MemberVisitDep, state: str = "", before: uuid.UUID | None = None) -> Response:
    """List the appeals, newest first."""
    wanted = next((one for one in AppealState if one.value == state), None)
    async with visit.house.database.reading() as session:
        room = await enter(session, visit, slug, PAGES["appeals"])
        place = None if before is None else await place_of_appeal(session, room.course.id, before)
        found = await appeals_in(session, room.course.id, state=wanted, before=place, limit=ON_A_PAGE + 1)
    context = {
        "appeals": appeal_rows(found[:ON_A_PAGE], visit.say),
        "more": found[ON_A_PAGE - 1].id if len(found) > ON_A_PAGE else None,
        "state": wanted.value if wanted else "",
        "states": list(AppealState),
        "zone": room.zone,
    }
    return staff_page(visit, room, "appeals", context)


@router.get("/courses/{slug}/staff/appeals/{appeal_id}")
async def appeal_page(slug: str, appeal_id: uuid.UUID, visit: MemberVisitDep, done: str = "") -> Response:
    """Show a case: what the student says, the code, the verdict, every check."""
    return await _case(visit, slug, appeal_id, notice=visit.say("staff-answered-now") if done else "")


@router.post("/courses/{slug}/staff/appeals/{appeal_id}")
async def answer(slug: str, appeal_id: uuid.UUID, visit: MemberVisitDep, form: FormDep) -> Response:
    """Answer an appeal, once, and correct the verdict with it where that was chosen: both or neither."""
    fields = Fields(form, visit.say)
    try:
        reply = _reply(fields)
        async with visit.house.database.unit_of_work() as session:
            room = await enter(session, visit, slug, PAGES["appeals"])
            await _appeal_here(session, visit, room, appeal_id)
            await answer_appeal(session, visit.user, appeal_id, reply)
    except Refused as error:
        return await _case(visit, slug, appeal_id, error=error, fields=fields)
    return RedirectResponse(f"{place_of(slug)}/appeals/{appeal_id}?done=1", status_code=303)


@router.get("/courses/{slug}/staff/appeals/{appeal_id}/file")
async def submission_file(slug: str, appeal_id: uuid.UUID, visit: MemberVisitDep, folder: str = "") -> Response:
    """Return the program as a file for the exercise's ``submissions/`` folder, with the check that must fail."""
    async with visit.house.database.reading() as session:
        room = await enter(session, visit, slug, PAGES["appeals"])
        await _appeal_here(session, visit, room, appeal_id)
        case = await find_case(session, visit.user, appeal_id)
    bundle = await asyncio.to_thread(visit.house.shelf.load, case.version)
    known = {"passed", *(check.id for check in getattr(bundle.exercise, "checks", ()))}
    file = case_file(case, bundle, folder if folder in known else None)
    headers = {"Content-Disposition": f'attachment; filename="{file.name}"', "Cache-Control": "private, no-store"}
    return Response(file.text, media_type="text/x-python; charset=utf-8", headers=headers)


def _reply(fields: Fields) -> Reply:
    """Return what the form says to an appeal.

    Raises:
        FormUnclear: A field cannot be understood.

    """
    decision = fields.choice("decision", Decision)
    words = fields.words("answer", longest=LONGEST_WORDS, lines=True)
    correction = None
    if decision is Decision.CORRECTED:
        correction = NewScore(score=fields.share("score"), passed=fields.has("passed"))
    fields.must_be_clear()
    if decision is Decision.REJECTED:
        return Reply(state=AppealState.REJECTED, words=words)
    return Reply(state=AppealState.UPHELD, words=words, correction=correction)


async def _appeal_here(session: AsyncSession, visit: MemberVisit, room: Room, appeal_id: uuid.UUID) -> AppealLine:
    """Return an appeal of this course.

    Raises:
        UnknownAppeal: There is none, or it is of another course.

    """
    line = await one_appeal(session, visit.user, appeal_id)
    if await place_of_appeal(session, room.course.id, appeal_id) is None:
        raise UnknownAppeal
    return line


async def _case(
    visit: MemberVisit,
    slug: str,
    appeal_id: uuid.UUID,
    *,
    error: Refused | None = None,
    fields: Fields | None = None,
    notice: str = "",
) -> Response:
    """Answer with the case."""
    async with visit.house.database.reading() as session:
        room = await enter(session, visit, slug, PAGES["appeals"])
        appeal = await _appeal_here(session, visit, room, appeal_id)
        view = await submission_view(session, visit.user, appeal.submission_id)
        corrections = await corrections_of(session, visit.user, appeal.submission_id)
    bundle = await asyncio.to_thread(visit.house.shelf.load, view.version)
    shown = submission_page(view, bundle.exercise, visit.say)
    context = {
        "appeal": appeal,
        "check": next((row.name for row in shown.checks if row.id == appeal.check_id), ""),
        "page": shown,
        "source_lines": highlighted_lines(view.source) if view.source else [],
        "corrections": corrections,
        "decisions": [one for one in Decision if one is not Decision.CORRECTED or room.may(Action.CORRECT)],
        "folders": [("passed", visit.say("outcome-passed")), *((row.id, row.name) for row in shown.checks)],
        "values": fields.typed if fields else {"score": "100", "passed": "1", "decision": "", "answer": ""},
        "wrong": fields.wrong if fields else {},
        "problem": visit.say.of(error.sentence) if error else "",
        "notice": notice,
        "zone": room.zone,
    }
    return staff_page(visit, room, "appeals", context, template="appeal", status=error.status if error else 200)
