"""Pages that say no are pages: whoever is signed in stays so on them, and their switches and the way out work."""

import httpx
import pytest
from serverhouse import COURSE
from sqlalchemy import update
from webhouse import WORKSPACE, WRONG, WebHouse, field

from server.app import create_app
from server.database.engine import Database
from server.database.models import Course, Unlock
from server.feed import Feed

pytestmark = pytest.mark.database

STRANGE = "0" * 64


async def test_every_refusal_page_carries_the_token_and_knows_who_reads_it(web: WebHouse) -> None:
    """Not found (with a route and without), not allowed, locked, expired: both switches work."""
    await web.browser.sign_in()
    async with web.house.database.unit_of_work() as session:
        await session.execute(update(Course).where(Course.slug == COURSE).values(unlock=Unlock.IN_ORDER))
    addresses = {
        "/nowhere": 404,
        "/submissions/no-uuid": 404,
        "/courses/nope": 404,
        f"/courses/{COURSE}/staff": 403,
        f"{WORKSPACE}?attempt=7": 404,
    }
    for address, expected in addresses.items():
        web.browser.csrf = STRANGE
        answer = await web.browser.get(address)
        assert expected == answer.status_code, address
        assert 1 == answer.text.count("<h1"), address
        assert 'action="/logout"' in answer.text, address
        theme = await web.browser.post("/preferences/theme", theme="dark", next=address)
        language = await web.browser.post("/preferences/language", language="en", next=address)
        assert [(303, address.split("?")[0])] * 2 == [
            (one.status_code, one.headers["location"]) for one in (theme, language)
        ]

    locked = await web.browser.post(WORKSPACE, region=WRONG)
    web.browser.csrf = field(locked.text, "csrf")
    switched = await web.browser.post("/preferences/theme", theme="dark", next=WORKSPACE)
    assert (403, 303) == (locked.status_code, switched.status_code)
    web.browser.csrf = STRANGE
    expired = await web.browser.post(WORKSPACE, region=WRONG)
    assert 403 == expired.status_code
    assert f'value="{STRANGE}"' not in expired.text
    assert 'data-theme="dark"' in expired.text


async def test_signing_out_works_on_a_refusal_page(web: WebHouse) -> None:
    """The button on a page that was not found ends the session."""
    await web.browser.sign_in()
    web.browser.csrf = STRANGE
    await web.browser.get("/nowhere")
    out = await web.browser.post("/logout")
    after = await web.browser.get(WORKSPACE)

    assert (303, "/login") == (out.status_code, out.headers["location"])
    assert (303, f"/login?next={WORKSPACE}") == (after.status_code, after.headers["location"])


async def test_a_page_without_the_database_gives_the_token_that_holds_with_it(web: WebHouse) -> None:
    """What is said while the database is away can be sent once it is back."""
    await web.browser.sign_in()
    nowhere = Database("postgresql://postgres@127.0.0.1:1/nowhere")
    app = create_app(web.house.settings, nowhere, Feed(nowhere), web.house.shelf)
    web.browser.client._transport = httpx.ASGITransport(app=app)
    web.browser.csrf = STRANGE
    away = await web.browser.get(WORKSPACE)
    web.browser.client._transport = httpx.ASGITransport(app=web.app)
    back = await web.browser.post("/preferences/theme", theme="dark", next=WORKSPACE)
    await nowhere.dispose()

    assert (503, 303) == (away.status_code, back.status_code)


async def test_a_token_of_another_session_is_still_refused(web: WebHouse) -> None:
    """The token belongs to one browser: with another person's nothing is changed."""
    await web.browser.sign_in()
    theirs = web.browser.csrf
    web.browser.client.cookies.delete("beginend_session")
    await web.browser.sign_in("other")
    web.browser.csrf = theirs

    assert 403 == (await web.browser.post("/preferences/theme", theme="dark", next="/")).status_code
    web.browser.client.cookies.set("beginend_session", "made-up")
    assert 403 == (await web.browser.post("/preferences/theme", theme="dark", next="/")).status_code
