"""Every request can be followed: an id, one line, numbers; and no line holds what nobody may read."""

import io
import json
import logging
import re
import uuid
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from pydantic import TypeAdapter
from serverhouse import COURSE, QUICK, FakeJudge, ended, worker
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from webhouse import PASSWORD, QUIZ, WORKSPACE, WebHouse

from server.accounts import create_api_token
from server.app import create_app
from server.errors import JudgingBroke
from server.feed import Feed
from server.logs import LEFT_OUT, configure_logs
from server.web.requests import HEADER

pytestmark = pytest.mark.database

CANARY = "canary_8f3a"


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Collect every line that this process logs, as a program would; down to the chattiest."""
    root, written = logging.getLogger(), io.StringIO()
    before = (list(root.handlers), root.level)
    configure_logs("json", written)
    root.setLevel(logging.DEBUG)
    yield written
    root.handlers[:], level = before
    root.setLevel(level)


def lines(log: io.StringIO, **wanted: object) -> list[dict[str, Any]]:
    """Return the lines with these fields."""
    found = [json.loads(line) for line in log.getvalue().splitlines()]
    return [line for line in found if wanted.items() <= line.items()]


async def test_ids(web: WebHouse) -> None:
    """An id that a request brings is answered if it is a sane one; else it gets one of its own, each another."""
    client = web.browser.client
    brought = await client.get("/login", headers={HEADER: "0123-abcd_e.f"})
    assert "0123-abcd_e.f" == brought.headers[HEADER]
    for insane in ("short", "x" * 65, "forged id", 'quote"quote', "-12345678", "12345678\u00e9"):
        answer = await client.get("/login", headers={HEADER: insane.encode("utf-8")})
        assert re.fullmatch("[0-9a-f]{32}", answer.headers[HEADER]), insane
    assert (await client.get("/login")).headers[HEADER] != (await client.get("/login")).headers[HEADER]


async def test_one_line_for_each_request(web: WebHouse, log: io.StringIO) -> None:
    """The line of a request has method, template, status, time and person; never what was asked with it."""
    await web.browser.sign_in()
    client = web.browser.client
    unknown = uuid.uuid4()
    missing = await client.get(f"/api/v1/submissions/{unknown}?token={CANARY}", headers={HEADER: "request-1"})
    await client.get(f"/{CANARY}?q={CANARY}", headers={HEADER: "request-2"})
    await client.get(f"/static/{CANARY}.css", headers={HEADER: "request-3"})
    await client.request(CANARY, "/login", headers={HEADER: "request-4"})

    (line,) = lines(log, request_id="request-1", logger="beginend.access")
    assert 404 == missing.status_code
    assert "request-1" == missing.json()["request_id"]
    assert ("GET", "/api/v1/submissions/{submission_id}", 404) == (line["method"], line["route"], line["status"])
    assert str(web.house.student.id) == line["user"]
    assert 0 < line["ms"] < 60_000
    assert [("GET", "(none)"), ("GET", "/static"), ("other", "/login")] == [
        (line["method"], line["route"])
        for number in (2, 3, 4)
        for line in lines(log, request_id=f"request-{number}", logger="beginend.access")
    ]
    (anonymous,) = lines(log, logger="beginend.access", route="/login", method="POST")
    assert anonymous["user"] is None
    assert CANARY not in log.getvalue()
    assert str(unknown) not in log.getvalue()


async def test_nothing_secret_is_logged(web: WebHouse, log: io.StringIO) -> None:
    """Passwords, tokens, cookies and code that go through pages, API and worker are in no line, right or wrong."""
    code = f"    model.add(Dense(3, name='{CANARY}'))\n"
    await web.browser.get("/login")
    await web.browser.post("/login", login="student", password=f"wrong {CANARY}")
    await web.browser.sign_in()
    await web.submit(code)
    await web.browser.get(QUIZ)
    client = web.browser.client
    async with web.house.database.unit_of_work() as session:
        token = await create_api_token(session, web.house.student, "test")
    bearer = {"Authorization": f"Bearer {token}", "Cookie": f"other={CANARY}"}
    address = f"/api/v1/courses/{COURSE}/exercises/cnn-digits/submissions"
    accepted = await client.post(address, json={"regions": [code]}, headers=bearer)
    assert 202 == accepted.status_code, accepted.text
    await client.post(address, json={"regions": CANARY}, headers=bearer)
    await client.post(address, content=f'{{"{CANARY}'.encode(), headers=bearer)
    await client.get("/api/v1/submissions", headers={"Authorization": f"Bearer {CANARY}"})
    broke = FakeJudge(quick_script=[JudgingBroke("a check raised")])
    async with worker(web.house, broke):
        await ended(web.house, uuid.UUID(accepted.json()["id"]))

    said = log.getvalue()
    assert lines(log, submission_id=accepted.json()["id"], phase="quick", attempt=1)
    assert any(CANARY in source for _, source, _ in broke.calls)
    cookies = [cookie.value for cookie in client.cookies.jar if "language" not in cookie.name]
    assert len(cookies) >= 2
    for secret in (CANARY, PASSWORD, token, *(value for value in cookies if value)):
        assert secret not in said


async def test_errors_quote_no_data(web: WebHouse, log: io.StringIO) -> None:
    """What PostgreSQL, SQLAlchemy and pydantic quote in their errors is left out; the rest of the trace is there."""
    statement = text("insert into submissions (id, source) values (gen_random_uuid(), :source)")
    with pytest.raises(IntegrityError, match=CANARY) as stored:
        async with web.house.database.unit_of_work() as session:
            await session.execute(statement, {"source": f"import {CANARY}\nprint({CANARY})"})
    with pytest.raises(ValueError, match=CANARY) as read:
        TypeAdapter(list[int]).validate_python({"regions": CANARY})
    for error in (stored.value, read.value):
        logging.getLogger("server").error("it failed", exc_info=error, extra={"token": CANARY})

    assert CANARY not in log.getvalue()
    one, two = lines(log, event="it failed")
    assert "violates not-null constraint" in one["exception"]
    assert LEFT_OUT == one["token"]
    assert "validation error" in two["exception"]


async def test_an_error_nobody_foresaw(web: WebHouse, log: io.StringIO) -> None:
    """It is answered with a problem document, all headers and the id; the log has the trace under the same id."""

    async def breaks() -> None:
        raise ZeroDivisionError

    web.app.get("/api/v1/breaks")(breaks)
    answer = await web.browser.client.get("/api/v1/breaks", headers={HEADER: "request-9"})

    assert (500, "fault", "request-9") == (answer.status_code, answer.json()["code"], answer.json()["request_id"])
    assert "nosniff" == answer.headers["X-Content-Type-Options"]
    (line,) = lines(log, request_id="request-9", level="error")
    assert "ZeroDivisionError" in line["exception"]
    assert 500 == lines(log, request_id="request-9", logger="beginend.access")[0]["status"]


async def test_the_workers_lines(web: WebHouse, log: io.StringIO) -> None:
    """Each line of a job, the judging thread's too, says which submission, phase and attempt; others do not."""
    submission = await web.house.submit()
    judge = FakeJudge(before=lambda phase: logging.getLogger("thread").warning("in the thread: %s", phase))
    async with worker(web.house, judge):
        await ended(web.house, submission.id)

    said = [(line["event"], line["phase"], line["attempt"]) for line in lines(log, submission_id=str(submission.id))]
    assert ("in the thread: quick", "quick", 1) in said
    assert ("in the thread: training", "training", 2) in said
    assert ("judged", "training", 2) in said
    assert QUICK.needs_training


