"""One rescore: how far it is, live while it runs, and what it would change once it is worked out."""

import uuid
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass, replace

from fastapi import APIRouter
from sqlalchemy.ext.asyncio import AsyncSession
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.responses import Response

from server.courses.assigning import assigned
from server.database.models import ItemState, RescoreState
from server.errors import DatabaseAway, Refused, UnknownRescore
from server.rescoring import Found, Pick, find_rescore, overview, progress_of
from server.rescoring.applying import MAY_COUNT, number_of_outdated, number_to_undo, outdated_items
from server.rescoring.hands import hands_of
from server.rescoring.listing import lines, place_of_item
from server.rescoring.progress import Tally, tallies_of
from server.rescoring.prospect import prospect_of
from server.rescoring.trials import is_trial
from server.web.pages.staff.rescore_asked import pairs_of, pick_of_address, query_of
from server.web.pages.staff.rescores import titles_of
from server.web.rendering import fragment
from server.web.staffroom import PAGES, Room, enter, staff_page
from server.web.streams import begun, next_look
from server.web.views.staff.rescore import SetView, set_view
from server.web.views.staff.rescore_lines import line_views
from server.web.visitor import MemberVisit, MemberVisitDep

router = APIRouter(include_in_schema=False)

#: A stream says something so often, lest a proxy takes it for dead.
PING_SECONDS = 15
#: Workers write many items a second; eyes do not follow.
CALM_SECONDS = 1.0
#: The time that is left passes by itself.
LOOK_SECONDS = 10.0

ON_A_PAGE = 50
#: Of errors and of verdicts that have changed since, so many are named on the page.
NAMED = 20
#: What is counted and listed as changed where nothing else is asked for.
MOVED = ("up", "down", "level")

#: Sets of which something may still be applied.
OPEN_TO_APPLY = (RescoreState.READY, RescoreState.APPLIED)

DONE: Mapping[str, str] = {
    word: f"rescore-done-{word}"
    for word in ("paused", "running", "paced", "cancelled", "discarded", "undone", "applied", "again", "kept")
}


@dataclass(frozen=True, slots=True)
class Here:
    """A set, in the staff's side of its course."""

    room: Room
    found: Found
    titles: Mapping[str, str]
    tally: Tally
    view: SetView


async def enter_rescore(
    session: AsyncSession, visit: MemberVisit, slug: str, rescore_id: uuid.UUID
) -> tuple[Room, Found]:
    """Let somebody in who may rescore in this course, to one of its sets.

    Raises:
        UnknownCourse: There is no such course, or the person takes no part in it.
        NotAllowed: Their role does not allow it.
        UnknownRescore: There is no such set, or it is of another course.

    """
    room = await enter(session, visit, slug, PAGES["rescores"])
    found = await find_rescore(session, visit.user, rescore_id)
    if found.row.course_id != room.course.id:
        raise UnknownRescore
    return room, found


@router.get("/courses/{slug}/staff/rescores/{rescore_id}")
async def rescore_page(
    slug: str, rescore_id: uuid.UUID, visit: MemberVisitDep, done: str = "", at: uuid.UUID | None = None
) -> Response:
    """Show a set: where it stands, what it would change, whose verdicts, and what can be done."""
    notice = visit.say(DONE[done]) if done in DONE else ""
    return await answer_with_set(visit, slug, rescore_id, pick=pick_of_address(visit.request), at=at, notice=notice)


@router.get("/courses/{slug}/staff/rescores/{rescore_id}/live")
async def follow_rescore(slug: str, rescore_id: uuid.UUID, visit: MemberVisitDep) -> EventSourceResponse:
    """Send how far the set is whenever that has changed; at the end the way to the whole page."""
    events = await begun(_moments(visit, slug, rescore_id))
    return EventSourceResponse(events, ping=PING_SECONDS, headers={"X-Accel-Buffering": "no"})


