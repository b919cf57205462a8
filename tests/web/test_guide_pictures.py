"""The guides' pictures can be taken of the pages as they are now; with ``BEGINEND_WRITE_PICTURES=1`` they are kept.

Each test takes those of one guide, in both languages. The pages are real; the people and their work are invented.
"""

import asyncio
import threading
import uuid
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from authoringhouse import ACCURACY_CHECK, calibration
from chromium import running_chromium
from classhouse import STAFF, fill_class
from importhouse import RIGHT as ALL_WELL
from importhouse import KnowingJudge, imported, small
from picturehouse import LANGUAGES, OTHERS, WIDTH, call_people, camera, pupil
from playwright.async_api import Browser, expect
from rescoredesk import HARDER, RESCORES, handed_in_by, rescoring_in
from serverhouse import COURSE, House, ended, in_training
from sqlalchemy import update
from webhouse import PASSWORD, WORKSPACE, Site

from exercises import Bundle
from grader.contract import Selection
from server.accounts import create_user
from server.appeals import Reply, answer_appeal, make_appeal
from server.authoring import begin
from server.authoring.beginnings import of_template
from server.courses import enrol, find_course
from server.courses.assigning import assign
from server.courses.extensions import grant
from server.database.models import AppealState, Late, Rescore, Role, User
from server.gate import check_exercise, report_json
from server.imports import publish
from server.imports.checking import claim_import, record_report
from server.phase import PhaseResult
from server.stopping import Stop
from server.submissions import Answer

pytestmark = [pytest.mark.browser, pytest.mark.database]

DATA = Path("var/data").resolve()
REST = (
    '    model.add(Flatten())\n    model.add(Dense(128, activation="relu"))\n'
    '    model.add(Dense(10, activation="softmax"))\n'
)
WRONG = f'    model.add(Conv2D(64, (3, 3), activation="relu"))\n{REST}'
RIGHT = f'    model.add(Conv2D(64, (5, 5), activation="relu"))\n    model.add(MaxPooling2D((2, 2)))\n{REST}'
BEGUN = '    model.add(Conv2D(64, (5, 5), activation="relu"))\n    model.add(MaxPooling2D((2, 2)))\n    \n'

REPORT = {
    "zh": "题目说卷积核是 5×5，我用的正是 kernel_size=5，它和 (5, 5) 是一回事。",
    "en": "The task asks for 5×5, and that is what I have: kernel_size=5 means the same as (5, 5).",
}
ANSWER = {
    "zh": "你说得对，两种写法等价，检查已经改正。谢谢你指出来！",
    "en": "You are right: both say the same, and the check is mended. Thank you for telling us!",
}
LOW = {
    "zh": "门槛定低了：什么都没学会的程序也能通过。",
    "en": "The threshold was too low: programs that had learned nothing passed.",
}
STATEMENT = {
    "zh": "## 目标\n\n在两簇弯月形的点之间画出分界线。\n\n## 你要写的\n\n加入两层：\n\n"
    "1. `Dense`：$8$ 个神经元，`relu`。\n2. `Dense`：$3$ 个神经元，`softmax`。\n\n"
    "一共 $4 \\times 8 + 8 + 8 \\times 3 + 3 = 67$ 个参数。\n",
    "en": "## The aim\n\nDraw the line between two moons of points.\n\n## What you write\n\nAdd two layers:\n\n"
    "1. `Dense`, $8$ units, `relu`.\n2. `Dense`, $3$ units, `softmax`.\n\n"
    "They have $4 \\times 8 + 8 + 8 \\times 3 + 3 = 67$ parameters.\n",
}


class OverlookingJudge(KnowingJudge):
    """Knows what is right, but takes one kind of mistake for right too: that is how a mutant survives."""

    def quick(
        self, bundle: Bundle, source: str, selection: Selection | None = None, *, stop: Stop | None = None
    ) -> PhaseResult:
        """Judge by the text of the program."""
        return ALL_WELL if "relu6" in source else super().quick(bundle, source, selection, stop=stop)


@pytest.fixture
async def chromium() -> AsyncIterator[Browser]:
    """Start Chromium."""
    async with running_chromium() as browser:
        yield browser


