"""A teacher's way in a real browser: a roster from a file, a due date, an extension, the gradebook, the board."""

import os
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from classhouse import STAFF, fill_class
from playwright.async_api import Page, async_playwright, expect
from serverhouse import COURSE
from webhouse import PASSWORD, Site

from server.web.islands.build_hook import build_islands
from server.web.staffroom import PAGES

pytestmark = [pytest.mark.browser, pytest.mark.database]

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--no-first-run"]
WIDE, PHONE = {"width": 1360, "height": 900}, {"width": 390, "height": 844}

#: Screenshots of every page are written here if the variable is set.
SHOTS = os.environ.get("BEGINEND_SCREENSHOTS")


@pytest.fixture
async def page(site: Site) -> AsyncIterator[Page]:
    """Sign the teacher in, reading English; nothing may be said on the console but what the test provokes."""
    build_islands()
    await fill_class(site.house, 30)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        context = await browser.new_context(base_url=site.address, locale="en", viewport=WIDE)  # type: ignore[arg-type]
        await context.add_cookies([{"name": "beginend_language", "value": "en", "url": site.address}])
        page, said = await context.new_page(), list[str]()
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("console", lambda one: said.append(one.text) if one.type in {"error", "warning"} else None)
        await page.goto("/login")
        await page.fill("input[name=login]", "teacher")
        await page.fill("input[name=password]", PASSWORD)
        await page.get_by_role("button", name="Sign in").click()
        await page.wait_for_url(f"**/courses/{COURSE}")
        yield page
        await browser.close()
    assert [] == said


async def test_a_teacher_runs_a_course(page: Page, site: Site) -> None:
    """From the course's map through every deed, by what is written on the buttons; then a class goes on live."""
    await page.get_by_role("link", name="For staff").click()
    tabs = page.get_by_role("navigation", name="Staff pages")

    await tabs.get_by_role("link", name="Roster").click()
    await page.get_by_role("link", name="Import a roster").click()
    file = page.locator("input[type=file]")
    await file.set_input_files({"name": "a.csv", "mimeType": "text/csv", "buffer": b"login,name,role\nx y,X,boss\n"})
    await page.get_by_role("button", name="Look first").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("2 things to mend in the file")
    await file.set_input_files({"name": "a.csv", "mimeType": "text/csv", "buffer": b"login,name,role\nnew,New,\n"})
    await page.get_by_role("button", name="Look first").click()
    await page.get_by_role("button", name="Import one change").click()
    await expect(page.get_by_text("These passwords are shown only now.")).to_be_visible()

    await tabs.get_by_role("link", name="Levels").click()
    await page.get_by_role("link", name=re.compile("handwritten")).click()
    await page.locator("form").filter(has_text="Rules").locator("input[name=due_at]").fill("2030-09-30T23:59")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_text("Saved.")).to_be_visible()
    give = page.locator("form").filter(has=page.locator("input[name=reason]"))
    await give.locator("input[name=login]").fill("student")
    await give.locator("input[name=due_at]").fill("2030-10-02T12:00")
    await give.get_by_role("button", name="Extend").click()
    await expect(page.get_by_text("The extension holds from now on.")).to_be_visible()

    await tabs.get_by_role("link", name="Gradebook").click()
    await page.get_by_role("link", name="Total").click()
    await expect(page.locator("th[aria-sort=descending]")).to_have_text("Total")
    await page.locator("tbody th a").first.click()
    await expect(page.get_by_role("heading", name="What counts")).to_be_visible()

    await tabs.get_by_role("link", name="Live board").click()
    present = page.locator("#board .lead")
    before = await present.inner_text()
    await site.house.submit()
    await expect(present).not_to_have_text(before, timeout=10_000)
    await expect(page.locator("#board")).to_contain_text("student", timeout=10_000)


async def test_every_page_fits_a_phone_in_both_languages(page: Page) -> None:
    """No page scrolls sideways at 390 px, light or dark; screenshots are written where somebody wants them."""
    names = [*PAGES, "levels/cnn-digits", "roster/import", "statistics/cnn-digits"]
    too_wide = []
    looks = [
        ("en", "dark", PHONE),
        ("zh", "light", PHONE),
        *([("zh", "light", WIDE), ("en", "dark", WIDE)] if SHOTS else []),
    ]
    for language, theme, size in looks:
        await page.set_viewport_size(size)  # type: ignore[arg-type]
        for cookie, value in (("beginend_language", language), ("beginend_theme", theme)):
            await page.context.add_cookies([{"name": cookie, "value": value, "url": page.url}])
        for name in names:
            await page.goto(STAFF if name == "home" else f"{STAFF}/{name}", wait_until="domcontentloaded")
            if await page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
                too_wide.append((name, language))
            if SHOTS:
                shot = f"staff-{name.replace('/', '-')}-{language}-{theme}-{size['width']}.png"
                await page.screenshot(path=Path(SHOTS) / shot, full_page=True)
    assert [] == too_wide
