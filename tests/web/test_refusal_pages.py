"""Pages that say no are pages: whoever is signed in stays so on them, and their switches and the way out work."""

import json

import httpx
import pytest
from authoringhouse import author, begun
from serverhouse import COURSE
from sqlalchemy import update
from webhouse import WORKSPACE, WRONG, Browser, WebHouse, field

from server.app import create_app
from server.database.engine import Database
from server.database.models import Course, Unlock
from server.feed import Feed

pytestmark = pytest.mark.database

SESSION = "beginend_session"
ASIDE = ("#refusal", "innerHTML")

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
        assert [(303, address)] * 2 == [(one.status_code, one.headers["location"]) for one in (theme, language)]

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


def aims(answer: httpx.Response) -> tuple[str | None, str | None]:
    """Return where htmx puts an answer, and how, if not where it had meant to."""
    return answer.headers.get("hx-retarget"), answer.headers.get("hx-reswap")


def kept(browser: Browser) -> str | None:
    """Return the session that a browser holds."""
    return browser.client.cookies.get(SESSION)


async def test_a_refusal_never_takes_the_place_of_what_an_author_typed(web: WebHouse) -> None:
    """A token that no longer holds and a database that is away are told beside the text, which stays where it is."""
    nowhere = Database("postgresql://postgres@127.0.0.1:1/nowhere")
    async with author(web) as browser:
        address = await begun(browser)
        page = await browser.get(f"{address}/checks")
        browser.csrf = STRANGE
        refused = await browser.post(f"{address}/agree/form", htmx="toml", toml="typed")
        app = create_app(web.house.settings, nowhere, Feed(nowhere), web.house.shelf)
        browser.client._transport = httpx.ASGITransport(app=app)
        away = await browser.post(f"{address}/agree/form", htmx="toml", toml="typed")
    await nowhere.dispose()

    assert '<div class="aside no-print" id="refusal" role="alert"></div>' in page.text
    assert [(403, ASIDE), (503, ASIDE)] == [(one.status_code, aims(one)) for one in (refused, away)]
    assert "What you wrote is still in this page" in away.text
    for one in (refused, away):
        assert "This submission" not in one.text
        assert 'id="run"' not in one.text
        assert ("private, no-store", True) == (one.headers["cache-control"], "HX-Request" in one.headers["vary"])


async def test_a_refused_submission_is_told_in_its_drawer(web: WebHouse) -> None:
    """There the answer replaces nothing that anybody typed."""
    await web.browser.sign_in()
    web.browser.csrf = STRANGE
    answer = await web.browser.post(WORKSPACE, htmx=True, region=WRONG)

    assert (403, (None, None)) == (answer.status_code, aims(answer))
    assert 'id="run"' in answer.text


async def test_an_author_whose_session_ends_goes_on_where_they_are(web: WebHouse) -> None:
    """Told beside the text; once signed in again in another tab, the page is given the token that its forms need."""
    async with author(web) as browser:
        address = await begun(browser)
        good = kept(browser)
        assert good is not None
        await browser.get(f"{address}/checks")
        browser.client.cookies.set(SESSION, "gone")
        ended = await browser.post(f"{address}/agree/form", htmx="toml", toml="typed")
        headers = {"HX-Request": "true", "HX-Target": "refusal"}
        still = await browser.client.get("/session", headers=headers)
        browser.client.cookies.set(SESSION, good)
        again = await browser.client.get("/session", headers=headers)
        browser.csrf = json.loads(again.headers["hx-trigger"])["fresh-token"]
        agreed = await browser.post(f"{address}/agree/text", htmx="form", toml="typed = 1")
        plain = await browser.client.get("/session")

    assert [(401, ASIDE), (401, ASIDE)] == [(one.status_code, aims(one)) for one in (ended, still)]
    assert "hx-redirect" not in ended.headers
    assert 'href="/login" target="_blank"' in ended.text
    assert 'hx-get="/session"' in ended.text
    assert (200, 200) == (again.status_code, agreed.status_code)
    assert "signed in again" in again.text
    assert (303, "/") == (plain.status_code, plain.headers["location"])


async def test_a_page_from_before_signing_in_again_is_given_its_token(web: WebHouse) -> None:
    """Refused once, and told the token of the present session: the second time it is taken."""
    async with author(web) as browser:
        address = await begun(browser)
        browser.csrf = STRANGE
        refused = await browser.post(f"{address}/agree/text", htmx="form", toml="typed = 1")
        browser.csrf = json.loads(refused.headers["hx-trigger"])["fresh-token"]
        taken = await browser.post(f"{address}/agree/text", htmx="form", toml="typed = 1")

    assert (403, 200) == (refused.status_code, taken.status_code)
    assert "try once more" in refused.text


async def test_a_whole_page_says_where_the_typed_text_is(web: WebHouse) -> None:
    """Without scripts the page that was sent is gone: an outdated token, and a database that is away, say so."""
    await web.browser.sign_in()
    nowhere = Database("postgresql://postgres@127.0.0.1:1/nowhere")
    app = create_app(web.house.settings, nowhere, Feed(nowhere), web.house.shelf)
    await web.browser.get(WORKSPACE)
    token = web.browser.csrf
    web.browser.csrf = STRANGE
    outdated = await web.browser.post(WORKSPACE, region=WRONG)
    web.browser.csrf = token
    web.browser.client._transport = httpx.ASGITransport(app=app)
    sent = await web.browser.post(WORKSPACE, region=WRONG)
    looked = await web.browser.get(f"{WORKSPACE}/submissions")
    interface = await web.browser.get("/api/v1/me")
    await nowhere.dispose()

    assert "copy unsaved text first" in outdated.text
    assert [503, 503, 503] == [one.status_code for one in (sent, looked, interface)]
    assert "on the page before this one" in sent.text
    assert f'href="{WORKSPACE}/submissions">Try again</a>' in looked.text
    assert "Try again</a>" not in sent.text
    assert "still in this page" in interface.json()["detail"]


async def test_signing_in_leads_back_to_where_one_was(web: WebHouse) -> None:
    """To the page whose form was sent, with its query; and never to another site."""
    referer = {"Referer": f"http://testserver{WORKSPACE}?attempt=1"}
    sent = await web.browser.client.post(WORKSPACE, data={"region": WRONG}, headers=referer)
    looked = await web.browser.client.get(f"{WORKSPACE}?attempt=1")
    foreign = await web.browser.client.post(WORKSPACE, headers={"Referer": "https://evil.example//evil.example/"})
    ways = [one.headers["location"] for one in (sent, looked)]
    await web.browser.get(foreign.headers["location"])
    evil = await web.browser.post("/login", login="student", password="correct horse", next="//evil.example/")
    await web.browser.get("/courses")
    assert 303 == (await web.browser.post("/logout")).status_code
    await web.browser.get(ways[0])
    back = await web.browser.post("/login", login="student", password="correct horse", next=f"{WORKSPACE}?attempt=1")

    assert [f"/login?next={WORKSPACE}%3Fattempt%3D1"] * 2 == ways
    assert "/" == evil.headers["location"]
    assert f"{WORKSPACE}?attempt=1" == back.headers["location"]
