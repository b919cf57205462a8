"""A student reads that a rescore changed their verdict, where the course wants it, until they say they have seen it."""

import uuid

import pytest
from axe import violations
from chromium import DESK, PHONE, is_too_wide, running_chromium, shot, sign_in
from classhouse import Result, add_results, assignments_of
from scriptedjudging import LABELS
from serverhouse import COURSE
from sqlalchemy import func, select, update
from test_api_rescores import EIGHT, Desk, desk
from webhouse import Site, field

from server.courses import find_course
from server.database.models import Grading, Notice, Rescore, RescoreItem, RescoreState, Submission
from server.web.islands.build_hook import build_islands

pytestmark = pytest.mark.database

__all__ = ["desk"]

MAP = f"/courses/{COURSE}"
TITLE = "A rescore changed your verdict"


async def applied(desk: Desk, reason: str = "The threshold was too high <for> all") -> str:
    """Let an easier version count, and return the set's address."""
    address = await desk.made(reason=reason)
    done = await desk.callers.grader.post(f"{address}/apply", json={})
    assert 200 == done.status_code, done.text
    return address


async def test_who_has_another_verdict_reads_so_until_they_have_seen_it(desk: Desk) -> None:
    """On the map and beside the submission: when, from what to what, and why; then never again."""
    failed, passed = await desk.handed_in(EIGHT), await desk.handed_in(LABELS)
    changed = await desk.callers.teacher.patch(f"/api/v1/courses/{COURSE}", json={"rescore_notice": "shown"})
    assert (200, "shown") == (changed.status_code, changed.json()["rescore_notice"])
    await applied(desk)
    browser = desk.callers.web.browser
    await browser.sign_in()

    seen = (await browser.get(MAP)).text
    mine = (await browser.get(f"/submissions/{failed}")).text
    other = (await browser.get(f"/submissions/{passed}")).text
    for page in (seen, mine):
        assert TITLE in page
        assert "from 60 to 100 points" in page
        assert "The threshold was too high &lt;for&gt; all" in page
    assert f'href="/submissions/{failed}"' in seen
    assert TITLE not in other
    await browser.get(f"/submissions/{failed}")
    answer = await browser.post(f"/submissions/{failed}/rescore/seen")
    assert (303, f"/submissions/{failed}") == (answer.status_code, answer.headers["location"])
    for address in (MAP, f"/submissions/{failed}"):
        assert TITLE not in (await browser.get(address)).text


async def test_got_it_means_what_was_read_and_a_correction_keeps_its_points(desk: Desk) -> None:
    """What is applied after the page was shown is still told; of a corrected submission no points are named."""
    first, second = await desk.handed_in(EIGHT), await desk.handed_in(EIGHT)
    await desk.callers.teacher.patch(f"/api/v1/courses/{COURSE}", json={"rescore_notice": "shown"})
    address = await desk.made(reason="one by one")
    grader, browser = desk.callers.grader, desk.callers.web.browser
    await browser.sign_in()
    await grader.post(f"{address}/apply", json={"submissions": [str(first)]})
    until = field((await browser.get(MAP)).text, "until")
    await grader.post(f"{address}/apply", json={"submissions": [str(second)]})
    by_hand = {"score": 0.5, "passed": False, "reason": "talked about it"}
    corrected = await desk.callers.teacher.put(f"/api/v1/submissions/{second}/correction", json=by_hand)
    assert corrected.is_success, corrected.text

    await browser.post(f"{MAP}/rescores/seen", until=until)

    page = (await browser.get(MAP)).text
    assert f'href="/submissions/{second}"' in page
    assert "Your teacher has set its points by hand" in page
    assert "from 60 to 100 points" not in page
    await browser.post(f"{MAP}/rescores/seen", until="soon")
    assert TITLE not in (await browser.get(MAP)).text


