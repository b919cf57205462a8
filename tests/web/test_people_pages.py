"""The pages of people, for administrators alone: found, added, given rights, shut out, given a new password."""

import re
from html import unescape

import pytest
from accounthouse import reread
from classhouse import seated
from classroom import Callers
from serverhouse import COURSE
from webhouse import WebHouse

from server.audit import note
from server.courses import find_course

pytestmark = pytest.mark.database

NAMES = re.compile(r'<td class="mono">(.*?)</td>')
WORD = re.compile(r'class="code-word">(.*?)<')


async def test_only_administrators_come_in(web: WebHouse, callers: Callers) -> None:
    """Teachers and students are refused, on every page and with every form; nothing changes."""
    other = f"/people/{web.house.other.id}"
    for who in ("teacher", "student"):
        async with seated(web, callers.people[who]) as browser:
            csrf = browser.csrf
            for address in ("/people", other):
                assert 403 == (await browser.get(address)).status_code
            for address in ("/people", other, f"{other}/password"):
                browser.csrf = csrf
                answer = await browser.post(address, login="x", display_name="X", is_admin="1")
                assert (address, 403) == (address, answer.status_code)
    async with seated(web, callers.people["admin"]) as browser:
        browser.csrf = "0" * 64
        assert 403 == (await browser.post(other, display_name="X", is_admin="1")).status_code
    now = await reread(web, "other")
    assert (False, "other") == (now.is_admin, now.display_name)


async def test_people_are_found_and_added(web: WebHouse, callers: Callers) -> None:
    """By a part of a name; a new account gets a password that is shown once and must be changed."""
    async with seated(web, callers.people["admin"]) as browser:
        assert ["teacher"] == NAMES.findall((await browser.get("/people?q=EACH")).text)
        assert "Nobody fits" in (await browser.get("/people?q=%25")).text
        taken = await browser.post("/people", login="student", display_name="Kept")
        assert (409, True) == (taken.status_code, 'value="Kept"' in taken.text)
        assert 422 == (await browser.post("/people", login="", display_name="")).status_code
        made = await browser.post("/people", login="Writer", display_name="作者", is_author="1")
        shown = WORD.search(made.text)
        assert shown is not None
        assert not WORD.search((await browser.get("/people?q=writer")).text)
        assert '/people"' in (await browser.get("/")).text
    writer = await reread(web, "writer")
    assert (True, False, True, "作者") == (
        writer.is_author,
        writer.is_admin,
        writer.must_change_password,
        writer.display_name,
    )


async def test_rights_change_and_the_last_administrator_stays(web: WebHouse, callers: Callers) -> None:
    """Shut out, somebody is signed out at once; the only administrator can neither be shut out nor give it up."""
    other = f"/people/{web.house.other.id}"
    async with seated(web, callers.people["admin"]) as browser, seated(web, web.house.other) as theirs:
        assert 200 == (await theirs.get("/account/password")).status_code
        assert 303 == (await browser.post(other, display_name="Other One", is_author="1", disabled="1")).status_code
        assert 303 == (await theirs.get("/account/password")).status_code
        mine = f"/people/{callers.people['admin'].id}"
        kept = await browser.post(mine, display_name="New name")
        assert (409, True) == (kept.status_code, 'value="New name"' in kept.text)
        assert 422 == (await browser.post(other, display_name=" ")).status_code
        assert 303 == (await browser.post(other, display_name="Other One")).status_code
    now = await reread(web, "other")
    assert ("Other One", False, None) == (now.display_name, now.is_author, now.disabled_at)


async def test_a_new_password_signs_out_every_browser_and_where_asked_every_program(
    web: WebHouse, callers: Callers
) -> None:
    """It is shown once; programs go on unless the box is ticked."""
    address = f"/people/{web.house.student.id}/password"
    async with seated(web, callers.people["admin"]) as browser, seated(web, web.house.student) as theirs:
        first = WORD.search((await browser.post(address)).text)
        assert first is not None
        assert 303 == (await theirs.get("/account/password")).status_code
        second = await browser.post(address, end_tokens="1")
        assert (200, False) == (second.status_code, first[1] in second.text)
        assert 401 == (await callers.student.get("/api/v1/me")).status_code
        assert 404 == (await browser.post("/people/00000000-0000-0000-0000-000000000000/password")).status_code


async def test_administrators_read_what_was_done_everywhere(web: WebHouse, callers: Callers) -> None:
    """Linked from the people's page: every course and none, with the course named, filtered, a page at a time."""
    async with web.house.database.unit_of_work() as session:
        course = await find_course(session, COURSE)
        for number in range(60):
            note(session, callers.people["teacher"], "test.one", f"in-{number}", course_id=course.id, now={"n": number})
            note(session, None, "test.two", callers.people["student"].id)
    async with seated(web, callers.people["admin"]) as browser:
        assert 'href="/audit"' in (await browser.get("/people")).text
        first = (await browser.get("/audit")).text
        more = re.search(r'href="(/audit\?[^"]*before=\d+)"', first)
        assert more is not None
        second = (await browser.get(unescape(more[1]))).text
        one = (await browser.get("/audit?action=test.one&subject=in-3")).text
        odd = await browser.get("/audit?action=no.such&subject=%00")
    assert [50, 50] == [page.count('<th scope="row"') for page in (first, second)]
    assert ("in-59" in first, "in-59" in second, "in-20" in second) == (True, False, True)
    assert f'href="/people/{callers.people["student"].id}"' in first
    assert (1, True) == (one.count('<th scope="row"'), f'href="/courses/{COURSE}/staff/audit"' in one)
    assert 200 == odd.status_code
    for who in ("teacher", "student"):
        async with seated(web, callers.people[who]) as browser:
            assert 403 == (await browser.get("/audit")).status_code
