"""Every page a student meets, in both languages and lights: nothing for axe to find, nothing too wide, written down."""

import threading
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from axe import violations
from chromium import DESK, PHONE, is_too_wide, running_chromium, shot, sign_in
from playwright.async_api import Browser, Page, expect
from serverhouse import COURSE, ended, in_training
from webhouse import QUIZ, RIGHT, WORKSPACE, WRONG, Site

from server.submissions import Answer

pytestmark = [pytest.mark.browser, pytest.mark.database]

RAISES = "    model.add(Conv2D(64, (5, 5), activation='relu'))\n    import nothing_there\n"
DATA = Path("var/data").resolve()
LOOKS = [("zh", "light"), ("zh", "dark"), ("en", "light"), ("en", "dark")]


@dataclass(frozen=True)
class Pages:
    """Addresses by name, in the order in which a student meets them."""

    failed: str
    passed: str
    raised: str
    training: str
    quiz: str

    def all(self) -> dict[str, str]:
        """Return every page of somebody signed in."""
        return {
            "verdict-training": self.training,  # first: the training does not wait for ever
            "workspace-training": WORKSPACE,
            "course": f"/courses/{COURSE}",
            "verdict-failed": self.failed,
            "verdict-passed": self.passed,
            "verdict-raised": self.raised,
            "history": f"{WORKSPACE}/submissions",
            "compare": f"{WORKSPACE}/compare?old=1&new=3",
            "restored": f"{WORKSPACE}?attempt=1",
            "quiz": QUIZ,
            "quiz-verdict": self.quiz,
            "account": "/account/password",
            "not-found": "/courses/nowhere",
        }


@pytest.fixture
async def chromium() -> AsyncIterator[Browser]:
    """Start Chromium."""
    async with running_chromium() as browser:
        yield browser


@pytest.fixture
async def pages(site: Site) -> Pages:
    """Hand in everything there is to see, the last one still in training."""
    house = site.house
    house.settings.built.symlink_to(DATA)  # the misjudged digits are real ones
    sent = {}
    for name, region in (("failed", WRONG), ("passed", RIGHT), ("raised", RAISES)):
        sent[name] = (await house.submit(answer=Answer(regions=[region]))).id
        await ended(house, sent[name])
    answers = {"gradient": ["d"], "loss": ["a"]}
    sent["quiz"] = (await house.submit("backpropagation", Answer(answers=answers))).id
    await ended(house, sent["quiz"])
    site.judge.pace = threading.Semaphore(1)
    sent["training"] = (await house.submit(answer=Answer(regions=[RIGHT + "\n"]))).id
    await in_training(house, sent["training"])
    return Pages(**{name: f"/submissions/{one}" for name, one in sent.items()})


@pytest.mark.parametrize(("language", "theme"), LOOKS)
async def test_every_page_is_whole(chromium: Browser, site: Site, pages: Pages, language: str, theme: str) -> None:
    """Axe finds nothing, a phone scrolls down only, and the console stays empty."""
    context = await chromium.new_context(base_url=site.address, locale="zh-CN", viewport=DESK)
    await context.add_cookies(
        [
            {"name": "beginend_language", "value": language, "url": site.address},
            {"name": "beginend_theme", "value": theme, "url": site.address},
        ]
    )
    page, said = await context.new_page(), list[str]()
    page.on("console", lambda one: said.append(one.text) if one.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    wrong: list[str] = []
    await page.goto("/login")
    wrong += await _judged(page, f"login.{language}.{theme}")
    await sign_in(page, english=False)
    for name, address in pages.all().items():
        await page.set_viewport_size(DESK)
        await page.goto(address)
        if "training" in name:
            await expect(page.locator(".curves figure")).to_have_count(2)
        await expect(page.locator("html")).to_have_attribute("data-theme", theme)
        wrong += await _judged(page, f"{name}.{language}.{theme}")
    assert site.judge.pace is not None
    site.judge.pace.release(10)

    assert not wrong, "\n".join(wrong)
    assert [] == [one for one in said if "404" not in one]


async def _judged(page: Page, name: str) -> list[str]:
    """Return what is wrong with a page, wide and narrow, and write both down."""
    found = await violations(page)
    await shot(page, name)
    await page.set_viewport_size(PHONE)
    if await is_too_wide(page):
        found.append("scrolls sideways")
    await shot(page, f"{name}.390")
    return [f"{name}: {one}" for one in found]
