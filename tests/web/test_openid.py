"""Signing in through an OpenID provider: a real one on loopback, honest at first and then wrong in every way."""

import base64
import hmac
import json
import re
import time
from collections.abc import AsyncIterator, Iterator
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from accounthouse import admin_of, client, program, reread
from fastapi import FastAPI
from openidprovider import CLIENT_ID, CLIENT_SECRET, SmallProvider, new_key, running_provider
from serverhouse import House
from sqlalchemy import func, select
from webhouse import Browser, WebHouse

from server.app import create_app
from server.database.models import AuditEvent, Identity, User
from server.errors import SignInFailed
from server.feed import Feed
from server.openid import Ticket, discovery

pytestmark = pytest.mark.database

BACK = "http://testserver/login/openid/back"
WRONG = "Signing in did not work"
AWAY = "The sign-in service does not answer"
NOBODY = "You have no account here"


@pytest.fixture(scope="module")
def running() -> Iterator[SmallProvider]:
    """Serve the provider for all tests of this file."""
    with running_provider() as provider:
        yield provider


@pytest.fixture
def provider(running: SmallProvider) -> SmallProvider:
    """Return the provider as an honest one."""
    running.redirect_uri = BACK
    running.claims, running.document, running.codes, running.refused = {}, {}, {}, []
    running.person = {"sub": "sub-1", "preferred_username": "Han", "name": "韩梅梅", "email": "student@example.org"}
    running.forged, running.refusal = False, None
    return running


@pytest.fixture
async def web(house: House, provider: SmallProvider) -> AsyncIterator[WebHouse]:
    """Put the application over the house, with the provider named in its settings."""
    webhouse = over(house, issuer=provider.issuer)
    yield webhouse
    await webhouse.browser.client.aclose()


def over(house: House, **settings: Any) -> WebHouse:  # noqa: ANN401 - any setting's type
    """Return the application over the house, with further settings of the provider."""
    named = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, "name": "Campus", **settings}
    wanted = {"base_url": "http://testserver", **{f"oidc_{name}": value for name, value in named.items()}}
    made = type(house.settings)(**{**house.settings.model_dump(exclude_unset=True), **wanted})
    app = create_app(made, house.database, Feed(house.database), house.shelf)
    return WebHouse(house, app, Browser(at_home(app)))


def at_home(app: FastAPI) -> httpx.AsyncClient:
    """Return a browser of its own that speaks English."""
    made = client(app)
    made.cookies.set("beginend_language", "en")
    return made


async def linked(web: WebHouse, subject: str = "sub-1", issuer: str | None = None) -> None:
    """Link the student to somebody at the provider."""
    async with web.house.database.unit_of_work() as session:
        name = issuer or web.app.state.house.provider.issuer
        session.add(Identity(issuer=name, subject=subject, user_id=web.house.student.id))


async def visit_provider(address: str) -> str:
    """Go to the provider and return the address to which it sends back."""
    async with httpx.AsyncClient() as outside:
        answer = await outside.get(address)
    assert 302 == answer.status_code, answer.text
    return answer.headers["location"]


async def come_back(web: WebHouse, wanted: str = "/") -> httpx.Response:
    """Go through the whole flow; returns how we answer to whom the provider sends back."""
    left = await web.browser.get(f"/login/openid?next={wanted}")
    assert 303 == left.status_code, left.text
    return await web.browser.get(await visit_provider(left.headers["location"]))


def way_out(page: httpx.Response) -> str:
    """Return the address at the provider to which a page of ours leads."""
    found = re.search(r'class="btn btn-primary" href="([^"]*)"', page.text)
    assert found is not None, page.text
    return unescape(found[1])


async def who(web: WebHouse) -> str | None:
    """Return who is signed in."""
    answer = await web.browser.client.get("/api/v1/me")
    return answer.json()["person"]["login"] if answer.status_code == 200 else None


