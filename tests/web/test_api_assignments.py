"""Assignments and extensions over the API, and what they mean when somebody submits."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from callers import API, DIGITS, Caller, audit, caller, problem, stranger
from sampleverdicts import accuracy, layers, parameters, result
from serverhouse import COURSE
from sqlalchemy import select, text, update
from webhouse import WRONG, WebHouse

from exercises import Text
from server.courses import publish_catalogue
from server.database.models import (
    Assignment,
    Correction,
    ExerciseRow,
    ExerciseVersion,
    Submission,
)

pytestmark = pytest.mark.database

FAILED = result((layers(right=False), parameters(right=False), accuracy(right=False)))
PASSED = result((layers(right=True), parameters(right=True), accuracy(right=True)))
SUBMIT = f"{DIGITS}/submissions"
EXTENSION = f"{DIGITS}/extensions/student"
RULES = ("opens_at", "due_at", "closes_at", "max_attempts", "pace_seconds")


def ahead(**delta: float) -> str:
    """Return a moment that many days, hours, ... from now."""
    return (datetime.now(UTC) + timedelta(**delta)).isoformat()


async def level(person: Caller, exercise_id: str = "cnn-digits") -> dict[str, Any]:
    """Return an exercise of the course as this person sees it."""
    lines = (await person.get("/api/v1/exercises", params={"course": COURSE})).json()
    return next(line for line in lines if line["id"] == exercise_id)


NEWER = "sha256:" + 32 * "ab"


async def other_version(web: WebHouse, exercise_id: str = "cnn-digits") -> str:
    """Publish another version of an exercise, which nobody can be given as no shelf has it, and return its name."""
    async with web.house.database.unit_of_work() as session:
        old = (await session.scalars(select(ExerciseVersion).where(ExerciseVersion.exercise_id == exercise_id))).first()
        assert old is not None
        session.add(ExerciseVersion(exercise_id=exercise_id, version=NEWER, manifest=old.manifest))
    return NEWER


async def test_the_exercises_of_a_course_with_their_rules(web: WebHouse) -> None:
    """Everybody in the course sees them in order, with times in UTC and the course's zone."""
    student = await caller(web, "student")
    listed = (await student.get(f"{API}/exercises")).json()

    assert [1, 2, 3, 4, 5] == [one["order"] for one in listed]
    assert {"Asia/Shanghai"} == {one["time_zone"] for one in listed}
    assert listed[0] == (await student.get(f"{API}/exercises/{listed[0]['id']}")).json()
    assert (404, "unknown-exercise") == problem(await student.get(f"{API}/exercises/nothing"))
    assert (404, "unknown-exercise") == problem(await student.get(f"{API}/exercises/%00"))


async def test_rules_are_set_changed_and_taken_away(web: WebHouse) -> None:
    """Local times are the course's; what is left out stays, null takes away; the audit tells what differs."""
    teacher = await caller(web, "teacher")
    times = {"opens_at": "2026-09-01T08:00", "due_at": "2026-09-30T23:59", "closes_at": "2026-10-02T00:00+02:00"}
    was = (await teacher.get(DIGITS)).json()
    first = (await teacher.put(DIGITS, {**times, "max_attempts": 5, "pace_seconds": 30})).json()
    second = (await teacher.put(DIGITS, {"max_attempts": None, "order": 9})).json()
    third = (await teacher.put(DIGITS, {"max_attempts": None})).json()

    assert ["2026-09-01T00:00:00Z", "2026-09-30T15:59:00Z", "2026-10-01T22:00:00Z", 5, 30] == [first[k] for k in RULES]
    assert {**first, "max_attempts": None, "order": 9} == second == third
    assert (was["version"], was["order"]) == (first["version"], first["order"])
    (_, none, set_), (_, before, after) = await audit(web, "assignment.change")
    assert dict.fromkeys(RULES) == none
    assert {
        "opens_at": "2026-09-01T00:00:00+00:00",
        "due_at": "2026-09-30T15:59:00+00:00",
        "closes_at": "2026-10-01T22:00:00+00:00",
        "max_attempts": 5,
        "pace_seconds": 30,
    } == set_
    assert ({"order": was["order"], "max_attempts": 5}, {"order": 9, "max_attempts": None}) == (before, after)


