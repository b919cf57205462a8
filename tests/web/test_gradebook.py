"""The gradebook and the statistics of exercises, against figures worked out on paper."""

import csv
import io
import random
import uuid
from typing import Any

import pytest
from classroom import FAILED, PASSED, Callers, id_of, said
from sampleverdicts import layers, parameters, result
from serverhouse import COURSE, House
from sqlalchemy import insert, select, text

from grader import check_quiz
from server.courses import enrol, find_course
from server.database.models import (
    Assignment,
    Enrolment,
    FindingRow,
    Grading,
    GradingState,
    Kind,
    Late,
    Role,
    State,
    Submission,
    User,
)
from server.gradebook import as_csv, exercise_statistics, gradebook
from server.submissions.storage import finding_rows

pytestmark = pytest.mark.database

BOOK = f"/api/v1/courses/{COURSE}/gradebook"
STATISTICS = f"/api/v1/courses/{COURSE}/exercises/{{}}/statistics"
HALF = result((layers(right=True), parameters(right=False)))  # weights 3 and 1: three quarters
LEVELS = ["what-is-a-neural-network", "backpropagation", "cnn-digits", "rnn-reviews", "cats-vs-dogs"]


async def test_the_book_shows_students_by_name_and_nobody_else(callers: Callers) -> None:
    """Two students, each with five levels; the staff's own submissions count nowhere."""
    await callers.submitted(FAILED)
    counting = await callers.submitted(HALF)
    await callers.submitted(None)
    await callers.submitted(PASSED, who="teacher")
    await callers.submitted(PASSED, who="grader")
    page = (await callers.grader.get(BOOK)).json()

    other, student = page["items"]
    assert (["other", "student"], None) == ([line["login"] for line in page["items"]], page["next"])
    levels = {cell["exercise"]: cell["result"] for cell in student["levels"]}
    assert 5 == len(levels) == len(other["levels"])
    assert {
        "submission": str(id_of(counting)),
        "raw_score": 0.75,
        "score": 0.75,
        "passed": False,
        "attempts": 3,
        "late_days": 0,
        "corrected": False,
    } == levels.pop("cnn-digits")
    assert {None} == set(levels.values()) == {cell["result"] for cell in other["levels"]}
    assert (0, 0.15) == (other["total"], pytest.approx(student["total"]))


async def test_the_book_is_paged_by_person(callers: Callers) -> None:
    """Pages of two are the whole without gaps, also where names are long and Chinese."""
    async with callers.web.house.database.unit_of_work() as session:
        course = await find_course(session, COURSE)
        for login in ("林" * 64, "林" * 63 + "a", "zoë"):
            user = User(login=login, display_name=login)
            session.add(user)
            await session.flush()
            await enrol(session, user, course, Role.STUDENT)
    everybody = [line["login"] for line in (await callers.teacher.get(BOOK)).json()["items"]]
    seen: list[str] = []
    cursor = ""
    while True:
        page = (await callers.teacher.get(f"{BOOK}?limit=1{cursor}")).json()
        seen += [line["login"] for line in page["items"]]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"

    assert 5 == len(everybody)
    assert everybody == seen


async def test_the_table_is_one_that_excel_reads(callers: Callers) -> None:
    """A byte order mark, the promised columns, points of a hundred, and no formula from a name."""
    house = callers.web.house
    async with house.database.unit_of_work() as session:
        (await session.get_one(User, house.student.id)).display_name = '=HYPERLINK("http://x","林知远")'
        course = await find_course(session, COURSE)
        course.late, course.late_penalty = Late.PENALTY, 0.1
    late = await callers.submitted(HALF)
    async with house.database.unit_of_work() as session:
        (await session.get_one(Submission, id_of(late))).late_days = 2
    answer = await callers.teacher.get(f"{BOOK}.csv")
    heading, other, student = csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline=""))

    assert answer.content.startswith(b"\xef\xbb\xbf")
    assert "text/csv; charset=utf-8" == answer.headers["content-type"]
    assert f"attachment; filename*=UTF-8''gradebook-{COURSE}.csv" == answer.headers["content-disposition"]
    columns = [f"{level} {what}" for level in LEVELS for what in ("score", "passed", "attempts", "late days")]
    assert sorted(["login", "name", *columns, "total"]) == sorted(heading)
    assert ["login", "name", "total"] == [*heading[:2], heading[-1]]
    row = dict(zip(heading, student, strict=True))
    # Three quarters, two days at a tenth each: 75 * 0.8 = 60 points; a fifth of the course: 12.
    assert ("60", "0", "1", "2", "12") == tuple(
        row[name]
        for name in ("cnn-digits score", "cnn-digits passed", "cnn-digits attempts", "cnn-digits late days", "total")
    )
    assert """'=HYPERLINK("http://x","林知远")""" == row["name"]
    assert ["other", "other", *[""] * 20, "0"] == other


