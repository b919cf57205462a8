"""The JSON API: its answers, its refusals as problem documents, and its live feed."""

import json
import uuid
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from sampleverdicts import accuracy, layers, parameters, result
from serverhouse import COURSE
from webhouse import RIGHT, WRONG, WebHouse

from exercises import Text
from grader.contract import Phase
from server.accounts import create_api_token
from server.app import create_app
from server.courses import enrol, publish_catalogue
from server.database.engine import Database
from server.database.models import Role
from server.feed import Feed
from server.progress import TrainingPoint
from server.queue.roll import sign
from server.standing import SlotStanding, Standing
from server.submissions import NumberedPoint, claim, record_verdict
from server.submissions.progress import write_progress

pytestmark = pytest.mark.database

SUBMISSIONS = f"/api/v1/courses/{COURSE}/exercises/cnn-digits/submissions"
QUICK_RIGHT = result((layers(right=True), parameters(right=True)), needs_training=True)
PASSED = result((layers(right=True), parameters(right=True), accuracy(right=True)))


@pytest.fixture
async def api(web: WebHouse) -> httpx.AsyncClient:
    """Return a program with the student's bearer token."""
    async with web.house.database.unit_of_work() as session:
        token = await create_api_token(session, web.house.student, "test")
    client = web.browser.client
    client.headers.update({"Authorization": f"Bearer {token}", "Accept-Language": "en"})
    return client


def problem(answer: httpx.Response) -> tuple[int, str]:
    """Return status and code of a problem document, after checking its form."""
    document = answer.json()
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert {"type", "title", "status", "detail", "code"} <= document.keys()
    assert f"/problems/{document['code']}" == document["type"]
    assert answer.status_code == document["status"]
    return answer.status_code, document["code"]


def events(answer: httpx.Response) -> list[tuple[str, str, dict[str, Any]]]:
    """Return the events of a stream that has ended: id, name, data."""
    found = []
    for block in answer.text.replace("\r\n", "\n").split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines() if ": " in line and not line.startswith(":"))
        if "event" in fields:
            found.append((fields["id"], fields["event"], json.loads(fields["data"])))
    return found


async def test_courses_and_exercises_are_listed_in_order(api: httpx.AsyncClient) -> None:
    """A program finds the course and its five exercises."""
    courses = (await api.get("/api/v1/courses")).json()
    exercises = (await api.get("/api/v1/exercises")).json()

    assert [(COURSE, "student")] == [(course["slug"], course["role"]) for course in courses]
    assert [1, 2, 3, 4, 5] == [exercise["order"] for exercise in exercises]
    assert {COURSE} == {exercise["course"] for exercise in exercises}


async def test_an_exercise_comes_with_stub_and_regions(api: httpx.AsyncClient) -> None:
    """The lines that ``regions`` names are the marks of the stub."""
    exercise = (await api.get("/api/v1/exercises/cats-vs-dogs")).json()
    lines = exercise["stub"].split("\n")

    assert 3 == len(exercise["regions"])
    assert all("Begin" in lines[begin - 1] and "End" in lines[end - 1] for begin, end in exercise["regions"])
    assert {"zh", "en"} == exercise["statement"].keys()


async def test_a_quiz_comes_without_its_answers(api: httpx.AsyncClient) -> None:
    """Neither accepted answers nor explanations leave the house with the questions."""
    answer = await api.get("/api/v1/exercises/backpropagation")

    questions = answer.json()["questions"]
    assert 3 == len(questions)
    assert [{"id", "kind", "prompt", "options", "weight"}] * 3 == [set(question) for question in questions]
    assert {"id", "text"} == {key for question in questions for option in question["options"] for key in option}


async def test_a_submission_is_accepted_with_its_location(api: httpx.AsyncClient) -> None:
    """202 and a Location, where the submission can be read at once."""
    answer = await api.post(SUBMISSIONS, json={"regions": [WRONG]})
    assert 202 == answer.status_code
    found = await api.get(answer.headers["location"])

    assert ("queued", None, None, 0) == tuple(
        found.json()[key] for key in ("state", "outcome", "score", "queue_position")
    )
    assert "private, no-store" == found.headers["cache-control"]


