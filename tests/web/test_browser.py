"""A student's way in a real browser: sign in, write between Begin and End, submit, watch, read."""

import re
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from chromium import CHROMIUM, PHONE, is_too_wide, running_chromium, sign_in, write
from playwright.async_api import Browser, BrowserContext, Page, expect
from serverhouse import COURSE
from webhouse import QUIZ, RIGHT, WORKSPACE, Site

pytestmark = [pytest.mark.browser, pytest.mark.database]

UNDO_PAUSE = 600  # milliseconds after which the editor begins another step of undo


@pytest.fixture
async def chromium() -> AsyncIterator[Browser]:
    """Start Chromium."""
    async with running_chromium() as browser:
        yield browser


@pytest.fixture
async def context(chromium: Browser, site: Site) -> BrowserContext:
    """Open a browser with the site as its base."""
    return await chromium.new_context(base_url=site.address, locale="zh-CN", viewport={"width": 1360, "height": 900})


@pytest.fixture
async def page(context: BrowserContext) -> AsyncIterator[Page]:
    """Open a page and sign in; nothing may be said on the console."""
    page, said = await context.new_page(), list[str]()
    page.on("console", lambda message: said.append(message.text) if message.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    await sign_in(page)
    yield page
    assert [] == said


async def test_a_student_writes_submits_and_watches_the_verdict_come(page: Page, site: Site) -> None:
    """Findings first, marked provisional, then epochs, then the verdict, without reloading; then the page of it."""
    site.judge.pace = threading.Semaphore(0)
    await page.get_by_role("link", name=re.compile("digits", re.IGNORECASE)).first.click()
    await write(page, RIGHT)
    await page.keyboard.press("Control+Enter")
    run = page.locator("#run")
    await expect(run.get_by_text("Provisional")).to_be_visible(timeout=10_000)
    await expect(run.locator("#check-layers .mark.pass")).to_be_visible()
    await expect(run.locator("#check-accuracy .mark.run")).to_be_visible()
    await expect(run.locator(".epochs")).to_have_text("epoch 1 of 3 · loss 1 · accuracy 80.0 %", timeout=10_000)
    site.judge.pace.release()
    await expect(run.locator(".epochs")).to_have_text("epoch 2 of 3 · loss 0.5 · accuracy 90.0 %", timeout=10_000)
    site.judge.pace.release()
    await expect(run.locator(".chip.pass")).to_have_text("Passed", timeout=10_000)
    await expect(page.locator("#said")).to_have_text("Passed, 100 points")
    assert page.url.endswith(WORKSPACE)
    await run.get_by_role("link", name="Full verdict").click()

    await expect(page.get_by_role("heading", level=1)).to_have_text("Passed, 100 points")
    await expect(page.locator("ol.model .layer:not(.io)")).to_have_count(6)


async def test_nothing_outside_of_begin_and_end_can_be_changed(page: Page) -> None:
    """Typing, deleting and pasting over locked lines do nothing, and the reason is said."""
    await page.goto(WORKSPACE)
    area = page.locator("textarea[name=region]")
    await write(page, "    x = 1")
    before = await page.locator(".cm-content").inner_text()
    await page.locator(".cm-line.is-locked").last.click()
    for key in ("y", "Enter", "Backspace", "Delete", "Tab"):
        await page.keyboard.press(key)
    await page.locator(".cm-line.is-own").first.click()
    await page.keyboard.press("Home")
    await page.keyboard.press("Home")
    await page.keyboard.press("Backspace")  # would join the line with its Begin mark
    await expect(page.locator("[data-locked-said]")).to_contain_text("read-only")
    await page.keyboard.press("Control+a")
    await page.keyboard.press("Control+a")  # the second time everything
    await page.keyboard.press("Delete")

    assert before == await page.locator(".cm-content").inner_text()
    assert "    x = 1" == await area.input_value()


async def test_a_region_can_be_emptied_and_filled_and_everything_undone(page: Page) -> None:
    """The editable part keeps its place at its edges, also through undo."""
    await page.goto(WORKSPACE)
    area = page.locator("textarea[name=region]")
    await write(page, "    x = 1\n    y = 2")
    await page.wait_for_timeout(UNDO_PAUSE)
    await page.keyboard.press("Control+a")
    await page.keyboard.press("Delete")
    assert "" == await area.input_value()
    await page.wait_for_timeout(UNDO_PAUSE)
    await page.keyboard.type("z = 3")
    assert "z = 3" == await area.input_value()
    await page.keyboard.press("Control+z")
    assert "" == await area.input_value()
    await page.keyboard.press("Control+z")

    assert "    x = 1\n    y = 2" == await area.input_value()


async def test_a_draft_survives_closing_and_restore_brings_the_stub_back(page: Page) -> None:
    """What was typed is there after a reload; Restore empties it, and undo takes that back."""
    await page.goto(WORKSPACE)
    await write(page, "    half = 'written'")
    await expect(page.locator("[data-saved]")).to_contain_text("Draft saved")
    await page.reload()
    area = page.locator("textarea[name=region]")
    await expect(page.locator(".cm-content")).to_contain_text("half = 'written'")
    await page.get_by_role("button", name="Restore").click()
    assert "" == (await area.input_value()).strip()
    await page.keyboard.press("Control+z")

    assert "    half = 'written'" == await area.input_value()


async def test_the_keyboard_gets_out_of_the_editor(page: Page) -> None:
    """Tab indents; after Escape it leads on, so that nobody is trapped."""
    await page.goto(WORKSPACE)
    await write(page, "x")
    await page.keyboard.press("Tab")
    inside = await page.evaluate("document.activeElement.className")
    await page.keyboard.press("Escape")
    await page.keyboard.press("Tab")

    assert "cm-content" in inside
    assert "cm-content" not in str(await page.evaluate("document.activeElement.className"))


async def test_an_error_leads_to_its_line(page: Page) -> None:
    """The verdict of a program that stops names the line, and the link puts the cursor there."""
    await page.goto(WORKSPACE)
    await write(page, "    import nothing_there")
    await page.get_by_role("button", name="Submit").click()
    link = page.locator("#run").get_by_role("link", name=re.compile("See line"))
    await expect(link).to_be_visible(timeout=10_000)
    line = re.search(r"\d+", await link.inner_text())
    await link.click()

    assert line is not None
    await expect(page.locator(".cm-activeLine")).to_contain_text("import nothing_there")
    await expect(page.locator(".cm-lineNumbers .cm-activeLineGutter")).to_have_text(line[0])


async def test_a_quiz_is_answered_and_judged(page: Page) -> None:
    """The verdict comes to the page by itself and shows what was right."""
    await page.goto(QUIZ)
    await page.check("input[name='answer.gradient'][value=d]")
    await page.get_by_role("button", name="Submit answers").click()

    await expect(page.get_by_role("heading", level=1)).to_have_text("2 things left to fix", timeout=10_000)
    await expect(page.locator("#q-gradient .opt.is-right")).to_have_count(1)


async def test_language_and_theme_switch_in_place(page: Page) -> None:
    """Both switches come back to the same page."""
    await page.goto(QUIZ)
    await page.get_by_role("button", name="Use dark colours").click()
    await expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    await page.get_by_role("button", name="中文").click()

    await expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    await expect(page.get_by_role("heading", level=1)).to_have_text("反向传播")
    assert page.url.endswith(QUIZ)


async def test_a_phone_needs_no_sideways_scrolling(page: Page) -> None:
    """At 390 pixels every page fits, with the editor and a verdict open."""
    await page.set_viewport_size(PHONE)
    await page.goto(WORKSPACE)
    await expect(page.locator(".cm-editor")).to_be_attached()
    assert 0 == await page.evaluate("window.scrollY")  # the statement comes first
    await write(page, "    model.add(Conv2D(64, (3, 3)))")
    await page.get_by_role("button", name="Submit").click()
    await expect(page.locator("#run .chip.fail")).to_be_visible(timeout=10_000)
    verdict = await page.locator("#run").get_by_role("link", name="Full verdict").get_attribute("href")
    wide = []
    for address in (WORKSPACE, verdict or "", QUIZ, f"/courses/{COURSE}", f"{WORKSPACE}/submissions"):
        await page.goto(address)
        if await is_too_wide(page):
            wide.append(address)

    assert [] == wide


async def test_without_scripts_a_student_can_still_hand_in(chromium: Browser, site: Site) -> None:
    """Text field, button, a page that refreshes itself, verdict: no script involved."""
    context = await chromium.new_context(base_url=site.address, locale="zh-CN", java_script_enabled=False)
    page = await context.new_page()
    await sign_in(page)
    await page.goto(WORKSPACE)
    await page.fill("textarea[name=region]", RIGHT)
    await page.get_by_role("button", name="Submit").click()

    await expect(page.get_by_role("heading", level=1)).to_have_text("Passed, 100 points", timeout=15_000)


def test_chromium_is_where_the_tests_look_for_it() -> None:
    """The tests drive Debian's Chromium."""
    assert Path(CHROMIUM).exists()
