"""From the click in a real browser to the first feedback and to the verdict on the screen, where there is a browser."""

import importlib.util
import shutil
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

from exercises import extract
from server.cli.bench.figures import spread
from server.cli.bench.scene import BenchFailed
from server.cli.bench.server_house import CODE, QUIZ, ServerHouse, Student
from server.opening import COURSE_SLUG
from server.web.visitor import LANGUAGE, SESSION

CHROMIUM = "chromium"
ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--no-first-run")
REST_MS = 400  # between two submissions, so that the slot of the one is ready again for the other
WARM_UP = 2
PATIENCE_MS = 120_000

#: Runs on every page: notes the moment of the click on "submit", and the first moments at which the page shows that
#: something was taken in, a finding, and a verdict. The clock is the browser's, and its notes outlive a change of page.
NOTES = """
(() => {
  if (!location.protocol.startsWith("http")) return;
  const now = () => performance.timeOrigin + performance.now();
  const note = (name) => { if (!(name in sessionStorage)) sessionStorage[name] = now(); };
  addEventListener("click", (event) => {
    if (!event.target.closest?.("form button[type=submit]")) return;
    sessionStorage.clear();
    note("click");
    document.querySelector("#run")?.setAttribute("data-before", "");  // that of the submission before
  }, true);
  const run = "#run:not([data-before])";
  const shown = {
    feedback: `${run} .phases, #verdict`,
    finding: `${run} .check .mark.pass, ${run} .check .mark.fail, #verdict .q .chip.pass, #verdict .q .chip.fail`,
    verdict: `${run} > .bar > .chip.pass, ${run} > .bar > .chip.fail, #verdict .won, #verdict .total`,
  };
  const look = () => {
    if (!("click" in sessionStorage)) return;
    for (const [name, what] of Object.entries(shown)) {
      if (!(name in sessionStorage) && document.querySelector(what)) requestAnimationFrame(() => note(name));
    }
  };
  new MutationObserver(look).observe(document, { childList: true, subtree: true });
})();
"""
TOLD = "() => 'verdict' in sessionStorage"
READ = "() => Object.fromEntries(Object.entries(sessionStorage).map(([name, at]) => [name, Number(at)]))"


def missing() -> str | None:
    """Say what this machine lacks to drive a browser; None where nothing is missing."""
    if importlib.util.find_spec("playwright") is None:
        return "Playwright is not installed (pip install playwright)"
    if shutil.which(CHROMIUM) is None:
        return f"there is no {CHROMIUM} on PATH"
    return None


async def click_to_verdict(house: ServerHouse, rounds: int) -> dict[str, Any]:
    """Measure a quiz and the structure check of cnn-digits, a wrong program each time so that nothing is trained.

    Args:
        house: Where.
        rounds: Submissions of each kind, one after another.

    Returns:
        For each kind the spread of milliseconds from the click to the feedback, the first finding and the verdict; or
        ``left_out``, a sentence, where there is no browser.

    """
    lack = missing()
    if lack is not None:
        return {"left_out": lack}
    from playwright.async_api import async_playwright  # noqa: PLC0415 - only developers have it

    await house.judge()
    kinds: dict[str, Callable[[Any, int], Awaitable[None]]] = {
        "quiz": lambda page, _: _answer_quiz(house, page),
        "structure": lambda page, number: _write_program(house, page, number),
    }
    figures: dict[str, Any] = {}
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=shutil.which(CHROMIUM), args=ARGUMENTS)
        for name, hand_in in kinds.items():
            house.say(f"{rounds} submissions in a browser ({name}), one after another")
            page = await _seated(browser, house, house.students[len(figures)])
            told = [await _round(page, hand_in, number) for number in range(WARM_UP + rounds)][WARM_UP:]
            figures[name] = {
                moment: spread([one[moment] - one["click"] for one in told]).to_json("ms", 1)
                for moment in ("feedback", "finding", "verdict")
            }
        await browser.close()
    return figures


async def _seated(browser: Any, house: ServerHouse, student: Student) -> Any:  # noqa: ANN401 - Playwright's own
    """Open a page on which somebody is signed in."""
    context = await browser.new_context(base_url=house.address)
    cookies = {SESSION: student.cookie, LANGUAGE: "en"}
    await context.add_cookies([{"name": name, "value": value, "url": house.address} for name, value in cookies.items()])
    await context.add_init_script(NOTES)
    return await context.new_page()


async def _round(page: Any, hand_in: Callable[[Any, int], Awaitable[None]], number: int) -> dict[str, float]:  # noqa: ANN401
    """Hand in once and return the moments that the browser noted.

    Raises:
        BenchFailed: No verdict came to the screen.

    """
    from playwright.async_api import TimeoutError as TooLong  # noqa: PLC0415 - as above

    try:
        await hand_in(page, number)
        await page.wait_for_function(TOLD, timeout=PATIENCE_MS)
    except TooLong as error:
        raise BenchFailed(f"no verdict came to the screen at {urlsplit(page.url).path}") from error
    told: dict[str, float] = await page.evaluate(READ)
    await page.wait_for_timeout(REST_MS)
    return told


async def _answer_quiz(house: ServerHouse, page: Any) -> None:  # noqa: ANN401 - Playwright's own
    """Open the quiz, choose what is right, and click on submit."""
    await page.goto(f"/courses/{COURSE_SLUG}/exercises/{QUIZ}")
    for question, answer in house.catalogue[QUIZ].answers.items():
        for choice in answer.accepted:
            await page.check(f"input[name='answer.{question}'][value='{choice}']")
    await page.click("form.answers button[type=submit]")


async def _write_program(house: ServerHouse, page: Any, number: int) -> None:  # noqa: ANN401 - likewise
    """Open the workspace, write a wrong program that nobody has written before, and click on submit."""
    bundle = house.catalogue[CODE]
    region = extract(bundle.stub or "", (bundle.solution or "").encode(), whole_file=False).regions[0]
    await page.goto(f"/courses/{COURSE_SLUG}/exercises/{CODE}")
    await page.locator(".cm-line.is-own").first.click()
    await page.keyboard.press("Control+a")
    await page.keyboard.insert_text(f"{region.replace('(5, 5)', '(3, 3)').rstrip()}\n    attempt = {number}")
    await page.click("form.answer button[type=submit]")
