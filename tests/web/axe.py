"""Ask axe-core what is wrong with a page that a browser shows: WCAG 2.2 AA and axe's own best practices.

The engine is the pinned npm package that the islands' build fetches; it is put in by the browser's debugger, so that
the page's content security policy stands as it is.
"""

from functools import cache
from typing import Any

from playwright.async_api import Page

from server.web.islands.build_hook import ISLANDS

ENGINE = ISLANDS / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@cache
def _engine() -> str:
    """Return the engine's source; ``build_islands()`` must have run."""
    return ENGINE.read_text("utf-8")


async def violations(page: Page, *, without: tuple[str, ...] = ()) -> list[str]:
    """Return what axe finds on the page as it is shown now: a line for each element, empty when all is well.

    Args:
        page: The page, in the theme and size to be judged.
        without: Rules that are left out; say why where you call.

    """
    await page.emulate_media(reduced_motion="reduce")  # a colour half way through an animation is nobody's mistake
    await page.evaluate(_engine())
    options = {"runOnly": {"type": "tag", "values": TAGS}, "rules": {rule: {"enabled": False} for rule in without}}
    found: dict[str, Any] = await page.evaluate("(options) => axe.run(document, options)", options)
    return [
        f"{rule['id']} ({rule['impact']}): {node['html'][:160]} -- {node['failureSummary'][:300]}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]
