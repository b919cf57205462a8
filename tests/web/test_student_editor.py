"""What makes the workspace a good place to write: completion, marked lines, room, words that explain themselves."""

import re
from collections.abc import AsyncIterator

import pytest
from chromium import DESK, running_chromium, sign_in, write
from playwright.async_api import Browser, Page, Response, expect
from serverhouse import ended
from webhouse import QUIZ, RIGHT, WORKSPACE, WRONG, Site

from server.submissions import Answer

pytestmark = [pytest.mark.browser, pytest.mark.database]

MOST_KIB = 350  # of the first load of the workspace, compressed where we compress
RAISES = "    model.add(Flatten())\n    import nothing_there"


@pytest.fixture
async def chromium() -> AsyncIterator[Browser]:
    """Start Chromium."""
    async with running_chromium() as browser:
        yield browser


@pytest.fixture
async def page(chromium: Browser, site: Site) -> AsyncIterator[Page]:
    """Open a page and sign in; nothing may be said on the console."""
    context = await chromium.new_context(
        base_url=site.address, locale="zh-CN", viewport=DESK, permissions=["clipboard-read", "clipboard-write"]
    )
    page, said = await context.new_page(), list[str]()
    page.on("console", lambda message: said.append(message.text) if message.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    await sign_in(page)
    yield page
    assert [] == said


async def test_layers_and_their_arguments_complete(page: Page) -> None:
    """Names that the stub imports, then their arguments, then words for an activation; chosen by keyboard."""
    await page.goto(WORKSPACE)
    await write(page, "    model.add(")
    for typed, offered, entered in (
        ("Conv", "Conv2D", "Conv2D"),
        ("(64, act", "activation", "activation="),
        ("'re", "relu", "relu"),
    ):
        await page.keyboard.type(typed)
        await expect(page.locator(".cm-tooltip-autocomplete li[aria-selected]")).to_contain_text(offered)
        await page.wait_for_timeout(100)  # the editor takes no choice that nobody can have read
        await page.keyboard.press("Enter")
        await expect(page.locator(".cm-content")).to_contain_text(entered)

    assert "    model.add(Conv2D(64, activation='relu" == await page.locator("textarea[name=region]").input_value()


async def test_the_line_of_an_error_is_marked_until_it_is_written_anew(page: Page) -> None:
    """After the verdict came, and again after a reload; typing in that line takes the mark away."""
    await page.goto(WORKSPACE)
    await write(page, RAISES)
    await page.keyboard.press("Control+Enter")
    marked = page.locator(".cm-line.is-bad")
    await expect(marked).to_have_text("    import nothing_there", timeout=15_000)
    await page.reload()
    await expect(marked).to_have_count(1)
    await marked.click()
    await page.keyboard.type("x")
    await expect(marked).to_have_count(0)


async def test_the_editor_gets_room(page: Page) -> None:
    """The split moves by keyboard and is remembered; one button gives the editor the whole window, and back."""
    await page.goto(WORKSPACE)
    divider = page.get_by_role("separator")
    await divider.focus()
    for _ in range(3):
        await page.keyboard.press("ArrowRight")
    await expect(divider).to_have_attribute("aria-valuenow", "48")
    await page.reload()
    await expect(divider).to_have_attribute("aria-valuenow", "48")
    full = page.get_by_role("button", name="Editor in the whole window")
    await full.click()
    await expect(page.locator("#task")).to_be_hidden()
    await full.click()
    await expect(page.locator("#task")).to_be_visible()


async def test_an_earlier_attempt_takes_the_place_of_a_draft_that_undo_brings_back(page: Page, site: Site) -> None:
    """Restoring loses nothing."""
    sent = await site.house.submit(answer=Answer(regions=[WRONG]))
    await ended(site.house, sent.id)
    await page.goto(WORKSPACE)
    await write(page, "    half = 'written'")
    await expect(page.locator("[data-saved]")).to_contain_text("Draft saved")
    await page.goto(f"{WORKSPACE}/submissions")
    await page.get_by_role("link", name="Restore submission 1 in the editor").click()
    area = page.locator("textarea[name=region]")
    await expect(area).to_have_value(WRONG.rstrip("\n"))
    await page.locator(".cm-line.is-own").first.click()
    await page.keyboard.press("Control+z")

    await expect(area).to_have_value("    half = 'written'")


async def test_words_explain_themselves_and_code_can_be_copied(page: Page) -> None:
    """By keyboard: Enter opens a word's meaning, Escape closes it; the button copies the block it belongs to."""
    await page.goto(WORKSPACE)
    word = page.get_by_role("button", name=re.compile("pooling", re.IGNORECASE)).first
    meaning = page.locator(f"#{await word.get_attribute('popovertarget')}")
    await word.focus()
    await page.keyboard.press("Enter")
    await expect(meaning).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(meaning).to_be_hidden()
    block = page.locator(".copyable").first
    await block.get_by_role("button", name="Copy").click()
    await expect(block.get_by_role("button", name="Copied")).to_be_visible()

    assert (await block.locator("pre").inner_text()).strip() == (
        await page.evaluate("navigator.clipboard.readText()")
    ).strip()


async def test_a_quiz_needs_no_mouse(page: Page) -> None:
    """Tab, arrows, Space and Enter answer a quiz and send it; why an answer is right is read afterwards."""
    await page.goto(QUIZ)
    await page.locator("input[type=radio], input[type=checkbox], .q input").first.focus()
    for _ in range(12):
        await page.keyboard.press("Space")
        await page.keyboard.press("Tab")
        if await page.evaluate(
            "document.activeElement.type === 'submit' && !!document.activeElement.closest('.submit')"
        ):
            break
    await page.keyboard.press("Enter")

    await expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("left to fix|Passed"), timeout=10_000)
    await expect(page.locator(".said-of .chip")).to_have_count(await page.locator("fieldset.q").count())


async def test_a_session_that_ended_loses_no_line(page: Page) -> None:
    """Submitting leads to the login, which says so, and back to the text that was being written."""
    await page.goto(WORKSPACE)
    await write(page, RIGHT.rstrip("\n"))
    await expect(page.locator("[data-saved]")).to_contain_text("Draft saved")
    await page.context.clear_cookies(name="beginend_session")
    await page.context.add_cookies([{"name": "beginend_session", "value": "gone", "url": page.url}])
    await page.keyboard.press("Control+Enter")
    await expect(page.get_by_text("your draft is safe")).to_be_visible(timeout=10_000)
    await page.fill("input[name=login]", "student")
    await page.fill("input[name=password]", "correct horse")
    await page.get_by_role("button", name="Sign in").click()
    await page.wait_for_url(f"**{WORKSPACE}")

    await expect(page.locator("textarea[name=region]")).to_have_value(RIGHT.rstrip("\n"))


async def test_the_first_load_of_the_workspace_is_light(page: Page) -> None:
    """Everything the browser fetches for it, as it comes over the wire."""
    got: list[Response] = []
    assert page.context.browser is not None
    empty = await page.context.browser.new_context(storage_state=await page.context.storage_state())
    first = await empty.new_page()  # nothing is in its cache

    def keep(response: Response) -> None:
        got.append(response)

    first.on("response", keep)
    await first.goto(page.url.partition("/courses/")[0] + WORKSPACE)
    await expect(first.locator(".cm-editor")).to_be_attached()
    await first.wait_for_load_state("networkidle")
    sizes = {one.url: (await one.request.sizes())["responseBodySize"] for one in got}

    assert len(sizes) > 8  # the page, its style sheets and both scripts
    assert sum(sizes.values()) < MOST_KIB * 1024, sizes
