"""A submission: its page, and its live feed of fragments."""

import asyncio
import contextlib
import uuid
from collections.abc import AsyncGenerator
from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Query
from sqlalchemy.ext.asyncio import AsyncSession
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.responses import RedirectResponse, Response

from server.appeals import appeals_of
from server.database.models import OPEN
from server.errors import DatabaseAway, JudgedAlready, Refused
from server.rescoring.telling import changed_verdicts, mark_seen
from server.submissions import SubmissionView, submission_view
from server.submissions.cancelling import cancel
from server.web.highlight import highlighted_lines
from server.web.rendering import fragment, page
from server.web.streams import begun
from server.web.views.appeals import NO_APPEALS, Appeals, Unsent, appeals_view
from server.web.views.reading import Reading, reading_view
from server.web.views.rescored import rescored_views, shown_until
from server.web.views.submission import SubmissionPage, submission_page
from server.web.visitor import FormDep, MemberVisit, MemberVisitDep, text_of

router = APIRouter(include_in_schema=False)

#: A stream says something so often, lest a proxy takes it for dead.
PING_SECONDS = 15


@router.get("/submissions/{submission_id}")
async def show_submission(submission_id: uuid.UUID, visit: MemberVisitDep) -> Response:
    """Show a submission: on its way, or with its verdict."""
    return await submission_answer(visit, submission_id)


async def submission_answer(
    visit: MemberVisit, submission_id: uuid.UUID, *, unsent: Unsent | None = None, status: int = 200
) -> Response:
    """Answer with the page of a submission.

    Args:
        visit: Who looks.
        submission_id: At which.
        unsent: An appeal that was not taken, to be mended.
        status: Of the answer.

    Raises:
        UnknownSubmission: There is none that the person may see.

    """
    view = await _read(visit, submission_id)
    source = highlighted_lines(view.source) if view.source else []
    shown = await _shown(visit, view, unsent)
    async with visit.house.database.reading() as session:
        told = await changed_verdicts(session, visit.user, submission=submission_id)
    context = {"page": shown, "source_lines": source, "rescored": rescored_views(told, visit.visitor.language)}
    return page(visit, "submission.html", context, status=status)


@router.post("/submissions/{submission_id}/rescore/seen")
async def rescore_was_seen(submission_id: uuid.UUID, visit: MemberVisitDep, form: FormDep) -> Response:
    """Tell the person no more that a rescore changed this verdict."""
    until = shown_until(text_of(form, "until"))
    async with visit.house.database.unit_of_work() as session:
        await mark_seen(session, visit.user, submission=submission_id, until=until)
    return RedirectResponse(f"/submissions/{submission_id}", status_code=303)


@router.post("/submissions/{submission_id}/cancel")
async def withdraw(submission_id: uuid.UUID, visit: MemberVisitDep, form: FormDep) -> Response:
    """Withdraw a submission; where a script asks, the live feed brings the news."""
    del form  # it carries nothing but the token that was checked
    async with visit.house.database.unit_of_work() as session:
        with contextlib.suppress(JudgedAlready):  # its verdict was faster, and is what the person sees next
            await cancel(session, visit.user, submission_id)
    if visit.wants_fragment:
        return Response(status_code=204)
    return RedirectResponse(f"/submissions/{submission_id}", status_code=303)


@router.get("/submissions/{submission_id}/live")
async def follow_submission(
    submission_id: uuid.UUID, visit: MemberVisitDep, *, drawer: Annotated[bool, Query()] = False
) -> EventSourceResponse:
    """Send the submission as a fragment, now and at every change, until it has its verdict."""
    events = await begun(_fragments(visit, submission_id, drawer=drawer))
    return EventSourceResponse(events, ping=PING_SECONDS, headers={"X-Accel-Buffering": "no"})


async def _fragments(
    visit: MemberVisit, submission_id: uuid.UUID, *, drawer: bool
) -> AsyncGenerator[ServerSentEvent, None]:
    """Yield the present fragment, then one for each change; ``end`` says that nothing more will come.

    While only its training moves on, a submission is not sent anew, but one line of it as ``progress``: what a reader
    has opened stays open.
    """

    async def look(session: AsyncSession) -> SubmissionView:
        return await submission_view(session, visit.user, submission_id)

    number = 0
    shown: SubmissionView | None = None
    async with visit.house.feed.subscribe(submission_id) as changes:
        changes.follows_queue = True
        while True:
            try:
                view = await visit.house.looks.look((submission_id, visit.user.id), look)
            except (DatabaseAway, Refused):
                if not number:
                    raise  # refused before the stream begins
                return  # the browser connects again by itself and begins with the present state
            # Later on there are findings to read, which are not to be sent anew with every move of the queue.
            changes.follows_queue = view.queue_position is not None
            number += 1
            now = await (_drawn(visit, view) if drawer else _shown(visit, view))
            if shown is None or replace(shown, training=None) != replace(view, training=None):
                html = fragment(visit, "_live.html", page=now, drawer=drawer)
                yield ServerSentEvent(html, event="state", id=str(number))
            elif now.training is not None and shown.training != view.training:
                yield ServerSentEvent(fragment(visit, "_training.html", page=now), event="progress", id=str(number))
            shown = view
            if view.state not in OPEN:
                yield ServerSentEvent("", event="end", id=str(number + 1))
                return
            if await anext(changes, "stopping") == "stopping":
                return


async def _read(visit: MemberVisit, submission_id: uuid.UUID) -> SubmissionView:
    """Return the submission as it is now."""
    async with visit.house.database.reading() as session:
        return await submission_view(session, visit.user, submission_id)


async def _shown(visit: MemberVisit, view: SubmissionView, unsent: Unsent | None = None) -> SubmissionPage:
    """Return what the page shows: the submission, and what was said against its verdict."""
    if view.state in OPEN:
        return await _drawn(visit, view)
    async with visit.house.database.reading() as session:
        lines = await appeals_of(session, visit.user, view.id)
    drawn = await _drawn(visit, view, appeals_view(view, lines, visit.user, unsent))
    return replace(drawn, reading=await asyncio.to_thread(_reading, visit, view))


def _reading(visit: MemberVisit, view: SubmissionView) -> Reading | None:
    """Return how the hidden rows were judged; reads the exercise's data."""
    return reading_view(view.findings, visit.house.shelf.load(view.version))


async def _drawn(visit: MemberVisit, view: SubmissionView, appeals: Appeals = NO_APPEALS) -> SubmissionPage:
    """Return what templates show, with the version of the exercise that was answered."""
    bundle = await asyncio.to_thread(visit.house.shelf.load, view.version)
    return submission_page(view, bundle.exercise, visit.say, appeals)
