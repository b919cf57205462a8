"""The guides in a browser: nothing for axe to find in either language and light, nothing too wide on a phone."""

from collections.abc import AsyncIterator

import pytest
from axe import violations
from chromium import DESK, PHONE, is_too_wide, running_chromium, shot
from playwright.async_api import Browser
from webhouse import Site

from server.web.guides import NAMES

pytestmark = [pytest.mark.browser, pytest.mark.database]

LOOKS = [("zh", "light"), ("zh", "dark"), ("en", "light"), ("en", "dark")]

#: Fetches the pictures that wait for being scrolled to, and counts those that do not come.
MISSING = """async () => {
    const pictures = [...document.images];
    for (const one of pictures) one.loading = "eager";
    await Promise.all(pictures.map((one) => one.decode().catch(() => undefined)));
    return pictures.filter((one) => !one.naturalWidth).length;
}"""


@pytest.fixture
async def chromium() -> AsyncIterator[Browser]:
    """Start Chromium."""
    async with running_chromium() as browser:
        yield browser


async def test_every_guide_is_whole(chromium: Browser, site: Site) -> None:
    """Axe finds nothing, a phone scrolls down only, every picture arrives, and the console stays empty."""
    wrong: list[str] = []
    for language, theme in LOOKS:
        context = await chromium.new_context(base_url=site.address, viewport=DESK)
        cookies = {"beginend_language": language, "beginend_theme": theme}
        await context.add_cookies([{"name": key, "value": one, "url": site.address} for key, one in cookies.items()])
        page, said = await context.new_page(), list[str]()
        page.on("console", lambda one, said=said: said.append(one.text) if one.type in {"error", "warning"} else None)
        for name in ("", *(f"/{one}" for one in NAMES)):
            await page.set_viewport_size(DESK)
            await page.goto(f"/help{name}")
            empty = await page.evaluate(MISSING)
            label = f"help{name.replace('/', '-')}.{language}.{theme}"
            found = [*await violations(page), *([f"{empty} pictures are missing"] if empty else [])]
            await shot(page, label)
            await page.set_viewport_size(PHONE)
            found += ["scrolls sideways"] if await is_too_wide(page) else []
            await shot(page, f"{label}.390")
            wrong += [f"{label}: {one}" for one in found]
        wrong += said
        await context.close()

    assert not wrong, "\n".join(wrong)
