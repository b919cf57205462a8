"""What the tests of the authors' pages share: authors with a browser, an exercise with versions, a working copy."""

import asyncio
import json
import re
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
from importhouse import KnowingJudge, import_row, imported, person
from serverhouse import House
from webhouse import Browser, WebHouse

from exercises import Bundle
from server.accounts import find_user
from server.accounts.sessions import start_session
from server.database.models import ExerciseImport, User
from server.gate import Report, check_exercise, report_json
from server.imports import publish
from server.imports.checking import claim_import, record_report
from server.web.visitor import SESSION

#: Eight accuracies around 90 %, and baselines far below: a calibration with room for a threshold.
ACCURACIES = (0.905, 0.91, 0.895, 0.902, 0.898, 0.907, 0.893, 0.9)


@asynccontextmanager
async def browsing(web: WebHouse, login: str) -> AsyncIterator[Browser]:
    """Yield a browser in which somebody is signed in."""
    transport = httpx.ASGITransport(app=web.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
        client.cookies.set("beginend_language", "en")
        client.cookies.set(SESSION, await session_of(web.house, login))
        browser = Browser(client)
        await browser.get("/account/password")
        yield browser


async def session_of(house: House, login: str) -> str:
    """Return the cookie of a new session of somebody."""
    async with house.database.unit_of_work() as session:
        user = await find_user(session, login)
        assert user is not None
        return await start_session(session, user)


@asynccontextmanager
async def author(web: WebHouse, login: str = "author", *, admin: bool = False) -> AsyncIterator[Browser]:
    """Yield the browser of somebody who writes exercises, made for the test."""
    await person(web.house, login, admin=admin)
    async with browsing(web, login) as browser:
        yield browser


async def published(web: WebHouse, who: User, bundle: Bundle) -> ExerciseImport:
    """Put a version through the gate and publish it."""
    row = await imported(web.house, who, bundle)
    await through_the_gate(web, row.id)
    async with web.house.database.unit_of_work() as session:
        await publish(session, who, row.id, web.house.shelf)
    return row


async def through_the_gate(web: WebHouse, import_id: uuid.UUID, *, lenient: bool = False) -> ExerciseImport:
    """Put an import through the gate as a worker does, at once."""
    async with web.house.database.unit_of_work() as session:
        held = await claim_import(session, import_id)
        assert held is not None
    report = await asyncio.to_thread(gate_report, web.house.shelf.load(held.version), lenient)
    async with web.house.database.unit_of_work() as session:
        assert await record_report(session, held, report_json(report), passed=report.passed)
    return await import_row(web.house, import_id)


def gate_report(bundle: Bundle, lenient: bool) -> Report:  # noqa: FBT001 - as the judge calls it
    """Return what the gate finds with a judge that knows what is right, or finds everything right."""
    judge = KnowingJudge(lenient=lenient)
    return check_exercise(bundle, judge.quick)


async def begun(browser: Browser, exercise_id: str = "two-moons") -> str:
    """Begin a working copy from the template and return its address."""
    answer = await browser.post("/authoring/drafts", id=exercise_id)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def shown(page: str, name: str) -> str:
    """Return the text in a textarea."""
    found = re.search(rf'<textarea[^>]* name="{re.escape(name)}"[^>]*>\n(.*?)</textarea>', page, re.DOTALL)
    assert found is not None, name
    return unescaped(found[1])


def value(page: str, name: str) -> str:
    """Return the value of an input."""
    found = re.search(rf'<input[^>]* name="{re.escape(name)}"[^>]* value="([^"]*)"', page)
    assert found is not None, name
    return unescaped(found[1])


def unescaped(html: str) -> str:
    """Return HTML's text."""
    return (
        html.replace("&lt;", "<").replace("&gt;", ">").replace("&#34;", '"').replace("&#39;", "'").replace("&amp;", "&")
    )


def calibration(exercise_id: str) -> bytes:
    """Return a calibration as ``exercise calibrate`` writes it."""
    return json.dumps(
        {
            "schema": 1, "exercise": exercise_id, "check": "accuracy",
            "runs": [{"seed": seed, "accuracy": one} for seed, one in enumerate(ACCURACIES)],
            "mean": 0.90125, "sd": 0.005922, "min": 0.893, "max": 0.91,
            "baselines": [{"name": "majority", "accuracies": [0.5]}, {"name": "linear", "accuracies": [0.81, 0.8]}],
            "spread": 0.0059, "lowest": 0.83, "highest": 0.88, "threshold": 0.85, "probability": 1e-6,
            "digests": {}, "measured_on": {},
        }
    ).encode()  # fmt: skip


ACCURACY_CHECK = """
[[checks]]
kind = "accuracy"
id = "accuracy"
title = { zh = "准确率", en = "Accuracy" }
weight = 4
capture = "model"
test_targets = "private/answers.npy"
decide = "argmax"
threshold = 0.895 # too high
spread = 0.01
"""