async def test_the_verdict_object_has_every_field_of_the_contract(web: WebHouse, api: httpx.AsyncClient) -> None:
    """What ``grade --json`` prints is what the API answers, and more."""
    sent = await api.post(SUBMISSIONS, json={"regions": [RIGHT]})
    await web.judge(sent.headers["location"], QUICK_RIGHT, PASSED)
    found = (await api.get(sent.headers["location"])).json()

    contract = (
        "schema exercise file submission_sha256 outcome score checks error state fault stdout environment timing_ms"
    )
    assert set(contract.split()) <= found.keys()
    assert ("done", "passed", 1.0) == (found["state"], found["outcome"], found["score"])
    assert ["layers", "parameters", "accuracy"] == [check["id"] for check in found["checks"]]


async def test_a_resent_request_gives_the_same_submission(api: httpx.AsyncClient) -> None:
    """The same key and body: the same submission. The same key for something else: 409."""
    key = {"Idempotency-Key": "k1"}
    first = await api.post(SUBMISSIONS, json={"regions": [WRONG]}, headers=key)
    second = await api.post(SUBMISSIONS, json={"regions": [WRONG]}, headers=key)
    other = await api.post(SUBMISSIONS, json={"regions": [RIGHT]}, headers=key)

    assert first.headers["location"] == second.headers["location"]
    assert (409, "idempotency-conflict") == problem(other)


async def test_the_short_form_works_while_only_one_course_has_the_exercise(
    web: WebHouse, api: httpx.AsyncClient
) -> None:
    """In a second course with the same exercise the short form is refused, naming both."""
    short = "/api/v1/exercises/cnn-digits/submissions"
    alone = await api.post(short, json={"regions": [WRONG]})
    async with web.house.database.unit_of_work() as session:
        title = Text(zh="二", en="Two")
        course = await publish_catalogue(session, web.house.catalogue, "second", title, shelf=web.house.shelf)
        await enrol(session, web.house.student, course, Role.STUDENT)
    ambiguous = await api.post(short, json={"regions": [WRONG]})

    assert 202 == alone.status_code
    assert COURSE == alone.json()["course"]
    assert (409, "ambiguous-course") == problem(ambiguous)
    assert [COURSE, "second"] == ambiguous.json()["courses"]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"regions": []}, (422, "answer-does-not-fit")),
        ({"regions": ["a", "b"]}, (422, "answer-does-not-fit")),
        ({"regions": ["x\0y"]}, (422, "answer-does-not-fit")),
        ({"regions": ["\ud800"]}, (422, "answer-does-not-fit")),
        ({"regions": ["x" * 300_000]}, (422, "answer-does-not-fit")),
        ({"file": "\ud800"}, (422, "answer-does-not-fit")),
        ({"answers": {"q": ["a"]}}, (422, "answer-does-not-fit")),
        ({}, (422, "answer-does-not-fit")),
        ({"regions": [""], "file": ""}, (422, "answer-does-not-fit")),
        ({"regions": "text"}, (422, "invalid-request")),
        ({"code": "x"}, (422, "invalid-request")),
        ({"regions": ["x" * 1_100_000]}, (413, "too-large")),
    ],
)
async def test_unfit_answers_are_refused_with_a_sentence(
    api: httpx.AsyncClient, body: dict[str, Any], expected: tuple[int, str]
) -> None:
    """Whatever is wrong with an answer, the reply is a problem document and nothing is stored."""
    answer = await api.post(SUBMISSIONS, content=json.dumps(body), headers={"Content-Type": "application/json"})

    assert expected == problem(answer)
    assert [] == (await api.get("/api/v1/submissions?exercise=cnn-digits")).json()


