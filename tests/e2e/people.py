"""Who walks through the whole platform in a browser: a student, an author and a grader, each by what their pages say.

Everything is found by the words of the catalogue in the person's own language, so the same path is walked in each.
"""

import contextlib
import re
from collections.abc import AsyncIterator
from pathlib import Path

from chromium import DESK, write
from measuringhouse import TRAINING, points
from playwright.async_api import Browser, FilePayload, Page, expect
from webhouse import PASSWORD

from exercises import Bundle, extract
from exercises.schema import QuizExercise
from exercises.text import Language
from server.cli.bench.server_house import ServerHouse
from server.web.locale import Speaker, speaker
from server.web.locale.catalogue import TAGS

#: Milliseconds that a verdict may take on a machine that others use too; no measurement.
QUICK, TRAINED, GATE = 60_000, 400_000, 240_000

#: The button that turns a page into the language.
BUTTONS: dict[Language, str] = {"zh": "中文", "en": "English"}


@contextlib.asynccontextmanager
async def signed_in(chromium: Browser, house: ServerHouse, login: str, language: Language) -> AsyncIterator[Page]:
    """Yield the page on which somebody stands after signing in; nothing may be said on its console."""
    locale = TAGS[language]
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
        await page.get_by_role("button", name=BUTTONS[language]).click()
        await expect(page.locator("html")).to_have_attribute("lang", locale)
    yield page
    await context.close()
    assert [] == said


def solution(bundle: Bundle) -> str:
    """Return what the reference solution writes between Begin and End."""
    assert bundle.solution is not None
    return extract(bundle.stub or "", bundle.solution.encode(), whole_file=False).regions[0]


class Person:
    """Somebody before a page, who reads one language."""

    def __init__(self, page: Page, house: ServerHouse, language: Language) -> None:
        """Sit down."""
        self.page = page
        self.bundles = house.catalogue
        self.say: Speaker = speaker(language)

    async def press(self, key: str) -> None:
        """Press the button that bears the words of a key."""
        await self.page.get_by_role("button", name=self.say(key), exact=True).click()

    async def follow(self, key: str, within: float | None = None) -> None:
        """Follow the link that bears the words of a key; it may be still to come."""
        await self.page.get_by_role("link", name=self.say(key), exact=True).click(timeout=within)


class Student(Person):
    """Works on the exercises of a course."""

    async def open_level(self, exercise_id: str) -> Bundle:
        """Go to the map and from there to a level, by its title."""
        bundle = self.bundles[exercise_id]
        title = self.say.of(bundle.exercise.title)
        await self.page.goto("/")
        await self.page.get_by_role("heading", name=title).get_by_role("link").click()
        await expect(self.page.get_by_role("heading", level=1)).to_have_text(title)
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
        await self.press("submit-answers")
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
        await self.press("send-file")
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


class Author(Person):
    """Writes an exercise in the browser."""

    async def begin(self, exercise_id: str) -> None:
        """Begin an exercise from the template."""
        await self.follow("nav-authoring")
        await self.page.fill("input[name=id]", exercise_id)
        await self.press("begin-writing")
        await self.page.wait_for_url("**/authoring/drafts/*")

    async def turn_to(self, key: str) -> None:
        """Turn to a page of the draft; how many things stand there may follow its name."""
        await self.page.get_by_role("link", name=re.compile(f"^{re.escape(self.say(key))}")).click()

    async def give_data(self) -> None:
        """Add the data's files to the draft, then a training and a check of the accuracy to its ``exercise.toml``."""
        for path, content in points().items():
            folder, name = path.split("/")
            await self.turn_to("files")
            await self.page.locator("select[name=folder]").select_option(folder)
            file = FilePayload(name=name, mimeType="", buffer=content)
            await self.page.set_input_files("input[name=file]", file)
            await self.press("import-send")
            await expect(self.page.get_by_role("rowheader", name=path)).to_be_visible()
        await self.turn_to("draft-checks")
        await self.page.locator("#toml .cm-content").click()
        await self.page.keyboard.press("Control+End")
        await self.page.keyboard.insert_text(TRAINING)
        await self.page.get_by_role("button", name=self.say("save"), exact=True).last.click()
        await expect(self.page.get_by_text(self.say("draft-saved"))).to_be_visible()

    async def measure(self) -> None:
        """Have the threshold measured, watch it go on, and take what is advised."""
        await self.turn_to("threshold")
        await self.press("calibrate-do")
        going_on = "|".join(re.escape(self.say("calibrate-training", n=n, of=14)) for n in range(1, 15))
        await expect(self.page.get_by_text(re.compile(going_on))).to_be_visible(timeout=QUICK)
        await self.follow("calibrate-see", within=TRAINED)
        advice = self.say("threshold-advice", threshold="").strip()
        await self.page.get_by_role("button", name=re.compile(f"^{re.escape(advice)}")).click()
        await expect(self.page.get_by_text(self.say("draft-saved"))).to_be_visible()
        await expect(self.page.locator("#odds")).to_contain_text(self.say("threshold-fair"))

    async def publish(self, exercise_id: str) -> None:
        """Send the draft through the gate, read that every mutant was noticed, and publish it."""
        await self.press("check-it")
        await self.page.wait_for_url("**/authoring/imports/*")
        await self.follow("see-report", within=GATE)
        await expect(self.page.locator("main")).to_contain_text(self.say("gate-no-survivors"))
        await self.press("publish")
        await self.page.goto(f"/authoring/exercises/{exercise_id}")
        await expect(self.page.locator("#versions")).to_be_visible()


class Grader(Person):
    """Has programs judged again, and decides about what comes out."""

    async def plan(self, exercise_id: str) -> None:
        """Choose the failed programs of an exercise, to run them again, and look at what that comes to."""
        await self.follow("staff-side")
        pages = self.page.get_by_role("navigation", name=self.say("staff-pages"))
        await pages.get_by_role("link", name=self.say("staff-tab-rescores")).click()
        await self.follow("rescore-new")
        await self.page.locator(f"a[href$='exercise={exercise_id}']").click()
        await self.page.locator("input[name=outcomes][value=failed]").check()
        await self.page.locator("summary").filter(has_text=self.say("rescore-how")).click()
        await self.page.locator("input[name=depth][value=rerun]").check()
        await self.press("rescore-look")

    async def run(self) -> None:
        """Start it, and read at its end that no verdict changes."""
        start = "|".join(re.escape(self.say("rescore-start", n=n)) for n in range(1, 9))
        await self.page.get_by_role("button", name=re.compile(f"^({start})$")).click()
        await self.reads("rescore-title-ready", within=QUICK, n=0)

    async def discard(self) -> None:
        """Discard the rescore, and say so once more."""
        await self.follow("rescore-discard")
        await self.press("rescore-discard")
        await self.reads("rescore-title-discarded", within=QUICK)

    async def reads(self, key: str, *, within: float, **facts: object) -> None:
        """Wait for a heading."""
        await expect(self.page.get_by_role("heading", level=1)).to_have_text(self.say(key, **facts), timeout=within)
