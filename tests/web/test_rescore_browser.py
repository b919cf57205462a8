"""Rescoring in a real browser: live while it runs, by the buttons' words, without scripts, and fit for every eye."""

import contextlib
import re
import uuid
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from axe import violations
from chromium import DESK, PHONE, SCREENSHOTS, is_too_wide, running_chromium, shot, sign_in
from playwright.async_api import Browser, Page, expect
from rescoredesk import EASIER, HARDER, RESCORES, rescoring_in, set_of_all_kinds
from rescorehouse import EIGHT, EXERCISE, RescoreHouse
from scriptedjudging import LABELS
from serverhouse import House

from server.database.models import Depth, Rescore
from server.feed import Feed
from server.opening import Foundation
from server.rescoring.before import waiting_items
from server.rescoring.rechecking import Rechecker
from server.rescoring.writing import write_items
from server.serving import listen
from server.web_process import running_web

pytestmark = [pytest.mark.browser, pytest.mark.database]

WHY = "门槛太低：九成以上的人第一次就通过。"
NAMES = ("林知远", "陈若溪", "王子墨", "赵一诺", "周昱辰", "吴思涵", "徐嘉禾", "何沐阳")


@dataclass(frozen=True)
class Place:
    """The application on a port, without a worker: the test works sets out itself, when it wants."""

    rescoring: RescoreHouse
    address: str


@pytest.fixture
def rescoring(house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RescoreHouse]:
    """Let submissions have evidence, and work sets out in this process."""
    with rescoring_in(house, tmp_path, monkeypatch) as laid:
        yield laid


@pytest.fixture
async def place(rescoring: RescoreHouse) -> AsyncIterator[Place]:
    """Serve the application."""
    house = rescoring.house
    feed = Feed(house.database)
    await feed.start()
    await feed.listening()
    base = Foundation(house.settings, house.database, feed, house.shelf)
    with contextlib.closing(listen("127.0.0.1", 0)) as bound:
        async with running_web(base, bound, own_code_only=False):
            yield Place(rescoring, f"http://127.0.0.1:{bound.getsockname()[1]}")
    await feed.stop()


@pytest.fixture
async def chromium() -> AsyncIterator[Browser]:
    """Start the browser."""
    async with running_chromium() as browser:
        yield browser


async def opened(browser: Browser, place: Place, *, scripts: bool = True) -> Page:
    """Sign the teacher in, reading English."""
    context = await browser.new_context(
        base_url=place.address,
        viewport=DESK,  # type: ignore[arg-type]
        java_script_enabled=scripts,
    )
    await context.add_cookies([{"name": "beginend_language", "value": "en", "url": place.address}])
    page = await context.new_page()
    await sign_in(page, "teacher", english=False)
    return page


async def _one_portion(rescoring: RescoreHouse, rescore: Rescore) -> None:
    """Work out one submission of a set, and write it down as a worker does."""
    async with rescoring.house.database.unit_of_work() as session:
        items = await waiting_items(session, rescore.id, 0, depths=[Depth.RECHECK], limit=1)
        await write_items(session, rescore.id, Rechecker(rescoring.house.shelf, deepen=True).work_out(items))


async def test_a_teacher_rescores_a_course_live(chromium: Browser, place: Place) -> None:
    """From the tab to the undo by what is written on the buttons; the outcome appears without reloading."""
    rescoring = place.rescoring
    failed = await rescoring.handed_in(EIGHT)
    await rescoring.handed_in(LABELS, user=rescoring.house.other)
    await rescoring.version("easier", **EASIER)
    page = await opened(chromium, place)
    said: list[str] = []
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("console", lambda one: said.append(one.text) if one.type in {"error", "warning"} else None)

    await page.get_by_role("link", name="For staff").click()
    tabs = page.get_by_role("navigation", name="Staff pages")
    await tabs.get_by_role("link", name="Rescoring").click()
    await page.get_by_role("link", name="New rescore").click()
    await (
        page.get_by_role("link", name="Handwritten").or_(page.locator(f"a[href$='exercise={EXERCISE}']")).first.click()
    )
    await page.locator("select[name=to_version]").select_option(index=1)
    await page.locator("input[name=reason]").fill("The threshold was too high")
    await page.get_by_role("button", name="Look first").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("2 submissions will be judged anew")
    await page.get_by_role("button", name="Start, 2 submissions").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Rescoring 2 submissions")
    await expect(page.locator("#progress [role=progressbar]")).to_have_attribute("aria-valuenow", "0")

    rescore = Rescore(id=uuid.UUID(page.url.rsplit("/", 1)[1]))
    await _one_portion(rescoring, rescore)
    await expect(page.locator("#progress [role=progressbar]")).to_have_attribute("aria-valuenow", "1", timeout=10_000)
    await rescoring.work_out(rescore)
    await expect(page.get_by_role("heading", level=1)).to_have_text("One verdict would change", timeout=10_000)
    await expect(page.locator("#progress")).to_have_count(0)
    await page.locator(".vmx a").first.click()
    await expect(page).to_have_url(re.compile("before=failed"))
    await page.get_by_role("link", name="Both verdicts of").first.click()
    await expect(page.get_by_text("0.75", exact=True)).to_be_visible()
    await page.get_by_role("link", name="Verdicts that change").click()
    await page.get_by_role("link", name="Apply only the one filtered").click()
    await page.get_by_role("button", name="Apply one change").click()
    await expect(page.get_by_text("Applied; students read the new verdicts now.")).to_be_visible()
    assert "passed" == (await rescoring.verdict(failed))[0]
    await page.get_by_role("link", name="Undo").click()
    await page.get_by_role("button", name="Undo").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("One verdict was taken back")
    assert "failed" == (await rescoring.verdict(failed))[0]
    assert [] == said


