"""Every page of the application in a real browser: nothing for axe to find, headings in order, nothing too wide.

Pages come from the application's own route table, so that none can be forgotten. Each is seen twice, so that it is seen
in both languages, in both lights, and on a desk and a phone; neighbours in the list are seen in the other pairs.
Screenshots are written to the folder that ``BEGINEND_SCREENSHOTS`` names.
"""

import os
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axe import violations
from chromium import DESK, PHONE, is_too_wide, running_chromium
from everypage import VISITS, Visit, furnish, page_routes, session_token
from playwright.async_api import Page
from webhouse import Site, WebHouse

from server.web.visitor import LANGUAGE, SESSION, THEME

pytestmark = [pytest.mark.browser, pytest.mark.database]

SHOTS = os.environ.get("BEGINEND_SCREENSHOTS")
LOOKS = (
    (("zh", "light", PHONE), ("en", "dark", DESK)),
    (("zh", "dark", PHONE), ("en", "light", DESK)),
    (("en", "light", PHONE), ("zh", "dark", DESK)),
    (("en", "dark", PHONE), ("zh", "light", DESK)),
)
#: Levels of the headings in the order of the document, those for screen readers included.
HEADINGS = "[...document.querySelectorAll('h1, h2, h3, h4, h5, h6')].map((one) => Number(one.tagName[1]))"


async def test_every_page_has_a_visit(web: WebHouse) -> None:
    """A page that nobody looks at here fails by the name of its route, and so does a visit to a route that is gone."""
    routes = page_routes(web.app)
    visited = {visit.route for visit in VISITS if visit.status == 200}

    assert set() == routes - visited
    assert set() == visited - routes


async def test_every_page_is_whole(site: Site, tmp_path: Path) -> None:
    """Axe finds nothing, there is one h1 and no level is skipped, a phone scrolls down only, the console is empty."""
    values = await furnish(site.house, tmp_path)
    tokens = {who: await session_token(site.house, who) for who in {visit.who for visit in VISITS} - {""}}
    wrong: list[str] = []
    async with running_chromium() as browser:
        context = await browser.new_context(base_url=site.address)
        page, said = await context.new_page(), list[str]()
        page.on("console", lambda one: said.append(one.text) if one.type in {"error", "warning"} else None)
        page.on("pageerror", lambda error: said.append(str(error)))
        for index, visit in enumerate(VISITS):
            for language, theme, size in LOOKS[index % len(LOOKS)]:
                cookies = {LANGUAGE: language, THEME: theme, SESSION: tokens.get(visit.who, "")}
                await context.clear_cookies()
                await context.add_cookies(
                    [{"name": n, "value": v, "url": site.address} for n, v in cookies.items() if v]
                )
                await page.set_viewport_size(size)  # type: ignore[arg-type]
                said.clear()
                found = await _judged(page, visit, values, narrow=size is PHONE)
                found += [] if visit.status >= 400 else said
                wrong += [f"{visit.name} ({language}, {theme}, {size['width']}): {one}" for one in found]
                if SHOTS:
                    shot = f"{visit.name}.{language}.{theme}.{size['width']}.png"
                    await page.screenshot(path=Path(SHOTS) / shot, full_page=True, animations="disabled")

    assert not wrong, "\n".join(wrong)


async def _judged(page: Page, visit: Visit, values: dict[str, str], *, narrow: bool) -> list[str]:
    """Return what is wrong with a page."""
    address = visit.address(values)
    answer = await page.goto(address)
    assert answer is not None
    if (visit.status, address.partition("?")[0]) != (answer.status, urlsplit(page.url).path):
        return [f"answered {answer.status} at {page.url}"]
    found = await violations(page)
    levels: list[int] = await page.evaluate(HEADINGS)
    if levels.count(1) != 1 or any(after > before + 1 for before, after in zip([0, *levels], levels, strict=False)):
        found.append(f"headings {levels}")
    if narrow and await is_too_wide(page):
        found.append("scrolls sideways")
    return found
