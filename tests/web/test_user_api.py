"""``/users``: what administrators do to accounts, what is written down of it, and that nobody else may."""

import asyncio
import base64
import json
import uuid
from typing import Any

import pytest
from accounthouse import admin_of, client, problem, program, reread
from sqlalchemy import select, text, update
from webhouse import PASSWORD, Browser, WebHouse

from server.accounts import Changes, Scope, change_account, create_user
from server.database.models import AuditEvent, User
from server.errors import LastAdmin

pytestmark = pytest.mark.database

USERS = "/api/v1/users"


async def deeds(web: WebHouse, action: str) -> list[tuple[str, str, dict[str, Any]]]:
    """Return who did this to whom, with the details."""
    async with web.house.database.reading() as session:
        rows = await session.scalars(select(AuditEvent).where(AuditEvent.action == action).order_by(AuditEvent.id))
        return [(str(row.actor_id), row.subject, row.detail) for row in rows]


async def test_nobody_but_an_admin_may_manage_people(web: WebHouse) -> None:
    """Students, teachers and authors are refused at each route, and nothing changes."""
    async with web.house.database.unit_of_work() as session:
        author = await create_user(session, login="author", password=PASSWORD, is_author=True)
    victim = f"{USERS}/{web.house.other.id}"
    identity = {"issuer": "https://id.example", "subject": "1"}
    for who in (web.house.student, web.house.teacher, author):
        api = await program(web, who)
        for answer in (
            await api.get(USERS),
            await api.get(victim),
            await api.post(USERS, json={"login": "new"}),
            await api.patch(victim, json={"disabled": True}),
            await api.patch(f"{USERS}/{who.id}", json={"is_admin": True}),
            await api.post(f"{victim}/password", json={}),
            await api.post(f"{victim}/identities", json=identity),
            await api.delete(f"{victim}/identities", params=identity),
        ):
            assert (403, "not-allowed") == problem(answer)
    assert not (await reread(web, "student")).is_admin
    assert (await reread(web, "other")).disabled_at is None


async def test_people_are_listed_in_pages_and_found_by_a_part_of_their_names(web: WebHouse) -> None:
    """By login name; in any case, full-width too; ``%`` and ``_`` are letters; who was deleted is not there."""
    api = await program(web, await admin_of(web))
    async with web.house.database.unit_of_work() as session:
        await create_user(session, login="a_b%c", password=PASSWORD, display_name="李雷")
        gone = await create_user(session, login="gone", password=PASSWORD)
        await session.execute(update(User).where(User.id == gone.id).values(deleted_at=text("now()")))

    async def found(**params: str | int) -> list[str]:
        answer = await api.get(USERS, params=params)
        return [user["login"] for user in answer.json()["items"]]

    first = (await api.get(USERS, params={"limit": 3})).json()
    rest = (await api.get(USERS, params={"limit": 3, "cursor": first["next"]})).json()
    logins = [user["login"] for user in (*first["items"], *rest["items"])]
    assert (["a_b%c", "other", "root", "student", "teacher"], None) == (logins, rest["next"])
    assert ["student"] == await found(search="ＳTUD")
    assert ["a_b%c"] == await found(search="李")
    assert ["a_b%c"] == await found(search="_")
    assert ["a_b%c"] == await found(search="%")
    assert [] == await found(search="\0")
    for place in ([1], ["\0"]):
        cursor = base64.urlsafe_b64encode(json.dumps(place).encode()).decode()
        assert (422, "unreadable-cursor") == problem(await api.get(USERS, params={"cursor": cursor}))


