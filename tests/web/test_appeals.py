"""Appeals: a student says that a verdict is wrong, staff answer once, and the case may become a known submission."""

import asyncio
import json
from typing import Any

import pytest
from classroom import FAILED, PASSED, Callers, id_of, said, together
from sampleverdicts import layers, result
from serverhouse import COURSE
from sqlalchemy import func, select
from webhouse import WRONG

from exercises import extract
from server.database.models import Appeal, AuditEvent, Correction, Kind, Submission
from server.feed import Feed
from server.gate.promises import WHOLE_FILE_MARK

pytestmark = pytest.mark.database

WORDS = {"check_id": "layers", "words": " 我的第二层没有错 "}
UPHELD = {"state": "upheld", "answer": "你是对的", "correction": {"score": 1, "passed": True}}
COURSE_APPEALS = f"/api/v1/courses/{COURSE}/appeals"


async def appealed(callers: Callers, body: dict[str, Any] = WORDS) -> tuple[str, str]:
    """Make an appeal; return the address of the submission and of the appeal."""
    address = await callers.submitted(FAILED)
    made = await callers.student.post(f"{address}/appeals", json=body)
    assert 201 == made.status_code, made.text
    return address, f"/api/v1/appeals/{made.json()['id']}"


async def test_an_appeal_is_upheld_and_the_verdict_corrected_at_once(callers: Callers) -> None:
    """From the student's words to the teacher's, and to what counts; the student reads all of it."""
    address, appeal = await appealed(callers)
    answered = await callers.teacher.post(f"{appeal}/answer", json=UPHELD)
    seen = (await callers.student.get(f"{address}/appeals")).json()
    submission = (await callers.student.get(address)).json()

    assert 200 == answered.status_code, answered.text
    assert [answered.json()] == seen
    expected = ("upheld", "layers", "我的第二层没有错", "你是对的", "teacher", "cnn-digits")
    assert expected == tuple(
        seen[0][key] for key in ("state", "check_id", "words", "answer", "answered_by", "exercise")
    )
    assert (1.0, True, "你是对的") == tuple(submission["correction"][key] for key in ("score", "passed", "reason"))


async def test_who_may_make_an_appeal(callers: Callers) -> None:
    """Only whose submission it is; for other students and other courses it is not there."""
    address = await callers.submitted(FAILED)

    for who, expected in (
        ("teacher", (403, "not-allowed")),
        ("admin", (403, "not-allowed")),
        ("other", (404, "unknown-submission")),
        ("stranger", (404, "unknown-submission")),
    ):
        assert (who, expected) == (who, said(await callers.clients[who].post(f"{address}/appeals", json=WORDS)))
    for who in ("other", "stranger"):
        assert (404, "unknown-submission") == said(await callers.clients[who].get(f"{address}/appeals"))


async def test_who_may_answer(callers: Callers) -> None:
    """Graders answer but do not correct; a refused correction leaves the appeal open, as both happen or neither."""
    _, appeal = await appealed(callers)
    rejected = {"state": "rejected", "answer": "no"}

    for who, body, expected in (
        ("student", rejected, (403, "not-allowed")),
        ("other", rejected, (404, "unknown-appeal")),
        ("stranger", rejected, (404, "unknown-appeal")),
        ("grader", UPHELD, (403, "not-allowed")),
    ):
        assert (who, expected) == (who, said(await callers.clients[who].post(f"{appeal}/answer", json=body)))
    assert ["open"] == [one["state"] for one in (await callers.grader.get(COURSE_APPEALS)).json()["items"]]
    async with callers.web.house.database.reading() as session:
        assert 0 == await session.scalar(select(func.count()).select_from(Correction))
    assert 200 == (await callers.grader.post(f"{appeal}/answer", json=rejected)).status_code


async def test_nobody_answers_their_own_appeal(callers: Callers) -> None:
    """A teacher who tries the exercise does not judge in their own case."""
    address = await callers.submitted(FAILED, who="teacher")
    made = await callers.teacher.post(f"{address}/appeals", json=WORDS)

    assert (403, "not-allowed") == said(
        await callers.teacher.post(f"/api/v1/appeals/{made.json()['id']}/answer", json=UPHELD)
    )


