"""``/me``: the caller's account, password, sessions and tokens over the API."""

import base64
import json
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from accounthouse import client, problem, program, reread
from serverhouse import COURSE
from sqlalchemy import select, text, update
from webhouse import PASSWORD, WRONG, WebHouse

from server.accounts import Scope, start_session
from server.database.models import ApiToken, AuditEvent, LoginSession, User

pytestmark = pytest.mark.database

SUBMISSIONS = f"/api/v1/courses/{COURSE}/exercises/cnn-digits/submissions"
NEW = "a much better horse"


async def token_row(web: WebHouse) -> ApiToken:
    """Return the only token there is."""
    async with web.house.database.reading() as session:
        found = (await session.scalars(select(ApiToken))).all()
    assert 1 == len(found)
    return found[0]


async def test_me_says_who_calls_and_what_they_may_do(web: WebHouse) -> None:
    """A program learns its person and scopes; a browser has all scopes."""
    api = await program(web, web.house.student, Scope.READ)
    me = (await api.get("/api/v1/me")).json()
    await web.browser.sign_in()
    own = (await web.browser.client.get("/api/v1/me")).json()

    assert ("student", False, True, ["read"]) == (
        me["person"]["login"],
        me["person"]["is_admin"],
        me["person"]["has_password"],
        me["scopes"],
    )
    assert ["manage", "read", "submit"] == own["scopes"]
    assert "password_hash" not in me["person"]


async def test_people_change_their_name_and_language(web: WebHouse) -> None:
    """What is sent changes, what is not stays; nothing else can be changed this way."""
    api = await program(web, web.house.student)
    changed = await api.patch("/api/v1/me", json={"display_name": "  李雷  "})
    language = await api.patch("/api/v1/me", json={"language": "en"})
    user = await reread(web, "student")

    assert (200, "李雷") == (changed.status_code, changed.json()["person"]["display_name"])
    assert ("李雷", "en") == (user.display_name, user.language)
    assert "en" == language.json()["person"]["language"]
    for wrong in ({"is_admin": True}, {"display_name": " "}, {"display_name": "a\nb"}, {"display_name": "\0"}):
        assert (422, "invalid-request") == problem(await api.patch("/api/v1/me", json=wrong))
    assert (422, "invalid-request") == problem(await api.patch("/api/v1/me", json={"language": "fr"}))


async def test_a_token_opens_only_what_it_was_made_for(web: WebHouse) -> None:
    """Each scope opens its kind of route and no other; the refusal names what is missing."""
    for scope, opened in (
        (Scope.READ, [200, 403, 403]),
        (Scope.SUBMIT, [403, 202, 403]),
        (Scope.MANAGE, [403, 403, 200]),
    ):
        api = await program(web, web.house.student, scope)
        answers = [
            await api.get("/api/v1/courses"),
            await api.post(SUBMISSIONS, json={"regions": [WRONG]}),
            await api.patch("/api/v1/me", json={"display_name": "x"}),
        ]
        assert opened == [answer.status_code for answer in answers]
        for answer, needed in zip(answers, Scope, strict=True):
            if needed is not scope:
                assert (403, "outside-scope") == problem(answer)
                assert needed.value == answer.json()["needs"]


async def test_a_token_without_scopes_may_do_everything(web: WebHouse) -> None:
    """So do tokens from before there were scopes."""
    api = await program(web, web.house.student)

    assert 200 == (await api.get("/api/v1/courses")).status_code
    assert 202 == (await api.post(SUBMISSIONS, json={"regions": [WRONG]})).status_code
    assert 200 == (await api.patch("/api/v1/me", json={"language": "en"})).status_code


async def test_a_scope_of_another_version_opens_nothing(web: WebHouse) -> None:
    """A word that is not known does not make a token one without scopes."""
    api = await program(web, web.house.student, Scope.READ)
    async with web.house.database.unit_of_work() as session:
        await session.execute(update(ApiToken).values(scopes=["everything"]))

    assert (403, "outside-scope") == problem(await api.get("/api/v1/courses"))


async def test_tokens_end_by_time_and_by_revoking(web: WebHouse) -> None:
    """A token that has ended or was revoked is nobody's, and is listed no more."""
    await web.browser.sign_in()
    browser, headers = web.browser.client, {"X-CSRF-Token": web.browser.csrf}
    one = (await browser.post("/api/v1/me/tokens", json={"name": "a", "days": 1}, headers=headers)).json()
    two = (await browser.post("/api/v1/me/tokens", json={"name": "b", "scopes": ["read"]}, headers=headers)).json()
    listed = (await browser.get("/api/v1/me/tokens")).json()
    assert [("b", ["read"]), ("a", ["manage", "read", "submit"])] == [(t["name"], t["scopes"]) for t in listed["items"]]
    assert one["secret"] not in str(listed)
    assert timedelta(hours=23) < datetime.fromisoformat(one["token"]["expires_at"]) - datetime.now(UTC)

    async with web.house.database.unit_of_work() as session:
        await session.execute(
            update(ApiToken).where(ApiToken.name == "a").values(expires_at=text("now() - interval '1 second'"))
        )
    revoked = await browser.delete(f"/api/v1/me/tokens/{two['token']['id']}", headers=headers)
    again = await browser.delete(f"/api/v1/me/tokens/{two['token']['id']}", headers=headers)

    assert 204 == revoked.status_code
    assert (404, "unknown-api-token") == problem(again)
    for secret in (one["secret"], two["secret"]):
        assert (401, "unknown-token") == problem(await client(web.app, secret).get("/api/v1/me"))
    assert [] == (await browser.get("/api/v1/me/tokens")).json()["items"]