async def people(web: WebHouse) -> int:
    """Return how many accounts there are."""
    async with web.house.database.reading() as session:
        return await session.scalar(select(func.count()).select_from(User)) or 0


async def test_a_linked_person_signs_in(web: WebHouse, provider: SmallProvider) -> None:
    """The login page leads there, and the way back goes on to the page that was wanted; the ticket is used up."""
    await linked(web)
    login = await web.browser.get("/login?next=/courses/first-steps")
    assert '<a class="btn grow" href="/login/openid?next=/courses/first-steps">Sign in with Campus</a>' in login.text
    answer = await come_back(web, "/courses/first-steps")

    assert (303, "/courses/first-steps") == (answer.status_code, answer.headers["location"])
    assert "student" == await who(web)
    assert "beginend_openid" not in web.browser.client.cookies
    assert [] == provider.refused


async def test_without_settings_there_is_no_button_and_no_way(house: House) -> None:
    """Where no provider is named, nothing of it shows."""
    web = over(house)
    login = await web.browser.get("/login")

    assert "/login/openid" not in login.text
    assert [404, 404] == [(await web.browser.get(way)).status_code for way in ("/login/openid", "/login/openid/back")]


async def test_the_question_is_as_it_must_be(web: WebHouse) -> None:
    """PKCE with S256, state and nonce, fresh each time; the secrets of the ticket are not in the address."""
    first, second = [(await web.browser.get("/login/openid")).headers["location"] for _ in range(2)]
    asked, again = parse_qs(urlsplit(first).query), parse_qs(urlsplit(second).query)

    assert (["S256"], ["code"], [BACK]) == (
        asked["code_challenge_method"],
        asked["response_type"],
        asked["redirect_uri"],
    )
    for name in ("state", "nonce", "code_challenge"):
        assert asked[name] != again[name]
    ticket = Ticket.opened(web.app.state.house.form_key, web.browser.client.cookies["beginend_openid"])
    assert ticket.verifier not in second
    assert [ticket.state] == again["state"]


async def test_nobody_is_let_in_by_an_email_address_or_a_name(web: WebHouse, provider: SmallProvider) -> None:
    """An unknown person whose login name and address are the student's is refused with a sentence; nothing is made."""
    provider.person |= {"preferred_username": "student", "email": "student", "email_verified": True}
    before = await people(web)
    answer = await come_back(web)

    assert 403 == answer.status_code
    assert NOBODY in answer.text
    assert (None, before) == (await who(web), await people(web))


async def test_the_same_subject_at_another_provider_is_somebody_else(web: WebHouse) -> None:
    """An identity is issuer and subject together."""
    await linked(web, issuer="https://elsewhere.example")

    assert NOBODY in (await come_back(web)).text


async def test_unknown_people_get_an_account_where_the_operator_wants_that(
    house: House, provider: SmallProvider
) -> None:
    """With a login name that nobody has, without a password, written down; the next time it is the same one."""
    web = over(house, issuer=provider.issuer, create=True)
    provider.person |= {"preferred_username": "Student"}
    first = await come_back(web)
    made = await reread(web, "student-2")

    assert 303 == first.status_code
    assert "student-2" == await who(web)
    assert (None, "韩梅梅", False) == (made.password_hash, made.display_name, made.is_admin)
    web.browser.client.cookies.delete("beginend_session")
    count = await people(web)
    await come_back(web)
    assert ("student-2", count) == (await who(web), await people(web))
    async with house.database.reading() as session:
        events = (await session.scalars(select(AuditEvent).where(AuditEvent.action == "user.create"))).all()
    assert [(None, str(made.id))] == [(event.actor_id, event.subject) for event in events]

    provider.person = {"sub": "sub-2", "preferred_username": "a b\u202e", "name": "\0"}
    web.browser.client.cookies.delete("beginend_session")
    await come_back(web)
    assert str(await who(web)).startswith("user-")