async def test_rules_that_make_no_sense(web: WebHouse) -> None:
    """Each is refused with a sentence, and nothing is changed."""
    teacher = await caller(web, "teacher")
    await teacher.patch(API, {"time_zone": "Europe/Berlin"})
    before = (await teacher.get(DIGITS)).json()
    unfit = [
        ({"opens_at": "2026-09-02T00:00", "due_at": "2026-09-01T00:00"}, "times-out-of-order"),
        ({"opens_at": "2026-09-02T00:00", "closes_at": "2026-09-02T00:00"}, "times-out-of-order"),
        ({"due_at": "2026-09-02T00:00", "closes_at": "2026-09-01T00:00"}, "times-out-of-order"),
        ({"due_at": "2026-03-29T02:30"}, "unclear-time"),
        ({"due_at": "2026-10-25T02:30"}, "unclear-time"),
        ({"due_at": "soon"}, "unclear-time"),
        ({"due_at": 1790000000}, "invalid-request"),
        ({"max_attempts": 0}, "invalid-request"),
        ({"max_attempts": 10**12}, "invalid-request"),
        ({"pace_seconds": -1}, "invalid-request"),
        ({"order": None}, "invalid-request"),
        ({"due": "2026-09-01T00:00"}, "invalid-request"),
    ]
    for body, code in unfit:
        assert (422, code) == problem(await teacher.put(DIGITS, body)), body

    assert before == (await teacher.get(DIGITS)).json()


async def test_a_course_moves_to_a_version_deliberately(web: WebHouse) -> None:
    """A newer version is told, and handed out when somebody says so; versions of other exercises are unknown."""
    teacher = await caller(web, "teacher")
    newer, old = await other_version(web), (await teacher.get(DIGITS)).json()
    foreign = (await teacher.get(f"{API}/exercises/rnn-reviews")).json()["version"]
    refused = [await teacher.put(DIGITS, {"version": version}) for version in (foreign, "nothing", "\0")]
    moved = (await teacher.put(DIGITS, {"version": newer})).json()

    assert newer != old["version"]
    assert newer == old["newest_version"] == moved["version"]
    assert {(404, "unknown-version")} == {problem(answer) for answer in refused}
    assert [("cnn-digits", {"version": old["version"]}, {"version": newer})] == await audit(web, "assignment.change")


async def test_starting_again_moves_only_the_built_in_course(web: WebHouse) -> None:
    """Publishing the catalogue moves the demonstration's versions, keeps its rules, and touches no other course."""
    teacher = await caller(web, "teacher")
    newer, theirs = await other_version(web), await stranger(web)
    there = "/api/v1/courses/elsewhere/exercises/cnn-digits"
    rules = {"due_at": "2030-01-01T00:00", "max_attempts": 3, "pace_seconds": 5}
    await teacher.put(DIGITS, {"version": newer, **rules})
    pinned = (await theirs.put(there, {"version": newer, "order": 7, **rules})).json()
    async with web.house.database.unit_of_work() as session:
        title = Text(zh="初", en="First")
        await publish_catalogue(session, web.house.catalogue, COURSE, title, shelf=web.house.shelf)
    now = (await teacher.get(DIGITS)).json()

    assert web.house.catalogue["cnn-digits"].version == now["version"]
    assert [None, "2029-12-31T16:00:00Z", None, 3, 5] == [now[key] for key in RULES]
    assert pinned == (await theirs.get(there)).json()


async def test_an_exercise_is_put_in_and_taken_out(web: WebHouse) -> None:
    """A new course begins empty; an exercise needs a version; without submissions it can go, with one it stays."""
    author = await stranger(web)
    address = "/api/v1/courses/elsewhere/exercises"
    version = web.house.catalogue["cnn-digits"].version
    none = await author.put(f"{address}/cnn-digits", {})
    empty = (await author.get(address)).json()
    made = await author.put(f"{address}/cnn-digits", {"version": version})
    gone = await author.delete(f"{address}/cnn-digits")
    again = await author.delete(f"{address}/cnn-digits")
    await author.put(f"{address}/cnn-digits", {"version": version})
    sent = await author.post(f"{address}/cnn-digits/submissions", {"regions": [WRONG]})
    stays = await author.delete(f"{address}/cnn-digits")

    assert ((404, "unknown-version"), []) == (problem(none), empty)
    assert (1, version) == (made.json()["order"], made.json()["version"])
    assert (204, (404, "unknown-exercise"), 202) == (gone.status_code, problem(again), sent.status_code)
    assert (409, "assignment-has-submissions") == problem(stays)
    assert [None, None] == [before for _, before, _ in await audit(web, "assignment.add")]
    assert 1 == len(await audit(web, "assignment.remove"))


