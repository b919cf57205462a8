"""The API's manners: what is known already is not sent again, and who asks too often is told to wait."""

import pytest
from classroom import COURSE, FAILED, Callers, said

from server.errors import TooManyRequests
from server.web.pace import Pace

pytestmark = pytest.mark.database

EXERCISES = f"/api/v1/exercises?course={COURSE}"


async def test_what_is_known_is_not_sent_again(callers: Callers) -> None:
    """The tag of an answer, sent back, is answered 304 without a body, until the answer is another one."""
    first = await callers.student.get(EXERCISES)
    tag = first.headers["etag"]
    again = await callers.student.get(EXERCISES, headers={"If-None-Match": f'"another", {tag}'})
    await callers.submitted(FAILED)
    changed = await callers.student.get(EXERCISES, headers={"If-None-Match": tag})

    assert "private, no-store" == first.headers["cache-control"]  # programs keep it knowingly, browsers do not
    assert (304, b"", tag) == (again.status_code, again.content, again.headers["etag"])
    assert 200 == changed.status_code
    assert tag != changed.headers["etag"]


async def test_nobody_is_told_by_another_persons_tag(callers: Callers) -> None:
    """A refusal has no tag, whatever tag was sent."""
    tag = (await callers.student.get(EXERCISES)).headers["etag"]
    refused = await callers.stranger.get(EXERCISES, headers={"If-None-Match": tag})

    assert 404 == refused.status_code
    assert "etag" not in refused.headers


async def test_who_asks_too_often_waits(callers: Callers) -> None:
    """After a burst 429 says how long; others are answered meanwhile."""
    app = callers.web.app
    object.__setattr__(app.state.house, "pace", Pace(60))
    answers = [await callers.student.get("/api/v1/me") for _ in range(16)]
    other = await callers.other.get("/api/v1/me")

    assert [200] * 15 == [answer.status_code for answer in answers[:15]]
    assert (429, "too-many-requests") == said(answers[15])
    assert "1" == answers[15].headers["retry-after"]
    assert 200 == other.status_code


def test_a_pace_fills_up_again() -> None:
    """A quarter of a minute's requests at once, then one whenever its time has come."""
    now = [0.0]
    pace = Pace(60, clock=lambda: now[0])
    for _ in range(15):
        pace.take("somebody")
    with pytest.raises(TooManyRequests):
        pace.take("somebody")
    now[0] = 1.0
    pace.take("somebody")
    with pytest.raises(TooManyRequests):
        pace.take("somebody")
