"""Corrections: a teacher says what a submission counts; the verdict stays, and so does who said it, when and why."""

import json

import pytest
from classroom import FAILED, PASSED, Callers, id_of, said, together
from serverhouse import COURSE
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from server.database.models import AuditEvent, Correction, FindingRow, Grading, GradingState, Submission
from server.submissions.counting import counted_scores

pytestmark = pytest.mark.database

RIGHT = {"score": 0.9, "passed": True, "reason": "  另一种写法也是对的 "}


async def test_a_correction_stands_beside_the_untouched_verdict(callers: Callers) -> None:
    """Score, outcome and checks stay what the judge said; ``correction`` says who, when, why and what counts."""
    address = await callers.submitted(FAILED)
    before = (await callers.student.get(address)).json()
    made = await callers.teacher.put(f"{address}/correction", json=RIGHT)
    after = (await callers.student.get(address)).json()

    assert 200 == made.status_code, made.text
    assert before["correction"] is None
    correction = after.pop("correction")
    before.pop("correction")
    assert before == after
    assert (0.9, True, "另一种写法也是对的", "teacher") == tuple(
        correction[key] for key in ("score", "passed", "reason", "by")
    )
    assert {"score", "passed", "reason", "by", "at"} == correction.keys()


async def test_what_counts_is_what_the_teacher_said_until_it_is_lifted(callers: Callers) -> None:
    """The gradebook counts the correction; lifted, the verdict again; both are kept, latest first."""
    address = await callers.submitted(FAILED)
    await callers.teacher.put(f"{address}/correction", json=RIGHT)
    during = await _counted(callers)
    lifted = await callers.teacher.delete(f"{address}/correction")
    after = await _counted(callers)
    await callers.teacher.put(f"{address}/correction", json={**RIGHT, "score": 0.5, "passed": False})
    history = (await callers.student.get(f"{address}/corrections")).json()

    assert 204 == lifted.status_code
    assert ((0.9, True, True), (0.0, False, False)) == (during, after)
    assert [(0.5, None), (0.9, "teacher")] == [(one["score"], one["lifted_by"]) for one in history]


async def test_a_correction_survives_a_rescore(callers: Callers) -> None:
    """A further grading that becomes the current one changes what the verdict says, and not what counts."""
    address = await callers.submitted(FAILED)
    await callers.teacher.put(f"{address}/correction", json=RIGHT)
    async with callers.web.house.database.unit_of_work() as session:
        submission = await session.get_one(Submission, id_of(address))
        again = Grading(
            submission_id=submission.id, attempt=99, state=GradingState.FINAL, outcome="failed", score=0.125,
            evidence={}, artifacts={}, stdout="", environment={}, timing_ms={},
        )  # fmt: skip
        session.add(again)
        await session.flush()
        submission.current_grading_id = again.id
    shown = (await callers.student.get(address)).json()

    assert (0.125, 0.9) == (shown["score"], shown["correction"]["score"])
    assert (0.9, True, True) == await _counted(callers)


async def test_of_two_corrections_at_once_one_is_in_force(callers: Callers) -> None:
    """Two teachers correct in the same moment: both are written down, the later replaced the earlier."""
    address = await callers.submitted(FAILED)
    bodies = [{**RIGHT, "score": number / 10} for number in range(6)]
    answers = await together(*(callers.teacher.put(f"{address}/correction", json=body) for body in bodies))
    history = (await callers.teacher.get(f"{address}/corrections")).json()

    assert [200] * 6 == [answer.status_code for answer in answers]
    assert 6 == len(history)
    assert [True] + [False] * 5 == [one["lifted_at"] is None for one in history]


async def test_the_database_itself_refuses_a_second_correction_in_force(callers: Callers) -> None:
    """Whatever code forgets to lock: the unique index does not."""
    address = await callers.submitted(FAILED)
    await callers.teacher.put(f"{address}/correction", json=RIGHT)

    with pytest.raises(IntegrityError, match="uq_corrections_in_force"):
        async with callers.web.house.database.unit_of_work() as session:
            session.add(Correction(submission_id=id_of(address), score=1, passed=True, reason="too"))