async def test_a_new_person_gets_a_password_once_and_must_change_it(web: WebHouse) -> None:
    """The random password lets them in as far as choosing another; a taken or odd login name is refused."""
    admin = await admin_of(web)
    api = await program(web, admin)
    made = await api.post(USERS, json={"login": "Mei", "display_name": "Mei Mei", "is_author": True})
    given = await api.post(USERS, json={"login": "with", "password": PASSWORD})
    person = made.json()["person"]

    assert (201, "mei", True, True) == (
        made.status_code,
        person["login"],
        person["is_author"],
        person["must_change_password"],
    )
    assert given.json()["password"] is None
    assert given.json()["person"]["must_change_password"]
    assert (409, "login-taken") == problem(await api.post(USERS, json={"login": "MEI"}))
    assert (422, "unusable-login") == problem(await api.post(USERS, json={"login": "m ei"}))
    assert (422, "unusable-login") == problem(await api.post(USERS, json={"login": "x", "password": "short"}))
    assert made.json()["password"] not in str((await api.get(f"{USERS}/{person['id']}")).json())
    actor, subject, detail = (await deeds(web, "user.create"))[0]
    assert (str(admin.id), person["id"]) == (actor, subject)
    assert made.json()["password"] not in str(detail)

    await web.browser.get("/login")
    entered = await web.browser.post("/login", login="mei", password=made.json()["password"])
    assert "/account/password?next=/" == entered.headers["location"]
    await web.browser.get("/account/password")
    headers = {"X-CSRF-Token": web.browser.csrf}
    browser = web.browser.client
    assert 200 == (await browser.get("/api/v1/me")).status_code
    assert (403, "password-must-change") == problem(await browser.get("/api/v1/courses"))
    assert (403, "password-must-change") == problem(await browser.get("/api/v1/me/tokens"))
    wish = {"old_password": made.json()["password"], "new_password": "a horse of my own"}
    assert 204 == (await browser.post("/api/v1/me/password", json=wish, headers=headers)).status_code
    assert 200 == (await browser.get("/api/v1/courses")).status_code


async def test_changes_are_written_down_with_before_and_after(web: WebHouse) -> None:
    """Only what changed is noted, and a change that changes nothing is no event; a stranger's id is refused."""
    admin = await admin_of(web)
    api = await program(web, admin)
    victim = f"{USERS}/{web.house.other.id}"
    changed = await api.patch(victim, json={"display_name": "Somebody", "is_author": True})
    same = await api.patch(victim, json={"is_author": True})

    assert (200, 200) == (changed.status_code, same.status_code)
    assert [
        (
            str(admin.id),
            str(web.house.other.id),
            {
                "before": {"is_author": False},
                "after": {"is_author": True},
                "renamed": True,  # but not from what to what: a name may have to be forgotten
            },
        )
    ] == await deeds(web, "user.change")
    for answer in (
        await api.patch(f"{USERS}/{uuid.uuid4()}", json={}),
        await api.get(f"{USERS}/{uuid.uuid4()}"),
        await api.post(f"{USERS}/{uuid.uuid4()}/password", json={}),
    ):
        assert (404, "unknown-person") == problem(answer)


@pytest.mark.parametrize("column", ["disabled_at", "deleted_at"])
async def test_who_is_disabled_or_deleted_comes_in_no_way(web: WebHouse, column: str) -> None:
    """Neither by password, nor by a session, nor by a token that worked a moment ago."""
    api = await program(web, web.house.student)
    await web.browser.sign_in()
    assert (200, 200) == (
        (await api.get("/api/v1/me")).status_code,
        (await web.browser.client.get("/api/v1/me")).status_code,
    )
    async with web.house.database.unit_of_work() as session:
        await session.execute(text(f"update users set {column} = now() where login = 'student'"))  # noqa: S608

    assert (401, "unknown-token") == problem(await api.get("/api/v1/me"))
    assert (401, "not-signed-in") == problem(await web.browser.client.get("/api/v1/me"))
    assert "/login?next=/&ended=1" == (await web.browser.get("/")).headers["location"]
    fresh = Browser(client(web.app))
    await fresh.get("/login")
    assert 401 == (await fresh.post("/login", login="student", password=PASSWORD)).status_code


async def test_disabling_ends_sessions_and_enabling_does_not_bring_them_back(web: WebHouse) -> None:
    """Whoever is let in again signs in again."""
    api = await program(web, await admin_of(web))
    await web.browser.sign_in()
    student = f"{USERS}/{web.house.student.id}"
    off = await api.patch(student, json={"disabled": True})
    on = await api.patch(student, json={"disabled": False})

    assert (True, False) == (off.json()["disabled"], on.json()["disabled"])
    assert (401, "not-signed-in") == problem(await web.browser.client.get("/api/v1/me"))
    await web.browser.sign_in()


