"""An author's way in a real browser: from a new exercise to a published one, drop, drag, and both sides in agreement.

Screenshots of every page are written where ``BEGINEND_SHOTS`` says, to be looked at.
"""

import asyncio
import base64
import os
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from authoringhouse import ACCURACY_CHECK, calibration, session_of
from axe import violations
from importhouse import imported, person, small
from playwright.async_api import Browser, Page, async_playwright, expect
from serverhouse import House
from sqlalchemy import select
from webhouse import Site

from exercises.packing import pack
from server.accounts import find_user
from server.authoring import begin
from server.authoring.beginnings import of_template
from server.database.models import ExerciseImport, User
from server.imports import publish
from server.web.islands.build_hook import build_islands
from server.web.visitor import SESSION

pytestmark = [pytest.mark.browser, pytest.mark.database]

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--no-first-run"]
STATEMENT = "## Moons\n\nAdd $8$ neurons, `relu`, then 3, `softmax`: 67 in all."
SHOTS = os.environ.get("BEGINEND_SHOTS")


@pytest.fixture
async def chromium() -> AsyncIterator[Browser]:
    """Start Chromium."""
    build_islands()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        await browser.close()


@pytest.fixture
async def page(chromium: Browser, site: Site) -> AsyncIterator[Page]:
    """Sign an author in; nothing may be said on the console."""
    await person(site.house, "author")
    context = await chromium.new_context(base_url=site.address, viewport={"width": 1280, "height": 900})
    page, said = await context.new_page(), list[str]()
    page.on("console", lambda message: said.append(message.text) if message.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    cookies = {SESSION: await session_of(site.house, "author"), "beginend_language": "en"}
    await context.add_cookies([{"name": name, "value": value, "url": site.address} for name, value in cookies.items()])
    await page.goto("/authoring")
    yield page
    assert [] == said


def root(page: Page) -> str:
    """Return the site's address, for cookies that count everywhere."""
    return re.sub(r"(https?://[^/]+).*", r"\1", page.url)


async def shot(page: Page, name: str) -> None:
    """Write a page in both languages, both colours and on a phone, and see that none scrolls sideways."""
    if SHOTS is None:
        return
    for colour, language, width in (("light", "zh", 1280), ("dark", "en", 1280), ("light", "en", 390)):
        await page.context.add_cookies(
            [
                {"name": "beginend_language", "value": language, "url": root(page)},
                {"name": "beginend_theme", "value": colour, "url": root(page)},
            ]
        )
        await page.set_viewport_size({"width": width, "height": 900})
        await page.reload()
        await page.wait_for_timeout(300)
        await page.screenshot(path=Path(SHOTS) / f"{name}-{language}-{colour}-{width}.png", full_page=True)
    await page.context.add_cookies([{"name": "beginend_language", "value": "en", "url": root(page)}])
    await page.set_viewport_size({"width": 1280, "height": 900})
    await page.reload()


async def person_called(house: House, login: str) -> User:
    """Return somebody."""
    async with house.database.reading() as session:
        found = await find_user(session, login)
    assert found is not None
    return found


async def is_too_wide(page: Page) -> bool:
    """Tell whether the page scrolls sideways on a phone; that axe finds nothing in either colour is seen on the way."""
    for theme in ("light", "dark"):
        await page.evaluate("(theme) => document.documentElement.setAttribute('data-theme', theme)", theme)
        assert [] == await violations(page)
    await page.set_viewport_size({"width": 390, "height": 844})
    wide = await page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    await page.set_viewport_size({"width": 1280, "height": 900})
    return bool(wide)


async def typed(page: Page, field: str, text: str) -> None:
    """Put a text in the place of a code field's."""
    editor = page.locator(f"textarea[name='{field}'] + .cm-editor .cm-content")
    await editor.click()
    await page.keyboard.press("Control+a")
    await page.keyboard.insert_text(text)


async def test_from_a_new_exercise_to_a_published_one(page: Page) -> None:
    """Written, previewed, changed on both sides of the form, checked live, published, all in one browser."""
    await page.fill("input[name=id]", "two-moons")
    await page.get_by_role("button", name="Begin from the template").click()
    await page.wait_for_url("**/authoring/drafts/*")
    draft = page.url
    await page.get_by_role("textbox", name="English statement").fill(STATEMENT)
    await expect(page.locator("#preview-en math")).to_be_visible()
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_text("Saved.")).to_be_visible()
    await shot(page, "draft-statement")
    assert not await is_too_wide(page)

    await page.get_by_role("link", name="Checks").click()
    await page.locator("input[name='f:minutes']").fill("12")
    await page.locator("input[name='f:minutes']").press("Tab")
    await expect(page.locator("#toml .cm-content")).to_contain_text("minutes = 12")
    text = await page.locator("textarea[name=toml]").input_value()
    await typed(page, "toml", text.replace("expected = 67", 'expected = "many"'))
    await expect(page.locator("#problems")).to_contain_text("whole number")
    await expect(page.locator("input[name='f:checks.1.expected']")).to_have_value("many")
    await shot(page, "draft-checks-unsaved")
    await page.goto(f"{draft}/checks")
    await page.locator("input[name='f:minutes']").fill("12")
    await page.locator("input[name='f:minutes']").press("Tab")
    await expect(page.locator("#toml .cm-content")).to_contain_text("minutes = 12")
    await page.get_by_role("button", name="Save", exact=True).last.click()
    await expect(page.get_by_text("Saved.")).to_be_visible()
    await shot(page, "draft-checks")
    assert not await is_too_wide(page)
    for tab in ("Code", "Known solutions", "Files", "Threshold"):
        await page.get_by_role("link", name=re.compile(f"^{tab}")).click()
        await shot(page, f"draft-{tab.lower().replace(' ', '-')}")
        assert not await is_too_wide(page)

    await page.get_by_role("button", name="Check it").click()
    await page.wait_for_url("**/authoring/imports/*")
    await expect(page.locator("[sse-swap=state]")).to_contain_text(re.compile("See the report"), timeout=30_000)
    await page.get_by_role("link", name="See the report").click()
    await shot(page, "import")
    assert not await is_too_wide(page)


