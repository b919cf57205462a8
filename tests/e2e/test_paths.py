"""Each person's whole path in a real browser against the real server, sandbox and database.

One web process, one worker with warm containers and one database serve all tests of this file. A student signs in,
fails and then passes each of the five levels by what stands on the pages, three in Chinese and two in English, up to
the verdict after training. An author begins an exercise, has its threshold measured, sends it through the real gate and
publishes it. A grader has programs run again and decides about what comes out. What these pages do in rarer cases is
the matter of ``tests/web``.
"""

import contextlib
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from chromium import DESK, running_chromium, write
from measuringhouse import TRAINING, points
from playwright.async_api import Browser, FilePayload, Page, expect
from webhouse import PASSWORD

from exercises import Bundle, extract
from exercises.schema import QuizExercise
from server.accounts import create_user
from server.cli.bench.server_house import ServerHouse, server_house
from server.courses import enrol, find_course
from server.database.models import Role
from server.opening import COURSE_SLUG
from server.settings import Settings
from server.web.locale import speaker

pytestmark = [
    pytest.mark.browser,
    pytest.mark.database,
    pytest.mark.docker,
    pytest.mark.training,
    pytest.mark.slow,
    pytest.mark.asyncio(loop_scope="module"),
]

#: Milliseconds that a verdict may take on a machine that others use too; no measurement.
QUICK, TRAINED, GATE = 60_000, 400_000, 240_000


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house() -> AsyncIterator[ServerHouse]:
    """Run web and worker as processes, with a student for each language, a grader and an author."""
    async with server_house(Settings(home=Path("var")), "docker", lambda _: None, trains=True) as house:
        async with house.database.unit_of_work() as session:
            course = await find_course(session, COURSE_SLUG)
            for login, role in (("zh", Role.STUDENT), ("en", Role.STUDENT), ("grader", Role.GRADER)):
                await enrol(session, await create_user(session, login=login, password=PASSWORD), course, role)
            await create_user(session, login="author", password=PASSWORD, is_author=True)
        await house.judge()
        yield house


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def chromium() -> AsyncIterator[Browser]:
    """Start Chromium."""
    async with running_chromium() as browser:
        yield browser


