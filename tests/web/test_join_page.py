"""Coming into a course by its code, on the page of one's courses."""

import pytest
from callers import API, caller
from serverhouse import COURSE
from webhouse import WebHouse

pytestmark = pytest.mark.database


async def test_a_student_joins_by_the_code_on_the_page_of_courses(web: WebHouse) -> None:
    """Typed as people type, the code leads to the course's map, which says so; a second time changes nothing."""
    code = await _code(web)
    await caller(web, "new")
    await web.browser.get("/login")
    await web.browser.post("/login", login="new", password="correct horse")
    empty = await web.browser.get("/")
    joined = await web.browser.post("/courses/join", code=f" {code[:5].lower()}-{code[5:]} ")
    there = await web.browser.get(joined.headers["location"])
    await web.browser.get("/courses")
    again = await web.browser.post("/courses/join", code=code)

    assert 'action="/courses/join"' in empty.text
    assert (303, f"/courses/{COURSE}?joined=now") == (joined.status_code, joined.headers["location"])
    assert "You are in this course now." in there.text
    assert f"/courses/{COURSE}?joined=already" == again.headers["location"]
    assert "your role stays what it was" in (await web.browser.get(again.headers["location"])).text


async def test_the_address_of_the_form_leads_to_the_form(web: WebHouse) -> None:
    """Whoever loads it again, or comes back to it from signing in, finds the field and no missing page."""
    await web.browser.sign_in()
    answer = await web.browser.get("/courses/join")

    assert (303, "/courses") == (answer.status_code, answer.headers["location"])


async def test_staff_who_type_their_own_code_stay_staff(web: WebHouse) -> None:
    """A teacher is no student afterwards."""
    code = await _code(web)
    await web.browser.sign_in("teacher")
    answer = await web.browser.post("/courses/join", code=code)

    assert f"/courses/{COURSE}?joined=already" == answer.headers["location"]
    assert 200 == (await web.browser.get(f"/courses/{COURSE}/staff/roster")).status_code


async def test_a_code_that_does_not_hold_comes_back_with_the_reason(web: WebHouse) -> None:
    """Empty, unknown, replaced, of an archived course: each says so beside the field and keeps what was typed."""
    old = await _code(web)
    new = await _code(web)
    await web.browser.sign_in("student")
    page = await web.browser.get("/courses")
    empty = await web.browser.post("/courses/join", code=" ")
    unknown = await web.browser.post("/courses/join", code="<b>nope")
    replaced = await web.browser.post("/courses/join", code=old)
    teacher = await caller(web, "teacher")
    assert 200 == (await teacher.post(f"{API}/archive")).status_code
    archived = await web.browser.post("/courses/join", code=new)

    assert [200, 422, 404, 404, 409] == [one.status_code for one in (page, empty, unknown, replaced, archived)]
    assert "No course has this code" in unknown.text
    assert "No course has this code" in replaced.text
    assert 'value="&lt;b&gt;nope"' in unknown.text
    assert 'aria-invalid="true" ' not in page.text
    assert all('id="code-err"' in one.text for one in (empty, unknown, replaced, archived))


async def test_guessing_codes_is_slowed_down_for_browser_and_programs_together(web: WebHouse) -> None:
    """After eight wrong codes in the browser neither the page nor the API compares another one."""
    code = await _code(web)
    program = await caller(web, "other")
    await web.browser.sign_in("other")
    await web.browser.get("/courses")
    wrong = [await web.browser.post("/courses/join", code=f"WRNGCDE{n}") for n in range(8)]
    late = await web.browser.post("/courses/join", code=code)
    by_program = await program.post("/api/v1/courses/join", {"code": code})

    assert [404] * 8 + [429] == [one.status_code for one in (*wrong, late)]
    assert "try again in 10 minutes" in late.text
    assert 429 == by_program.status_code


async def _code(web: WebHouse) -> str:
    """Give the course a new join code, as its teacher."""
    answer = await (await caller(web, "teacher")).post(f"{API}/join-code")
    return str(answer.json()["code"])
