"""One import: the gate at work, its report, and what may be done with it: publish, check again, remove."""

import uuid
from collections.abc import AsyncIterator

from fastapi import APIRouter
from sqlalchemy.ext.asyncio import AsyncSession
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.responses import RedirectResponse, Response

from server.authoring import copy_that_sent
from server.authoring.inventory import PinLine, inventory
from server.errors import DatabaseAway, Refused
from server.imports import Candidate, check_again, find_import, publish
from server.imports.removing import remove
from server.web.pages.authoring.doors import AuthorFormDep, AuthorVisitDep
from server.web.rendering import fragment, page
from server.web.views.authoring.gate import ImportView, import_view
from server.web.views.authoring.listing import short
from server.web.visitor import MemberVisit, text_of

router = APIRouter(include_in_schema=False)

PING_SECONDS = 15


@router.get("/authoring/imports/{import_id}")
async def import_page(import_id: uuid.UUID, visit: AuthorVisitDep) -> Response:
    """Show an import."""
    return await _page(visit, import_id)


@router.get("/authoring/imports/{import_id}/live")
async def follow_import(import_id: uuid.UUID, visit: AuthorVisitDep) -> EventSourceResponse:
    """Send the import as a fragment, now and at every change, until the gate has said."""
    await _read(visit, import_id)  # refused before the stream begins
    return EventSourceResponse(_fragments(visit, import_id), ping=PING_SECONDS, headers={"X-Accel-Buffering": "no"})


@router.post("/authoring/imports/{import_id}/publish")
async def publish_import(import_id: uuid.UUID, visit: AuthorVisitDep, form: AuthorFormDep) -> Response:
    """Publish what the gate let pass; an admin may with a reason publish what it did not."""
    try:
        async with visit.house.database.unit_of_work() as session:
            reason = text_of(form, "reason") or None
            await publish(session, visit.user, import_id, visit.house.shelf, reason=reason)
    except Refused as refusal:
        return await _page(visit, import_id, problem=visit.say.of(refusal.sentence), status=refusal.status)
    return _back(import_id)


@router.post("/authoring/imports/{import_id}/check")
async def check_import_again(import_id: uuid.UUID, visit: AuthorVisitDep, form: AuthorFormDep) -> Response:
    """Put it through the gate again."""
    del form  # it carries nothing but the token that was checked
    try:
        async with visit.house.database.unit_of_work() as session:
            await check_again(session, visit.user, import_id)
    except Refused as refusal:
        return await _page(visit, import_id, problem=visit.say.of(refusal.sentence), status=refusal.status)
    return _back(import_id)


@router.post("/authoring/imports/{import_id}/remove")
async def remove_import(import_id: uuid.UUID, visit: AuthorVisitDep, form: AuthorFormDep) -> Response:
    """Take it back."""
    del form
    try:
        async with visit.house.database.unit_of_work() as session:
            await remove(session, visit.user, import_id)
    except Refused as refusal:
        return await _page(visit, import_id, problem=visit.say.of(refusal.sentence), status=refusal.status)
    return RedirectResponse("/authoring", status_code=303)


def _back(import_id: uuid.UUID) -> Response:
    return RedirectResponse(f"/authoring/imports/{import_id}", status_code=303)


async def _page(visit: MemberVisit, import_id: uuid.UUID, *, problem: str = "", status: int = 200) -> Response:
    """Answer with the page."""
    async with visit.house.database.reading() as session:
        candidate = await find_import(session, visit.user, import_id)
        copy = await copy_that_sent(session, visit.user, import_id)
        pins = await _pins(visit, session, candidate)
    view = import_view(candidate, visit.say)
    shown = {
        "view": view,
        "copy_id": copy.id if copy else None,
        "pins": [(pin.slug, visit.say.of(pin.title), short(pin.version)) for pin in pins],
        "may_overrule": visit.user.is_admin,
        "problem": problem,
    }
    return page(visit, "authoring/import.html", shown, status=status)


async def _pins(visit: MemberVisit, session: AsyncSession, candidate: Candidate) -> list[PinLine]:
    """Return the courses that hand out another version, and that the person may move to this one."""
    if candidate.row.published_at is None:
        return []
    lines = await inventory(session, visit.user, candidate.row.exercise_id)
    return [pin for line in lines for pin in line.pins if pin.may_change and pin.version != candidate.row.version]


async def _read(visit: MemberVisit, import_id: uuid.UUID) -> ImportView:
    """Return the import as it is now; no connection is held between two looks."""
    async with visit.house.database.reading() as session:
        return import_view(await find_import(session, visit.user, import_id), visit.say)


async def _fragments(visit: MemberVisit, import_id: uuid.UUID) -> AsyncIterator[ServerSentEvent]:
    """Yield the present fragment, then one for each change; ``end`` says that nothing more will come."""
    number = 0
    async with visit.house.feed.subscribe(import_id) as changes:
        while True:
            try:
                view = await _read(visit, import_id)
            except (DatabaseAway, Refused):
                return  # the browser connects again by itself and begins with the present state
            number += 1
            html = fragment(visit, "authoring/_progress.html", view=view)
            yield ServerSentEvent(html, event="state", id=str(number))
            if not view.is_checking:
                yield ServerSentEvent("", event="end", id=str(number + 1))
                return
            if await anext(changes, "stopping") == "stopping":
                return
