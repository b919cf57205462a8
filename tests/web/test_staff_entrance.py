"""Who comes into the staff's side of a course: students never, graders to what they may do, forged forms nowhere."""

import re
import uuid
from typing import get_args

import pytest
from classhouse import STAFF, audit_of, seated
from classroom import Callers
from serverhouse import COURSE
from webhouse import Browser, WebHouse

from server.courses import find_course
from server.courses.board import Standing
from server.courses.roster_import import Effect
from server.database.models import AppealState, Keep, Late, Role, Unlock
from server.gradebook.choosing import Only
from server.permissions import may
from server.web.locale import speaker
from server.web.pages.staff.appeals import Decision
from server.web.staffroom import PAGES

pytestmark = pytest.mark.database

PATHS = {name: STAFF if name == "home" else f"{STAFF}/{name}" for name in PAGES}
MORE = (
    f"{STAFF}/levels/cnn-digits",
    f"{STAFF}/statistics/cnn-digits",
    f"{STAFF}/gradebook.csv",
    f"{STAFF}/gradebook.json",
    f"{STAFF}/roster/export",
    f"{STAFF}/board/live",
    f"{STAFF}/rescores/new",
    f"{STAFF}/rescores/plan",
)
OF_TEACHERS = (f"{STAFF}/settings", f"{STAFF}/audit", f"{STAFF}/roster/import")
NOBODY = uuid.UUID(int=0)
FORMS = (
    "settings",
    "archive",
    "roster/add",
    "roster/role",
    "roster/remove",
    "roster/code",
    "roster/import",
    "roster/import/confirm",
    "levels",
    "levels/cnn-digits",
    "levels/cnn-digits/move",
    "levels/cnn-digits/remove",
    "levels/cnn-digits/extensions",
    f"appeals/{NOBODY}",
    "rescores",
    *(f"rescores/{NOBODY}/{step}" for step in ("apply", "again", "keep", "pace", "pause", "discard", "undo")),
)
FILLED = {"login": "other", "role": "teacher", "sure": "1", "due_at": "2030-01-01T00:00", "slug": "mine"}


async def test_each_page_opens_for_those_who_may_and_says_why_for_others(web: WebHouse, callers: Callers) -> None:
    """Teacher and admin see all, a grader what graders do; a student is refused, a stranger finds no course."""
    for who, role in (("teacher", Role.TEACHER), ("admin", Role.TEACHER), ("grader", Role.GRADER)):
        async with seated(web, callers.people[who]) as browser:
            for name, address in PATHS.items():
                answer = await browser.get(address)
                expected = 200 if may(role, PAGES[name]) else 403
                assert (who, name, expected) == (who, name, answer.status_code)
    for who, expected in (("student", 403), ("stranger", 404)):
        async with seated(web, callers.people[who]) as browser:
            for address in (*PATHS.values(), *MORE, *OF_TEACHERS, f"{STAFF}/appeals/{NOBODY}"):
                answer = await browser.get(address)
                assert (who, address, expected) == (who, address, answer.status_code)
                assert "tab" not in answer.text.partition('id="main"')[2]


async def test_a_grader_finds_only_the_way_to_what_graders_may_do(web: WebHouse, callers: Callers) -> None:
    """No link and no button leads to a refusal."""
    async with seated(web, callers.people["grader"]) as browser:
        home = (await browser.get(STAFF)).text
        roster = (await browser.get(f"{STAFF}/roster")).text
        levels = (await browser.get(f"{STAFF}/levels")).text
        refused = [address for address in OF_TEACHERS if (await browser.get(address)).status_code != 403]

    assert [] == refused
    assert not re.search(r'href="[^"]*/staff/(settings|audit)"', home)
    assert "/roster/add" not in roster
    assert "/roster/import" not in roster
    assert "/move" not in levels


async def test_the_course_map_shows_staff_the_way(web: WebHouse, callers: Callers) -> None:
    """A teacher finds the link on the course's map; a student does not."""
    async with seated(web, callers.people["teacher"]) as browser:
        assert f'href="{STAFF}"' in (await browser.get(f"/courses/{COURSE}")).text
    async with seated(web, callers.people["student"]) as browser:
        assert STAFF not in (await browser.get(f"/courses/{COURSE}")).text


async def test_whoever_is_not_signed_in_is_led_to_the_login(web: WebHouse) -> None:
    """And from there back to the page."""
    answer = await web.browser.get(f"{STAFF}/gradebook")

    assert (303, f"/login?next={STAFF}/gradebook") == (answer.status_code, answer.headers["location"])


async def test_forms_of_others_and_forged_ones_change_nothing(web: WebHouse, callers: Callers) -> None:
    """A student, a stranger and a grader are refused whatever they send; so is the teacher without the token."""
    before = await audit_of(web.house)
    for who, expected in (("student", {403}), ("stranger", {404}), ("grader", {403, 404, 422})):
        async with seated(web, callers.people[who]) as browser:
            for form in FORMS:
                answer = await browser.post(f"{STAFF}/{form}", **FILLED)
                assert answer.status_code in expected, (who, form, answer.status_code)
    async with seated(web, callers.people["teacher"]) as browser:
        browser.csrf = "0" * 64
        for form in (f"{STAFF}/{form}" for form in FORMS):
            assert (form, 403) == (form, (await browser.post(form, **FILLED)).status_code)
        assert 403 == (await browser.post("/new-course", **FILLED)).status_code

    assert before == await audit_of(web.house)