@pytest.mark.parametrize("body", [b"{", b"\xff\xfe\x00", b"[1]", b""])
async def test_what_is_no_json_object_is_refused(api: httpx.AsyncClient, body: bytes) -> None:
    """Binary junk and broken JSON are 422 (or 400), never 500."""
    answer = await api.post(SUBMISSIONS, content=body, headers={"Content-Type": "application/json"})

    assert problem(answer) in {(422, "invalid-request"), (400, "not-possible")}


async def test_a_body_without_length_is_cut_off_where_it_grows_too_large(api: httpx.AsyncClient) -> None:
    """The limit counts what arrives, whatever the headers promise."""

    async def endless() -> AsyncIterator[bytes]:
        for _ in range(64):
            yield b" " * 65_536

    answer = await api.post(SUBMISSIONS, content=endless(), headers={"Content-Type": "application/json"})

    assert (413, "too-large") == problem(answer)


async def test_unknown_options_and_questions_are_named(api: httpx.AsyncClient) -> None:
    """A quiz answer that no page could send says which question or option is unknown."""
    quiz = f"/api/v1/courses/{COURSE}/exercises/backpropagation/submissions"
    option = await api.post(quiz, json={"answers": {"gradient": ["z"]}})
    question = await api.post(quiz, json={"answers": {"nope": ["a"]}})

    assert (422, "answer-does-not-fit") == problem(option) == problem(question)
    assert "has no option “z”" in option.json()["detail"]
    assert "has no question “nope”" in question.json()["detail"]


async def test_problems_speak_the_callers_language(api: httpx.AsyncClient) -> None:
    """Detail and title follow Accept-Language; the code stays."""
    api.cookies.clear()
    zh = await api.get("/api/v1/exercises/nope", headers={"Accept-Language": "zh-CN,en;q=0.5"})
    en = await api.get("/api/v1/exercises/nope", headers={"Accept-Language": "en"})

    assert "你的课程中没有这个练习。" == zh.json()["detail"]
    assert "There is no such exercise in your courses." == en.json()["detail"]
    assert (404, "unknown-exercise") == problem(zh) == problem(en)


async def test_nobody_gets_in_without_a_token_or_a_session(api: httpx.AsyncClient) -> None:
    """No token and a wrong token are 401; unknown addresses and methods are problem documents too."""
    unknown = await api.get("/api/v1/courses", headers={"Authorization": "Bearer be_wrong"})
    del api.headers["Authorization"]
    missing = await api.get("/api/v1/courses")

    assert (401, "unknown-token") == problem(unknown)
    assert (401, "not-signed-in") == problem(missing)
    assert "Bearer" == missing.headers["www-authenticate"]
    assert (404, "not-found") == problem(await api.get("/api/v1/nothing"))
    assert (405, "not-possible") == problem(await api.delete("/api/v1/courses"))


async def test_a_session_cookie_may_read_but_needs_the_token_to_write(web: WebHouse) -> None:
    """A signed-in browser can use the API; writing asks for the token in a header, which other sites cannot know."""
    await web.browser.sign_in()
    client = web.browser.client
    read = await client.get("/api/v1/courses")
    bare = await client.post(SUBMISSIONS, json={"regions": [WRONG]})
    with_token = await client.post(SUBMISSIONS, json={"regions": [WRONG]}, headers={"X-CSRF-Token": web.browser.csrf})

    assert (200, 202) == (read.status_code, with_token.status_code)
    assert (403, "csrf") == problem(bare)


async def test_the_feed_tells_findings_and_verdict_each_with_an_id(web: WebHouse, api: httpx.AsyncClient) -> None:
    """A listener that comes late hears the present state first, then everything, and the stream ends."""
    sent = await api.post(SUBMISSIONS, json={"regions": [RIGHT]})
    await web.judge(sent.headers["location"], QUICK_RIGHT, PASSED)
    answer = await api.get(sent.headers["location"] + "/events")
    heard = events(answer)

    assert ["state", "finding", "finding", "finding", "progress", "verdict"] == [name for _, name, _ in heard]
    assert [str(number) for number in range(1, 7)] == [number for number, _, _ in heard]
    assert "done" == heard[0][2]["state"]
    assert "passed" == heard[-1][2]["outcome"]