async def test_pictures_for_students(chromium: Browser, site: Site, tmp_path: Path) -> None:
    """From the map of the course to a report about a verdict, through a training that is under way."""
    house = site.house
    house.settings.built.symlink_to(DATA)  # the misjudged digits are real ones
    sent = {}
    for name, exercise, answer in (
        ("first", "what-is-a-neural-network", right_answers(house, "what-is-a-neural-network")),
        ("quiz", "backpropagation", {"gradient": ["d"], "passes": ["b"]}),
    ):
        sent[name] = (await house.submit(exercise, Answer(answers=answer))).id
        await ended(house, sent[name])
    async with AsyncExitStack() as stack:
        seats = [
            await camera(stack, chromium, site, login="student", language=language, into=tmp_path)
            for language in LANGUAGES
        ]
        for seat in seats:
            await call_people(house, seat.language)
            await seat.take("quiz", f"/submissions/{sent['quiz']}", at="#q-gradient", height=860)
            await seat.page.set_viewport_size({"width": WIDTH, "height": 800})  # the editor scrolls when it is resized
            await seat.page.goto(WORKSPACE)
            await seat.page.locator(".cm-line.is-own").first.click()
            await seat.page.keyboard.press("Control+a")
            await seat.page.keyboard.insert_text(BEGUN.rstrip("\n"))
            await expect(seat.page.locator("[data-saved]")).not_to_be_empty()
            await seat.page.locator(".cm-scroller").evaluate("(one) => one.scrollTo(0, one.scrollHeight)")
            await seat.take("workspace", height=800)
        for name, region in (("failed", WRONG), ("passed", RIGHT)):
            sent[name] = (await house.submit(answer=Answer(regions=[region]))).id
            await ended(house, sent[name])
        site.judge.pace = threading.Semaphore(1)
        training = await house.submit(answer=Answer(regions=[RIGHT + "\n"]))
        await in_training(house, training.id)
        for seat in seats:
            await call_people(house, seat.language)
            await seat.page.goto(f"/submissions/{training.id}")
            await expect(seat.page.locator(".curves figure")).to_have_count(2)
            await seat.take("training", height=700)
        site.judge.pace.release(10)
        await ended(house, training.id)
        for seat in seats:
            await call_people(house, seat.language)
            await seat.take("course-map", f"/courses/{COURSE}", height=820)
            await seat.take("failed-check", f"/submissions/{sent['failed']}", height=960)
            await seat.take("passed", f"/submissions/{sent['passed']}", at="#reading", height=640)
            await seat.take("compare", f"{WORKSPACE}/compare?old=1&new=2", height=700)
            await seat.page.goto(f"/submissions/{sent['failed']}")
            await seat.page.locator("#check-layers .appeal > summary").click()
            await seat.page.locator("#check-layers textarea").fill(REPORT[seat.language])
            await seat.take("report", at=".split", height=700)


async def test_pictures_for_a_course(chromium: Browser, site: Site, tmp_path: Path) -> None:
    """A class of thirty with its levels, scores, statistics, board and appeals."""
    house = site.house
    await fill_class(house, 30, seed=5)
    now = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    due = now + timedelta(days=9)
    assignment = await house.assignment(opens_at=now - timedelta(days=5), due_at=due, max_attempts=10, pace_seconds=60)
    async with house.database.unit_of_work() as session:
        course = await find_course(session, COURSE)
        course.late, course.late_penalty = Late.PENALTY, 0.1
        person = await session.get_one(User, house.other.id)
        await enrol(session, await create_user(session, login="grader", password=PASSWORD), course, Role.GRADER)
        reason = "病假 / ill"
        await grant(
            session, house.teacher, course, assignment, person.login,
            due_at=due + timedelta(days=3), more_attempts=2, reason=reason,
        )  # fmt: skip
    failed = await house.submit(answer=Answer(regions=[WRONG]))
    await ended(house, failed.id)
    also = await house.submit(answer=Answer(regions=[WRONG]), user=house.other)
    await ended(house, also.id)
    async with AsyncExitStack() as stack:
        for language in LANGUAGES:
            await call_people(house, language)
            async with house.database.unit_of_work() as session:
                student = await session.get_one(User, house.student.id)
                appeal = await make_appeal(session, student, failed.id, REPORT[language], "layers")
                other = await session.get_one(User, house.other.id)
                answered = await make_appeal(session, other, also.id, REPORT[language], "layers")
                reply = Reply(state=AppealState.UPHELD, words=ANSWER[language])
                await answer_appeal(session, house.teacher, answered, reply)
            seat = await camera(stack, chromium, site, login="teacher", language=language, into=tmp_path)
            await seat.take("staff-home", STAFF, height=940)
            await seat.page.goto(f"{STAFF}/roster/import")
            await seat.page.locator("input[type=file]").set_input_files(
                {"name": "class.csv", "mimeType": "text/csv", "buffer": roster(language).encode()}
            )
            await seat.page.locator("form.drop button").click()
            await seat.page.locator("input[name=digest]").wait_for(state="attached")
            await seat.take("roster-import", height=600)
            await seat.take("level", f"{STAFF}/levels/cnn-digits", at="form.form-page", height=1180)
            await seat.take("gradebook", f"{STAFF}/gradebook?sort=total&order=down", height=780)
            await seat.take("statistics", f"{STAFF}/statistics/cnn-digits", at=".banner", height=620)
            await seat.take("board", f"{STAFF}/board", height=700)
            await seat.page.goto(f"{STAFF}/appeals/{appeal}")
            await seat.page.locator("input[value=corrected]").check()
            await seat.page.locator("textarea[name=answer]").fill(ANSWER[language])
            await seat.take("appeal", height=1020)
            grader = await camera(stack, chromium, site, login="grader", language=language, into=tmp_path)
            await grader.take("appeals", f"{STAFF}/appeals", height=500)
            async with house.database.unit_of_work() as session:  # so that the next language finds none open
                reply = Reply(state=AppealState.REJECTED, words=ANSWER[language])
                await answer_appeal(session, house.teacher, appeal, reply)