async def test_without_scripts_everything_works_but_the_live_progress(chromium: Browser, place: Place) -> None:
    """A link reloads the progress; form, preview, start, confirmation and undo are plain forms and links."""
    rescoring = place.rescoring
    failed = await rescoring.handed_in(EIGHT)
    await rescoring.version("easier", **EASIER)
    page = await opened(chromium, place, scripts=False)

    await page.goto(f"{RESCORES}/new?exercise={EXERCISE}")
    await page.locator("select[name=to_version]").select_option(index=1)
    await page.get_by_role("button", name="Look first").click()
    await page.get_by_role("button", name="Start, one submission").click()
    await rescoring.work_out(Rescore(id=uuid.UUID(page.url.rsplit("/", 1)[1])))
    await page.get_by_role("link", name="Look again").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("One verdict would change")
    await page.get_by_role("link", name="Apply one change").click()
    await page.get_by_role("button", name="Apply one change").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("One new verdict counts now")
    assert "passed" == (await rescoring.verdict(failed))[0]


async def test_every_page_is_accessible_and_fits_a_phone(chromium: Browser, place: Place) -> None:
    """Axe finds nothing in either language and theme, wide and narrow; screenshots are written for eyes."""
    rescoring = place.rescoring
    made, fallen, noisy = await set_of_all_kinds(rescoring, NAMES, WHY)
    ready = await rescoring.made(to_version=await rescoring.version("harder", **HARDER))
    running = await rescoring.make(to_version=await rescoring.version("easier", **EASIER))
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    here = f"{RESCORES}/{made.id}"
    pages = {
        "list": RESCORES,
        "new": f"{RESCORES}/new?exercise={EXERCISE}",
        "wrong": f"{RESCORES}/plan?exercise={EXERCISE}&since=soon&students=nobody&repeats=99",
        "plan": f"{RESCORES}/plan?exercise={EXERCISE}&outcomes=failed&depth=rerun&reason=again",
        "running": f"{RESCORES}/{running.id}",
        "set": here,
        "filtered": f"{here}?change=down",
        "item": f"{here}/items/{fallen}",
        "noise": f"{here}/items/{noisy}",
        "ready": f"{RESCORES}/{ready.id}",
        "sure": f"{RESCORES}/{ready.id}/apply",
        "blocked": f"{here}/apply",
        "discard": f"{here}/discard",
    }
    page = await opened(chromium, place)
    found: list[tuple[str, str, object]] = []
    for language, theme, size in (
        ("zh", "light", DESK),
        ("en", "dark", DESK),
        ("en", "light", PHONE),
        ("zh", "dark", PHONE),
    ):
        await page.set_viewport_size(size)  # type: ignore[arg-type]
        cookies = {"beginend_language": language, "beginend_theme": theme}
        await page.context.add_cookies(
            [{"name": name, "value": value, "url": place.address} for name, value in cookies.items()]
        )
        for name, address in pages.items():
            await page.goto(address, wait_until="domcontentloaded")
            look = f"rescore-{name}-{language}-{theme}-{size['width']}"
            await shot(page, look)
            found += [(look, "axe", line) for line in await violations(page)]
            if await is_too_wide(page):
                found.append((look, "too wide", ""))
    assert not found, "\n".join(map(str, found))
