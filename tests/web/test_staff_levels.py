"""The levels' pages: times by the course's clock, limits, versions, order, and extensions for one person."""

import re
from datetime import UTC, datetime

import pytest
from classhouse import STAFF, add_levels, audit_of, seated
from classroom import Callers
from serverhouse import COURSE
from webhouse import Browser, WebHouse

from server.accounts import find_user
from server.courses import find_course
from server.courses.assigning import assigned, the_assignment
from server.database.models import Assignment, ExerciseRow, ExerciseVersion, Extension

pytestmark = pytest.mark.database

LEVELS = f"{STAFF}/levels"
LEVEL = f"{LEVELS}/cnn-digits"
RULES = {"opens_at": "", "due_at": "", "closes_at": "", "max_attempts": "", "pace_seconds": ""}


async def stored(web: WebHouse, exercise: str = "cnn-digits") -> Assignment:
    """Return a level as it is now."""
    async with web.house.database.reading() as session:
        return (await the_assignment(session, await find_course(session, COURSE), exercise)).assignment


async def save(browser: Browser, **rules: str) -> tuple[int, str]:
    """Send the form of the level; return status and page."""
    answer = await browser.post(LEVEL, **{**RULES, **rules})
    return answer.status_code, answer.text


async def order_of(web: WebHouse) -> list[str]:
    """Return the levels in order."""
    async with web.house.database.reading() as session:
        return [one.assignment.exercise_id for one in await assigned(session, await find_course(session, COURSE))]


async def test_times_are_typed_and_shown_by_the_clock_of_the_course(web: WebHouse, callers: Callers) -> None:
    """23:59 in Shanghai is 15:59 in UTC; the form shows 23:59 again, and limits are kept."""
    async with seated(web, callers.people["teacher"]) as browser:
        status, _ = await save(
            browser, opens_at="2026-09-01T08:00", due_at="2026-09-30T23:59", max_attempts="5", pace_seconds="60"
        )
        page = (await browser.get(LEVEL)).text
        overview = (await browser.get(LEVELS)).text
    now = await stored(web)
    assert 303 == status
    assert datetime(2026, 9, 30, 15, 59, tzinfo=UTC) == now.due_at
    assert (5, 60, None) == (now.max_attempts, now.pace_seconds, now.closes_at)
    assert 'value="2026-09-30T23:59"' in page
    assert "Asia/Shanghai" in page
    assert "11:59" in overview.replace("\u202f", " ")


async def test_a_moment_that_is_left_alone_keeps_its_seconds(web: WebHouse, callers: Callers) -> None:
    """Forms show minutes; saving something else does not cut what was stored finer."""
    due = datetime(2026, 9, 30, 15, 59, 59, tzinfo=UTC)
    await web.house.assignment(due_at=due)
    async with seated(web, callers.people["teacher"]) as browser:
        assert 303 == (await save(browser, due_at="2026-09-30T23:59", max_attempts="3"))[0]
    assert (due, 3) == ((await stored(web)).due_at, (await stored(web)).max_attempts)


async def test_wrong_rules_are_told_beside_their_fields(web: WebHouse, callers: Callers) -> None:
    """Numbers that are none, times out of order, times that a clock skips or shows twice: told, kept, not stored."""
    async with seated(web, callers.people["teacher"]) as browser:
        status, page = await save(browser, max_attempts="0", pace_seconds="x", due_at="tomorrow")
        assert (422, 3) == (status, page.count('class="err"'))
        assert 'value="tomorrow"' in page
        assert 422 == (await save(browser, opens_at="2026-10-01T00:00", due_at="2026-09-01T00:00"))[0]
        assert (
            303
            == (
                await browser.post(
                    f"{STAFF}/settings",
                    title_zh="课",
                    title_en="C",
                    time_zone="Europe/Berlin",
                    unlock="free",
                    keep="best",
                    late="refused",
                    late_penalty="0",
                )
            ).status_code
        )
        status, page = await save(browser, due_at="2026-03-29T02:30")
        assert (422, True) == (status, "skip" in page)
        status, page = await save(browser, due_at="2026-10-25T02:30")
        assert (422, True) == (status, "happens twice" in page)
        assert re.search(r'type="text" name="due_at"', page)  # where an offset can be typed
        assert 303 == (await save(browser, due_at="2026-10-25T02:30+01:00"))[0]
        assert 303 == (await save(browser, due_at="2026-10-25T02:30", max_attempts="2"))[0]
    now = await stored(web)
    assert (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), 2) == (now.due_at, now.max_attempts)