async def test_the_feed_tells_a_late_listener_every_epoch_so_far(web: WebHouse, api: httpx.AsyncClient) -> None:
    """The points of a training come in one progress event, numbered, before the verdict; none are told twice."""
    sent = await api.post(SUBMISSIONS, json={"regions": [RIGHT]})
    submission_id = uuid.UUID(sent.headers["location"].rsplit("/", 1)[1])
    async with web.house.database.unit_of_work() as session:
        held = await claim(session, submission_id, Phase.QUICK)
        assert held is not None
        points = [NumberedPoint(n, TrainingPoint(n, 3, 1 / n, None)) for n in (1, 2)]
        await write_progress(session, submission_id, held.token, points)
        await record_verdict(session, held, PASSED)
    heard = events(await api.get(sent.headers["location"] + "/events"))
    told = [data["training"] for _, name, data in heard if name == "progress"]

    expected = [
        {"n": 1, "epoch": 1, "epochs": 3, "loss": 1.0, "accuracy": None},
        {"n": 2, "epoch": 2, "epochs": 3, "loss": 0.5, "accuracy": None},
    ]
    assert [{"attempt": 1, "points": expected}] == told
    assert "verdict" == heard[-1][1]


async def test_submissions_are_private(web: WebHouse, api: httpx.AsyncClient) -> None:
    """Another student reads neither submission nor events."""
    sent = await api.post(SUBMISSIONS, json={"regions": [WRONG]})
    async with web.house.database.unit_of_work() as session:
        token = await create_api_token(session, web.house.other, "test")
    other = {"Authorization": f"Bearer {token}"}

    assert (404, "unknown-submission") == problem(await api.get(sent.headers["location"], headers=other))
    assert (404, "unknown-submission") == problem(await api.get(sent.headers["location"] + "/events", headers=other))


async def test_a_database_that_is_away_is_503_with_retry_after(web: WebHouse, api: httpx.AsyncClient) -> None:
    """Programs learn that they may send the request again, and readiness says the same."""
    nowhere = Database("postgresql://postgres@127.0.0.1:1/nowhere")
    api._transport = httpx.ASGITransport(app=create_app(web.house.settings, nowhere, Feed(nowhere), web.house.shelf))
    answer = await api.post(SUBMISSIONS, json={"regions": [WRONG]})
    ready, alive = await api.get("/readyz"), await api.get("/healthz")
    await nowhere.dispose()

    assert (503, "database-away") == problem(answer)
    assert 3 <= int(answer.headers["retry-after"]) <= 10
    assert (503, 200) == (ready.status_code, alive.status_code)


async def test_the_api_describes_itself(api: httpx.AsyncClient) -> None:
    """OpenAPI names every address of the contract, and none of the pages."""
    paths = set((await api.get("/api/v1/openapi.json")).json()["paths"])
    operation = {"/healthz", "/readyz", "/metrics"}

    assert operation == {path for path in paths if not path.startswith("/api/v1/")}
    assert {
        "/api/v1/courses",
        "/api/v1/exercises",
        "/api/v1/exercises/{exercise_id}",
        "/api/v1/courses/{course}/exercises/{exercise_id}/submissions",
        "/api/v1/courses/{course}/exercises/{exercise_id}/draft",
        "/api/v1/courses/{course}/submissions",
        "/api/v1/submissions/{submission_id}/again",
        "/api/v1/submissions/{submission_id}/cancel",
        "/api/v1/submissions/{submission_id}/source",
        "/api/v1/exercises/{exercise_id}/submissions",
        "/api/v1/submissions",
        "/api/v1/submissions/{submission_id}",
        "/api/v1/submissions/{submission_id}/events",
        "/api/v1/me",
        "/api/v1/me/password",
        "/api/v1/me/sessions",
        "/api/v1/me/sessions/{session_id}",
        "/api/v1/me/tokens",
        "/api/v1/me/tokens/{token_id}",
        "/api/v1/users",
        "/api/v1/users/{user_id}",
        "/api/v1/users/{user_id}/password",
        "/api/v1/users/{user_id}/identities",
    } <= paths


