"""The gradebook's pages: every student once, sorted, filtered, quick for a large course; files."""

import csv
import io
import json
import re
import time
from html import unescape

import pytest
from classhouse import STAFF, Result, add_results, add_students, assignments_of, fill_class, seated
from classroom import PASSED, Callers
from serverhouse import COURSE
from webhouse import WebHouse

from server.courses import find_course
from server.gradebook.book import Book, Cell, Line
from server.gradebook.choosing import Choice, Only, choose, level_figures
from server.submissions.counting import Counted

BOOK = f"{STAFF}/gradebook"
ROWS = re.compile(r'<tr><th scope="row"[^>]*><a[^>]*>[^<]*</a> <span class="meta mono">(.*?)</span>')
QUICK_SECONDS = 2.5  # on a machine that others use too


def line(login: str, *cells: tuple[float, bool, int] | None, name: str = "") -> Line:
    """Return a line whose cells are (score, passed, days late), or nothing."""
    counted = [
        None
        if cell is None
        else Counted(
            user_id=None,  # type: ignore[arg-type]
            assignment_id=None,  # type: ignore[arg-type]
            submission_id=None,  # type: ignore[arg-type]
            raw_score=cell[0],
            score=cell[0],
            passed=cell[1],
            attempts=1,
            late_days=cell[2],
            corrected=False,
        )
        for cell in cells
    ]
    return Line(None, login, name or login, [Cell(f"l{i}", one) for i, one in enumerate(counted)])  # type: ignore[arg-type]


THREE = Book(
    ["l0", "l1"],
    [
        line("a", (1.0, True, 0), None, name="Zoe"),
        line("b", (0.4, False, 2), (0.9, True, 0), name="Ärger"),
        line("c", None, None, name="mia"),
    ],
)


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        (Choice(), "abc"),
        (Choice(falling=True), "cba"),
        (Choice(sort="name"), "cab"),
        (Choice(sort="total", falling=True), "bac"),
        (Choice(sort="l0"), "cba"),
        (Choice(sort="no-such-level"), "abc"),
        (Choice(only=Only.MISSING), "ac"),
        (Choice(only=Only.MISSING, level="l0"), "c"),
        (Choice(only=Only.UNPASSED), "b"),
        (Choice(only=Only.PASSED, level="l1"), "b"),
        (Choice(only=Only.LATE), "b"),
        (Choice(only=Only.CORRECTED), ""),
        (Choice(search="ÄRG"), "b"),
        (Choice(search="A"), "ac"),
        (Choice(only=Only.PASSED, level="gone"), ""),
    ],
)
def test_lines_are_chosen_and_sorted(choice: Choice, expected: str) -> None:
    """By name whatever its case, by total, by a level with those without a verdict last in falling order."""
    assert expected == "".join(one.login for one in choose(THREE, choice))


def test_a_level_tells_its_median_of_those_who_have_a_verdict() -> None:
    """Nobody's missing verdict counts as zero there."""
    first, second = level_figures(THREE)
    assert (0.7, 2, 0.9, 1) == (first.median, first.judged, second.median, second.judged)
    assert [None, None] == [one.median for one in level_figures(Book(["x", "y"], []))]


@pytest.mark.database
async def test_a_large_course_stays_quick_and_pages_hold_everybody_once(web: WebHouse, callers: Callers) -> None:
    """A thousand students on ten levels: a page comes quickly in any order, and no student is lost between pages."""
    await fill_class(web.house, 1000, 5)
    seen: list[str] = []
    async with seated(web, callers.people["grader"]) as browser:
        await browser.get(BOOK)
        took = []
        address = f"{BOOK}?sort=total&order=down"
        for _ in range(3):
            began = time.perf_counter()
            page = (await browser.get(address)).text
            took.append(time.perf_counter() - began)
            seen += ROWS.findall(page)
            following = re.search(r'href="([^"]*)" rel="next"', page)
            assert following is not None
            address = unescape(following[1])
        last = (await browser.get(f"{BOOK}?page=9999")).text
    assert min(took) < QUICK_SECONDS, took
    assert 150 == len(set(seen)) == len(seen)
    assert "Page 21 of 21" in last
    assert 'rel="next"' not in last