async def answer_with_set(
    visit: MemberVisit,
    slug: str,
    rescore_id: uuid.UUID,
    *,
    pick: Pick | None = None,
    at: uuid.UUID | None = None,
    error: Refused | None = None,
    notice: str = "",
) -> Response:
    """Answer with the page of a set, with what was refused or done said above everything.

    Args:
        visit: Who asks.
        slug: Of the course.
        rescore_id: The set.
        pick: Which submissions are listed; those whose verdict changes where nothing is asked.
        at: The submission after which the list goes on.
        error: What was refused.
        notice: What was done.

    """
    asked = pick or Pick()
    async with visit.house.database.reading() as session:
        here = await read_rescore(session, visit, slug, rescore_id)
        tries = is_trial(here.found.row)
        is_open = here.found.row.state in OPEN_TO_APPLY and not tries
        after = None if at is None else await place_of_item(session, rescore_id, at)
        found = await lines(session, rescore_id, listed(asked), after=after, limit=ON_A_PAGE + 1)
        errors = await lines(session, rescore_id, Pick(states=[ItemState.ERROR]), after=None, limit=NAMED)
        outdated = await number_of_outdated(session, rescore_id) if is_open else 0
        named = Pick(submissions=await outdated_items(session, rescore_id, NAMED) if outdated else [])
        conflicts = await lines(session, rescore_id, named, after=None, limit=NAMED) if outdated else []
        undoable = await number_to_undo(session, rescore_id) if here.found.row.state in MAY_COUNT else 0
        all_of_it = await prospect_of(session, rescore_id) if is_open else None
        shown_of_it = await prospect_of(session, rescore_id, asked) if is_open and asked != Pick() else None
    more = found[ON_A_PAGE - 1].item.submission_id if len(found) > ON_A_PAGE else None
    say, titles = visit.say, here.titles
    context = {
        "set": here.view,
        "is_trial": tries,
        "place": f"{here.room.place}/rescores/{rescore_id}",
        "lines": line_views(found[:ON_A_PAGE], titles, say),
        "query": query_of(asked),
        "tabs": _tabs(here.view, asked),
        "pick": asked,
        "is_filtered": asked != Pick(),
        "hidden": [pair for pair in pairs_of(asked) if pair[0] in {"before", "after", "change", "state", "submission"}],
        "more": query_of(asked) + f"&at={more}" if more else "",
        "errors": line_views(errors, titles, say),
        "conflicts": line_views(conflicts, titles, say),
        "outdated": outdated,
        "prospect": all_of_it,
        "part": shown_of_it,
        "can_undo": undoable > 0,
        "counts": here.tally.applied > 0,
        "problem": say.of(error.sentence) if error else "",
        "notice": notice,
    }
    return staff_page(visit, here.room, "rescores", context, template="rescore", status=error.status if error else 200)


def listed(pick: Pick) -> Pick:
    """Return which submissions a list shows: those whose verdict changes, unless something else is asked for."""
    return pick if pick.changes or pick.states else replace(pick, changes=MOVED)


async def read_rescore(session: AsyncSession, visit: MemberVisit, slug: str, rescore_id: uuid.UUID) -> Here:
    """Return a set as it is now.

    Raises:
        Refused: As :func:`enter_rescore` says.

    """
    room, found = await enter_rescore(session, visit, slug, rescore_id)
    titles = titles_of(await assigned(session, room.course), visit.say)
    tally = (await tallies_of(session, [rescore_id])).get(rescore_id, Tally())
    progress = await progress_of(session, found.row)
    seen = await overview(session, rescore_id)
    hands = await hands_of(session, found.row)
    view = set_view(found, progress, tally, seen, hands=hands, titles=titles, say=visit.say, zone=room.zone)
    return Here(room, found, titles, tally, view)


def _tabs(view: SetView, pick: Pick) -> list[tuple[str, int, str, bool]]:
    """Return the kinds of change: word, how many, the address's query, whether it is the one that is shown."""
    counts = {"down": view.down, "up": view.up, "level": view.level, "words": view.words}
    everything = tuple(pick.changes) in {(), MOVED} and not pick.states
    tabs = [("all", view.down + view.up + view.level, query_of(pick, changes=(), states=()), everything)]
    for word, count in counts.items():
        tabs.append((word, count, query_of(pick, changes=(word,), states=()), list(pick.changes) == [word]))
    return tabs


async def _moments(visit: MemberVisit, slug: str, rescore_id: uuid.UUID) -> AsyncGenerator[ServerSentEvent]:
    """Yield how far the set is, each time that it differs, and the way on once it does not run any more."""
    shown = ""
    titles: Mapping[str, str] = {}
    place = f"/courses/{slug}/staff/rescores/{rescore_id}"
    async with visit.house.feed.subscribe(rescore_id) as changes:
        while True:
            try:
                async with visit.house.database.reading() as session:
                    room, found = await enter_rescore(session, visit, slug, rescore_id)
                    titles = titles or titles_of(await assigned(session, room.course), visit.say)
                    if goes_on := found.row.state is RescoreState.RUNNING:
                        progress = await progress_of(session, found.row)
                        hands = await hands_of(session, found.row)
                        view = set_view(
                            found, progress, Tally(), hands=hands, titles=titles, say=visit.say, zone=room.zone
                        )
                    else:
                        view = (await read_rescore(session, visit, slug, rescore_id)).view
            except (DatabaseAway, Refused):
                if not shown:
                    raise  # refused before the stream begins
                return  # the browser connects again by itself, and is refused where it may not come back
            if not goes_on:
                yield ServerSentEvent(
                    fragment(visit, "staff/_rescore_over.html", set=view, place=place), event="progress"
                )
                yield ServerSentEvent("", event="end")
                return
            html = fragment(visit, "staff/_rescore_progress.html", set=view, place=place, live=True)
            if html != shown:
                yield ServerSentEvent(html, event="progress")
                shown = html
            if not await next_look(changes, calm_seconds=CALM_SECONDS, look_seconds=LOOK_SECONDS):
                return