async def test_nobody_revokes_or_sees_anothers_token_or_session(web: WebHouse) -> None:
    """Another person's token and session look like none."""
    mine, theirs = await program(web, web.house.student), await program(web, web.house.other)
    token = (await mine.get("/api/v1/me/tokens")).json()["items"][0]["id"]
    async with web.house.database.unit_of_work() as session:
        await start_session(session, web.house.student)
    browser = (await mine.get("/api/v1/me/sessions")).json()["items"][0]["id"]

    assert (404, "unknown-api-token") == problem(await theirs.delete(f"/api/v1/me/tokens/{token}"))
    assert (404, "unknown-session") == problem(await theirs.delete(f"/api/v1/me/sessions/{browser}"))
    assert [] == (await theirs.get("/api/v1/me/sessions")).json()["items"]
    assert 1 == len((await theirs.get("/api/v1/me/tokens")).json()["items"])
    assert 200 == (await mine.get("/api/v1/me")).status_code


async def test_a_token_makes_none_that_outdoes_itself(web: WebHouse) -> None:
    """Neither more scopes, nor a longer life; and only with ``manage`` any at all."""
    reader = await program(web, web.house.student, Scope.READ, Scope.SUBMIT)
    manager = await program(web, web.house.student, Scope.MANAGE, days=2)
    tokens = "/api/v1/me/tokens"

    assert (403, "outside-scope") == problem(await reader.post(tokens, json={"name": "x", "scopes": ["read"]}))
    for wide in (
        {"days": 1},
        {"scopes": ["read"], "days": 1},
        {"scopes": ["manage"]},
        {"scopes": ["manage"], "days": 3},
    ):
        assert (403, "token-too-wide") == problem(await manager.post(tokens, json={"name": "x", **wide}))
    assert 201 == (await manager.post(tokens, json={"name": "x", "scopes": ["manage"], "days": 1})).status_code


async def test_the_last_use_is_remembered_to_the_minute(web: WebHouse) -> None:
    """The first call writes it down, the next within a minute does not, one after a minute does."""
    api = await program(web, web.house.student, Scope.READ)
    assert (await token_row(web)).last_used_at is None
    await api.get("/api/v1/me")
    first = (await token_row(web)).last_used_at
    await api.get("/api/v1/me")
    assert first is not None
    assert first == (await token_row(web)).last_used_at

    async with web.house.database.unit_of_work() as session:
        await session.execute(update(ApiToken).values(last_used_at=text("now() - interval '61 seconds'")))
    await api.get("/api/v1/me")
    later = (await token_row(web)).last_used_at
    assert later is not None
    assert later > first


async def test_changing_the_password_ends_all_other_sessions(web: WebHouse) -> None:
    """The browser in use goes on, others are signed out, the old password is of no use; the deed is written down."""
    await web.browser.sign_in()
    async with web.house.database.unit_of_work() as session:
        elsewhere = await start_session(session, web.house.student, agent="Other\nBrowser/1")
    headers = {"X-CSRF-Token": web.browser.csrf}
    listed = (await web.browser.client.get("/api/v1/me/sessions")).json()["items"]
    assert [("OtherBrowser/1", False), True] == [(listed[0]["agent"], listed[0]["current"]), listed[1]["current"]]

    wish = {"old_password": PASSWORD, "new_password": NEW}
    changed = await web.browser.client.post("/api/v1/me/password", json=wish, headers=headers)
    other = client(web.app)
    other.cookies.set("beginend_session", elsewhere)

    assert 204 == changed.status_code
    assert 200 == (await web.browser.client.get("/api/v1/me")).status_code
    assert (401, "not-signed-in") == problem(await other.get("/api/v1/me"))
    again = await web.browser.client.post("/api/v1/me/password", json=wish, headers=headers)
    assert (403, "wrong-password") == problem(again)
    async with web.house.database.reading() as session:
        events = (await session.scalars(select(AuditEvent).where(AuditEvent.action == "user.change-password"))).all()
    assert [str(web.house.student.id)] == [event.subject for event in events]
    assert NEW not in str([event.detail for event in events])


