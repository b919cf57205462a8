"""The accuracy threshold of a working copy, chosen with its calibration in view."""

import uuid

from fastapi import APIRouter
from starlette.responses import HTMLResponse, RedirectResponse, Response

from exercises.bundle import MANIFEST
from server.authoring import find_copy
from server.authoring.calibrating import asks_accuracy, calibration_of
from server.authoring.files import save_text
from server.authoring.thresholds import calibrated, threshold_of, with_threshold
from server.errors import NoCalibration, Refused
from server.web.pages.authoring.desks import Desk, draft_page, lay_desk
from server.web.pages.authoring.doors import AuthorFormDep, AuthorVisitDep
from server.web.rendering import fragment
from server.web.views.authoring.calibrating import calibrating_view
from server.web.views.authoring.threshold import readout, threshold_page
from server.web.visitor import MemberVisit, text_of

router = APIRouter(include_in_schema=False)


@router.get("/authoring/drafts/{copy_id}/threshold")
async def show_threshold(copy_id: uuid.UUID, visit: AuthorVisitDep, saved: str = "") -> Response:
    """Show the calibration and the threshold that ``exercise.toml`` asks for."""
    return await threshold_answer(visit, await lay_desk(visit, copy_id), saved=bool(saved))


@router.get("/authoring/drafts/{copy_id}/odds")
async def show_odds(copy_id: uuid.UUID, visit: AuthorVisitDep, threshold: str = "") -> Response:
    """Return what one threshold means, as a fragment."""
    found = calibrated((await lay_desk(visit, copy_id)).contents)
    return HTMLResponse(fragment(visit, "authoring/_odds.html", said=readout(found, threshold_of(threshold))))


@router.post("/authoring/drafts/{copy_id}/threshold")
async def choose_threshold(copy_id: uuid.UUID, visit: AuthorVisitDep, form: AuthorFormDep) -> Response:
    """Write the threshold into the working copy; or, where that was asked for, only show what it means."""
    desk = await lay_desk(visit, copy_id)
    wanted = text_of(form, "advice") or text_of(form, "threshold")
    try:
        threshold = threshold_of(wanted)
        if text_of(form, "do") == "look":
            return await threshold_answer(visit, desk, threshold=threshold)
        found = calibrated(desk.contents)
        manifest = with_threshold(desk.text(MANIFEST), found, threshold)
        async with visit.house.database.unit_of_work() as session:
            copy = await find_copy(session, visit.user, copy_id, lock=True)
            await save_text(session, copy, MANIFEST, manifest, known=desk.known(MANIFEST))
    except Refused as refusal:
        return await threshold_answer(visit, desk, problem=visit.say.of(refusal.sentence), status=refusal.status)
    return RedirectResponse(f"/authoring/drafts/{copy_id}/threshold?saved=1", status_code=303)


async def threshold_answer(
    visit: MemberVisit, desk: Desk, *, threshold: float | None = None, status: int = 200, **shown: object
) -> Response:
    """Answer with the page: the calibration with the threshold, and how one is measured here."""
    try:
        found = calibrated(desk.contents)
    except NoCalibration:
        chart = None
    else:
        chart = threshold_page(found, found.threshold if threshold is None else threshold)
    async with visit.house.database.reading() as session:
        run = calibrating_view(await calibration_of(session, desk.copy), visit.say)
    context = {"saved": False, "chart": chart, "run": run, "asks": asks_accuracy(desk.table), **shown}
    return draft_page(visit, desk, "threshold", status=status, **context)