def test_every_composed_word_is_there() -> None:
    """Words that templates put together from a prefix and a name exist for every name, with their explanations."""
    words = {f"staff-tab-{name}" for name in PAGES} | {f"staff-way-{name}" for name in PAGES if name != "home"}
    words |= {f"staff-only-{one}" for one in Only} | {f"standing-{one}" for one in Standing}
    words |= {f"staff-appeal-{one}" for one in AppealState} | {f"staff-effect-{one}" for one in get_args(Effect)}
    for prefix, kind in (("unlock", Unlock), ("keep", Keep), ("late", Late), ("decision", Decision)):
        words |= {f"{prefix}-{one}{end}" for one in kind for end in ("", "-why")}
    words |= {f"people-{name}{end}" for name in ("is_admin", "is_author", "disabled") for end in ("", "-why")}

    assert [] == sorted(word for word in words if not speaker("en").has(word))


async def test_an_unknown_course_has_no_staff_pages(web: WebHouse, callers: Callers) -> None:
    """Not even for an admin; and what is no id is no page."""
    async with seated(web, callers.people["admin"]) as browser:
        assert 404 == (await browser.get("/courses/nowhere/staff")).status_code
        assert 404 == (await browser.get(f"{STAFF}/people/{NOBODY}")).status_code
        assert 404 == (await browser.get(f"{STAFF}/people/nobody")).status_code
        assert 404 == (await browser.get(f"{STAFF}/levels/no-such-level")).status_code
        assert 404 == (await browser.get(f"{STAFF}/statistics/no-such-level")).status_code
        assert 404 == (await browser.get(f"{STAFF}/appeals/{NOBODY}")).status_code


SETTINGS = {
    "title_zh": "新名字",
    "title_en": "New name",
    "time_zone": "Europe/Berlin",
    "unlock": "in_order",
    "keep": "last",
    "late": "penalty",
    "late_penalty": "12.5",
}


async def settings_of(browser: Browser, **changes: str) -> int:
    """Send the settings, with changes; return the answer's status."""
    return (await browser.post(f"{STAFF}/settings", **{**SETTINGS, **changes})).status_code


async def test_settings_are_saved_whole_or_not_at_all(web: WebHouse, callers: Callers) -> None:
    """Each wrong field is told beside it and what was typed is kept; what is right is stored and shown."""
    async with seated(web, callers.people["teacher"]) as browser:
        wrong = await browser.post(
            f"{STAFF}/settings", **{**SETTINGS, "time_zone": "Mars/Olympus", "late_penalty": "nan", "keep": "worst"}
        )
        assert 422 == wrong.status_code
        assert 'value="Mars/Olympus"' in wrong.text
        assert "There is no such time zone" in wrong.text
        assert 'value="New name"' in wrong.text
        assert 3 == wrong.text.count('class="err"')
        assert 'value="First steps"' in (await browser.get(f"{STAFF}/settings")).text
        assert 422 == await settings_of(browser, title_en="two\u2028lines")
        assert 422 == await settings_of(browser, title_zh="")
        assert 422 == await settings_of(browser, late_penalty="101")

        assert 303 == await settings_of(browser)
        shown = (await browser.get(f"{STAFF}/settings")).text
        assert 'value="12.5"' in shown
        assert re.search(r'value="in_order" checked', shown)
        assert "Europe/Berlin" in (await browser.get(f"{STAFF}/levels")).text
    async with web.house.database.reading() as session:
        course = await find_course(session, COURSE)
    assert (Unlock.IN_ORDER, 0.125, "新名字") == (course.unlock, course.late_penalty, course.title["zh"])
    assert "course.change" in await audit_of(web.house)


async def test_an_archived_course_can_be_read_and_brought_back(web: WebHouse, callers: Callers) -> None:
    """Archived, its pages open and say so, its forms are refused with a sentence; afterwards they work again."""
    async with seated(web, callers.people["teacher"]) as browser:
        assert 303 == (await browser.post(f"{STAFF}/archive", archive="1")).status_code
        for name, address in PATHS.items():
            answer = await browser.get(address)
            assert (name, 200, True) == (name, answer.status_code, "This course is archived" in answer.text)
        assert 409 == await settings_of(browser)
        assert 409 == (await browser.post(f"{STAFF}/roster/add", login="stranger", role="student")).status_code
        assert 303 == (await browser.post(f"{STAFF}/archive", unarchive="1")).status_code
        assert 303 == await settings_of(browser)


async def test_authors_and_admins_make_courses(web: WebHouse, callers: Callers) -> None:
    """The form says what does not fit, keeps what was typed, and leads to the new course; others are refused."""
    filled = {"title_zh": "新课", "title_en": "A new one", "time_zone": "Asia/Shanghai"}
    async with seated(web, callers.people["admin"]) as browser:
        assert "/new-course" in (await browser.get("/")).text
        for slug in ("", "Not A Slug", "-x", COURSE, "new"):
            answer = await browser.post("/new-course", slug=slug, **filled)
            assert answer.status_code in {409, 422}, slug
            assert 'value="A new one"' in answer.text
        made = await browser.post("/new-course", slug="a-new-one", **filled)
        assert (303, "/courses/a-new-one/staff") == (made.status_code, made.headers["location"])
        home = (await browser.get("/courses/a-new-one/staff")).text
        assert "The course hands out no exercise yet" in home
        assert 200 == (await browser.get("/courses/a-new-one/staff/statistics")).status_code
    async with seated(web, callers.people["teacher"]) as browser:
        assert 403 == (await browser.get("/new-course")).status_code
        assert 403 == (await browser.post("/new-course", slug="x", **filled)).status_code
