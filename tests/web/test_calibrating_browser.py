"""A calibration as an author watches it: it moves by itself, can be stopped, and leads to the histogram."""

import os
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from authoringhouse import session_of
from axe import violations
from chromium import running_chromium
from importhouse import person
from measuringhouse import MeasuringJudge, training_draft
from playwright.async_api import Page, expect
from webhouse import Site

from server.accounts import find_user
from server.web.visitor import SESSION

pytestmark = [pytest.mark.browser, pytest.mark.database]

#: Language, theme and width in which each state is looked at.
LOOKS = (("en", "light", 1280), ("zh", "dark", 1280), ("zh", "light", 390), ("en", "dark", 390))
SHOTS = os.environ.get("BEGINEND_SHOTS")


@pytest.fixture
async def page(site: Site) -> AsyncIterator[Page]:
    """Sign an author in; nothing may be said on the console."""
    await person(site.house, "author")
    async with running_chromium() as chromium:
        context = await chromium.new_context(base_url=site.address, viewport={"width": 1280, "height": 900})
        page, said = await context.new_page(), list[str]()
        page.on("console", lambda one: said.append(one.text) if one.type in {"error", "warning"} else None)
        page.on("pageerror", lambda error: said.append(str(error)))
        session = {"name": SESSION, "value": await session_of(site.house, "author"), "url": site.address}
        await context.add_cookies([session])
        yield page
        assert [] == said


async def is_well(page: Page, name: str) -> None:
    """See that axe finds nothing, in both languages and lights, and that nothing scrolls sideways on a phone."""
    for language, theme, width in LOOKS:
        await _look(page, language, width)
        await page.evaluate("(theme) => document.documentElement.setAttribute('data-theme', theme)", theme)
        assert [] == await violations(page), (name, language, theme)
        assert not await page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
        if SHOTS is not None:
            await page.screenshot(path=Path(SHOTS) / f"{name}-{language}-{theme}-{width}.png", full_page=True)
    await _look(page, "en", 1280)


async def _look(page: Page, language: str, width: int) -> None:
    """Open the page once more in a language, on a screen of some width."""
    site = page.url.split("/authoring", maxsplit=1)[0]
    await page.context.add_cookies([{"name": "beginend_language", "value": language, "url": site}])
    await page.set_viewport_size({"width": width, "height": 844})
    await page.reload()


async def test_an_author_watches_a_calibration(page: Page, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """From the button to the histogram: trainings are counted as they come, stopped, begun again, and done."""
    reached, go_on = threading.Event(), threading.Event()

    def told(number: int) -> None:
        if number == 3:
            reached.set()
            go_on.wait(60)

    judge = MeasuringJudge(told=told)
    monkeypatch.setattr(site.judge, "quick", judge.quick)
    async with site.house.database.reading() as session:
        author = await find_user(session, "author")
    assert author is not None
    draft = await training_draft(site.house, author)
    try:
        await page.goto(f"/authoring/drafts/{draft.id}/threshold")
        await is_well(page, "calibrate-before")
        await page.get_by_role("button", name="Measure it here").click()
        await expect(page.get_by_text("Training 3 of 14")).to_be_visible()
        await expect(page.get_by_text("the solution: 9")).to_be_visible()
        await is_well(page, "calibrate-running")
        assert reached.is_set()
        await page.get_by_role("button", name="Stop measuring").click()
        await expect(page.get_by_text("Stopped after 2 trainings")).to_be_visible()
        go_on.set()
        await page.get_by_role("button", name="Measure it here").click()
        await page.get_by_role("link", name="See the histogram").click()
        await expect(page.get_by_role("heading", name="Threshold", exact=True)).to_be_visible()
        await expect(page.get_by_text("14 trainings were measured")).to_be_visible()
        await is_well(page, "calibrate-done")
    finally:
        go_on.set()