async def test_nothing_is_told_where_the_course_does_not_want_it_or_what_was_taken_back(desk: Desk) -> None:
    """By itself students are told nothing; what was undone is not told either; nobody reads of another's verdict."""
    failed = await desk.handed_in(EIGHT)
    address = await applied(desk)
    browser = desk.callers.web.browser
    await browser.sign_in()
    assert TITLE not in (await browser.get(MAP)).text

    await desk.callers.teacher.patch(f"/api/v1/courses/{COURSE}", json={"rescore_notice": "shown"})
    assert TITLE in (await browser.get(MAP)).text
    await browser.client.post("/logout", data={"csrf": browser.csrf})
    await browser.sign_in("other")
    assert TITLE not in (await browser.get(MAP)).text
    await browser.post(f"{MAP}/rescores/seen")
    await browser.client.post("/logout", data={"csrf": browser.csrf})
    await browser.sign_in("teacher")
    assert TITLE not in (await browser.get(f"/submissions/{failed}")).text
    await browser.client.post("/logout", data={"csrf": browser.csrf})
    await browser.sign_in()
    assert TITLE in (await browser.get(MAP)).text
    await desk.callers.grader.post(f"{address}/undo")
    assert TITLE not in (await browser.get(MAP)).text


async def test_a_teacher_chooses_it_in_the_settings(desk: Desk) -> None:
    """The page of settings says what it means and keeps what was chosen."""
    browser = desk.callers.web.browser
    await browser.sign_in("teacher")
    page = (await browser.get(f"{MAP}/staff/settings")).text
    assert "No mail is sent." in page
    fields = {"title_zh": "课", "title_en": "Course", "time_zone": "UTC", "unlock": "free", "keep": "best"}
    fields |= {"late": "refused", "late_penalty": "0", "rescore_notice": "shown"}

    saved = await browser.post(f"{MAP}/staff/settings", **fields)

    assert 303 == saved.status_code
    async with desk.callers.web.house.database.reading() as session:
        assert Notice.SHOWN is (await find_course(session, COURSE)).rescore_notice


async def changed_by_hand(site: Site) -> uuid.UUID:
    """Write what an applied set leaves: two submissions with another verdict, to be looked at."""
    async with site.house.database.unit_of_work() as session:
        course = await find_course(session, COURSE)
        course.rescore_notice = Notice.SHOWN
        tasks = await assignments_of(session, course)
        results = [Result(site.house.student.id, task, score=0.9) for task in tasks[:2]]
        made = await add_results(session, results)
        rows = (await session.scalars(select(Submission).where(Submission.id.in_(made)))).all()
        rescore = Rescore(
            id=uuid.uuid4(), course_id=course.id, scope={}, reasons=[], total=2, state=RescoreState.APPLIED,
            reason="门槛定得太高了。The threshold was too high.",
        )  # fmt: skip
        session.add(rescore)
        await session.flush()
        await session.execute(update(Grading).values(finished_at=func.now()))
        await session.execute(update(Rescore).values(applied_at=func.clock_timestamp()))
        for row in rows:
            values = {"before_outcome": "failed", "before_score": 0.6, "after_outcome": "passed", "after_score": 0.9}
            session.add(
                RescoreItem(
                    rescore_id=rescore.id,
                    submission_id=row.id,
                    chunk=0,
                    before_grading_id=uuid.uuid4(),
                    exercise_version_id=row.exercise_version_id,
                    sha256="",
                    depth="recheck",
                    state="done",
                    change="up",
                    applied_grading_id=row.current_grading_id,
                    **values,
                )
            )
        return made[0]


@pytest.mark.browser
@pytest.mark.parametrize("english", [True, False])
async def test_the_notice_reads_well_on_every_screen(site: Site, english: bool) -> None:  # noqa: FBT001 - a parameter
    """Axe finds nothing, nothing is wider than a phone, and one press makes it go."""
    build_islands()
    submission = await changed_by_hand(site)
    async with running_chromium() as browser:
        context = await browser.new_context(base_url=site.address, locale="zh-CN", viewport=PHONE)
        page = await context.new_page()
        await sign_in(page, english=english)
        for name, address in (("map", MAP), ("submission", f"/submissions/{submission}")):
            await page.goto(address)
            assert [] == await violations(page)
            assert not await is_too_wide(page)
            await shot(page, f"notice-{name}-{'en' if english else 'zh'}")
        await page.set_viewport_size(DESK)
        await page.emulate_media(color_scheme="dark")
        await page.goto(MAP)
        assert [] == await violations(page)
        await shot(page, f"notice-dark-{'en' if english else 'zh'}")
        await page.locator(".rescored button").click()
        await page.wait_for_load_state()
        assert 0 == await page.locator(".rescored").count()
        await context.close()
