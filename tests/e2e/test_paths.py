"""Each person's whole path in a real browser against the real server, sandbox and database, in Chinese and in English.

One web process, one worker with warm containers and one database serve all tests of this file. A student signs in,
fails and then passes each of the five levels by what stands on the pages, up to the verdict after training. An author
begins an exercise, has its threshold measured, sends it through the real gate and publishes it. A grader has programs
run again and decides about what comes out. What these pages do in rarer cases is the matter of ``tests/web``.
"""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import NamedTuple

import pytest
import pytest_asyncio
from chromium import running_chromium
from people import Author, Grader, Student, signed_in, solution
from playwright.async_api import Browser, expect
from webhouse import PASSWORD

from exercises.text import Language
from server.accounts import create_user
from server.cli.bench.server_house import ServerHouse, server_house
from server.courses import enrol, find_course
from server.database.models import Role
from server.opening import COURSE_SLUG
from server.settings import Settings
from server.web.locale import LANGUAGES

pytestmark = [
    pytest.mark.browser,
    pytest.mark.database,
    pytest.mark.docker,
    pytest.mark.training,
    pytest.mark.slow,
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.parametrize("language", LANGUAGES),
]


class Mistake(NamedTuple):
    """What a student writes wrong in an exercise, and the layer that is named for it."""

    exercise_id: str
    right: str
    wrong: str
    layer: str


DIGITS = Mistake("cnn-digits", "(5, 5)", "(3, 3)", "Conv2D")
MISTAKES = [DIGITS, Mistake("rnn-reviews", "SimpleRNN(30)", "SimpleRNN(31)", "SimpleRNN")]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house() -> AsyncIterator[ServerHouse]:
    """Run web and worker as processes, with a student, a grader and an author for each language."""
    async with server_house(Settings(home=Path("var")), "docker", lambda _: None, trains=True) as house:
        async with house.database.unit_of_work() as session:
            course = await find_course(session, COURSE_SLUG)
            for language in LANGUAGES:
                for role in (Role.STUDENT, Role.GRADER):
                    user = await create_user(session, login=f"{role.value}-{language}", password=PASSWORD)
                    await enrol(session, user, course, role)
                await create_user(session, login=f"author-{language}", password=PASSWORD, is_author=True)
        await house.judge()
        yield house


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def chromium() -> AsyncIterator[Browser]:
    """Start Chromium."""
    async with running_chromium() as browser:
        yield browser


@pytest.mark.parametrize("quiz", ["what-is-a-neural-network", "backpropagation"])
async def test_a_student_passes_a_quiz(chromium: Browser, house: ServerHouse, language: Language, quiz: str) -> None:
    """From the login: wrong first, then right."""
    async with signed_in(chromium, house, f"student-{language}", language) as page:
        student = Student(page, house, language)
        bundle = await student.open_level(quiz)
        await student.answer(bundle, right=False)
        await student.follow("try-again")
        await student.answer(bundle, right=True)
        await student.has_passed(quiz)


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.exercise_id)
async def test_a_student_passes_in_the_editor(
    chromium: Browser, house: ServerHouse, language: Language, mistake: Mistake
) -> None:
    """From the login: a wrong layer is named, and mended in the editor; the verdict comes after a real training."""
    async with signed_in(chromium, house, f"student-{language}", language) as page:
        student = Student(page, house, language)
        right = solution(await student.open_level(mistake.exercise_id))
        await student.hand_in(right.replace(mistake.right, mistake.wrong), right=False, check="layers")
        await expect(page.locator("#check-layers .said")).to_contain_text(mistake.layer)
        await student.follow("back-to-editor")
        await student.hand_in(right, right=True, check="layers")
        await student.has_passed(mistake.exercise_id)


async def test_a_student_passes_with_a_whole_file(chromium: Browser, house: ServerHouse, language: Language) -> None:
    """Cats and dogs, from the login: a wrong file first, then the right one, after a recorded and a real training."""
    async with signed_in(chromium, house, f"student-{language}", language) as page:
        student = Student(page, house, language)
        bundle = await student.open_level("cats-vs-dogs")
        await student.send_file(bundle.folder / "submissions" / "compile" / "default_adam.py", right=False)
        await expect(page.locator("#check-compile .mark.fail")).to_be_visible()
        await student.follow("back-to-editor")
        await student.send_file(bundle.folder / "solution.py", right=True)
        await student.has_passed("cats-vs-dogs")


async def test_an_author_publishes_a_new_exercise(chromium: Browser, house: ServerHouse, language: Language) -> None:
    """From the template, with data and a threshold that is measured here, through the real gate to published."""
    exercise_id = f"three-rings-{language}"
    async with signed_in(chromium, house, f"author-{language}", language) as page:
        author = Author(page, house, language)
        await author.begin(exercise_id)
        await author.give_data()
        await author.measure()
        await author.publish(exercise_id)


async def test_a_grader_has_programs_run_again(chromium: Browser, house: ServerHouse, language: Language) -> None:
    """Wrong programs run again in the real sandbox and come out as before; the grader sees so, and discards it."""
    async with signed_in(chromium, house, f"student-{language}", language) as page:
        student = Student(page, house, language)
        right = solution(await student.open_level(DIGITS.exercise_id))
        await student.hand_in(right.replace(DIGITS.right, DIGITS.wrong) + "\n", right=False, check="layers")
    async with signed_in(chromium, house, f"grader-{language}", language) as page:
        grader = Grader(page, house, language)
        await grader.plan(DIGITS.exercise_id)
        await grader.run()
        await grader.discard()