async def test_a_disabled_person_is_not_let_in_nor_made_anew(house: House, provider: SmallProvider) -> None:
    """Whoever was locked out stays out, also where accounts are made by themselves."""
    web = over(house, issuer=provider.issuer, create=True)
    await linked(web)
    admin = await program(web, await admin_of(web))
    await admin.patch(f"/api/v1/users/{house.student.id}", json={"disabled": True})
    before = await people(web)

    assert NOBODY in (await come_back(web)).text
    assert (None, before) == (await who(web), await people(web))


NOW = int(time.time())


WRONG_CLAIMS: list[dict[str, Any]] = [
    {"nonce": "another"},
    {"nonce": None},
    {"aud": "another"},
    {"aud": [CLIENT_ID, "another"]},  # and no azp: made for somebody else too
    {"aud": None},
    {"azp": "another"},
    {"iss": "https://elsewhere.example"},
    {"exp": NOW - 3600, "iat": NOW - 7200},
    {"exp": None},
    {"nbf": NOW + 36000},
    {"sub": None},
    {"sub": 7},
    {"sub": ""},
    {"sub": "x" * 300},
    {"at_hash": "AAAA"},
]


async def test_wrong_claims_are_refused(web: WebHouse, provider: SmallProvider) -> None:
    """A token for another question, client or time, or of another issuer, signs nobody in; the next right one does."""
    await linked(web)
    for claims in WRONG_CLAIMS:
        provider.claims = claims
        answer = await come_back(web)
        assert (400, None) == (answer.status_code, await who(web)), claims
        assert WRONG in answer.text
        assert "beginend_openid" not in web.browser.client.cookies
    provider.claims = {}
    await come_back(web)
    assert "student" == await who(web)


async def test_a_forged_signature_is_refused(web: WebHouse, provider: SmallProvider) -> None:
    """A key that calls itself the provider's is not enough."""
    await linked(web)
    provider.forged = True

    assert WRONG in (await come_back(web)).text
    assert await who(web) is None


