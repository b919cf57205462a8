"""One draft on several devices, in real browsers: it follows the person, and nobody's text is overwritten unasked."""

from collections.abc import AsyncIterator

import pytest
from chromium import running_chromium, sign_in, write
from playwright.async_api import Browser, Page, expect
from webhouse import WORKSPACE, Site

pytestmark = [pytest.mark.browser, pytest.mark.database]

SAVED = "Draft saved"
HERE = "in this browser only"


@pytest.fixture
async def chromium() -> AsyncIterator[Browser]:
    """Start Chromium."""
    async with running_chromium() as browser:
        yield browser


async def device(chromium: Browser, site: Site) -> Page:
    """Open the workspace on a device of the student's."""
    context = await chromium.new_context(base_url=site.address, locale="zh-CN", viewport={"width": 1360, "height": 900})
    page = await context.new_page()
    await sign_in(page)
    await page.goto(WORKSPACE)
    await expect(page.locator(".cm-content")).to_be_visible()
    return page


async def holds(page: Page, text: str) -> None:
    """Wait until the editor shows a text."""
    await expect(page.locator(".cm-content")).to_contain_text(text, timeout=10_000)


async def says(page: Page, words: str) -> None:
    """Wait until the line about the draft says something."""
    await expect(page.locator("[data-saved]")).to_contain_text(words, timeout=15_000)


async def test_a_draft_follows_its_person_and_two_devices_are_told(chromium: Browser, site: Site) -> None:
    """Begun here, gone on with there; changed on both, the later one is asked, and each choice counts."""
    desk = await device(chromium, site)
    await write(desk, "    desk = 1")
    await says(desk, SAVED)
    laptop = await device(chromium, site)
    await holds(laptop, "desk = 1")
    await write(laptop, "    laptop = 2")
    await says(laptop, SAVED)

    await write(desk, "    desk = 3")
    choice = desk.locator("[data-draft-differs]")
    await expect(choice).to_be_visible(timeout=15_000)
    await holds(desk, "desk = 3")
    await desk.get_by_role("button", name="Take the other").click()
    await holds(desk, "laptop = 2")
    await expect(choice).to_be_hidden()
    await write(desk, "    desk = 4")
    await says(desk, SAVED)

    await write(laptop, "    laptop = 5")
    choice = laptop.locator("[data-draft-differs]")
    await expect(choice).to_be_visible(timeout=15_000)
    await laptop.get_by_role("button", name="Keep what is here").click()
    await expect(choice).to_be_hidden()
    await says(laptop, SAVED)
    await holds(laptop, "laptop = 5")
    await desk.reload()
    await holds(desk, "laptop = 5")


async def test_a_draft_written_without_a_network_is_sent_later(chromium: Browser, site: Site) -> None:
    """It is kept here, and sent when the network is back; what was changed elsewhere is still asked for."""
    desk = await device(chromium, site)
    await desk.context.set_offline(True)
    await write(desk, "    on_the_train = 1")
    await says(desk, HERE)
    await desk.context.set_offline(False)
    await says(desk, SAVED)
    laptop = await device(chromium, site)
    await holds(laptop, "on_the_train = 1")

    await desk.context.set_offline(True)
    await write(desk, "    on_the_train = 2")
    await says(desk, HERE)
    await write(laptop, "    at_home = 3")
    await says(laptop, SAVED)
    await desk.context.set_offline(False)
    await expect(desk.locator("[data-draft-differs]")).to_be_visible(timeout=15_000)
    await desk.reload()
    await holds(desk, "on_the_train = 2")
    await expect(desk.locator("[data-draft-differs]")).to_be_visible()