async def test_only_staff_open_the_book(callers: Callers) -> None:
    """Students may not; a course of others is not there, nor are its statistics."""
    addresses = (BOOK, f"{BOOK}.csv", STATISTICS.format("cnn-digits"))
    for address in addresses:
        assert (403, "not-allowed") == said(await callers.student.get(address))
        assert (404, "unknown-course") == said(await callers.stranger.get(address))
        assert 200 == (await callers.admin.get(address)).status_code
    assert (404, "unknown-exercise") == said(await callers.teacher.get(STATISTICS.format("no-such")))
    assert (422, "unreadable-cursor") == said(await callers.teacher.get(f"{BOOK}?cursor=WzFd"))


async def test_statistics_of_code_are_what_paper_says(callers: Callers) -> None:
    """One student needs three attempts (fails all, then parameters, then passes), one fails parameters for good."""
    for verdict in (FAILED, HALF, PASSED, PASSED):
        await callers.submitted(verdict)
    await callers.submitted(HALF, who="other")
    await callers.submitted(None, who="other")
    await callers.submitted(FAILED, who="teacher")
    found = (await callers.grader.get(STATISTICS.format("cnn-digits"))).json()

    assert (2, 2, 1) == (found["submitted"], found["judged"], found["passed"])
    assert [{"attempts": 2, "students": 1}, {"attempts": 4, "students": 1}] == found["attempts"]
    assert 3 == found["median_attempts_to_pass"]
    assert [0, 0, 0, 0, 0, 0, 0, 1, 0, 1] == found["scores"]
    assert [] == found["items"]
    checks = {check["id"]: (check["first"], check["latest"]) for check in found["checks"]}
    nothing = {"passed": 0, "failed": 0, "skipped": 0, "stopped": 0}
    assert (
        {**nothing, "failed": 1, "passed": 1, "stopped": 1},
        {**nothing, "passed": 2},
    ) == checks["layers"]
    assert (
        {**nothing, "failed": 2, "stopped": 1},
        {**nothing, "failed": 1, "passed": 1, "stopped": 1},
    ) == checks["parameters"]
    assert ({**nothing, "skipped": 1}, {**nothing, "passed": 1}) == checks["accuracy"]


async def test_a_correction_passes_a_student(callers: Callers) -> None:
    """Who passed by a teacher's word has passed, at the attempt that was corrected."""
    await callers.submitted(FAILED)
    address = await callers.submitted(FAILED)
    await callers.teacher.put(f"{address}/correction", json={"score": 1, "passed": True, "reason": "right"})
    found = (await callers.grader.get(STATISTICS.format("cnn-digits"))).json()

    assert (1, 2, 1) == (found["passed"], found["median_attempts_to_pass"], found["scores"][9])


async def test_statistics_of_nothing(callers: Callers) -> None:
    """An exercise that nobody tried has its checks and questions, and zeros."""
    code = (await callers.grader.get(STATISTICS.format("cnn-digits"))).json()
    quiz = (await callers.grader.get(STATISTICS.format("backpropagation"))).json()

    assert (0, 0, 0, None, [0] * 10) == tuple(
        code[key] for key in ("submitted", "judged", "passed", "median_attempts_to_pass", "scores")
    )
    assert {"layers", "accuracy"} <= {check["id"] for check in code["checks"]}
    assert [(0, None, None)] * 3 == [
        (item["students"], item["difficulty"], item["discrimination"]) for item in quiz["items"]
    ]


async def test_item_analysis_is_what_paper_says(callers: Callers) -> None:
    """Four students, three questions; first attempts only.

    ``gradient`` is right for A and B. Of the other two questions A has both, B and C one, D none: rest 1 .5 .5 0, so
    difficulty .5 and discrimination .7071 (see test_figures).
    """
    house = callers.web.house
    bundle = house.catalogue["backpropagation"]
    right = {question: list(answer.accepted) for question, answer in bundle.answers.items()}
    wrong = {"loss": ["d"], "gradient": ["a"], "passes": ["b"]}
    async with house.database.unit_of_work() as session:
        course = await find_course(session, COURSE)
        for login in ("c", "d"):
            user = User(login=login, display_name=login)
            session.add(user)
            await session.flush()
            await enrol(session, user, course, Role.STUDENT)
            callers.people[login] = user
    a = right
    b = {**right, "passes": wrong["passes"]}
    c = {**wrong, "loss": right["loss"]}
    for who, answers in (("student", a), ("other", b), ("c", c), ("d", wrong)):
        await _first_answers(house, callers.people[who], bundle, answers)
    await callers.quiz(wrong, result(check_quiz(bundle, wrong)))  # a second attempt, which says nothing
    items = {item["id"]: item for item in (await callers.grader.get(STATISTICS.format(bundle.id))).json()["items"]}

    gradient = items["gradient"]
    assert (4, 0.5, pytest.approx(0.70710678)) == tuple(
        gradient[key] for key in ("students", "difficulty", "discrimination")
    )
    assert {"a": 2, "b": 0, "c": 0, "d": 2} == {one["id"]: one["chosen"] for one in gradient["options"]}
    assert ["d"] == [one["id"] for one in gradient["options"] if one["right"]]
    assert (0.75, 0.25) == (items["loss"]["difficulty"], items["passes"]["difficulty"])
    assert {"a": 3, "b": 3, "c": 3, "d": 1} == {one["id"]: one["chosen"] for one in items["loss"]["options"]}


