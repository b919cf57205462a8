"""The appeals' pages: the list, the case, the answer with or without a correction, the file; and the audit of it."""

import re
import uuid

import pytest
from classhouse import STAFF, Result, add_results, assignments_of, audit_of, seated
from classroom import FAILED, Callers
from serverhouse import COURSE
from sqlalchemy import func, select
from webhouse import WebHouse

from server.courses import find_course
from server.database.models import Appeal, AppealState, Correction

pytestmark = pytest.mark.database

APPEALS = f"{STAFF}/appeals"
RIGHT = {"decision": "corrected", "score": "87.5", "passed": "1", "answer": "你是对的"}


async def appealed(callers: Callers) -> tuple[str, str]:
    """Make an appeal; return the page of the submission and of the case."""
    address = await callers.submitted(FAILED)
    made = await callers.student.post(f"{address}/appeals", json={"check_id": "layers", "words": "<b>没有错</b>"})
    assert 201 == made.status_code, made.text
    return address.removeprefix("/api/v1"), f"{APPEALS}/{made.json()['id']}"


async def corrections(web: WebHouse) -> int:
    """Count the corrections."""
    async with web.house.database.reading() as session:
        return await session.scalar(select(func.count()).select_from(Correction)) or 0


async def test_a_case_shows_everything_that_decides_it(web: WebHouse, callers: Callers) -> None:
    """Who says what about which check, the verdict, each check, the code; what a student wrote is never obeyed."""
    submission, case = await appealed(callers)
    async with seated(web, callers.people["teacher"]) as browser:
        home = (await browser.get(STAFF)).text
        listed = (await browser.get(f"{APPEALS}?state=open")).text
        page = (await browser.get(case)).text
    assert "One appeal waits for an answer" in home
    assert case in listed
    assert '<span title="cnn-digits">Read handwritten digits with a CNN</span>' in listed
    assert 'title="layers">' in listed
    assert "&lt;b&gt;没有错&lt;/b&gt;" in page
    assert "<b>没有错" not in page
    assert submission in page
    assert 'id="check-layers"' in page
    assert "Conv2D" in page.partition("case-code")[2]


async def test_a_teacher_upholds_and_corrects_at_once(web: WebHouse, callers: Callers) -> None:
    """One press: the appeal has its answer, the submission counts 87.5, the student reads why, the audit knows."""
    submission, case = await appealed(callers)
    async with seated(web, callers.people["teacher"]) as browser:
        await browser.get(case)
        answered = await browser.post(case, **RIGHT)
        assert 303 == answered.status_code, answered.text
        page = (await browser.get(answered.headers["location"])).text
        assert ("87.5", "Student was right") == tuple(
            word if word in page else "" for word in ("87.5", "Student was right")
        )
        assert 'name="decision"' not in page
        again = await browser.post(case, **RIGHT)
        assert 409 == again.status_code
        audit = (await browser.get(f"{STAFF}/audit?action=correction.make")).text
        assert submission.rsplit("/", 1)[1] in audit
    async with seated(web, callers.people["student"]) as browser:
        assert "你是对的" in (await browser.get(submission)).text
    assert 1 == await corrections(web)


async def test_a_grader_answers_but_does_not_correct(web: WebHouse, callers: Callers) -> None:
    """The choice is not offered; sent by hand it is refused, and then the appeal has no answer either."""
    _, case = await appealed(callers)
    async with seated(web, callers.people["grader"]) as browser:
        page = (await browser.get(case)).text
        assert ("corrected" in re.findall(r'name="decision" value="(\w+)"', page)) is False
        refused = await browser.post(case, **RIGHT)
        assert 403 == refused.status_code
        assert "你是对的" in refused.text  # what was written is kept
        assert 0 == await corrections(web)
        assert 303 == (await browser.post(case, decision="rejected", answer="请看提示")).status_code
        assert "Verdict stands" in (await browser.get(APPEALS)).text
    assert 0 == await corrections(web)


async def test_an_answer_without_words_or_score_is_sent_back(web: WebHouse, callers: Callers) -> None:
    """Each field says what is missing, the words stay, and the appeal stays open."""
    _, case = await appealed(callers)
    async with seated(web, callers.people["teacher"]) as browser:
        for wrong in ({"answer": " "}, {"score": "101"}, {"score": "inf"}, {"decision": ""}, {"answer": "x" * 4001}):
            answer = await browser.post(case, **{**RIGHT, **wrong})
            assert (wrong, 422) == (wrong, answer.status_code)
            assert 'class="err"' in answer.text
    async with web.house.database.reading() as session:
        assert AppealState.OPEN is await session.scalar(select(Appeal.state))