async def test_taking_out_while_somebody_submits(web: WebHouse) -> None:
    """Whichever comes first wins: never is an assignment gone under a submission that was taken in."""
    teacher, student = await caller(web, "teacher"), await caller(web, "student")
    sent, removed = await asyncio.gather(student.post(SUBMIT, {"regions": [WRONG]}), teacher.delete(DIGITS))

    assert (sent.status_code, removed.status_code) in {(202, 409), (404, 204)}


async def test_exercises_of_others_are_not_offered(web: WebHouse) -> None:
    """What somebody imported is for them, and for the courses that they teach; elsewhere there is no such exercise."""
    owner, teacher = await stranger(web), await caller(web, "teacher")
    async with web.house.database.unit_of_work() as session:
        await session.execute(update(ExerciseRow).where(ExerciseRow.id == "rnn-reviews").values(owner_id=owner.user.id))
        await session.execute(text("delete from assignments where exercise_id = 'rnn-reviews'"))
    body = {"version": web.house.catalogue["rnn-reviews"].version}
    address = f"{API}/exercises/rnn-reviews"
    refused = await teacher.put(address, body)
    theirs = await owner.put("/api/v1/courses/elsewhere/exercises/rnn-reviews", body)
    await teacher.put(f"{API}/people/stranger", {"role": "teacher"})
    shared = await teacher.put(address, body)

    assert (404, "unknown-exercise") == problem(refused) == problem(await teacher.put(f"{API}/exercises/no", body))
    assert (200, 200) == (theirs.status_code, shared.status_code)


async def test_an_extension_is_granted_read_and_withdrawn(web: WebHouse) -> None:
    """It counts for one person only, who sees it; the audit tells it without the reason, which may be private."""
    teacher, student, other = await caller(web, "teacher"), await caller(web, "student"), await caller(web, "other")
    await teacher.put(DIGITS, {"due_at": ahead(hours=-1), "max_attempts": 1})
    missing = await teacher.get(EXTENSION)
    granted = await teacher.put(EXTENSION, {"due_at": ahead(days=1), "more_attempts": 2, "reason": "hospital"})
    read, listed = await teacher.get(EXTENSION), await teacher.get(f"{DIGITS}/extensions")
    sent = [(await person.post(SUBMIT, {"regions": [WRONG]})).status_code for person in (student, student, other)]
    seen = await level(student)
    gone = [await teacher.delete(EXTENSION) for _ in range(2)]

    assert (404, "unknown-extension") == problem(missing) == problem(gone[1])
    assert (2, "hospital", "Asia/Shanghai") == tuple(
        granted.json()[key] for key in ("more_attempts", "reason", "time_zone")
    )
    assert granted.json() == read.json() == listed.json()["items"][0]
    assert [202, 202, 403] == sent
    assert (granted.json()["due_at"], 3, 1) == (seen["due_at"], seen["max_attempts"], seen["attempts_left"])
    assert (403, "deadline-passed") == problem(await student.post(SUBMIT, {"regions": [WRONG]}))
    ((login, before, after),) = await audit(web, "extension.grant")
    assert ("student", None, 2) == (login, before, after["more_attempts"])  # type: ignore[index]
    assert "hospital" not in str(after)
    assert [("student", after, None)] == await audit(web, "extension.withdraw")


async def test_extensions_that_make_no_sense(web: WebHouse) -> None:
    """Less time than everybody has, a stranger to the course, or a time that is none: refused."""
    teacher = await caller(web, "teacher")
    await stranger(web)
    await teacher.put(DIGITS, {"due_at": ahead(days=2)})
    unfit = [
        (EXTENSION, {"due_at": ahead(days=1)}, (422, "extension-too-early")),
        (EXTENSION, {"due_at": "2026-09-30"}, (422, "unclear-time")),
        (EXTENSION, {"more_attempts": -1}, (422, "invalid-request")),
        (EXTENSION, {"reason": "a\0b"}, (422, "invalid-request")),
        (f"{DIGITS}/extensions/stranger", {"more_attempts": 1}, (404, "unknown-person")),
        (f"{DIGITS}/extensions/nobody", {"more_attempts": 1}, (404, "unknown-person")),
        (f"{API}/exercises/nothing/extensions/student", {"more_attempts": 1}, (404, "unknown-exercise")),
    ]
    for address, body, expected in unfit:
        assert expected == problem(await teacher.put(address, body)), body

    assert [] == (await teacher.get(f"{DIGITS}/extensions")).json()["items"]