async def test_a_dropped_file_is_imported_and_compared(page: Page, site: Site, tmp_path: Path) -> None:
    """A zip dropped onto its field is sent at once; published versions are listed, compared and handed out."""
    packed = pack(small(tmp_path), tmp_path / "zips")
    await drop(page, packed)
    await page.wait_for_url("**/authoring/imports/*")
    await expect(page.get_by_role("link", name="See the report")).to_be_visible(timeout=30_000)
    await page.goto("/authoring")
    await expect(page.locator("#candidates")).to_contain_text("small")
    async with site.house.database.unit_of_work() as session:
        rows = (await session.scalars(select(ExerciseImport))).all()
        for row in rows:
            await publish(session, None, row.id, site.house.shelf, reason="a test")
    second = small(tmp_path, title="Build a small network, second version")
    author = await person_called(site.house, "author")
    row = await imported(site.house, author, second, ring=False)
    async with site.house.database.unit_of_work() as session:
        await publish(session, None, row.id, site.house.shelf, reason="a test")
    await page.goto("/authoring")
    await shot(page, "list")
    assert not await is_too_wide(page)
    await page.get_by_role("link", name="Build a small network, second version").click()
    await shot(page, "exercise")
    assert not await is_too_wide(page)
    await page.get_by_role("button", name="Compare the two").click()
    await expect(page.locator("table.diff.sides ins")).to_contain_text("second version")
    await shot(page, "difference")
    assert not await is_too_wide(page)
    await page.get_by_role("link", name="Unified").click()
    await expect(page.locator("table.diff:not(.sides) del")).to_contain_text("Build a small network")