async def test_readiness_says_who_judges(web: WebHouse, api: httpx.AsyncClient) -> None:
    """Without a worker pages are served all the same; only who asks for judging hears that nobody does."""
    alone, alarm = await api.get("/readyz"), await api.get("/readyz?judging=true")
    slots = (SlotStanding("quick", "ready", 3, 9.0), SlotStanding("judge", "running", 1, 9.0))
    async with web.house.database.unit_of_work() as session:
        await sign(session, uuid.uuid4(), Standing("docker", "warm", "sha256:1", slots, waiting=2))
    served, calm = (await api.get("/readyz")).json(), await api.get("/readyz?judging=true")

    assert (200, "ready", "nobody", []) == (
        alone.status_code,
        *(alone.json()[key] for key in ("status", "judging", "workers")),
    )
    assert (503, "nobody judges") == (alarm.status_code, alarm.json()["status"])
    assert ("ready", 200) == (served["judging"], calm.status_code)
    (worker,) = served["workers"]
    assert ("docker", "warm", 2, 0) == tuple(worker[key] for key in ("backend", "mode", "waiting", "faults"))
    assert {"quick": {"ready": 1}, "judge": {"running": 1}} == worker["slots"]


async def test_readiness_keeps_the_machine_to_itself(web: WebHouse, api: httpx.AsyncClient) -> None:
    """Anybody may ask, so neither host nor process nor the words of a problem are told."""
    async with web.house.database.unit_of_work() as session:
        await sign(session, uuid.uuid4(), Standing(problem="no engine at /var/run/docker.sock"))
    told = (await api.get("/readyz")).json()

    assert "stuck" == told["judging"]
    names = {"worker", "judging", "duty", "backend", "mode", "slots", "waiting", "faults", "seen_seconds"}
    assert names == set(told["workers"][0])
    assert "docker.sock" not in json.dumps(told)


async def test_metrics_show_slots_queues_and_verdicts(web: WebHouse, api: httpx.AsyncClient) -> None:
    """What is there to watch: slots by role and state, replaced slots by reason, faults, jobs by queue, outcomes."""
    sent = await api.post(SUBMISSIONS, json={"regions": [RIGHT]})
    await web.judge(sent.headers["location"], QUICK_RIGHT, PASSED)
    await api.post(SUBMISSIONS, json={"regions": [WRONG]})
    worker = uuid.uuid4()
    slots = tuple(SlotStanding("quick", state, 0, 1.0) for state in ("ready", "running", "ready"))
    standing = Standing("docker", "warm", "i", slots, waiting=4, faults=5, recycled={"many runs": 6})
    async with web.house.database.unit_of_work() as session:
        await sign(session, worker, standing)
    lines = set((await api.get("/metrics")).text.splitlines())

    name = worker.hex[:8]
    assert {
        "beginend_workers 1.0",
        'beginend_slots{role="quick",state="ready"} 2.0',
        'beginend_slots{role="quick",state="running"} 1.0',
        'beginend_slots{role="quick",state="starting"} 0.0',
        "beginend_runs_waiting 4.0",
        f'beginend_sandbox_faults_total{{worker="{name}"}} 5.0',
        f'beginend_slots_recycled_total{{reason="many runs",worker="{name}"}} 6.0',
        'beginend_queue_waiting{queue="live-quick"} 2.0',
        'beginend_queue_waiting{queue="rescore"} 0.0',
        'beginend_verdicts{outcome="passed"} 1.0',
        'beginend_verdicts{outcome="failed"} 0.0',
    } <= lines


async def test_metrics_count_submissions_by_state(api: httpx.AsyncClient) -> None:
    """An operator sees what waits."""
    await api.post(SUBMISSIONS, json={"regions": [WRONG]})
    metrics = (await api.get("/metrics")).text

    assert 'beginend_submissions{state="queued"} 1' in metrics
    assert 'beginend_submissions{state="done"} 0' in metrics
