"""The browser that tests drive: where it is, how it starts, and who signs in."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import Browser, Page, async_playwright
from serverhouse import COURSE
from webhouse import PASSWORD

from server.web.islands.build_hook import build_islands

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1360, "height": 900}

#: Where browser tests write what they saw; nothing there is kept in the repository.
SCREENSHOTS = Path("var/screenshots")


@asynccontextmanager
async def running_chromium() -> AsyncIterator[Browser]:
    """Start Chromium, with the islands built."""
    build_islands()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        await browser.close()


async def sign_in(page: Page, login: str = "student", *, english: bool = True) -> None:
    """Sign in through the form."""
    await page.goto("/login")
    if english:
        await page.get_by_role("button", name="English").click()
    await page.fill("input[name=login]", login)
    await page.fill("input[name=password]", PASSWORD)
    await page.locator("main button[type=submit].btn-primary").click()
    await page.wait_for_url(f"**/courses/{COURSE}")


async def is_too_wide(page: Page) -> bool:
    """Tell whether the page scrolls sideways."""
    return bool(await page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))


async def shot(page: Page, name: str) -> None:
    """Write down how the page looks."""
    await page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=True, animations="disabled")


async def write(page: Page, text: str) -> None:
    """Type into the editor's first region, in place of what stands there."""
    await page.locator(".cm-line.is-own").first.click()
    await page.keyboard.press("Control+a")
    await page.keyboard.insert_text(text.rstrip("\n"))