async def test_there_is_one_open_appeal_at_a_time(callers: Callers) -> None:
    """Of several sent at once one is taken; after its answer another may be made."""
    address = await callers.submitted(FAILED)
    answers = await together(*(callers.student.post(f"{address}/appeals", json=WORDS) for _ in range(5)))
    first = next(answer for answer in answers if answer.status_code == 201)

    assert [201, 409, 409, 409, 409] == sorted(answer.status_code for answer in answers)
    assert {(409, "appeal-open-already")} == {said(each) for each in answers if each is not first}
    await callers.teacher.post(f"/api/v1/appeals/{first.json()['id']}/answer", json=UPHELD)
    assert 201 == (await callers.student.post(f"{address}/appeals", json={"words": "again"})).status_code


async def test_an_appeal_is_answered_once(callers: Callers) -> None:
    """Of two answers at once one counts; so does one correction."""
    _, appeal = await appealed(callers)
    answers = await together(
        *(callers.teacher.post(f"{appeal}/answer", json={**UPHELD, "answer": str(n)}) for n in range(4))
    )

    assert [200, 409, 409, 409] == sorted(answer.status_code for answer in answers)
    assert {(409, "appeal-answered")} == {said(each) for each in answers if each.status_code == 409}
    async with callers.web.house.database.reading() as session:
        assert 1 == await session.scalar(select(func.count()).select_from(Correction))


async def test_only_a_verdict_is_appealed_against(callers: Callers) -> None:
    """Not while it is owed, and not a check that it does not have."""
    waiting = await callers.submitted(None)
    judged = await callers.submitted(PASSED)

    assert (409, "still-being-judged") == said(await callers.student.post(f"{waiting}/appeals", json=WORDS))
    assert (422, "unknown-check") == said(
        await callers.student.post(f"{judged}/appeals", json={**WORDS, "check_id": "no-such"})
    )


async def test_unfit_words_are_refused(callers: Callers) -> None:
    """Empty, endless, or no text: for appeals and answers alike."""
    address, appeal = await appealed(callers)
    unfit = ["", "  ", "x" * 4001, "\0", "\ud800", None, 7]
    headers = {"Content-Type": "application/json"}

    for words in unfit:
        made = await callers.student.post(f"{address}/appeals", content=json.dumps({"words": words}), headers=headers)
        body = json.dumps({"state": "upheld", "answer": words})
        answered = await callers.teacher.post(f"{appeal}/answer", content=body, headers=headers)
        assert [(422, "invalid-request")] * 2 == [said(made), said(answered)]
    for wrong in ({"state": "open"}, {"state": "rejected"}, {"correction": {"score": 2, "passed": True}}):
        assert (422, "invalid-request") == said(
            await callers.teacher.post(f"{appeal}/answer", json={**UPHELD, **wrong})
        )


async def test_staff_page_through_the_appeals_of_their_course(callers: Callers) -> None:
    """Newest first, by state, in pages without gaps; students see no list, strangers no course."""
    appeals = [await appealed(callers) for _ in range(3)]
    await callers.teacher.post(f"{appeals[0][1]}/answer", json=UPHELD)
    pages = []
    cursor = ""
    while True:
        page = (await callers.grader.get(f"{COURSE_APPEALS}?limit=2{cursor}")).json()
        pages.append([one["id"] for one in page["items"]])
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    opened = (await callers.grader.get(f"{COURSE_APPEALS}?state=open")).json()["items"]

    ids = [appeal.rsplit("/", 1)[1] for _, appeal in appeals]
    assert [[ids[2], ids[1]], [ids[0]]] == pages
    assert [ids[2], ids[1]] == [one["id"] for one in opened]
    assert (403, "not-allowed") == said(await callers.student.get(COURSE_APPEALS))
    assert (404, "unknown-course") == said(await callers.stranger.get(COURSE_APPEALS))
    for cursor in ("x", "WzFd", "WzEsMl0=", "WyIyMDI2LTAxLTAxIiwgIngiXQ==", "é"):
        assert (422, "unreadable-cursor") == said(await callers.grader.get(COURSE_APPEALS, params={"cursor": cursor}))
    assert (422, "invalid-request") == said(await callers.grader.get(f"{COURSE_APPEALS}?state=no"))


