"""To whoever takes no part in a course it looks as if it were not there, on every route that leads to it."""

import uuid
from typing import Any

import httpx
import pytest
from classroom import Callers, said
from serverhouse import COURSE
from webhouse import WORKSPACE, WRONG, WebHouse

from server.accounts import create_user

pytestmark = pytest.mark.database

ANSWER = {"regions": [WRONG]}

#: What a route that takes a body is sent, by its method and the end of its path; nothing here is refused for its form.
BODIES: dict[tuple[str, str], dict[str, Any]] = {
    ("post", "/submissions"): {"json": ANSWER},
    ("put", "/draft"): {"json": ANSWER},
    ("patch", "/{course}"): {"json": {"title": {"zh": "别处", "en": "Elsewhere"}}},
    ("put", "/people/{login}"): {"json": {"role": "student"}},
    ("post", "/people/import"): {"content": "login,name\nsomebody,Somebody\n", "headers": {"Content-Type": "text/csv"}},
    ("put", "/exercises/{exercise_id}"): {"json": {}},
    ("put", "/extensions/{login}"): {"json": {"due_at": "2030-01-01T00:00", "reason": "ill"}},
    ("put", "/correction"): {"json": {"score": 1.0, "passed": True, "reason": "right"}},
    ("post", "/appeals"): {"json": {"words": "It is right."}},
    ("post", "/answer"): {"json": {"state": "rejected", "answer": "It is not."}},
}


def operations(web: WebHouse, place: str) -> list[tuple[str, str, bool]]:
    """Return method, path and whether there is a body, of each operation whose path holds ``place``."""
    return [
        (method, path, "requestBody" in operation)
        for path, methods in web.app.openapi()["paths"].items()
        for method, operation in methods.items()
        if place in path
    ]


async def ask(client: httpx.AsyncClient, operation: tuple[str, str, bool], **places: str) -> dict[str, Any]:
    """Ask an operation with these in its path, and return the problem document without the request's own id."""
    method, path, has_body = operation
    sent = next((body for (how, end), body in BODIES.items() if how == method and path.endswith(end)), {})
    assert bool(sent) == has_body, f"{method} {path}: put what it is to be sent into BODIES"
    answer = await client.request(method, path.format(**places), **sent)
    assert 404 == answer.status_code, f"{method} {path}: {answer.text}"
    return {key: value for key, value in answer.json().items() if key != "request_id"}


async def test_a_foreign_course_looks_like_none(callers: Callers) -> None:
    """Every operation under a course answers somebody of another course as if the course did not exist."""
    found = operations(callers.web, "{course}")
    assert len(found) > 25
    for operation in found:
        more = {"exercise_id": "cnn-digits", "login": "student"}
        foreign = await ask(callers.stranger, operation, course=COURSE, **more)
        unknown = await ask(callers.stranger, operation, course="nowhere", **more)
        assert "unknown-course" == foreign["code"], operation
        assert unknown == foreign, operation


@pytest.mark.parametrize(
    "address", ["/exercises?course={}", "/exercises/cnn-digits?course={}", "/submissions?course={}&exercise=cnn-digits"]
)
async def test_a_foreign_course_in_the_query(callers: Callers, address: str) -> None:
    """A course that is named beside the path is as unknown."""
    answers = [await callers.stranger.get("/api/v1" + address.format(slug)) for slug in (COURSE, "nowhere")]

    assert [(404, "unknown-course")] * 2 == [said(answer) for answer in answers]


async def test_foreign_objects_look_like_none(callers: Callers) -> None:
    """Submissions and appeals of another course answer as those do that never were."""
    address = await callers.submitted()
    appeal = (await callers.student.post(f"{address}/appeals", json={"words": "It is right."})).json()["id"]
    for place, known in (("{submission_id}", address.rsplit("/", 1)[1]), ("{appeal_id}", appeal)):
        for operation in operations(callers.web, place):
            key = place.strip("{}")
            more = {"rescore_id": str(uuid.uuid4())}
            foreign = await ask(callers.stranger, operation, **{**more, key: known})
            assert await ask(callers.stranger, operation, **{**more, key: str(uuid.uuid4())}) == foreign, operation


async def test_pages_of_a_foreign_course(web: WebHouse) -> None:
    """The pages say the same of a course of others and of none, and how to get in."""
    async with web.house.database.unit_of_work() as session:
        await create_user(session, login="stranger", password="correct horse")
    await web.browser.get("/login")
    await web.browser.post("/login", login="stranger", password="correct horse")
    for foreign in (f"/courses/{COURSE}", WORKSPACE, f"{WORKSPACE}/submissions"):
        pages = [await web.browser.get(address) for address in (foreign, foreign.replace(COURSE, "nowhere"))]
        assert [404, 404] == [answer.status_code for answer in pages]
        assert all("ask your teacher" in answer.text for answer in pages)