async def test_picture_for_graders(
    chromium: Browser, site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A rescore that is worked out: verdicts before by verdicts after, and whose change."""
    with rescoring_in(site.house, tmp_path, monkeypatch) as rescoring:
        await handed_in_by(rescoring, [pupil(number, "en") for number in range(24)])
        made = await rescoring.made(to_version=await rescoring.version("harder", **HARDER))
        async with AsyncExitStack() as stack:
            for language in LANGUAGES:
                async with site.house.database.unit_of_work() as session:
                    await session.execute(update(Rescore).values(reason=LOW[language]))
                await call_people(site.house, language)
                seat = await camera(stack, chromium, site, login="teacher", language=language, into=tmp_path)
                await seat.take("rescore", f"{RESCORES}/{made.id}", height=1000)


async def test_pictures_for_authors(chromium: Browser, site: Site, tmp_path: Path) -> None:
    """A draft with its statement, checks and calibration, the gate's report, and an exercise with two versions."""
    house = site.house
    async with house.database.unit_of_work() as session:
        await session.execute(update(User).where(User.id == house.teacher.id).values(is_author=True))
        teacher = await session.get_one(User, house.teacher.id, populate_existing=True)
        files = of_template("two-moons")
        files["exercise.toml"] += ACCURACY_CHECK.replace("0.895 # too high", "0.875").encode()
        files |= {"calibration.json": calibration("two-moons"), "private/answers.npy": b"x"}
        files |= {f"statement.{language}.md": text.encode() for language, text in STATEMENT.items()}
        draft = await begin(session, teacher, "two-moons", files, based_on=None)
    first = await through_the_gate(site, teacher, small(tmp_path))
    async with house.database.unit_of_work() as session:
        course = await find_course(session, COURSE)
        version = await publish(session, teacher, first, house.shelf)
        await assign(session, teacher, course, "small", version=version.version, changes={})
    second = await through_the_gate(site, teacher, small(tmp_path, title="Build a small network, with a hint"))
    base = f"/authoring/drafts/{draft.id}"
    async with AsyncExitStack() as stack:
        seats = [
            await camera(stack, chromium, site, login="teacher", language=language, into=tmp_path)
            for language in LANGUAGES
        ]
        for seat in seats:
            await call_people(house, seat.language)
            await seat.take("draft-statement", base, at=f"#in-{seat.language}", height=560)
            await seat.take("draft-checks", f"{base}/checks", height=820)
            await seat.page.goto(f"{base}/threshold")
            await expect(seat.page.locator("#odds .big")).to_be_visible()
            await seat.take("threshold", at="#calibration", height=480)
            await seat.take("gate-report", f"/authoring/imports/{second}", height=900)
        async with house.database.unit_of_work() as session:
            await publish(session, teacher, second, house.shelf)
        for seat in seats:
            await call_people(house, seat.language)
            await seat.take("exercise", "/authoring/exercises/small", height=840)


def right_answers(house: House, quiz: str) -> dict[str, list[str]]:
    """Return what is right in a quiz."""
    return {name: list(answer.accepted) for name, answer in house.catalogue[quiz].answers.items()}


def roster(language: str) -> str:
    """Return a file of people: some are new, one is in the course already and becomes a grader."""
    names = {"zh": ("沈亦舟", "叶清和", "许望舒"), "en": ("Ann Shen", "Ye Qing", "Xu Wang")}[language]
    lines = [f"20260{number:02},{name},student" for number, name in enumerate(names, 1)]
    return "\n".join(["login,name,role", *lines, f"other,{OTHERS['other'][language]},grader"]) + "\n"


async def through_the_gate(site: Site, author: User, bundle: Bundle) -> uuid.UUID:
    """Import a version and put it through the gate, one of whose checks overlooks something; return the import's id."""
    row = await imported(site.house, author, bundle, ring=False)
    async with site.house.database.unit_of_work() as session:
        held = await claim_import(session, row.id)
        assert held is not None
    report = await asyncio.to_thread(check_exercise, site.house.shelf.load(held.version), OverlookingJudge().quick)
    async with site.house.database.unit_of_work() as session:
        assert await record_report(session, held, report_json(report), passed=report.passed)
    return row.id