@pytest.mark.database
async def test_cells_lead_to_the_submission_that_counts_and_say_what_is_special(
    web: WebHouse, callers: Callers
) -> None:
    """Shade, lateness and corrections are words too; nothing sent is said and hatched."""
    async with web.house.database.unit_of_work() as session:
        course = await find_course(session, COURSE)
        person = (await add_students(session, course, 1))[0]
        levels = await assignments_of(session, course)
        late, low = await add_results(
            session, [Result(person, levels[0], 0.96, late_days=2), Result(person, levels[1], 0.3)]
        )
    async with seated(web, callers.people["teacher"]) as browser:
        await callers.teacher.put(
            f"/api/v1/submissions/{low}/correction", json={"score": 0.55, "passed": True, "reason": "x"}
        )
        page = (await browser.get(f"{BOOK}?q=s0000")).text
    row = page[page.index("s0000</span>") :].partition("</tr>")[0]
    assert f'class="g4"><a href="/submissions/{late}"><span>96</span>' in row
    assert "2 days late" in row
    assert f'class="g1"><a href="/submissions/{low}"><span>55</span>' in row
    assert 'aria-label="corrected"' in row
    assert len(levels) - 2 == row.count("No verdict")
    assert "1 of 3" in page


@pytest.mark.database
async def test_strange_questions_get_a_gradebook(web: WebHouse, callers: Callers) -> None:
    """Words that are no filter, no level, no order are not asked; a page that is no number is no page."""
    async with seated(web, callers.people["teacher"]) as browser:
        odd = await browser.get(f"{BOOK}?only=x&level=%00&sort=<b>&order=sideways&q=%00")
        assert (200, False) == (odd.status_code, "<b>" in odd.text)
        assert 404 == (await browser.get(f"{BOOK}?page=0")).status_code


@pytest.mark.database
async def test_a_person_shows_each_level_and_every_attempt(web: WebHouse, callers: Callers) -> None:
    """What counts, then all attempts with links, a hundred a page; the verdict opens for staff."""
    address = await callers.submitted(PASSED)
    submission = address.rsplit("/", 1)[1]
    async with web.house.database.unit_of_work() as session:
        level = (await assignments_of(session, await find_course(session, COURSE)))[0]
        results = [
            Result(web.house.student.id, level, 0.5, number, minutes_ago=100 + number) for number in range(1, 121)
        ]
        await add_results(session, results)
    person = f"{STAFF}/people/{web.house.student.id}"
    async with seated(web, callers.people["grader"]) as browser:
        first = (await browser.get(person)).text
        more = re.search(rf'href="({person}\?before=[^"]*)"', first)
        assert more is not None
        second = (await browser.get(more[1])).text
        verdict = await browser.get(f"/submissions/{submission}")
        foreign = await browser.get(f"{person}?before={web.house.student.id}")
    attempts = [
        re.findall(r'<th scope="row"><a href="/submissions/([^"]*)">Submission', page) for page in (first, second)
    ]
    assert [100, 21] == [len(page) for page in attempts]
    assert 121 == len({*attempts[0], *attempts[1]})
    assert submission == attempts[0][0]
    assert 200 == verdict.status_code
    assert 200 == foreign.status_code


@pytest.mark.database
async def test_the_book_is_exported(web: WebHouse, callers: Callers) -> None:
    """As a table and as JSON, whole, with the same totals."""
    await fill_class(web.house, 60)
    async with seated(web, callers.people["grader"]) as browser:
        table = (await browser.get(f"{BOOK}.csv")).content.decode("utf-8-sig")
        lines = json.loads((await browser.get(f"{BOOK}.json")).text)
    rows = list(csv.DictReader(io.StringIO(table)))
    assert 62 == len(rows) == len(lines)
    assert [one["login"] for one in lines] == [row["login"] for row in rows]
    assert [round(one["total"] * 100, 2) for one in lines] == [float(row["total"]) for row in rows]


@pytest.mark.database
async def test_a_check_that_was_made_for_nobody_says_so_once(web: WebHouse, callers: Callers) -> None:
    """Not once for the first try and once more for the latest."""
    async with web.house.database.unit_of_work() as session:
        course = await find_course(session, COURSE)
        digits = next(one for one in await assignments_of(session, course) if one.exercise_id == "cnn-digits")
        student = (await add_students(session, course, 1))[0]
        await add_results(session, [Result(student, digits, 0.0, failed=("layers",), checks=("layers",))])
    async with seated(web, callers.people["teacher"]) as browser:
        page = (await browser.get(f"{STAFF}/statistics/cnn-digits")).text
    checks = len(web.house.catalogue["cnn-digits"].exercise.checks)  # type: ignore[union-attr]

    assert checks - 1 == page.count(">made for nobody yet</p>")
    assert 2 == page.count('class="gauge"')
