"""``/submissions/{id}/events``: the live feed for programs. The first event is always the present state."""

import json
import uuid
from collections.abc import AsyncGenerator, Iterator
from dataclasses import dataclass, field
from typing import Any

from fastapi import APIRouter
from sqlalchemy.ext.asyncio import AsyncSession
from sse_starlette import EventSourceResponse, ServerSentEvent

from server.api.identity import DOCUMENTED, ApiUser
from server.api.models import submission_out
from server.api.problems import RESPONSES
from server.database.models import OPEN
from server.errors import DatabaseAway, Refused
from server.submissions import SubmissionView, submission_view
from server.web.house import HouseDep
from server.web.streams import begun

router = APIRouter(tags=["submissions"], dependencies=DOCUMENTED, responses=RESPONSES)

PING_SECONDS = 15


@dataclass(slots=True)
class Teller:
    """Turns views of a submission into the events that are news to one listener."""

    number: int = 0
    state: tuple[str, int | None, float | None] | None = None
    told: dict[str, Any] = field(default_factory=dict)
    attempt: int | None = None  #: of the training whose points were told
    points: int = 0  #: number of the last point told

    def news(self, view: SubmissionView) -> Iterator[ServerSentEvent]:
        """Yield what changed since the last view: state, findings, progress, and in the end the verdict."""
        state = (view.state.value, view.queue_position, view.expected_seconds)
        if state != self.state:
            self.state = state
            yield self._event("state", dict(zip(("state", "queue_position", "expected_seconds"), state, strict=True)))
        fresh = [finding for finding in view.findings if self.told.get(finding["id"]) != finding]
        for finding in fresh:
            self.told[finding["id"]] = finding
            yield self._event("finding", {**finding, "provisional": view.provisional})
        training = self._training(view)
        if fresh or training is not None:
            yield self._event("progress", {"findings": len(self.told), "training": training})
        if view.verdict is not None:
            yield self._event("verdict", submission_out(view))

    def _training(self, view: SubmissionView) -> dict[str, Any] | None:
        """Return what the training told since the last view; a training that began again is told from its beginning."""
        if view.training is None:
            return None
        if view.training.attempt != self.attempt:
            self.attempt, self.points = view.training.attempt, 0
        points = view.training.after(self.points)
        if not points:
            return None
        self.points = points[-1]["n"]
        return {"attempt": self.attempt, "points": points}

    def _event(self, name: str, data: dict[str, Any]) -> ServerSentEvent:
        """Return one event with the next id."""
        self.number += 1
        return ServerSentEvent(json.dumps(data, ensure_ascii=False), event=name, id=str(self.number))


@router.get(
    "/submissions/{submission_id}/events",
    response_class=EventSourceResponse,
    responses={200: {"content": {"text/event-stream": {}}, "description": "state, finding, progress, verdict"}},
)
async def events(submission_id: uuid.UUID, house: HouseDep, user: ApiUser) -> EventSourceResponse:
    """Stream a submission's events until its verdict: `state`, `finding`, `progress` and `verdict`, each with an id.

    While it waits, `state` is told again when its place in the queue or the expected wait changes, every 2 s at most.
    `progress` says how many findings there are and, in `training`, which epochs a training told since the last event:
    `{"attempt": 2, "points": [{"n": 3, "epoch": 3, "epochs": 20, "loss": 0.12, "accuracy": 0.95}]}`, else null. At most
    two such events come a second; an epoch may be told several times while it goes on. A listener that comes late gets
    the points so far at once, thinned out to 200. Another `attempt` is a training that began again: forget the earlier
    points. All of it is the run's own claim, of which no verdict knows; `loss` and `accuracy` may be null.
    """

    async def look(session: AsyncSession) -> SubmissionView:
        return await submission_view(session, user, submission_id)

    async def stream() -> AsyncGenerator[ServerSentEvent, None]:
        teller = Teller()
        async with house.feed.subscribe(submission_id) as changes:
            changes.follows_queue = True
            while True:
                try:
                    view = await house.looks.look((submission_id, user.id), look)
                except (DatabaseAway, Refused):
                    if not teller.number:
                        raise  # refused before the stream begins
                    return  # the client connects again by itself and begins with the present state
                changes.follows_queue = view.waits
                for event in teller.news(view):
                    yield event
                if view.state not in OPEN or await anext(changes, "stopping") == "stopping":
                    return

    return EventSourceResponse(await begun(stream()), ping=PING_SECONDS, headers={"X-Accel-Buffering": "no"})