async def test_a_program_that_changes_the_password_ends_every_session(web: WebHouse) -> None:
    """It sits at no browser; without the scope it may not."""
    await web.browser.sign_in()
    reader = await program(web, web.house.student, Scope.READ, Scope.SUBMIT)
    manager = await program(web, web.house.student, Scope.MANAGE)
    wish = {"old_password": PASSWORD, "new_password": NEW}

    assert (403, "outside-scope") == problem(await reader.post("/api/v1/me/password", json=wish))
    assert 204 == (await manager.post("/api/v1/me/password", json=wish)).status_code
    assert (401, "not-signed-in") == problem(await web.browser.client.get("/api/v1/me"))


async def test_passwords_that_do_not_fit(web: WebHouse) -> None:
    """Each is refused with its own code, half a surrogate pair too, which JSON can carry; and the password stays."""
    api = await program(web, web.house.student)
    for old, new, expected in (
        (PASSWORD, "short", (422, "unusable-login")),
        (PASSWORD, PASSWORD, (422, "same-password")),
        (PASSWORD, "\ud800" * 8, (422, "invalid-request")),
        (PASSWORD, "x" * 1025, (422, "invalid-request")),
        ("", NEW, (403, "wrong-password")),
    ):
        body = json.dumps({"old_password": old, "new_password": new})
        answer = await api.post("/api/v1/me/password", content=body, headers={"Content-Type": "application/json"})
        assert expected == problem(answer)
    await web.browser.sign_in()


async def test_wrong_old_passwords_are_slowed_down_as_logins_are(web: WebHouse) -> None:
    """Guesses through the API and through the login count together, by login and address; a right one is too late."""
    api = await program(web, web.house.student)
    wish = {"old_password": "wrong horse", "new_password": NEW}
    for _ in range(7):
        assert (403, "wrong-password") == problem(await api.post("/api/v1/me/password", json=wish))
    await web.browser.get("/login")
    assert 401 == (await web.browser.post("/login", login="Student", password="wrong horse")).status_code
    late = await api.post("/api/v1/me/password", json={**wish, "old_password": PASSWORD})
    page = await web.browser.post("/login", login="student", password=PASSWORD)

    assert (429, "too-many-failures") == problem(late)
    assert 0 < int(late.headers["retry-after"]) <= 600
    assert 429 == page.status_code


async def test_who_has_no_password_cannot_change_it(web: WebHouse) -> None:
    """Whoever only comes in through a provider is told so."""
    async with web.house.database.unit_of_work() as session:
        await session.execute(update(User).where(User.login == "student").values(password_hash=None))
    api = await program(web, web.house.student)
    answer = await api.post("/api/v1/me/password", json={"old_password": "", "new_password": NEW})

    assert (409, "no-password") == problem(answer)


async def test_sessions_are_ended_one_by_one_and_all_at_once(web: WebHouse) -> None:
    """One by its id; all others together, while the caller's own goes on; one that ended by time is not listed."""
    await web.browser.sign_in()
    headers = {"X-CSRF-Token": web.browser.csrf}
    browser = web.browser.client
    async with web.house.database.unit_of_work() as session:
        for _ in range(3):
            await start_session(session, web.house.student)
        await start_session(session, web.house.student, days=-1)
        await start_session(session, web.house.other)
    first = (await browser.get("/api/v1/me/sessions", params={"limit": 3})).json()
    rest = (await browser.get("/api/v1/me/sessions", params={"limit": 3, "cursor": first["next"]})).json()
    ids = [row["id"] for row in (*first["items"], *rest["items"])]
    assert (4, None) == (len(set(ids)), rest["next"])

    one = next(row["id"] for row in first["items"] if not row["current"])
    assert 204 == (await browser.delete(f"/api/v1/me/sessions/{one}", headers=headers)).status_code
    assert (404, "unknown-session") == problem(
        await browser.delete(f"/api/v1/me/sessions/{uuid.uuid4()}", headers=headers)
    )
    assert 3 == len((await browser.get("/api/v1/me/sessions")).json()["items"])
    assert 204 == (await browser.delete("/api/v1/me/sessions", headers=headers)).status_code
    left = (await browser.get("/api/v1/me/sessions")).json()["items"]
    assert [True] == [row["current"] for row in left]
    async with web.house.database.reading() as session:
        others = (await session.scalars(select(LoginSession).where(LoginSession.user_id == web.house.other.id))).all()
    assert 1 == len(others)


async def test_a_cursor_that_no_page_gave_is_refused(web: WebHouse) -> None:
    """Nonsense, words that are no moment, numbers, a moment without a time zone: all the same sentence."""
    api = await program(web, web.house.student)
    places = (["1", "2"], [1, 2], ["2026-01-01T00:00:00", str(uuid.uuid4())], ["2026-01-01T00:00:00Z"], {})
    for cursor in ("x", "é", *(base64.urlsafe_b64encode(json.dumps(place).encode()).decode() for place in places)):
        answer = await api.get("/api/v1/me/sessions", params={"cursor": cursor})
        assert (422, "unreadable-cursor") == problem(answer), cursor