@contextlib.asynccontextmanager
async def signed_in(chromium: Browser, house: ServerHouse, login: str, locale: str) -> AsyncIterator[Page]:
    """Yield the page on which somebody stands after signing in; nothing may be said on its console."""
    context = await chromium.new_context(base_url=house.address, locale=locale, viewport=DESK)
    page, said = await context.new_page(), list[str]()
    page.on("console", lambda one: said.append(one.text) if one.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    await page.goto("/")
    await page.fill("input[name=login]", login)
    await page.fill("input[name=password]", PASSWORD)
    await page.locator("main button[type=submit].btn-primary").click()
    await page.wait_for_url(lambda address: "/login" not in address)
    if await page.locator("html").get_attribute("lang") != locale:  # new accounts read Chinese until they choose
        await page.get_by_role("button", name="English").click()
        await expect(page.locator("html")).to_have_attribute("lang", locale)
    yield page
    await context.close()
    assert [] == said


class Student:
    """Somebody who works on the course in one language, by what stands on the pages."""

    def __init__(self, page: Page, house: ServerHouse, language: str) -> None:
        """Sit before a page."""
        self.page = page
        self.bundles = house.catalogue
        self.say = speaker("zh" if language == "zh" else "en")

    async def open_level(self, exercise_id: str) -> Bundle:
        """Go to the map and from there to a level, by its title."""
        bundle = self.bundles[exercise_id]
        await self.page.goto("/")
        await self.page.get_by_role("heading", name=self.say.of(bundle.exercise.title)).get_by_role("link").click()
        await expect(self.page.get_by_role("heading", level=1)).to_have_text(self.say.of(bundle.exercise.title))
        return bundle

    async def answer(self, bundle: Bundle, *, right: bool) -> None:
        """Answer a quiz: everything right, or the first question wrong; the verdict comes to the page by itself."""
        assert isinstance(bundle.exercise, QuizExercise)
        for number, question in enumerate(bundle.exercise.questions):
            wanted = set(bundle.answers[question.id].accepted)
            if number == 0 and not right:
                wanted = {next(one.id for one in question.options if one.id not in wanted)}
            field = f"input[name='answer.{question.id}']"
            if not question.options:
                await self.page.fill(field, next(iter(wanted)))
            for option in question.options:
                box = self.page.locator(f"{field}[value='{option.id}']")
                if option.id in wanted or question.kind == "multiple":
                    await box.set_checked(option.id in wanted)
        await self.page.get_by_role("button", name=self.say("submit-answers")).click()
        await self.reads(right=right, within=QUICK)

    async def hand_in(self, region: str, *, right: bool, check: str) -> None:
        """Write into the editor and submit; a check's finding comes first, then the verdict, on the same page."""
        await write(self.page, region)
        await self.page.get_by_role("button", name=re.compile(self.say("submit-code"))).click()
        run = self.page.locator("#run")
        await expect(run.locator(f"#check-{check} .mark.{'pass' if right else 'fail'}")).to_be_visible(timeout=QUICK)
        tone = "pass" if right else "fail"
        await expect(run.locator(f".bar > .chip.{tone}")).to_be_visible(timeout=TRAINED if right else QUICK)
        await run.get_by_role("link", name=self.say("whole-verdict")).click()
        await self.reads(right=right, within=QUICK)

    async def send_file(self, file: Path, *, right: bool) -> None:
        """Send a whole file and wait for its verdict."""
        await self.page.locator("summary", has_text=self.say("whole-file")).click()
        await self.page.set_input_files("input[type=file]", file)
        await self.page.get_by_role("button", name=self.say("send-file")).click()
        await self.reads(right=right, within=TRAINED)

    async def reads(self, *, right: bool, within: float) -> None:
        """Wait until the verdict's page says in the reader's language how it went."""
        passed = [self.say("headline-passed", score="100")]
        failed = [self.say("headline-failed", n=n) for n in range(1, 9)]
        pattern = re.compile("|".join(map(re.escape, passed if right else failed)))
        await expect(self.page.get_by_role("heading", level=1)).to_have_text(pattern, timeout=within)

    async def has_passed(self, exercise_id: str) -> None:
        """Find the level passed on the map."""
        await self.page.goto("/")
        title = self.say.of(self.bundles[exercise_id].exercise.title)
        await expect(self.page.locator("li.is-passed").filter(has_text=title)).to_have_count(1)


def solution(bundle: Bundle) -> str:
    """Return what the reference solution writes between Begin and End."""
    assert bundle.solution is not None
    return extract(bundle.stub or "", bundle.solution.encode(), whole_file=False).regions[0]


async def test_three_levels_in_chinese_from_login_to_passed(chromium: Browser, house: ServerHouse) -> None:
    """Both quizzes and the digits: wrong first, then right, the last one after a real training."""
    async with signed_in(chromium, house, "zh", "zh-CN") as page:
        student = Student(page, house, "zh")
        for quiz in ("what-is-a-neural-network", "backpropagation"):
            bundle = await student.open_level(quiz)
            await student.answer(bundle, right=False)
            await page.get_by_role("link", name="再答一次").click()
            await student.answer(bundle, right=True)
            await student.has_passed(quiz)
        bundle = await student.open_level("cnn-digits")
        right = solution(bundle)
        await student.hand_in(right.replace("(5, 5)", "(3, 3)"), right=False, check="layers")
        await expect(page.locator("#check-layers .said")).to_contain_text("第 2 步 Conv2D")
        await page.get_by_role("link", name="回到编辑器修改").click()
        await student.hand_in(right, right=True, check="layers")
        await student.has_passed("cnn-digits")


async def test_reviews_in_english_from_login_to_passed(chromium: Browser, house: ServerHouse) -> None:
    """Written in the editor: wrong first, then right, after a real training."""
    async with signed_in(chromium, house, "en", "en") as page:
        student = Student(page, house, "en")
        bundle = await student.open_level("rnn-reviews")
        right = solution(bundle)
        await student.hand_in(right.replace("SimpleRNN(30)", "SimpleRNN(31)"), right=False, check="layers")
        await expect(page.locator("#check-layers .said")).to_contain_text("SimpleRNN")
        await page.get_by_role("link", name="Back to the editor").click()
        await student.hand_in(right, right=True, check="layers")
        await student.has_passed("rnn-reviews")


async def test_cats_and_dogs_in_english_from_login_to_passed(chromium: Browser, house: ServerHouse) -> None:
    """Sent as a whole file: wrong first, then right, after a recorded training and a real one (80 s on quiet cores)."""
    async with signed_in(chromium, house, "en", "en") as page:
        student = Student(page, house, "en")
        bundle = await student.open_level("cats-vs-dogs")
        await student.send_file(bundle.folder / "submissions" / "compile" / "default_adam.py", right=False)
        await expect(page.locator("#check-compile .mark.fail")).to_be_visible()
        await page.get_by_role("link", name="Back to the editor").click()
        await student.send_file(bundle.folder / "solution.py", right=True)
        await student.has_passed("cats-vs-dogs")


async def test_an_author_publishes_a_new_exercise(chromium: Browser, house: ServerHouse) -> None:
    """From the template, with data and a threshold that is measured here, through the real gate to published."""
    async with signed_in(chromium, house, "author", "en") as page:
        await page.get_by_role("link", name="Authoring").click()
        await page.fill("input[name=id]", "two-moons")
        await page.get_by_role("button", name="Begin from the template").click()
        await page.wait_for_url("**/authoring/drafts/*")
        await gives_data(page)
        await measures(page)
        await page.get_by_role("button", name="Check it").click()
        await page.wait_for_url("**/authoring/imports/*")
        await page.get_by_role("link", name="See the report").click(timeout=GATE)
        await expect(page.locator("main")).to_contain_text("No survivors")
        await page.get_by_role("button", name="Publish").click()
        await page.goto("/authoring/exercises/two-moons")
        await expect(page.locator("#versions")).to_be_visible()


async def gives_data(page: Page) -> None:
    """Add the data's files to a draft, then a training and a check of the accuracy to its ``exercise.toml``."""
    for path, content in points().items():
        folder, name = path.split("/")
        await page.get_by_role("link", name=re.compile("^Files")).click()
        await page.locator("select[name=folder]").select_option(folder)
        await page.set_input_files("input[name=file]", FilePayload(name=name, mimeType="", buffer=content))
        await page.get_by_role("button", name="Upload").click()
        await expect(page.get_by_role("rowheader", name=path)).to_be_visible()
    await page.get_by_role("link", name=re.compile("^Checks")).click()
    editor = page.locator("#toml .cm-content")
    await editor.click()
    await page.keyboard.press("Control+End")
    await page.keyboard.insert_text(TRAINING)
    await page.get_by_role("button", name="Save", exact=True).last.click()
    await expect(page.get_by_text("Saved.")).to_be_visible()


async def measures(page: Page) -> None:
    """Have the threshold measured, watch it go on, and take what is advised."""
    await page.get_by_role("link", name="Threshold").click()
    await page.get_by_role("button", name="Measure it here").click()
    await expect(page.get_by_text(re.compile(r"Training \d+ of 14"))).to_be_visible(timeout=QUICK)
    await page.get_by_role("link", name="See the histogram").click(timeout=TRAINED)
    await page.get_by_role("button", name="Take the advised").click()
    await expect(page.get_by_text("Saved.")).to_be_visible()
    await expect(page.locator("#odds")).to_contain_text("fair")


async def test_a_grader_has_programs_run_again(chromium: Browser, house: ServerHouse) -> None:
    """A wrong program runs again in the real sandbox and comes out as before; the grader sees so, and discards it."""
    wrong = solution(house.catalogue["cnn-digits"]).replace("(5, 5)", "(3, 3)") + "\n"
    async with signed_in(chromium, house, "en", "en") as page:
        student = Student(page, house, "en")
        await student.open_level("cnn-digits")
        await student.hand_in(wrong, right=False, check="layers")
    async with signed_in(chromium, house, "grader", "zh-CN") as page:
        await page.get_by_role("link", name="教师区").click()
        await page.get_by_role("navigation", name="教师页面").get_by_role("link", name="重评").click()
        await page.get_by_role("link", name="新的重评").click()
        await page.locator("a[href$='exercise=cnn-digits']").click()
        await page.locator("input[name=outcomes][value=failed]").check()
        await page.locator("summary").filter(has_text="怎样重评").click()
        await page.locator("input[name=depth][value=rerun]").check()
        await page.get_by_role("button", name="先看看").click()
        await page.get_by_role("button", name="开始重评").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("没有判定会改变", timeout=QUICK)
        await page.get_by_role("link", name="放弃重评").click()
        await page.get_by_role("button", name="放弃重评").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("这次重评已放弃")