async def test_numbers(web: WebHouse) -> None:
    """``/metrics`` counts requests by template and status, and times all but streams."""
    client = web.browser.client
    await client.get("/login")
    await client.get(f"/api/v1/submissions/{uuid.uuid4()}")
    await client.get(WORKSPACE)
    said = (await client.get("/metrics")).text.splitlines()

    assert 'beginend_http_requests_total{method="GET",route="/login",status="200"} 1.0' in said
    route = "/api/v1/submissions/{submission_id}"
    assert f'beginend_http_requests_total{{method="GET",route="{route}",status="401"}} 1.0' in said
    assert f'beginend_http_request_seconds_count{{route="{route}"}} 1.0' in said


def test_forms() -> None:
    """Lines are JSON where nobody looks on, and text where asked for; both in UTF-8, one line each."""
    root = logging.getLogger()
    before = (list(root.handlers), root.level)
    try:
        for form, begins in (("auto", "{"), ("json", "{"), ("text", "2")):
            written = io.StringIO()
            configure_logs(form, written)  # type: ignore[arg-type]
            logging.getLogger("server.x").warning("数据库 %s\nforged", "away")
            logging.getLogger("procrastinate.x").info("chatter")
            assert written.getvalue().startswith(begins)
            assert "数据库 away" in written.getvalue()
            assert "chatter" not in written.getvalue()
            if begins == "{":
                assert 1 == len(written.getvalue().splitlines())
    finally:
        root.handlers[:], level = before
        root.setLevel(level)


async def test_requests_of_others_carry_nothing(web: WebHouse, log: io.StringIO) -> None:
    """What was bound for one request is gone in the next."""
    await web.browser.sign_in()
    async with httpx.AsyncClient(transport=web.browser.client._transport, base_url="http://testserver") as stranger:
        await stranger.get("/login", headers={HEADER: "request-a"})

    (line,) = lines(log, request_id="request-a", logger="beginend.access")
    assert line["user"] is None


@pytest.mark.parametrize(
    ("base_url", "expected"), [("https://learn.example", "max-age=31536000"), ("http://learn.example", None)]
)
async def test_browsers_are_told_to_come_by_https(web: WebHouse, base_url: str, expected: str | None) -> None:
    """Where people come by https every answer says so for a year, errors too; elsewhere none does."""
    settings = web.house.settings.model_copy(update={"base_url": base_url})
    app = create_app(settings, web.house.database, Feed(web.house.database), web.house.shelf)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url=base_url) as client:
        for path in ("/login", "/nowhere", "/api/v1/submissions", "/static/icon.svg"):
            assert expected == (await client.get(path)).headers.get("Strict-Transport-Security"), path
