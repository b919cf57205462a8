"""The roster's pages: found, added, given roles, removed after asking; and files that come in whole or not at all."""

import base64
import re
from html import unescape

import httpx
import pytest
from classhouse import STAFF, add_students, audit_of, seated
from classroom import Callers
from serverhouse import COURSE
from webhouse import Browser, WebHouse

from server.accounts import find_user
from server.courses import find_course
from server.courses.roster import members
from server.database.models import Role

pytestmark = pytest.mark.database

ROSTER = f"{STAFF}/roster"


async def roles(web: WebHouse) -> dict[str, Role]:
    """Return who is in the course as what."""
    async with web.house.database.reading() as session:
        return {one.login: one.role for one in await members(session, await find_course(session, COURSE))}


async def upload(browser: Browser, data: bytes) -> httpx.Response:
    """Choose a file and look at its preview."""
    return await browser.client.post(
        f"{ROSTER}/import", data={"csrf": browser.csrf}, files={"file": ("people.csv", data, "text/csv")}
    )


def hidden(page: str, name: str) -> str:
    """Return a hidden field's value."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found is not None
    return unescape(found[1])


async def confirm(browser: Browser, preview: httpx.Response, **changes: str) -> httpx.Response:
    """Press the button of a preview."""
    fields = {name: hidden(preview.text, name) for name in ("roster", "digest")}
    return await browser.client.post(
        f"{ROSTER}/import/confirm",
        data={"csrf": browser.csrf, **fields, **changes},
        files={"nothing": ("", b"", "text/plain")},
    )


async def test_people_are_added_by_login_name(web: WebHouse, callers: Callers) -> None:
    """Whoever has an account comes in; unknown names and people who are in already are refused, the form is kept."""
    async with seated(web, callers.people["teacher"]) as browser:
        added = await browser.post(f"{ROSTER}/add", login=" STRANGER ", role="grader")
        assert 303 == added.status_code
        assert Role.GRADER is (await roles(web))["stranger"]
        assert "Added to the course" in (await browser.get(added.headers["location"])).text

        again = await browser.post(f"{ROSTER}/add", login="stranger", role="teacher")
        assert (409, True) == (again.status_code, "in the course already" in again.text)
        assert 'value="stranger"' in again.text
        nobody = await browser.post(f"{ROSTER}/add", login="no\u0000body", role="student")
        assert 422 == nobody.status_code
        assert 404 == (await browser.post(f"{ROSTER}/add", login="no-such", role="student")).status_code
        assert 422 == (await browser.post(f"{ROSTER}/add", login="admin", role="emperor")).status_code
    assert Role.GRADER is (await roles(web))["stranger"]
    assert "roster.change" in await audit_of(web.house)


async def test_roles_change_but_a_teacher_stays(web: WebHouse, callers: Callers) -> None:
    """A student becomes a grader; the only teacher can neither become a student nor leave."""
    async with seated(web, callers.people["teacher"]) as browser:
        assert 303 == (await browser.post(f"{ROSTER}/role", login="other", role="grader")).status_code
        for form in ("role", "remove"):
            kept = await browser.post(f"{ROSTER}/{form}", login="teacher", role="student", sure="1")
            assert (409, True) == (kept.status_code, "teacher" in kept.text)
        outside = await browser.post(f"{ROSTER}/role", login="stranger", role="teacher")
        assert 404 == outside.status_code
    now = await roles(web)
    assert (Role.GRADER, Role.TEACHER) == (now["other"], now["teacher"])
    assert "stranger" not in now


async def test_removing_asks_first_and_keeps_the_work(web: WebHouse, callers: Callers) -> None:
    """The first press only asks; the second removes; what was submitted is there when the person is back."""
    address = await callers.submitted()
    async with seated(web, callers.people["teacher"]) as browser:
        asked = await browser.post(f"{ROSTER}/remove", login="student")
        assert (200, True) == (asked.status_code, "Submissions, scores and extensions are kept" in asked.text)
        assert "student" in await roles(web)
        assert 303 == (await browser.post(f"{ROSTER}/remove", login="student", sure="1")).status_code
        assert "student" not in await roles(web)
        person = f"{STAFF}/people/{web.house.student.id}"
        assert 404 == (await browser.get(person)).status_code
        await browser.get(ROSTER)
        assert 303 == (await browser.post(f"{ROSTER}/add", login="student", role="student")).status_code
        assert address.rsplit("/", 1)[1] in (await browser.get(person)).text


async def test_a_long_roster_is_searched_and_paged(web: WebHouse, callers: Callers) -> None:
    """Fifty a page, each person once; a part of a name or login finds people, and % is no wildcard."""
    async with web.house.database.unit_of_work() as session:
        await add_students(session, await find_course(session, COURSE), 120)
    seen: list[str] = []
    async with seated(web, callers.people["teacher"]) as browser:
        address = ROSTER
        while address:
            page = (await browser.get(address)).text
            seen += re.findall(r'<td class="mono">(.*?)</td>', page)
            more = re.search(rf'href="({ROSTER}\?q=[^"]*after=[^"]*)"', page)
            address = unescape(more[1]) if more else ""
        found = (await browser.get(f"{ROSTER}?q=S0007")).text
        named = (await browser.get(f"{ROSTER}?q=林知远&role=student")).text
        graders = (await browser.get(f"{ROSTER}?role=grader")).text
        nobody = (await browser.get(f"{ROSTER}?q=%25")).text
        strange = await browser.get(f"{ROSTER}?q=%00&after=%00")
    assert sorted(seen) == seen
    assert sorted(await roles(web)) == sorted(set(seen)) == sorted(seen)
    assert ["s0007"] == re.findall(r'<td class="mono">(.*?)</td>', found)
    assert 12 == named.count('<td class="mono">')
    assert ["grader"] == re.findall(r'<td class="mono">(.*?)</td>', graders)
    assert "Nobody fits" in nobody
    assert 200 == strange.status_code


async def test_join_codes_are_made_renewed_and_taken_away(web: WebHouse, callers: Callers) -> None:
    """The code is shown to teachers, each press makes another one, and it can go."""
    shown = []
    async with seated(web, callers.people["teacher"]) as browser:
        for _ in range(2):
            await browser.post(f"{ROSTER}/code")
            shown += re.findall(r'class="code-word">(.*?)<', (await browser.get(ROSTER)).text)
        await browser.post(f"{ROSTER}/code", remove="1")
        assert "code-word" not in (await browser.get(ROSTER)).text
        await browser.post(f"{ROSTER}/code")
    async with seated(web, callers.people["grader"]) as browser:
        assert "code-word" not in (await browser.get(ROSTER)).text
    assert 2 == len(set(shown))
    assert all(re.fullmatch(r"[A-Z2-9]{5}-[A-Z2-9]{5}", code) for code in shown)


async def test_a_file_with_mistakes_names_each_line_and_imports_nobody(web: WebHouse, callers: Callers) -> None:
    """Every mistake of every line at once; the good lines are not taken either, and no confirmation is offered."""
    before = await roles(web)
    data = (
        "login,name,role\nnew-one,新来的,student\nbad login,x,student\nother,Other,king\nnew-one,y,student\n".encode()
    )
    async with seated(web, callers.people["teacher"]) as browser:
        preview = await upload(browser, data)
        assert 200 == preview.status_code
        lines = re.findall(r'<th scope="row" class="r num">(\d+)</th><td class="mono">(\w*)</td>', preview.text)
        assert [("3", "login"), ("4", "role"), ("5", "login")] == lines
        assert "import/confirm" not in preview.text
        forced = await browser.client.post(
            f"{ROSTER}/import/confirm",
            data={"csrf": browser.csrf, "roster": base64.b64encode(data).decode(), "digest": "x"},
        )
        assert (409, True) == (forced.status_code, "nothing was imported" in forced.text)
    assert before == await roles(web)


async def test_a_good_file_is_previewed_then_imported_whole(web: WebHouse, callers: Callers) -> None:
    """The preview changes nothing; the confirmation makes accounts, lets people in, and shows first passwords once."""
    before = await roles(web)
    data = "学号,姓名,角色\n2026001,张三,学生\nstranger,Stranger,助教\nother,Other,student\n".encode("gb18030")
    async with seated(web, callers.people["teacher"]) as browser:
        preview = await upload(browser, data)
        assert "Ready: 2 changes" in preview.text
        assert "张三" in preview.text
        assert before == await roles(web)
        done = await confirm(browser, preview)
        assert "2 changes imported" in done.text
        assert "no-store" in done.headers["cache-control"]
        password = re.search(r'<td class="mono">2026001</td><td class="mono">(.*?)</td>', done.text)
        again = await confirm(browser, preview)
        assert (409, True) == (again.status_code, "The roster has changed since the preview" in again.text)
    now = await roles(web)
    assert (Role.STUDENT, Role.GRADER, Role.STUDENT) == (now["2026001"], now["stranger"], now["other"])
    assert password is not None
    async with web.house.database.reading() as session:
        newcomer = await find_user(session, "2026001")
    assert newcomer is not None
    assert newcomer.must_change_password


async def test_a_roster_that_changes_after_the_preview_is_previewed_again(web: WebHouse, callers: Callers) -> None:
    """What was confirmed is what is done: if somebody else was faster, nothing is imported."""
    async with seated(web, callers.people["teacher"]) as browser:
        preview = await upload(browser, b"login,name,role\nstranger,Stranger,student\nother,Other,grader\n")
        await browser.post(f"{ROSTER}/add", login="stranger", role="grader")
        answer = await confirm(browser, preview)
        assert 409 == answer.status_code
        assert Role.STUDENT is (await roles(web))["other"]
        assert 200 == (await confirm(browser, answer)).status_code
    now = await roles(web)
    assert (Role.STUDENT, Role.GRADER) == (now["stranger"], now["other"])


async def test_files_that_are_none_are_told(web: WebHouse, callers: Callers) -> None:
    """No file, one that is too large, one that is no text: a sentence each, and nothing changes."""
    async with seated(web, callers.people["teacher"]) as browser:
        missing = await browser.post(f"{ROSTER}/import")
        large = await upload(browser, b"login,name,role\n" + b"x" * 600_000)
        binary = await upload(browser, b"\xff\x00\x81PK")
        broken = await browser.post(f"{ROSTER}/import/confirm", roster="not base64!", digest="x")
    assert (422, True) == (missing.status_code, "Choose a CSV file first" in missing.text)
    assert (413, True) == (large.status_code, "larger than 500 KB" in large.text)
    assert (200, True) == (binary.status_code, "save" in binary.text.lower())
    assert 422 == broken.status_code


async def test_the_roster_is_exported_without_formulas(web: WebHouse, callers: Callers) -> None:
    """What is exported can be imported again; a name that begins like a formula is made plain text."""
    async with web.house.database.unit_of_work() as session:
        other = await find_user(session, "other")
        assert other is not None
        other.display_name = "=1+1"
    async with seated(web, callers.people["grader"]) as browser:
        answer = await browser.get(f"{ROSTER}/export")
    assert "other,'=1+1,student" in answer.text
    assert answer.headers["content-disposition"].startswith("attachment")