async def test_levels_move_up_and_down(web: WebHouse, callers: Callers) -> None:
    """One place at a time; the first stays first; what is no level of the course is unknown."""
    before = await order_of(web)
    async with seated(web, callers.people["teacher"]) as browser:
        assert 303 == (await browser.post(f"{LEVELS}/{before[1]}/move", up="1")).status_code
        assert 303 == (await browser.post(f"{LEVELS}/{before[1]}/move", up="1")).status_code
        assert [before[1], before[0], *before[2:]] == await order_of(web)
        assert 303 == (await browser.post(f"{LEVELS}/{before[1]}/move", down="1")).status_code
        assert 404 == (await browser.post(f"{LEVELS}/no-such/move", down="1")).status_code
    assert before == await order_of(web)


async def test_exercises_are_put_in_and_taken_out(web: WebHouse, callers: Callers) -> None:
    """Only what is offered; one with submissions stays, and the page says why."""
    async with web.house.database.unit_of_work() as session:
        owner = await find_user(session, "stranger")
        assert owner is not None
        course = await find_course(session, COURSE)
        await add_levels(session, course, 2)
        for found in await assigned(session, course):
            if found.assignment.exercise_id.startswith("further"):
                await session.delete(found.assignment)
        (await session.get_one(ExerciseRow, "further-1")).owner_id = owner.id
    await callers.submitted()
    async with seated(web, callers.people["teacher"]) as browser:
        page = (await browser.get(LEVELS)).text
        assert ("further-0" in page, "further-1" in page) == (True, False)
        assert 404 == (await browser.post(LEVELS, exercise="further-1")).status_code
        assert 404 == (await browser.post(LEVELS, exercise="no-such")).status_code
        added = await browser.post(LEVELS, exercise="further-0")
        assert (303, f"{LEVELS}/further-0?done=added") == (added.status_code, added.headers["location"])
        assert "further-0" == (await order_of(web))[-1]
        assert 303 == (await browser.post(f"{LEVELS}/further-0/remove")).status_code
        kept = await browser.post(f"{LEVEL}/remove")
        assert 409 == kept.status_code
    assert "further-0" not in await order_of(web)
    assert "cnn-digits" in await order_of(web)


async def test_a_level_moves_to_another_version_when_somebody_says_so(web: WebHouse, callers: Callers) -> None:
    """The list marks that there is a newer one, the form offers it, and pins it."""
    newer = f"sha256:{7:064x}"
    async with web.house.database.unit_of_work() as session:
        old = await session.get_one(ExerciseVersion, (await stored(web)).exercise_version_id)
        session.add(ExerciseVersion(exercise_id="cnn-digits", version=newer, manifest=old.manifest))
    async with seated(web, callers.people["teacher"]) as browser:
        assert "newer one available" in (await browser.get(LEVELS)).text
        assert "One level has a newer version" in (await browser.get(STAFF)).text
        assert 303 == (await save(browser, version=newer))[0]
        assert "newer one available" not in (await browser.get(LEVELS)).text
        assert 404 == (await save(browser, version=f"sha256:{8:064x}"))[0]


async def test_an_extension_is_granted_and_withdrawn(web: WebHouse, callers: Callers) -> None:
    """More time and attempts for one person of the course, with a reason that only teachers read."""
    await web.house.assignment(due_at=datetime(2026, 9, 30, 16, tzinfo=UTC))
    give = {"login": "student", "due_at": "2026-10-02T12:00", "more_attempts": "2", "reason": "生病"}
    async with seated(web, callers.people["teacher"]) as browser:
        assert 303 == (await browser.post(f"{LEVEL}/extensions", **give)).status_code
        page = (await browser.get(LEVEL)).text
        assert ("生病" in page, "+2" in page) == (True, True)
        async with web.house.database.reading() as session:
            held = await session.get_one(Extension, ((await stored(web)).id, web.house.student.id))
        assert (datetime(2026, 10, 2, 4, tzinfo=UTC), 2) == (held.due_at, held.more_attempts)

        for wrong, status in (
            ({"login": "stranger"}, 404),
            ({"due_at": "2026-09-01T00:00"}, 422),
            ({"due_at": "", "more_attempts": ""}, 422),
            ({"more_attempts": "-1"}, 422),
        ):
            answer = await browser.post(f"{LEVEL}/extensions", **{**give, **wrong})
            assert (wrong, status, True) == (wrong, answer.status_code, "生病" in answer.text)

        assert 303 == (await browser.post(f"{LEVEL}/extensions", login="student", withdraw="1")).status_code
        assert 404 == (await browser.post(f"{LEVEL}/extensions", login="student", withdraw="1")).status_code
    async with seated(web, callers.people["grader"]) as browser:
        assert "extensions" not in (await browser.get(LEVEL)).text
    done = await audit_of(web.house)
    assert ("extension.grant" in done, "extension.withdraw" in done) == (True, True)
