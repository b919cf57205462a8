"""Statistics and the live board: which check stops whom, who is where now, and news without a reload."""

import asyncio
import re
from datetime import timedelta

import httpx
import pytest
from classhouse import STAFF, Result, add_results, add_students, assignments_of, seated
from classroom import Callers
from sampleverdicts import result
from serverhouse import COURSE
from webhouse import Site, WebHouse

from grader import check_quiz
from server.accounts import start_session
from server.courses import find_course
from server.courses.board import Standing, board, standing_of
from server.database.models import Draft

pytestmark = pytest.mark.database

BOARD = f"{STAFF}/board"
MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("judging", "passed", "attempts", "quiet_for", "expected"),
    [
        (True, True, 9, 60 * MINUTE, Standing.JUDGING),
        (False, True, 9, MINUTE, Standing.FINISHED),
        (False, False, 3, MINUTE, Standing.STUCK),
        (False, False, 2, MINUTE, Standing.WORKING),
        (False, False, 0, 11 * MINUTE, Standing.QUIET),
        (False, False, 3, 60 * MINUTE, Standing.STUCK),
    ],
)
def test_how_it_goes_for_somebody(
    *, judging: bool, passed: bool, attempts: int, quiet_for: timedelta, expected: Standing
) -> None:
    """What is judged is told first, then what is passed, then who may need help."""
    assert expected is standing_of(judging=judging, passed=passed, attempts=attempts, quiet_for=quiet_for)


async def test_everybody_sits_where_they_did_something_last(web: WebHouse) -> None:
    """Sent or only drafted; who was here yesterday is not present, but what they passed counts; staff sit nowhere."""
    async with web.house.database.unit_of_work() as session:
        course = await find_course(session, COURSE)
        first, second, third = (await assignments_of(session, course))[:3]
        moved, drafting, gone, stuck = await add_students(session, course, 4)
        results = [
            Result(moved, first, 1.0, minutes_ago=30),
            Result(moved, second, 0.4, minutes_ago=2),
            Result(gone, first, 1.0, minutes_ago=60 * 24),
            Result(web.house.teacher.id, third, 0.1, minutes_ago=1),
            *(Result(stuck, third, 0.2, number, minutes_ago=number) for number in range(1, 4)),
        ]
        await add_results(session, results)
        session.add(Draft(user_id=drafting, assignment_id=third.id, answer={"regions": [""]}))
    async with web.house.database.reading() as session:
        seen = await board(session, course)
    seats = {level.exercise_id: [(seat.name, seat.standing) for seat in level.seats] for level in seen.levels}
    assert (6, 3) == (seen.students, seen.present)
    assert [2, 0, 0] == [level.passed for level in seen.levels][:3]
    assert [] == seats[first.exercise_id]
    assert [("林知远", Standing.WORKING)] == seats[second.exercise_id]
    assert {("陈若溪", Standing.WORKING), ("赵一诺", Standing.STUCK)} == set(seats[third.exercise_id])


async def test_names_can_be_hidden_from_the_projector(web: WebHouse, callers: Callers) -> None:
    """With names off no name is sent at all, only how many."""
    await callers.submitted(None)
    async with seated(web, callers.people["grader"]) as browser:
        named = (await browser.get(BOARD)).text
        hidden = (await browser.get(f"{BOARD}?names=off")).text
    on_board = '<ul class="board-people"><li class=""><svg'
    assert on_board in named
    assert ">student<" in named.partition('id="board"')[2]
    assert "student" not in re.sub("students", "", hidden.partition('id="board"')[2].partition("</main>")[0])
    assert "being judged" in hidden
    assert "names=off" in hidden  # the live feed hides them too


async def test_the_board_moves_by_itself(site: Site) -> None:
    """A submission and its verdict appear on an open stream, over the process's one listener."""
    async with site.house.database.unit_of_work() as session:
        token = await start_session(session, site.house.teacher)
    cookies = {"beginend_session": token, "beginend_language": "en"}
    async with (
        httpx.AsyncClient(base_url=site.address, cookies=cookies, timeout=20) as client,
        client.stream("GET", f"{BOARD}/live") as stream,
    ):
        assert 200 == stream.status_code
        lines = stream.aiter_lines()

        async def until_seen(word: str) -> str:
            async for text in lines:
                if word in text:
                    return text
            raise AssertionError(word)

        await asyncio.wait_for(until_seen("0 of 2 students at work"), 10)
        await site.house.submit()
        await asyncio.wait_for(until_seen("1 of 2 students at work"), 10)


async def test_a_stream_ends_for_who_loses_the_right_to_look(web: WebHouse, callers: Callers) -> None:
    """A grader who is taken out of the course is refused the next time."""
    async with seated(web, callers.people["teacher"]) as teacher:
        await teacher.post(f"{STAFF}/roster/remove", login="grader", sure="1")
    async with seated(web, callers.people["grader"]) as browser:
        assert 404 == (await browser.get(f"{BOARD}/live")).status_code


async def test_statistics_tell_which_check_stops_most(web: WebHouse, callers: Callers) -> None:
    """First and latest submissions beside each other, as a chart and as a table; only students count."""
    checks = ("layers", "parameters", "accuracy")
    async with web.house.database.unit_of_work() as session:
        course = await find_course(session, COURSE)
        level = next(one for one in await assignments_of(session, course) if one.exercise_id == "cnn-digits")
        people = await add_students(session, course, 4)
        results = [
            Result(people[0], level, 0.2, 1, failed=checks, checks=checks),
            Result(people[0], level, 1.0, 2, checks=checks),
            *(Result(one, level, 0.6, 1, failed=("parameters",), checks=checks) for one in people[1:]),
        ]
        await add_results(session, results)
    async with seated(web, callers.people["grader"]) as browser:
        page = (await browser.get(f"{STAFF}/statistics/cnn-digits")).text
        empty = (await browser.get(f"{STAFF}/statistics/rnn-reviews")).text
        browser.client.cookies.set("beginend_language", "zh")
        chinese = await browser.get(f"{STAFF}/statistics/cnn-digits")
    chart = page.partition('class="gauges')[2].partition("</ul>")[0]
    assert "Most students are stopped by “Parameters”" in page
    assert "4 of 4 failed it (100 %)" in chart
    assert "3 of 4 failed it (75 %)" in chart
    assert "1 of 4 failed it (25 %)" in chart
    assert "0 of 4 failed it (0 %)" in chart
    assert 'width="100%"' in chart  # everybody: the whole bar
    assert "Nothing to count yet" in empty
    assert "最多人卡在" in chinese.text


async def test_a_quiz_shows_its_questions(web: WebHouse, callers: Callers) -> None:
    """Difficulty, what was chosen, and the right options marked."""
    bundle = web.house.catalogue["backpropagation"]
    right = {question: list(answer.accepted) for question, answer in bundle.answers.items()}
    await callers.quiz(right, result(check_quiz(bundle, right)))
    async with seated(web, callers.people["teacher"]) as browser:
        page = (await browser.get(f"{STAFF}/statistics/backpropagation")).text
    questions = page.partition("The questions")[2]
    assert "100 %" in questions
    assert sum(map(len, right.values())) == questions.count("</svg>Right</span>") == questions.count("1 · 100 %")
