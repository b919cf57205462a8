"""A draft is calibrated from its threshold page: asked for, followed live, called off."""

import uuid
from collections.abc import AsyncIterator

from fastapi import APIRouter
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.responses import RedirectResponse, Response

from server.authoring import find_copy
from server.authoring.calibrating import calibration_of, measure_copy, stop_measuring
from server.errors import DatabaseAway, Refused
from server.web.pages.authoring.desks import lay_desk
from server.web.pages.authoring.doors import AuthorFormDep, AuthorVisitDep
from server.web.pages.authoring.thresholds import threshold_answer
from server.web.rendering import fragment
from server.web.views.authoring.calibrating import CalibratingView, calibrating_view
from server.web.visitor import MemberVisit

router = APIRouter(include_in_schema=False)

PING_SECONDS = 15


@router.post("/authoring/drafts/{copy_id}/calibrate")
async def calibrate(copy_id: uuid.UUID, visit: AuthorVisitDep, form: AuthorFormDep) -> Response:
    """Have the draft measured as it is now; asked for twice, it is measured once."""
    del form  # it carries nothing but the token that was checked
    house = visit.house
    desk = await lay_desk(visit, copy_id)
    if desk.problems:
        return await threshold_answer(visit, desk, problem=visit.say("draft-mend-first"), status=409)
    try:
        async with house.database.unit_of_work() as session:
            await measure_copy(session, visit.user, copy_id, house.shelf, house.settings.built)
    except Refused as refusal:
        problem = visit.say.of(refusal.sentence)
        return await threshold_answer(visit, desk, problem=problem, status=refusal.status)
    return _back(copy_id)


@router.post("/authoring/drafts/{copy_id}/calibrate/stop")
async def stop_calibrating(copy_id: uuid.UUID, visit: AuthorVisitDep, form: AuthorFormDep) -> Response:
    """Call the calibration off; one that is over stays."""
    del form
    async with visit.house.database.unit_of_work() as session:
        await stop_measuring(session, visit.user, copy_id)
    return _back(copy_id)


@router.get("/authoring/drafts/{copy_id}/calibrate/live")
async def follow_calibration(copy_id: uuid.UUID, visit: AuthorVisitDep) -> EventSourceResponse:
    """Send how far the calibration is as a fragment, now and at every change, until it is over."""
    await _read(visit, copy_id)  # refused before the stream begins
    return EventSourceResponse(_fragments(visit, copy_id), ping=PING_SECONDS, headers={"X-Accel-Buffering": "no"})


def _back(copy_id: uuid.UUID) -> Response:
    return RedirectResponse(f"/authoring/drafts/{copy_id}/threshold#measure", status_code=303)


async def _read(visit: MemberVisit, copy_id: uuid.UUID) -> CalibratingView:
    """Return the calibration as it is now; no connection is held between two looks."""
    async with visit.house.database.reading() as session:
        copy = await find_copy(session, visit.user, copy_id)
        return calibrating_view(await calibration_of(session, copy), visit.say)


async def _fragments(visit: MemberVisit, copy_id: uuid.UUID) -> AsyncIterator[ServerSentEvent]:
    """Yield the present fragment, then one for each change; ``end`` says that nothing more will come."""
    number, base = 0, f"/authoring/drafts/{copy_id}"
    async with visit.house.feed.subscribe(copy_id) as changes:
        while True:
            try:
                run = await _read(visit, copy_id)
            except (DatabaseAway, Refused):
                return  # the browser connects again by itself and begins with the present state
            number += 1
            html = fragment(visit, "authoring/_calibrating.html", run=run, base=base, live=True)
            yield ServerSentEvent(html, event="state", id=str(number))
            if not run.is_measuring:
                yield ServerSentEvent("", event="end", id=str(number + 1))
                return
            if await anext(changes, "stopping") == "stopping":
                return