async def test_late_submissions_are_taken_with_the_days_they_are_late(web: WebHouse) -> None:
    """With a penalty the days begun are stored; after the closing time nothing is taken."""
    teacher, student = await caller(web, "teacher"), await caller(web, "student")
    await teacher.patch(API, {"late": "penalty", "late_penalty": 0.2})
    await teacher.put(DIGITS, {"due_at": ahead(hours=-25), "closes_at": ahead(hours=1)})
    late = await student.post(SUBMIT, {"regions": [WRONG]})
    await teacher.post(SUBMIT, {"regions": [WRONG]})
    seen = await level(student)
    await teacher.put(DIGITS, {"closes_at": ahead(minutes=-1)})
    closed = await student.post(SUBMIT, {"regions": [WRONG]})

    assert 202 == late.status_code
    async with web.house.database.reading() as session:
        days = (await session.scalars(select(Submission.late_days).order_by(Submission.created_at))).all()
    assert [2, 0] == list(days)
    assert ("penalty", 0.2) == (seen["late"], seen["late_penalty"])
    assert (403, "assignment-closed") == problem(closed)
    assert "(Asia/Shanghai)" in closed.json()["detail"]


async def test_levels_in_order(web: WebHouse) -> None:
    """A level opens once the one before is passed; a correction decides that while it is in force; staff are free."""
    teacher, student = await caller(web, "teacher"), await caller(web, "student")
    await teacher.patch(API, {"unlock": "in_order"})
    first = (await teacher.get(f"{API}/exercises")).json()[0]["id"]
    await teacher.put(DIGITS, {"order": 0})  # the first level now, and the level before what was the first
    following = f"{API}/exercises/{first}/submissions"
    body = {"answers": {}} if web.house.catalogue[first].exercise.kind == "quiz" else {"regions": [WRONG]}
    locked = await student.post(following, body)
    sent = await student.post(SUBMIT, {"regions": [WRONG]})
    await web.judge(sent.headers["location"], FAILED)
    failed = await student.post(following, body)
    async with web.house.database.unit_of_work() as session:
        submission = (await session.scalars(select(Submission))).one()
        correction = Correction(submission_id=submission.id, score=1, passed=True, reason="right after all")
        session.add(correction)
    opened, seen = await student.post(following, body), await level(student, first)
    async with web.house.database.unit_of_work() as session:
        (await session.get_one(Correction, correction.id)).lifted_at = datetime.now(UTC)
    lifted, unseen = await student.post(following, body), await level(student, first)

    assert (403, "level-locked") == problem(locked) == problem(failed) == problem(lifted)
    assert "cnn-digits" == locked.json()["locked_by"] == unseen["locked_by"]
    assert web.house.catalogue["cnn-digits"].exercise.title.en in locked.json()["detail"]
    assert (202, None) == (opened.status_code, seen["locked_by"])
    assert 202 == (await teacher.post(following, body)).status_code
    assert (None, None) == ((await level(teacher, first))["locked_by"], (await level(student))["locked_by"])


async def test_a_pause_between_submissions(web: WebHouse) -> None:
    """The second submission has to wait for the pace, with Retry-After; one that we broke starts no pause."""
    teacher, student = await caller(web, "teacher"), await caller(web, "student")
    await teacher.put(DIGITS, {"pace_seconds": 600})
    await student.post(SUBMIT, {"regions": [WRONG]})
    soon = await student.post(SUBMIT, {"regions": [WRONG]})
    async with web.house.database.unit_of_work() as session:
        await session.execute(update(Submission).values(state="system_error"))
    fresh = await student.post(SUBMIT, {"regions": [WRONG]})

    assert (429, "submitted-too-soon") == problem(soon)
    assert 590 <= int(soon.headers["retry-after"]) == soon.json()["retry_after"] <= 600
    assert 202 == fresh.status_code


async def test_the_last_attempt_is_given_once(web: WebHouse) -> None:
    """Of several submissions at the same moment as many are taken as attempts are left."""
    teacher, student = await caller(web, "teacher"), await caller(web, "student")
    await teacher.put(DIGITS, {"max_attempts": 2})
    answers = await asyncio.gather(*(student.post(SUBMIT, {"regions": [WRONG]}) for _ in range(5)))

    assert [202, 202, 403, 403, 403] == sorted(answer.status_code for answer in answers)
    assert 0 == (await level(student))["attempts_left"]