async def test_a_token_signed_with_the_clients_secret_or_not_at_all_is_refused(
    web: WebHouse, provider: SmallProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Although the provider offers HS256 and none, only what it alone can sign is believed."""
    await linked(web)

    def weak(algorithm: str, asked: dict[str, str]) -> str:
        now = int(time.time())
        claims = {"iss": provider.issuer, "aud": CLIENT_ID, "iat": now, "exp": now + 300, "nonce": asked["nonce"]}
        signed = ".".join(
            in_base64(json.dumps(part).encode()) for part in ({"alg": algorithm}, {**claims, "sub": "sub-1"})
        )
        made = hmac.digest(CLIENT_SECRET.encode(), signed.encode(), "sha256") if algorithm == "HS256" else b""
        return f"{signed}.{in_base64(made)}"

    for algorithm in ("HS256", "none"):
        monkeypatch.setattr(provider, "_id_token", lambda asked, name=algorithm: weak(name, asked))
        assert WRONG in (await come_back(web)).text
        assert await who(web) is None


def in_base64(part: bytes) -> str:
    """Return a part of a token as it is written."""
    return base64.urlsafe_b64encode(part).rstrip(b"=").decode()


async def test_new_keys_are_found(web: WebHouse, provider: SmallProvider, monkeypatch: pytest.MonkeyPatch) -> None:
    """A provider that changed its key is asked again, but not at every forged token."""
    await linked(web)
    await come_back(web)
    provider.key = new_key("second")
    assert WRONG in (await come_back(web)).text
    monkeypatch.setattr(discovery, "BETWEEN_LOOKS", 0)
    answer = await come_back(web)

    assert 303 == answer.status_code


async def test_an_answer_to_another_question_is_refused(web: WebHouse, provider: SmallProvider) -> None:
    """A wrong state, none, another browser's, a ticket that is missing, forged or too old: no code is exchanged."""
    await linked(web)

    async def answered(*, state: str | None = None, ticket: str | None = None) -> httpx.Response:
        left = await web.browser.get("/login/openid")
        back = await visit_provider(left.headers["location"])
        given = {name: values[0] for name, values in parse_qs(urlsplit(back).query).items()}
        if state is not None:
            given["state"] = state
        if ticket is not None:
            web.browser.client.cookies.delete("beginend_openid")
            web.browser.client.cookies.set("beginend_openid", ticket)
        return await web.browser.client.get(BACK, params=given)

    key = web.app.state.house.form_key
    for answer in (
        await answered(state="another"),
        await answered(state=""),
        await answered(state="é"),
        await answered(ticket="nonsense"),
        await answered(ticket=""),
        await answered(ticket=Ticket(wanted="/").sealed(b"another key")),
        await answered(ticket=Ticket(wanted="/").sealed(key)),
    ):
        assert 400 == answer.status_code
        assert WRONG in answer.text
    assert await who(web) is None
    assert 7 == len(provider.codes)


async def test_a_ticket_is_good_for_ten_minutes(monkeypatch: pytest.MonkeyPatch) -> None:
    """And then no more, whoever signed it."""
    sealed = Ticket(wanted="/").sealed(b"key")
    assert "/" == Ticket.opened(b"key", sealed).wanted
    later = time.time() + 601
    monkeypatch.setattr(time, "time", lambda: later)
    with pytest.raises(SignInFailed):
        Ticket.opened(b"key", sealed)


async def test_a_code_is_good_once(web: WebHouse, provider: SmallProvider) -> None:
    """The address of the way back, opened again with the same ticket, signs nobody in."""
    await linked(web)
    left = await web.browser.get("/login/openid")
    ticket = web.browser.client.cookies["beginend_openid"]
    back = await visit_provider(left.headers["location"])
    assert 303 == (await web.browser.get(back)).status_code
    web.browser.client.cookies.clear()
    web.browser.client.cookies.set("beginend_openid", ticket)
    again = await web.browser.client.get(back, headers={"Accept-Language": "en"})

    assert 400 == again.status_code
    assert ["unknown code"] == provider.refused
    assert await who(web) is None


async def test_a_code_that_somebody_picked_up_is_of_no_use(web: WebHouse, provider: SmallProvider) -> None:
    """Another browser with a ticket of its own lacks the verifier: the provider says no."""
    await linked(web)
    code = parse_qs(urlsplit(await visit_provider((await web.browser.get("/login/openid")).headers["location"])).query)
    thief = Browser(at_home(web.app))
    await thief.get("/login/openid")
    own = Ticket.opened(web.app.state.house.form_key, thief.client.cookies["beginend_openid"])
    answer = await thief.client.get(BACK, params={"code": code["code"][0], "state": own.state})

    assert (400, ["wrong verifier"]) == (answer.status_code, provider.refused)


async def test_whoever_says_no_at_the_provider_is_told_kindly(web: WebHouse, provider: SmallProvider) -> None:
    """A refusal there, and an answer that names another issuer, is a page with a sentence."""
    provider.refusal = "access_denied"
    assert WRONG in (await come_back(web)).text
    provider.refusal = None
    back = await visit_provider((await web.browser.get("/login/openid")).headers["location"])
    assert WRONG in (await web.browser.get(f"{back}&iss=https%3A%2F%2Felsewhere.example")).text


async def test_a_provider_that_is_down_is_a_kind_page(house: House) -> None:
    """Nobody listens there: the page says so and that a password still works; the login itself still opens."""
    web = over(house, issuer="http://127.0.0.1:9")
    answer = await web.browser.get("/login/openid")

    assert 503 == answer.status_code
    assert AWAY in answer.text
    assert 200 == (await web.browser.get("/login")).status_code


async def test_a_provider_that_goes_down_on_the_way_is_a_kind_page(web: WebHouse, provider: SmallProvider) -> None:
    """The way back finds nobody to ask: 503 with a sentence, and nobody is signed in."""
    await linked(web)
    provider.document = {"token_endpoint": "http://127.0.0.1:9/token"}
    answer = await come_back(web)

    assert (503, None) == (answer.status_code, await who(web))
    assert AWAY in answer.text


async def test_odd_discovery_documents_are_not_used(house: House, provider: SmallProvider) -> None:
    """Another issuer's, endpoints that others can listen to, no address at all, signatures that anybody can make."""
    for document in (
        {"issuer": "https://elsewhere.example"},
        {"token_endpoint": "http://elsewhere.example/token"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"jwks_uri": None},
        {"id_token_signing_alg_values_supported": ["HS256", "none"]},
    ):
        provider.document = document
        web = over(house, issuer=provider.issuer)
        assert 503 == (await web.browser.get("/login/openid")).status_code, document


async def test_a_wrong_secret_is_our_fault_and_not_the_persons(house: House, provider: SmallProvider) -> None:
    """The provider refuses us; people read that the service is not available."""
    web = over(house, issuer=provider.issuer, client_secret="wrong")
    answer = await come_back(web)

    assert (503, ["invalid_client"]) == (answer.status_code, provider.refused)
    assert AWAY in answer.text


async def test_a_person_links_their_own_account(web: WebHouse) -> None:
    """From the account's page, by a form of ours; afterwards the provider lets them in; it is written down."""
    await web.browser.sign_in()
    page = await web.browser.get("/account/password")
    assert "Link with Campus" in page.text
    leave = await web.browser.post("/account/openid")
    assert 200 == leave.status_code
    address = way_out(leave)
    answer = await web.browser.get(await visit_provider(address))
    assert "/account/password?done=link" == answer.headers["location"]
    shown = (await web.browser.get("/account/password?done=link")).text
    assert "The account is linked." in shown
    assert "Link with Campus" not in shown

    web.browser.client.cookies.delete("beginend_session")
    await come_back(web)
    assert "student" == await who(web)
    async with web.house.database.reading() as session:
        event = await session.scalar(select(AuditEvent).where(AuditEvent.action == "identity.link"))
    assert event is not None
    assert (web.house.student.id, str(web.house.student.id)) == (event.actor_id, event.subject)


async def test_linking_begins_only_at_our_own_page_and_ends_with_the_same_person(web: WebHouse) -> None:
    """Without the form's token nothing begins; with nobody or somebody else signed in at the end, nothing is linked."""
    await web.browser.sign_in()
    csrf, web.browser.csrf = web.browser.csrf, "0" * 64
    assert 403 == (await web.browser.post("/account/openid")).status_code
    web.browser.csrf = csrf
    for login in (None, "other"):
        await web.browser.get("/account/password")
        leave = await web.browser.post("/account/openid")
        address = way_out(leave)
        back = await visit_provider(address)
        web.browser.client.cookies.delete("beginend_session")
        if login is not None:
            await web.browser.sign_in(login)
        assert 400 == (await web.browser.get(back)).status_code
        web.browser.client.cookies.clear()
        web.browser.client.cookies.set("beginend_language", "en")
        await web.browser.sign_in()
    async with web.house.database.reading() as session:
        assert 0 == await session.scalar(select(func.count()).select_from(Identity))


async def test_an_identity_of_somebody_else_is_not_taken_over(web: WebHouse) -> None:
    """Linking what belongs to another account is refused, and stays theirs."""
    await linked(web)
    await web.browser.sign_in("other")
    await web.browser.get("/account/password")
    leave = await web.browser.post("/account/openid")
    address = way_out(leave)
    answer = await web.browser.get(await visit_provider(address))

    assert 409 == answer.status_code
    assert "linked to another account" in answer.text
    async with web.house.database.reading() as session:
        identity = await session.scalar(select(Identity))
    assert identity is not None
    assert web.house.student.id == identity.user_id
