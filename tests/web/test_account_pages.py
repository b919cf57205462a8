"""The account's page: a password of one's own, chosen without any script."""

import pytest
from accounthouse import reread
from sqlalchemy import update
from webhouse import PASSWORD, WORKSPACE, WRONG, WebHouse

from server.accounts import start_session
from server.database.models import User

pytestmark = pytest.mark.database

PAGE = "/account/password"
NEW = "a much better horse"


async def must_change(web: WebHouse) -> None:
    """Let the student's password be one that was made for them."""
    async with web.house.database.unit_of_work() as session:
        await session.execute(update(User).where(User.login == "student").values(must_change_password=True))


async def test_a_person_changes_their_password(web: WebHouse) -> None:
    """From the bar at the top, by a form; the new one counts, other browsers are signed out, this one goes on."""
    await web.browser.sign_in()
    assert f'<a class="avatar" href="{PAGE}"' in (await web.browser.get("/courses/first-steps")).text
    async with web.house.database.unit_of_work() as session:
        elsewhere = await start_session(session, web.house.student)
    await web.browser.get(PAGE)
    changed = await web.browser.post(PAGE, old=PASSWORD, new=NEW, again=NEW, next="/")

    assert (303, f"{PAGE}?done=password") == (changed.status_code, changed.headers["location"])
    assert "The password is changed" in (await web.browser.get(changed.headers["location"])).text
    web.browser.client.cookies.clear()
    web.browser.client.cookies.set("beginend_session", elsewhere)
    assert "/login?next=/account/password&ended=1" == (await web.browser.get(PAGE)).headers["location"]
    web.browser.client.cookies.clear()
    await web.browser.get("/login")
    assert 401 == (await web.browser.post("/login", login="student", password=PASSWORD)).status_code
    assert 303 == (await web.browser.post("/login", login="student", password=NEW)).status_code


async def test_what_does_not_fit_is_said_and_changes_nothing(web: WebHouse) -> None:
    """Two different new ones, a short one, a wrong old one, the same again: each has its sentence, in zh and en."""
    await web.browser.sign_in()
    await web.browser.get(PAGE)
    for old, new, again, status, sentence in (
        (PASSWORD, NEW, "another horse", 422, "not typed the same way twice"),
        (PASSWORD, "short", "short", 422, "at least 8 characters"),
        ("wrong horse", NEW, NEW, 403, "The present password is wrong"),
        (PASSWORD, PASSWORD, PASSWORD, 422, "must differ"),
        ("", "", "", 403, "The present password is wrong"),
    ):
        answer = await web.browser.post(PAGE, old=old, new=new, again=again)
        assert (status, True) == (answer.status_code, sentence in answer.text), answer.text
    web.browser.client.cookies.set("beginend_language", "zh")
    await web.browser.get(PAGE)
    answer = await web.browser.post(PAGE, old="wrong horse", new=NEW, again=NEW)
    assert "当前密码不正确" in answer.text
    web.browser.client.cookies.clear()
    await web.browser.sign_in()


async def test_the_form_is_ours_alone_and_guesses_are_slowed_down(web: WebHouse) -> None:
    """Without the token it is refused; after eight wrong old passwords the page says how long to wait."""
    await web.browser.sign_in()
    await web.browser.get(PAGE)
    foreign = await web.browser.client.post(PAGE, data={"old": PASSWORD, "new": NEW, "again": NEW})
    assert 403 == foreign.status_code
    for _ in range(8):
        assert 403 == (await web.browser.post(PAGE, old="wrong horse", new=NEW, again=NEW)).status_code
    late = await web.browser.post(PAGE, old=PASSWORD, new=NEW, again=NEW)

    assert 429 == late.status_code
    assert "Too many failed attempts" in late.text


async def test_a_password_that_was_given_opens_only_the_way_to_another(web: WebHouse) -> None:
    """Every page leads there, forms and htmx too; afterwards the way goes on to where it began."""
    await web.browser.sign_in()
    await web.browser.get(WORKSPACE)
    await must_change(web)
    page = await web.browser.get(WORKSPACE)
    sent = await web.browser.post(WORKSPACE, region=WRONG, once=web.browser.once)
    swapped = await web.browser.post(WORKSPACE, htmx=True, region=WRONG, once=web.browser.once)
    assert f"{PAGE}?next={WORKSPACE}" == page.headers["location"]
    assert f"{PAGE}?next=/" == sent.headers["location"] == swapped.headers["hx-redirect"]

    shown = await web.browser.get(page.headers["location"])
    assert "Choose a password of your own first" in shown.text
    assert "<script>" not in shown.text
    changed = await web.browser.post(PAGE, old=PASSWORD, new=NEW, again=NEW, next=WORKSPACE)
    assert WORKSPACE == changed.headers["location"]
    assert 200 == (await web.browser.get(WORKSPACE)).status_code
    assert not (await reread(web, "student")).must_change_password


async def test_the_way_on_is_never_another_sites(web: WebHouse) -> None:
    """An address of another site in the form or the page leads to the start."""
    await web.browser.sign_in()
    await must_change(web)
    page = await web.browser.get(f"{PAGE}?next=https://elsewhere.example/")
    assert 'name="next" value="/"' in page.text
    changed = await web.browser.post(PAGE, old=PASSWORD, new=NEW, again=NEW, next="//elsewhere.example")

    assert "/" == changed.headers["location"]


async def test_who_has_no_password_reads_so_and_can_always_sign_out(web: WebHouse) -> None:
    """There is no form for them; signing out and the language work also while a password must be chosen."""
    await web.browser.sign_in()
    await must_change(web)
    await web.browser.get(PAGE)
    assert 303 == (await web.browser.post("/preferences/language", language="zh", next=PAGE)).status_code
    async with web.house.database.unit_of_work() as session:
        await session.execute(
            update(User).where(User.login == "student").values(password_hash=None, must_change_password=False)
        )
    page = await web.browser.get(PAGE)
    assert 'name="old"' not in page.text
    assert "你的账号没有密码" in page.text
    assert "/login" == (await web.browser.post("/logout")).headers["location"]