async def test_a_reset_password_is_for_once(web: WebHouse) -> None:
    """It is shown once, ends sessions, revokes tokens only when asked, and opens nothing but the way to another."""
    admin = await admin_of(web)
    api, students = await program(web, admin), await program(web, web.house.student, Scope.READ)
    await web.browser.sign_in()
    reset = f"{USERS}/{web.house.student.id}/password"
    first = await api.post(reset, json={})
    assert (401, "not-signed-in") == problem(await web.browser.client.get("/api/v1/me"))
    assert 200 == (await students.get("/api/v1/me")).status_code
    assert (403, "password-must-change") == problem(await students.get("/api/v1/courses"))

    second = await api.post(reset, json={"end_tokens": True})
    assert (401, "unknown-token") == problem(await students.get("/api/v1/me"))
    assert first.json()["password"] != second.json()["password"]
    for password, status in ((PASSWORD, 401), (first.json()["password"], 401), (second.json()["password"], 303)):
        await web.browser.get("/login")
        assert status == (await web.browser.post("/login", login="student", password=password)).status_code
    assert [{"end_tokens": False}, {"end_tokens": True}] == [
        detail for _, _, detail in await deeds(web, "user.reset-password")
    ]


async def test_the_last_admin_stays(web: WebHouse) -> None:
    """Nobody takes away the last one who may manage people, not even themselves; a disabled one does not count."""
    admin = await admin_of(web)
    other = await admin_of(web, "second")
    api = await program(web, admin)
    own = f"{USERS}/{admin.id}"
    assert 200 == (await api.patch(f"{USERS}/{other.id}", json={"disabled": True})).status_code

    assert (409, "last-admin") == problem(await api.patch(own, json={"disabled": True}))
    assert (409, "last-admin") == problem(await api.patch(own, json={"is_admin": False}))
    assert 200 == (await api.patch(own, json={"display_name": "still here"})).status_code
    assert 200 == (await api.patch(f"{USERS}/{other.id}", json={"disabled": False})).status_code
    assert 200 == (await api.patch(own, json={"is_admin": False})).status_code
    assert (403, "not-allowed") == problem(await api.get(USERS))


async def test_two_admins_who_demote_each_other_at_once_leave_one(web: WebHouse) -> None:
    """They take turns, whatever the order: one succeeds, the other is told that nobody would be left."""
    one, two = await admin_of(web), await admin_of(web, "second")
    database = web.house.database

    async def demote(actor: User, victim: User) -> bool:
        try:
            async with database.unit_of_work() as session:
                await change_account(session, actor, victim.id, Changes(is_admin=False))
                await asyncio.sleep(0.1)  # the other comes in between
        except LastAdmin:
            return False
        return True

    assert [False, True] == sorted(await asyncio.gather(demote(one, two), demote(two, one)))
    assert 1 == sum([(await reread(web, login)).is_admin for login in ("root", "second")])


async def test_identities_are_linked_and_unlinked_by_admins(web: WebHouse) -> None:
    """One identity has one account; linking it again to the same is fine; all of it is written down."""
    api = await program(web, await admin_of(web))
    student, other = f"{USERS}/{web.house.student.id}", f"{USERS}/{web.house.other.id}"
    identity = {"issuer": "https://id.example", "subject": "248289761001"}

    assert 201 == (await api.post(f"{student}/identities", json=identity)).status_code
    assert 201 == (await api.post(f"{student}/identities", json=identity)).status_code
    assert (409, "identity-taken") == problem(await api.post(f"{other}/identities", json=identity))
    assert (422, "invalid-request") == problem(
        await api.post(f"{other}/identities", json={"issuer": "x", "subject": "\0"})
    )
    shown = (await api.get(student)).json()["identities"]
    assert [identity] == [{"issuer": one["issuer"], "subject": one["subject"]} for one in shown]
    assert (404, "unknown-identity") == problem(await api.delete(f"{other}/identities", params=identity))
    nonsense = {"issuer": "x", "subject": "\0"}
    assert (422, "invalid-request") == problem(await api.delete(f"{other}/identities", params=nonsense))
    assert 204 == (await api.delete(f"{student}/identities", params=identity)).status_code
    assert 201 == (await api.post(f"{other}/identities", json=identity)).status_code
    assert (2, 1) == (len(await deeds(web, "identity.link")), len(await deeds(web, "identity.unlink")))


async def test_two_requests_for_one_login_name_make_one_account(web: WebHouse) -> None:
    """The second is told that the name is taken, also when both looked before either wrote."""
    api = await program(web, await admin_of(web))
    answers = await asyncio.gather(*(api.post(USERS, json={"login": "twin"}) for _ in range(3)))

    assert [201, 409, 409] == sorted(answer.status_code for answer in answers)
    async with web.house.database.reading() as session:
        twins = (await session.scalars(select(User.id).where(User.login == "twin"))).all()
    assert 1 == len(twins)