async def test_quiz_answers_wait_for_the_last_who_may_submit(web: WebHouse) -> None:
    """While a late submission of theirs is still taken, or an extension runs, a student does not read the answers."""
    teacher, student = await caller(web, "teacher"), await caller(web, "student")
    quiz = f"{API}/exercises/backpropagation"
    await teacher.patch(API, {"late": "taken"})
    sent = await student.post(f"{quiz}/submissions", {"answers": {}})
    wrong = result((layers(right=False),))
    await web.judge(sent.headers["location"], wrong)
    async with web.house.database.unit_of_work() as session:
        assignment = await session.scalars(select(Assignment).where(Assignment.exercise_id == "backpropagation"))
        version = await session.get_one(ExerciseVersion, assignment.one().exercise_version_id)
        explained = {"zh": "因为", "en": "because it is so"}
        version.answers = {**version.answers, wrong.findings[0].id: {"accepted": ["a"], "explanation": explained}}

    async def told() -> bool:
        return "because it is so" in (await student.get(sent.headers["location"])).text

    await teacher.put(quiz, {"due_at": ahead(hours=-2)})
    while_late_is_taken = await told()
    await teacher.put(quiz, {"closes_at": ahead(hours=-1)})
    closed = await told()
    await teacher.put(f"{quiz}/extensions/student", {"due_at": ahead(hours=1)})
    extended = await told()

    assert (False, True, False) == (while_late_is_taken, closed, extended)


async def test_the_map_shows_locks_and_the_courses_clock(web: WebHouse) -> None:
    """A student reads which level comes first, when their work is due by the course's clock, and how often they may."""
    teacher = await caller(web, "teacher")
    await teacher.patch(API, {"unlock": "in_order", "time_zone": "America/New_York"})
    exercises = [one["id"] for one in (await teacher.get(f"{API}/exercises")).json()]
    await teacher.put(f"{API}/exercises/{exercises[0]}", {"due_at": "2031-01-15T17:30", "max_attempts": 4})
    await teacher.put(f"{API}/exercises/{exercises[0]}/extensions/student", {"due_at": "2031-01-16T18:45"})
    await web.browser.sign_in()
    page = (await web.browser.get(f"/courses/{COURSE}")).text
    web.browser.client.cookies.set("beginend_language", "zh")
    chinese = (await web.browser.get(f"/courses/{COURSE}")).text
    web.browser.client.cookies.clear()
    web.browser.client.cookies.set("beginend_language", "en")
    await web.browser.sign_in("teacher")
    staff = (await web.browser.get(f"/courses/{COURSE}")).text

    assert "pass level 1 first" in page
    assert "6:45" in page
    assert "Times are those of America/New_York." in page
    assert "4 attempts left" in page
    assert page.count('class="level is-locked"') == len(exercises) - 1
    assert "先通过第 1 关" in chinese
    assert "还可提交 4 次" in chinese
    assert "5:30" in staff
    assert "is-locked" not in staff


async def test_students_and_graders_change_no_rules(web: WebHouse) -> None:
    """Rules and extensions are the teachers' business, and reasons of extensions are theirs to read."""
    teacher, grader, student = await caller(web, "teacher"), await caller(web, "other"), await caller(web, "student")
    await teacher.put(f"{API}/people/other", {"role": "grader"})
    for person in (grader, student):
        answers = [
            await person.put(DIGITS, {"max_attempts": 99}),
            await person.delete(DIGITS),
            await person.get(f"{DIGITS}/extensions"),
            await person.get(EXTENSION),
            await person.put(EXTENSION, {"more_attempts": 9}),
            await person.delete(EXTENSION),
        ]
        assert {(403, "not-allowed")} == {problem(answer) for answer in answers}


async def test_rules_of_others_are_out_of_reach(web: WebHouse) -> None:
    """A teacher of another course neither reads nor changes what this one hands out, nor anybody's extension."""
    them = await stranger(web)
    answers = [
        await them.get(f"{API}/exercises"),
        await them.get(DIGITS),
        await them.put(DIGITS, {"max_attempts": 1}),
        await them.delete(DIGITS),
        await them.get(f"{DIGITS}/extensions"),
        await them.get(EXTENSION),
        await them.put(EXTENSION, {"more_attempts": 1}),
        await them.delete(EXTENSION),
    ]

    assert {(404, "unknown-course")} == {problem(answer) for answer in answers}
