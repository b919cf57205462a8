"""The board of a class in session: who is where, on a projector; it moves by itself while a script may run."""

from collections.abc import AsyncIterator

from fastapi import APIRouter
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.responses import Response

from server.courses.assigning import assigned
from server.courses.board import board
from server.errors import DatabaseAway, Refused
from server.web.rendering import fragment
from server.web.staffroom import PAGES, Room, enter, staff_page
from server.web.streams import next_look
from server.web.views.staff.board import BoardView, board_view
from server.web.visitor import MemberVisit, MemberVisitDep

router = APIRouter(include_in_schema=False)

#: A stream says something so often, lest a proxy takes it for dead.
PING_SECONDS = 15
#: A full class changes many times a second; eyes do not.
CALM_SECONDS = 1.0
#: Drafts and quiet minutes ring no bell, so the board looks again by itself.
LOOK_SECONDS = 20.0


@router.get("/courses/{slug}/staff/board")
async def board_page(slug: str, visit: MemberVisitDep, names: str = "") -> Response:
    """Show the board; without names if it is seen by those who are on it and should not be."""
    room, view = await _read(visit, slug)
    return staff_page(visit, room, "board", {"board": view, "names": names != "off"})


@router.get("/courses/{slug}/staff/board/live")
async def follow_board(slug: str, visit: MemberVisitDep, names: str = "") -> EventSourceResponse:
    """Send the board now, and again whenever it has changed."""
    await _read(visit, slug)  # refused before the stream begins
    events = _boards(visit, slug, names=names != "off")
    return EventSourceResponse(events, ping=PING_SECONDS, headers={"X-Accel-Buffering": "no"})


async def _boards(visit: MemberVisit, slug: str, *, names: bool) -> AsyncIterator[ServerSentEvent]:
    """Yield the present board, then each that differs from the one before, no more often than eyes can follow."""
    shown = ""
    async with visit.house.feed.subscribe_to_all() as changes:
        while True:
            try:
                room, view = await _read(visit, slug)
            except (DatabaseAway, Refused):
                return  # the browser connects again by itself, and is refused where it may not come back
            html = fragment(visit, "staff/_board.html", board=view, names=names, room=room)
            if html != shown:
                yield ServerSentEvent(html, event="board")
                shown = html
            if not await next_look(changes, calm_seconds=CALM_SECONDS, look_seconds=LOOK_SECONDS):
                return


async def _read(visit: MemberVisit, slug: str) -> tuple[Room, BoardView]:
    """Return the board as it is now; no connection is held between two looks."""
    async with visit.house.database.reading() as session:
        room = await enter(session, visit, slug, PAGES["board"])
        levels = await assigned(session, room.course)
        found = await board(session, room.course)
    return room, board_view(found, levels, visit.say)