async def drop(page: Page, file: Path) -> None:
    """Drop a file onto the form that takes exercises."""
    content = base64.b64encode(await asyncio.to_thread(file.read_bytes)).decode()
    transfer = await page.evaluate_handle(
        """([name, content]) => {
            const bytes = Uint8Array.from(atob(content), (one) => one.charCodeAt(0));
            const transfer = new DataTransfer();
            transfer.items.add(new File([bytes], name, { type: "application/zip" }));
            return transfer;
        }""",
        [file.name, content],
    )
    await page.dispatch_event("form[data-drop]", "drop", {"dataTransfer": transfer})


async def test_the_threshold_follows_the_grip_and_the_keys(page: Page, site: Site) -> None:
    """Dragging the grip and the keys of the range field do the same, and the odds follow; saving writes it down."""
    author = await person_called(site.house, "author")
    files = of_template("two-moons")
    files["exercise.toml"] += ACCURACY_CHECK.encode()
    files |= {"calibration.json": calibration("two-moons"), "private/answers.npy": b"x"}
    async with site.house.database.unit_of_work() as session:
        copy = await begin(session, author, "two-moons", files, based_on=None)
    await page.goto(f"/authoring/drafts/{copy.id}/threshold")
    await expect(page.locator("#odds")).to_contain_text("too high")
    await shot(page, "threshold")
    assert not await is_too_wide(page)
    grip = page.locator("[data-grip] .grip")
    box = await grip.bounding_box()
    assert box is not None
    await page.mouse.move(box["x"] + 7, box["y"] + 9)
    await page.mouse.down()
    await page.mouse.move(box["x"] - 240, box["y"] + 9, steps=4)
    await page.mouse.up()
    await expect(page.locator("#odds")).to_contain_text("fair")
    slider = page.get_by_role("slider")
    before = float(await slider.input_value())
    assert before < 89
    await slider.press("ArrowRight")
    await expect(page.locator("#odds .big")).to_have_text(f"{before + 0.1:.1f}".rstrip("0").rstrip(".") + "%")
    await page.get_by_role("button", name="Write into the draft").click()
    await expect(page.get_by_text("Saved.")).to_be_visible()
    await expect(page.get_by_text(f"the draft says {before + 0.1:.1f}".rstrip("0").rstrip("."))).to_be_visible()


async def test_what_an_author_types_outlives_the_session(chromium: Browser, site: Site) -> None:
    """A session ends in mid-typing: the page says so and keeps all; signed in again elsewhere, one saves as before."""
    await person(site.house, "author")
    cookie = {"name": SESSION, "value": await session_of(site.house, "author"), "url": site.address}
    context = await chromium.new_context(base_url=site.address, viewport={"width": 1280, "height": 900})
    await context.add_cookies([cookie, {"name": "beginend_language", "value": "en", "url": site.address}])
    page = await context.new_page()
    await page.goto("/authoring")
    await page.fill("input[name=id]", "two-moons")
    await page.get_by_role("button", name="Begin from the template").click()
    await page.get_by_role("link", name="Checks").click()
    await context.add_cookies([{**cookie, "value": "gone"}])
    await page.locator("input[name='f:minutes']").fill("12")
    await page.locator("input[name='f:minutes']").press("Tab")
    await expect(page.locator("#refusal")).to_contain_text("Your session has ended")
    assert [] == await violations(page)
    await shot_as_is(page, "session-ended")
    await expect(page.locator("#toml .cm-content")).to_contain_text("minutes = ")
    await expect(page.locator("input[name='f:minutes']")).to_have_value("12")

    await context.add_cookies([{**cookie, "value": await session_of(site.house, "author")}])
    await page.evaluate("window.dispatchEvent(new Event('focus'))")
    await expect(page.locator("#refusal")).to_contain_text("signed in again")
    await page.get_by_role("button", name="Save", exact=True).last.click()
    await expect(page.get_by_text("Saved.")).to_be_visible()
    await expect(page.locator("input[name='f:minutes']")).to_have_value("12")
    await context.close()


async def shot_as_is(page: Page, name: str) -> None:
    """Write a page as it stands, without loading it again."""
    if SHOTS is not None:
        await page.screenshot(path=Path(SHOTS) / f"{name}.png", full_page=False)
