"""The pages under /help: for everybody, in both languages, kept by browsers, and with no way to other files."""

import re

import httpx
import pytest
from webhouse import WORKSPACE, WebHouse

from server.web.guides import NAMES, folder

pytestmark = pytest.mark.database


async def test_everybody_reads_the_guides(web: WebHouse) -> None:
    """Nobody need sign in; the list leads to each guide, and a guide to each of its tasks."""
    start = await web.browser.get("/help")
    assert 200 == start.status_code
    for name in NAMES:
        page = await web.browser.get(f"/help/{name}")
        assert 200 == page.status_code
        assert f'href="/help/{name}"' in start.text
        wanted = set(re.findall(r'<li><a href="#([^"]+)"', page.text))
        assert len(wanted) > 5
        assert wanted <= set(re.findall(r'<h2 id="([^"]+)"', page.text))
        assert 'href="/login?next=/help/' in page.text


async def test_a_guide_is_read_in_the_readers_language(web: WebHouse) -> None:
    """The switch decides, then what the browser asks for."""
    web.browser.client.cookies.clear()
    chinese = await web.browser.client.get("/help/students", headers={"Accept-Language": "zh"})
    english = await web.browser.client.get("/help/students", headers={"Accept-Language": "en"})

    assert "学生指南" in chinese.text
    assert "/help/pictures/zh/" in chinese.text
    assert "Guide for students" in english.text
    assert "/help/pictures/en/" in english.text


async def test_a_guide_that_bears_a_name_is_kept_nowhere(web: WebHouse) -> None:
    """Whoever comes to the browser afterwards does not find the page of whoever was signed in."""
    await web.browser.sign_in()
    for address in ("/help", "/help/students"):
        page = await web.browser.get(address)
        assert "private, no-store" == page.headers["Cache-Control"]
        assert "ETag" not in page.headers


async def test_a_guide_is_sent_once(web: WebHouse) -> None:
    """A stranger's browser keeps the page for itself and asks whether it has changed; pictures it keeps for good."""
    page = await web.browser.get("/help/students")
    tag = page.headers["ETag"]
    again = await web.browser.get("/help/students", **{"If-None-Match": tag})
    other = await web.browser.get("/help/teachers", **{"If-None-Match": tag})
    address = re.search(r'src="(/help/pictures/[^"]+)"', page.text)
    assert address is not None
    picture = await web.browser.get(address[1])

    assert (304, b"") == (again.status_code, again.content)
    assert tag == again.headers["ETag"]
    assert 200 == other.status_code
    assert "private, no-cache" == page.headers["Cache-Control"]
    assert "image/png" == picture.headers["Content-Type"]
    assert "immutable" in picture.headers["Cache-Control"]
    unchanged = await web.browser.get(address[1], **{"If-None-Match": picture.headers["ETag"]})
    assert 304 == unchanged.status_code


@pytest.mark.parametrize(
    "address",
    [
        "/help/authors",
        "/help/students.en.md",
        "/help/..%2f..%2fREADME.md",
        "/help/pictures/",
        "/help/pictures/en",
        "/help/pictures/en/none.png",
        "/help/pictures/../students.en.md",
        "/help/pictures/..%2fstudents.en.md",
        "/help/pictures/en/..%2f..%2fstudents.en.md",
        "/help/pictures/%2e%2e/%2e%2e/%2e%2e/pyproject.toml",
        "/help/pictures//etc/passwd",
    ],
)
async def test_nothing_else_is_handed_out(web: WebHouse, address: str) -> None:
    """An address that names another file, however it is written, is a page that is not there."""
    assert (folder() / "students.en.md").is_file()
    request = httpx.Request("GET", httpx.URL(f"http://testserver{address}"))
    answer = await web.browser.client.send(request)

    assert 404 == answer.status_code
    assert "Guide for students" not in answer.text


async def test_pages_lead_to_their_help(web: WebHouse) -> None:
    """A student at work, somebody of the staff and an author find the fitting part of a guide where they are."""
    assert 'href="/help"' in (await web.browser.get("/login")).text
    await web.browser.sign_in()
    assert 'href="/help/students#first"' in (await web.browser.get(WORKSPACE)).text
    assert 'href="/help/students#data"' in (await web.browser.get("/account/password")).text
    assert 'href="/api/v1/me/data"' in (await web.browser.get("/account/password")).text
    assert 200 == (await web.browser.get("/api/v1/me/data")).status_code
    assert 'href="/help/students#sign-in"' in (await web.browser.get("/courses")).text
    await web.browser.post("/logout")
    await web.browser.sign_in("teacher")
    for tab, anchor in (("gradebook", "gradebook"), ("roster", "enrol"), ("levels", "times"), ("appeals", "appeals")):
        page = await web.browser.get(f"/courses/first-steps/staff/{tab}")
        assert f'href="/help/teachers#{anchor}"' in page.text