async def test_the_students_page_hears_of_the_answer(callers: Callers) -> None:
    """Whoever listens to the submission is woken by the answer's commit."""
    address, appeal = await appealed(callers)
    feed = Feed(callers.web.house.database)
    await feed.start()
    await feed.listening()
    async with feed.subscribe(id_of(address)) as changes:
        await callers.teacher.post(f"{appeal}/answer", json={"state": "rejected", "answer": "no"})
        async with asyncio.timeout(10):
            await anext(changes)
    await feed.stop()


async def test_what_is_written_down_holds_ids_and_no_words(callers: Callers) -> None:
    """The audit knows that there was an appeal and how it ended, and nothing anybody said."""
    _, appeal = await appealed(callers)
    await callers.teacher.post(f"{appeal}/answer", json=UPHELD)
    async with callers.web.house.database.reading() as session:
        events = (await session.scalars(select(AuditEvent).where(AuditEvent.action.startswith("appeal.")))).all()

    assert ["appeal.make", "appeal.answer"] == [event.action for event in events]
    assert {callers.web.house.student.id, callers.web.house.teacher.id} == {event.actor_id for event in events}
    assert all(event.course_id is not None for event in events)
    assert not any(words in str(event.detail) for event in events for words in ("第二层", "你是对的"))


async def test_a_program_that_fits_the_stub_becomes_a_file_that_fits_it_too(callers: Callers) -> None:
    """Its sentence stands above the first region's text, and the gate would read the rest as the stub."""
    _, appeal = await appealed(callers)
    answer = await callers.grader.get(f"{appeal}/submission-file")
    bundle = callers.web.house.catalogue["cnn-digits"]
    source = extract(bundle.stub or "", answer.content, whole_file=False)

    name = f"appeal_{appeal.rsplit('/', 1)[1][:8]}.py"
    assert f'attachment; filename="{name}"' == answer.headers["content-disposition"]
    assert "passed" == answer.headers["submission-folder"]
    sentence, *rest = source.regions[0].splitlines(keepends=True)
    assert f"    # Appeal {appeal.rsplit('/', 1)[1]}: belongs into submissions/passed/.\n" == sentence
    assert WRONG == "".join(rest)
    compile(answer.text, "case.py", "exec")


async def test_any_other_program_becomes_a_whole_file(callers: Callers) -> None:
    """Its first line says that it is one, and what it is."""
    address, appeal = await appealed(callers)
    async with callers.web.house.database.unit_of_work() as session:
        submission = await session.get_one(Submission, id_of(address))
        submission.kind, submission.source = Kind.FILE, "def build_model():\n    return None\n"
    first, rest = (await callers.teacher.get(f"{appeal}/submission-file?folder=layers")).text.split("\n", 1)

    assert first.startswith(f"# {WHOLE_FILE_MARK}: Appeal ")
    assert first.endswith("belongs into submissions/layers/.")
    assert "def build_model():\n    return None\n" == rest


async def test_a_rejected_case_belongs_to_the_check_that_was_right(callers: Callers) -> None:
    """A program that was rightly refused becomes one whose refusal is promised."""
    _, appeal = await appealed(callers)
    await callers.teacher.post(f"{appeal}/answer", json={"state": "rejected", "answer": "no"})
    answer = await callers.teacher.get(f"{appeal}/submission-file")

    assert "layers" == answer.headers["submission-folder"]


async def test_who_gets_no_file(callers: Callers) -> None:
    """Students do not, strangers learn nothing, folders have plain names, and a quiz has no program."""
    _, appeal = await appealed(callers)
    quiz = await callers.quiz({"gradient": ["a"]}, result((layers(right=False),)))
    made = await callers.student.post(f"{quiz}/appeals", json={"words": "?"})

    assert (403, "not-allowed") == said(await callers.student.get(f"{appeal}/submission-file"))
    assert (404, "unknown-appeal") == said(await callers.stranger.get(f"{appeal}/submission-file"))
    assert (422, "invalid-request") == said(await callers.teacher.get(f"{appeal}/submission-file?folder=../../etc"))
    assert (409, "no-program") == said(
        await callers.teacher.get(f"/api/v1/appeals/{made.json()['id']}/submission-file")
    )
    async with callers.web.house.database.reading() as session:
        assert 2 == await session.scalar(select(func.count()).select_from(Appeal))