async def _first_answers(house: House, user: User, bundle: Any, answers: dict[str, list[str]]) -> None:  # noqa: ANN401
    """Let somebody have answered a quiz."""
    await _judged(house, user, bundle.id, [result(check_quiz(bundle, answers))])


async def _judged(house: House, user: User, exercise: str, verdicts: list[Any]) -> None:
    """Write judged submissions down, without the way there."""
    assignment = await house.assignment(exercise)
    async with house.database.unit_of_work() as session:
        for number, verdict in enumerate(verdicts, 1):
            grading = uuid.uuid4()
            submission = Submission(
                user_id=user.id, assignment_id=assignment.id, exercise_version_id=assignment.exercise_version_id,
                number=number, kind=Kind.ANSWERS, answer={}, source="{}", sha256="", state=State.DONE,
            )  # fmt: skip
            session.add(submission)
            await session.flush()
            session.add(
                Grading(
                    id=grading, submission_id=submission.id, attempt=1, state=GradingState.FINAL,
                    outcome=verdict.verdict.outcome.value, score=verdict.verdict.score, evidence={}, artifacts={},
                    stdout="", environment={}, timing_ms={},
                )
            )  # fmt: skip
            await session.flush()
            submission.current_grading_id = grading
            session.add_all(finding_rows(grading, verdict))


async def test_a_crowded_course_is_counted_whole(house: House) -> None:
    """200 students, 10 levels, 5 attempts: everybody has a line, and an exercise's statistics hold all of them."""
    assignment = await _crowd(house, students=200, levels=10, attempts=5)
    async with house.database.reading() as session:
        table = as_csv(await gradebook(session, assignment.course_id))
        statistics = await exercise_statistics(session, assignment)

    assert 203 == table.count(b"\r\n")  # with the heading and the two students of the house
    assert 200 == statistics.judged


async def _crowd(house: House, *, students: int, levels: int, attempts: int) -> Assignment:
    """Fill the course, by sets of rows; return one of the levels."""
    chance = random.Random(7)  # noqa: S311 - no secret
    async with house.database.unit_of_work() as session:
        course = await find_course(session, COURSE)
        model = (await session.scalars(select(Assignment).where(Assignment.course_id == course.id))).first()
        assert model is not None
        await session.execute(
            text("insert into exercises (id) select 'level-' || n from generate_series(1, :n) n"), {"n": levels}
        )
        level_ids = [uuid.uuid4() for _ in range(levels)]
        await session.execute(
            insert(Assignment),
            [
                {
                    "id": level, "course_id": course.id, "exercise_id": f"level-{n}", "order": n + 10,
                    "exercise_version_id": model.exercise_version_id,
                }
                for n, level in enumerate(level_ids, 1)
            ],
        )  # fmt: skip
        people = [{"id": uuid.uuid4(), "login": f"p{n}", "display_name": f"学生{n}"} for n in range(students)]
        await session.execute(insert(User), people)
        await session.execute(
            insert(Enrolment),
            [{"user_id": one["id"], "course_id": course.id, "role": Role.STUDENT} for one in people],
        )
        await session.execute(
            text(
                "insert into submissions (id, user_id, assignment_id, exercise_version_id, number, kind, answer,"
                " source, sha256, state) select gen_random_uuid(), u.id, a.id, :version, n, 'regions', '{}', '', '',"
                " 'done' from users u, assignments a, generate_series(1, :attempts) n"
                " where u.login like 'p%' and a.exercise_id like 'level-%'"
            ),
            {"version": model.exercise_version_id, "attempts": attempts},
        )
        await session.execute(
            text(
                "insert into gradings (id, submission_id, attempt, state, outcome, score, evidence, artifacts, stdout,"
                " environment, timing_ms) select gen_random_uuid(), id, 1, 'final', case when random() < .3 then"
                " 'passed' else 'failed' end, random(), '{}', '{}', '', '{}', '{}' from submissions"
            )
        )
        await session.execute(
            text("update submissions s set current_grading_id = g.id from gradings g where g.submission_id = s.id")
        )
        wanted = level_ids[chance.randrange(levels)]
        await session.execute(
            text(
                "insert into findings (grading_id, position, phase, check_id, outcome, data) select"
                " s.current_grading_id, n, 'quick', 'check-' || n, case when random() < .5 then 'passed' else 'failed'"
                " end, '{\"weight\": 1}' from submissions s, generate_series(1, 6) n where s.assignment_id = :level"
            ),
            {"level": wanted},
        )
    async with house.database.reading() as session:
        await session.execute(text("analyze"))
        found = await session.get_one(Assignment, wanted)
        assert 5 * students * levels == len((await session.scalars(select(Grading.id))).all())
        assert 0 < len((await session.scalars(select(FindingRow.position).limit(1))).all())
        return found