async def test_a_case_becomes_a_file_that_names_nobody(web: WebHouse, callers: Callers) -> None:
    """With the folder that the teacher chose; an unknown folder is not believed."""
    _, case = await appealed(callers)
    async with seated(web, callers.people["grader"]) as browser:
        passed = await browser.get(f"{case}/file")
        chosen = await browser.get(f"{case}/file?folder=layers")
        odd = await browser.get(f"{case}/file?folder=../../etc")
    assert "submissions/passed/" in passed.text
    assert "submissions/layers/" in chosen.text
    assert odd.text == passed.text
    assert "student" not in passed.text
    assert passed.headers["content-disposition"].startswith('attachment; filename="appeal_')


async def test_a_case_of_another_course_is_not_here(web: WebHouse, callers: Callers) -> None:
    """An appeal is found in its own course alone, even by an admin."""
    _, case = await appealed(callers)
    async with seated(web, callers.people["admin"]) as browser:
        elsewhere = case.replace(COURSE, "elsewhere")
        assert 200 == (await browser.get(case)).status_code
        assert 404 == (await browser.get(elsewhere)).status_code
        assert 404 == (await browser.get(f"{elsewhere}/file")).status_code
        await browser.get(APPEALS)
        assert 404 == (await browser.post(elsewhere, decision="rejected", answer="x")).status_code
    assert "appeal.answer" not in await audit_of(web.house)


async def test_many_appeals_come_in_pages(web: WebHouse, callers: Callers) -> None:
    """Fifty a page, newest first, each once; a place that is none of the course's is no place."""
    async with web.house.database.unit_of_work() as session:
        level = (await assignments_of(session, await find_course(session, COURSE)))[0]
        made = await add_results(session, [Result(web.house.student.id, level, 0.5, n) for n in range(1, 61)])
        session.add_all([Appeal(submission_id=one, words="x") for one in made])
    async with seated(web, callers.people["grader"]) as browser:
        first = (await browser.get(APPEALS)).text
        more = re.search(r'href="([^"]*before=[^"]*)"', first)
        assert more is not None
        second = (await browser.get(more[1].replace("&amp;", "&"))).text
        assert 200 == (await browser.get(f"{APPEALS}?before={uuid.uuid4()}")).status_code
    seen = [re.findall(rf'<a href="{APPEALS}/([^"]+)">', page) for page in (first, second)]
    assert [50, 10] == [len(page) for page in seen]
    assert 60 == len({*seen[0], *seen[1]})


async def test_the_audit_tells_people_by_name_and_values_before_and_after(web: WebHouse, callers: Callers) -> None:
    """Filtered by action and subject, newest first, fifty a page."""
    async with seated(web, callers.people["teacher"]) as browser:
        for number in range(30):
            for role in ("grader", "student"):
                await browser.post(f"{STAFF}/roster/role", login="other", role=role)
            del number
        first = (await browser.get(f"{STAFF}/audit")).text
        more = re.search(r'href="([^"]*before=[^"]*)"', first)
        assert more is not None
        second = (await browser.get(more[1].replace("&amp;", "&"))).text
        none = await browser.get(f"{STAFF}/audit?subject=%00&action=no.such")
        found = (await browser.get(f"{STAFF}/audit?action=roster.change&subject={web.house.other.id}")).text
        by_login = (await browser.get(f"{STAFF}/audit?action=roster.change&subject=other")).text
        nobody = (await browser.get(f"{STAFF}/audit?subject=nobody")).text
        browser.client.cookies.set("beginend_language", "zh")
        chinese = (await browser.get(f"{STAFF}/audit")).text
    assert 50 == first.count('<th scope="row"')
    assert 10 < second.count('<th scope="row"') < 50
    assert f'<a href="{STAFF}/people/{web.house.other.id}">other</a>' in first
    assert "<del>grader</del>" in first
    assert "<ins>student</ins>" in first
    assert 200 == none.status_code
    assert 50 == found.count("Changed a role</th>") == by_login.count("Changed a role</th>")
    assert all(said in chinese for said in ("修改成员角色</th>", "角色</span>", "<del>助教</del>", "<ins>学生</ins>"))
    assert "roster.change</" not in chinese
    assert "No such events" in nobody
