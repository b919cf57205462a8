"""Where a student goes on: the map resumes where one stopped, and an ended session leads back to the same page."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest
from serverhouse import COURSE
from sqlalchemy import update
from webhouse import RIGHT, WORKSPACE, WRONG, WebHouse

from server.database.models import Course, Draft, Unlock

pytestmark = pytest.mark.database

NOW = '<li class="level is-now" aria-current="step">'


def level_now(page: str) -> str:
    """Return the part of the map that shows the level to do now."""
    return page.partition(NOW)[2].partition("</li>")[0]


async def test_the_map_resumes_where_one_stopped(web: WebHouse) -> None:
    """At first the first level; then the one that was worked on last, though others are open before it."""
    await web.browser.sign_in()
    fresh = level_now((await web.browser.get(f"/courses/{COURSE}")).text)
    await web.submit(WRONG)
    stopped = level_now((await web.browser.get(f"/courses/{COURSE}")).text)

    assert "Level 1" in fresh
    assert "Start this level" in fresh
    assert "Level 3" in stopped
    assert "Continue this level" in stopped


async def test_a_draft_is_a_place_where_one_stopped_too(web: WebHouse) -> None:
    """What was written later than the last submission is where one goes on."""
    await web.browser.sign_in()
    await web.submit(WRONG)
    assignment = await web.house.assignment("rnn-reviews")
    async with web.house.database.unit_of_work() as session:
        later = datetime.now(UTC) + timedelta(minutes=1)
        session.add(
            Draft(
                user_id=web.house.student.id, assignment_id=assignment.id, answer={"regions": ["x"]}, updated_at=later
            )
        )

    assert "Level 4" in level_now((await web.browser.get(f"/courses/{COURSE}")).text)


async def test_the_map_says_what_opens_next(web: WebHouse) -> None:
    """Where levels open one after another, the present one names the next."""
    async with web.house.database.unit_of_work() as session:
        await session.execute(update(Course).values(unlock=Unlock.IN_ORDER))
    await web.browser.sign_in()

    assert "Passing it opens: Backpropagation" in level_now((await web.browser.get(f"/courses/{COURSE}")).text)


async def test_an_ended_session_says_that_nothing_is_lost_and_leads_back(web: WebHouse) -> None:
    """From the page and from the editor's own request; who never was signed in reads nothing of it."""
    await web.browser.sign_in()
    await web.browser.get(WORKSPACE)
    web.browser.client.cookies.set("beginend_session", "gone", domain="testserver.local")
    for cookie in list(web.browser.client.cookies.jar):
        if cookie.name == "beginend_session":
            cookie.value = "gone"
    page = await web.browser.get(WORKSPACE)
    headers = {
        "HX-Request": "true",
        "HX-Target": "run",
        "HX-Current-URL": f"http://testserver{WORKSPACE}#L3",
        "Accept-Language": "en",
    }
    sent = await web.browser.client.post(WORKSPACE, data={"region": RIGHT}, headers=headers)
    login = await web.browser.get(page.headers["location"])

    assert page.headers["location"].endswith(f"next={WORKSPACE}&ended=1")
    assert sent.headers["hx-redirect"].endswith(f"next={WORKSPACE}&ended=1")
    assert "your draft is safe" in login.text
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=web.app), base_url="http://testserver") as other:
        assert "ended" not in (await other.get(WORKSPACE)).headers["location"]