async def test_only_teachers_correct(callers: Callers) -> None:
    """A grader may not, a student least of all; for others the submission is not there. Nothing is stored."""
    address = await callers.submitted(FAILED)
    hidden, forbidden = (404, "unknown-submission"), (403, "not-allowed")

    for who, expected in (("student", forbidden), ("grader", forbidden), ("other", hidden), ("stranger", hidden)):
        made = await callers.clients[who].put(f"{address}/correction", json=RIGHT)
        lifted = await callers.clients[who].delete(f"{address}/correction")
        assert (who, expected, expected) == (who, said(made), said(lifted))
    assert [] == (await callers.teacher.get(f"{address}/corrections")).json()


async def test_an_unfit_correction_is_refused(callers: Callers) -> None:
    """A score is between 0 and 1, a reason is text and is there."""
    address = await callers.submitted(FAILED)
    unfit: list[dict[str, object]] = [
        *({"score": score} for score in (1.01, -0.1, None, "NaN", float("nan"), float("inf"))),
        *({"reason": reason} for reason in ("", "   ", "x" * 4001, "a\0b", "\ud800")),
        {"passed": None},
        {"more": 1},
    ]

    for wrong in unfit:
        body = json.dumps({**RIGHT, **wrong})
        headers = {"Content-Type": "application/json"}
        answer = await callers.teacher.put(f"{address}/correction", content=body, headers=headers)
        assert (wrong, (422, "invalid-request")) == (wrong, said(answer))


async def test_what_is_not_judged_is_not_corrected(callers: Callers) -> None:
    """While the verdict is owed there is nothing to correct, and nothing to lift where nothing is in force."""
    waiting = await callers.submitted(None)
    judged = await callers.submitted(PASSED)

    assert (409, "still-being-judged") == said(await callers.teacher.put(f"{waiting}/correction", json=RIGHT))
    assert (404, "no-correction") == said(await callers.teacher.delete(f"{judged}/correction"))


async def test_corrections_are_written_down_without_their_words(callers: Callers) -> None:
    """The audit says who changed what from what to what, in which course; the reason stays with the correction."""
    address = await callers.submitted(FAILED)
    await callers.teacher.put(f"{address}/correction", json=RIGHT)
    await callers.teacher.put(f"{address}/correction", json={**RIGHT, "score": 1})
    await callers.teacher.delete(f"{address}/correction")
    found = (await callers.teacher.get(f"/api/v1/courses/{COURSE}/audit?subject={id_of(address)}")).json()["items"]

    first, second = {"score": 0.9, "passed": True}, {"score": 1.0, "passed": True}
    assert [
        ("correction.lift", {"before": second, "now": None}),
        ("correction.make", {"before": first, "now": second}),
        ("correction.make", {"before": None, "now": first}),
    ] == [(event["action"], event["detail"]) for event in found]
    assert {"teacher"} == {event["actor_name"] for event in found}


async def test_the_page_of_a_submission_says_what_was_corrected(callers: Callers) -> None:
    """A student reads on the page what counts, who said so and why, in their language."""
    address = await callers.submitted(FAILED)
    await callers.teacher.put(f"{address}/correction", json=RIGHT)
    browser = callers.web.browser
    await browser.sign_in()

    for language, words in (("en", "Corrected by a teacher: counts"), ("zh", "教师已更正：计")):
        browser.client.cookies.set("beginend_language", language)
        page = (await browser.client.get(f"/submissions/{id_of(address)}")).text
        assert [] == [each for each in (words, "90", "另一种写法也是对的") if each not in page]


async def test_rows_of_gradings_are_never_touched(callers: Callers) -> None:
    """Making, replacing and lifting corrections changes no grading and no finding."""

    async def rows() -> tuple[object, ...]:
        async with callers.web.house.database.reading() as session:
            gradings = await session.execute(select(text("md5(string_agg(gradings::text, ''))")).select_from(Grading))
            findings = await session.scalar(select(func.count()).select_from(FindingRow))
            return gradings.scalar_one(), findings

    address = await callers.submitted(FAILED)
    before = await rows()
    await callers.teacher.put(f"{address}/correction", json=RIGHT)
    await callers.teacher.put(f"{address}/correction", json=RIGHT)
    await callers.teacher.delete(f"{address}/correction")

    assert before == await rows()
    async with callers.web.house.database.reading() as session:
        assert 3 == await session.scalar(select(func.count()).where(AuditEvent.action.startswith("correction.")))


async def _counted(callers: Callers) -> tuple[float, bool, bool]:
    """Return what the student's one level counts."""
    house = callers.web.house
    assignment = await house.assignment()
    async with house.database.reading() as session:
        found = await counted_scores(session, assignment.course_id, house.student.id)
    return found[0].score, found[0].passed, found[0].corrected
