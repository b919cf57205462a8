"""Saying on the page that a verdict is wrong, and reading the answer there."""

from datetime import UTC, datetime

import pytest
from classroom import FAILED, PASSED, Callers, id_of
from serverhouse import COURSE
from sqlalchemy import update
from webhouse import WORKSPACE, Browser

from server.database.models import Appeal, Correction, Course, Submission

pytestmark = pytest.mark.database

WORDS = "My second layer is what the table says."


async def failed(callers: Callers) -> tuple[Browser, str]:
    """Let the student fail and look at the verdict; return the browser and the page's address."""
    address = f"/submissions/{id_of(await callers.submitted(FAILED))}"
    browser = callers.web.browser
    await browser.sign_in()
    await browser.get(address)
    return browser, address


async def test_a_failed_check_is_reported_and_the_answer_read_in_its_place(callers: Callers) -> None:
    """From the form under the check to the teacher's words under the same check."""
    browser, address = await failed(callers)
    sent = await browser.post(f"{address}/appeals", check="layers", words=WORDS)
    waits = (await browser.get(address)).text
    listed = (await callers.student.get(f"/api/v1{address}/appeals")).json()
    reply = {"state": "upheld", "answer": "You are right.", "correction": {"score": 1, "passed": True}}
    await callers.teacher.post(f"/api/v1/appeals/{listed[0]['id']}/answer", json=reply)
    answered = (await browser.get(address)).text

    assert (303, f"{address}#appeals") == (sent.status_code, sent.headers["location"])
    assert ("layers", WORDS) == (listed[0]["check_id"], listed[0]["words"])
    assert "Waits for an answer" in waits
    assert "Send report" not in waits  # one at a time
    assert all(said in answered for said in (WORDS, "You were right", "You are right.", "counts 100 / 100"))
    assert "Send report" in answered


@pytest.mark.parametrize(
    ("check", "words", "why"),
    [
        ("layers", "   ", "Say what is wrong first"),
        ("layers", "x" * 4001, "4,000 characters at most"),
        ("no-such-check", WORDS, "check"),
    ],
)
async def test_what_is_refused_comes_back_with_its_words(callers: Callers, check: str, words: str, why: str) -> None:
    """Nothing that was typed is lost, and the reason stands beside it."""
    browser, address = await failed(callers)
    answer = await browser.post(f"{address}/appeals", check=check, words=words)

    assert 422 == answer.status_code
    assert why in answer.text
    assert words.strip() in answer.text
    assert [] == (await callers.student.get(f"/api/v1{address}/appeals")).json()


async def test_a_second_report_waits_for_the_answer_to_the_first(callers: Callers) -> None:
    """The page does not offer it, and a form that was open in another tab is refused with its words."""
    browser, address = await failed(callers)
    await browser.post(f"{address}/appeals", check="layers", words=WORDS)
    again = await browser.post(f"{address}/appeals", check="parameters", words="And this one")

    assert 422 == again.status_code
    assert "And this one" in again.text


async def test_nobody_reports_for_somebody_else(callers: Callers) -> None:
    """A teacher reads the verdict and finds no form; one that is forged is refused; another student finds nothing."""
    address = f"/submissions/{id_of(await callers.submitted(FAILED))}"
    browser = callers.web.browser
    await browser.sign_in("teacher")
    seen = await browser.get(address)
    forged = await browser.post(f"{address}/appeals", check="layers", words=WORDS)
    await browser.sign_in("other")
    strange = await browser.post(f"{address}/appeals", check="layers", words=WORDS)

    assert 200 == seen.status_code
    assert "Send report" not in seen.text
    assert 422 == forged.status_code
    assert 404 == strange.status_code


async def test_whoever_passed_is_not_asked_what_is_wrong(callers: Callers) -> None:
    """The form stands where something failed."""
    address = f"/submissions/{id_of(await callers.submitted(PASSED))}"
    browser = callers.web.browser
    await browser.sign_in()

    assert "Send report" not in (await browser.get(address)).text


async def test_a_student_reads_every_time_by_the_clock_of_the_course(callers: Callers) -> None:
    """Sent, reported, answered, corrected and listed: as deadlines are told, wherever the server stands."""
    browser, address = await failed(callers)
    await browser.post(f"{address}/appeals", check="layers", words=WORDS)
    listed = (await callers.student.get(f"/api/v1{address}/appeals")).json()
    reply = {"state": "upheld", "answer": "You are right.", "correction": {"score": 1, "passed": True}}
    await callers.teacher.post(f"/api/v1/appeals/{listed[0]['id']}/answer", json=reply)
    async with callers.web.house.database.unit_of_work() as session:
        await session.execute(update(Course).where(Course.slug == COURSE).values(time_zone="Pacific/Kiritimati"))
        await session.execute(update(Submission).values(created_at=datetime(2026, 3, 1, 10, 1, tzinfo=UTC)))
        await session.execute(
            update(Appeal).values(
                created_at=datetime(2026, 3, 1, 10, 2, tzinfo=UTC), answered_at=datetime(2026, 3, 1, 10, 3, tzinfo=UTC)
            )
        )
        await session.execute(update(Correction).values(created_at=datetime(2026, 3, 1, 10, 4, tzinfo=UTC)))
    page = (await browser.get(address)).text
    history = (await browser.get(f"{WORKSPACE}/submissions")).text

    told = "Mar 2, 2026, 12:{minute:02}\u202fAM"
    assert [] == [one for one in (told.format(minute=minute) for minute in (1, 2, 3, 4)) if one not in page]
    assert told.format(minute=1) in history
