"""The API of drafts, lists, withdrawing and downloads; and the button on the page that withdraws."""

import asyncio
import json
import uuid
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import httpx
import pytest
from sampleverdicts import layers, parameters, result
from serverhouse import COURSE, House
from sqlalchemy import update
from webhouse import RIGHT, WORKSPACE, WRONG, WebHouse

from grader.version import grader_version
from server.accounts import create_api_token, create_user
from server.database.models import State, Submission, User

pytestmark = pytest.mark.database

EXERCISE = f"/api/v1/courses/{COURSE}/exercises/cnn-digits"
DRAFT = f"{EXERCISE}/draft"
QUIZ = f"/api/v1/courses/{COURSE}/exercises/backpropagation"
FAILED = result((layers(right=False), parameters(right=False)))


async def token_of(house: House, user: User) -> dict[str, str]:
    """Return the headers of a program that acts for somebody."""
    async with house.database.unit_of_work() as session:
        token = await create_api_token(session, user, "test")
    return {"Authorization": f"Bearer {token}", "Accept-Language": "en"}


@pytest.fixture
async def api(web: WebHouse) -> httpx.AsyncClient:
    """Return a program of the student."""
    client = web.browser.client
    client.headers.update(await token_of(web.house, web.house.student))
    return client


@pytest.fixture
async def teacher(web: WebHouse) -> dict[str, str]:
    """Return the headers of a program of the teacher."""
    return await token_of(web.house, web.house.teacher)


@pytest.fixture
async def stranger(web: WebHouse) -> dict[str, str]:
    """Return the headers of a program of somebody who takes part in nothing."""
    async with web.house.database.unit_of_work() as session:
        user = await create_user(session, login="stranger", password="correct horse")
    return await token_of(web.house, user)


def refused(answer: httpx.Response) -> tuple[int, str]:
    """Return status and code of a refusal."""
    assert answer.headers["content-type"].startswith("application/problem+json"), answer.text
    return answer.status_code, answer.json()["code"]


async def test_a_draft_is_kept_until_it_is_deleted(api: httpx.AsyncClient) -> None:
    """Saved, read, saved again, handed in beside it, deleted; its number is its ETag."""
    assert (404, "no-draft") == refused(await api.get(DRAFT))
    first = await api.put(DRAFT, json={"regions": ["    # 一\n"]})
    second = await api.put(DRAFT, json={"regions": [WRONG]})
    await api.post(f"{EXERCISE}/submissions", json={"regions": [RIGHT]})
    found = await api.get(DRAFT)

    assert (200, '"1"', '"2"') == (first.status_code, first.headers["etag"], second.headers["etag"])
    assert second.json() == found.json()
    assert ([WRONG], None, None, 2, '"2"') == (
        *(found.json()[key] for key in ("regions", "file", "answers", "number")),
        found.headers["etag"],
    )
    assert [204, 204] == [(await api.delete(DRAFT)).status_code for _ in range(2)]
    assert (404, "no-draft") == refused(await api.get(DRAFT))


async def test_a_draft_of_a_quiz(api: httpx.AsyncClient) -> None:
    """Half a quiz is a draft."""
    saved = await api.put(f"{QUIZ}/draft", json={"answers": {}})

    assert (200, {}) == (saved.status_code, saved.json()["answers"])


async def test_another_device_is_not_overwritten(api: httpx.AsyncClient) -> None:
    """Who did not see the latest draft gets it with the refusal; of two at once exactly one is saved."""
    await api.put(DRAFT, json={"regions": ["    # old\n"]})
    known = {"If-Match": '"1"'}
    answers = await asyncio.gather(
        *(api.put(DRAFT, json={"regions": [f"    # {name}\n"]}, headers=known) for name in ("a", "b"))
    )
    won, lost = sorted(answers, key=lambda answer: answer.status_code)

    assert 200 == won.status_code
    assert (412, "draft-changed") == refused(lost)
    assert (won.json()["regions"], 2) == (lost.json()["draft"]["regions"], lost.json()["draft"]["number"])
    assert won.json() == (await api.get(DRAFT)).json()
    await api.delete(DRAFT)
    gone = await api.put(DRAFT, json={"regions": [WRONG]}, headers={"If-Match": '"2"'})
    assert ((412, "draft-changed"), None) == (refused(gone), gone.json()["draft"])
    first = {"If-Match": '"0"'}
    answers = await asyncio.gather(
        *(api.put(DRAFT, json={"regions": [f"    # {name}\n"]}, headers=first) for name in ("a", "b"))
    )
    assert [200, 412] == sorted(answer.status_code for answer in answers)
    assert (422, "unreadable-etag") == refused(
        await api.put(DRAFT, json={"regions": [WRONG]}, headers={"If-Match": "x"})
    )


@pytest.mark.parametrize(
    "body",
    [
        {"regions": ["    # \0\n"]},
        {"regions": ["    # \ud800\n"]},
        {"regions": ["    # " + "x" * 300_000]},
        {"regions": ["a", "b"]},
        {"answers": {}},
        {"regions": ["a"], "file": "b"},
        {},
    ],
)
async def test_a_draft_is_of_the_shape_of_an_answer(api: httpx.AsyncClient, body: dict[str, Any]) -> None:
    """What could not be handed in is refused with the same words, and leaves the draft before it alone."""
    await api.put(DRAFT, json={"regions": [WRONG]})

    assert (422, "answer-does-not-fit") == refused(
        await api.put(DRAFT, content=json.dumps(body), headers={"Content-Type": "application/json"})
    )
    assert 1 == (await api.get(DRAFT)).json()["number"]


async def test_drafts_are_private(
    web: WebHouse, api: httpx.AsyncClient, teacher: dict[str, str], stranger: dict[str, str]
) -> None:
    """Everybody has their own, and who takes no part has none."""
    await api.put(DRAFT, json={"regions": [WRONG]})
    other = await token_of(web.house, web.house.other)

    for headers in (other, teacher):
        assert (404, "no-draft") == refused(await api.get(DRAFT, headers=headers))
    for answer in (
        await api.get(DRAFT, headers=stranger),
        await api.put(DRAFT, json={"regions": [WRONG]}, headers=stranger),
        await api.delete(DRAFT, headers=stranger),
    ):
        assert 404 == answer.status_code


async def hand_in(api: httpx.AsyncClient, *regions: str, **more: Any) -> list[str]:  # noqa: ANN401 - passed on
    """Hand in some answers, and return their ids."""
    sent = [await api.post(f"{EXERCISE}/submissions", json={"regions": [one]}, **more) for one in regions]
    return [answer.json()["id"] for answer in sent]


def ids(lines: Sequence[dict[str, Any]]) -> list[str]:
    """Return the ids of a list's lines."""
    return [line["id"] for line in lines]


async def test_own_lists(web: WebHouse, api: httpx.AsyncClient) -> None:
    """A plain list of an exercise as ever; with ``limit`` pages; filters for exercise, course and state."""
    sent = await hand_in(api, WRONG, RIGHT)
    quiz = (await api.post(f"{QUIZ}/submissions", json={"answers": {}})).json()["id"]
    await hand_in(api, WRONG, headers=await token_of(web.house, web.house.other))
    await web.judge(f"/submissions/{sent[0]}", FAILED)

    async def listed(**query: object) -> Any:  # noqa: ANN401 - a list or a page
        answer = await api.get("/api/v1/submissions", params=query)  # type: ignore[arg-type]
        assert 200 == answer.status_code, answer.text
        return answer.json()

    plain = await listed(exercise="cnn-digits")
    assert sent[::-1] == ids(plain)
    assert {"id", "number", "state", "created_at", "outcome", "score"} == plain[0].keys()
    assert sent[:1] == ids(await listed(exercise="cnn-digits", state="done"))
    assert [quiz, *sent[::-1]] == ids(await listed())
    assert sent[1:] == ids((await listed(course=COURSE, exercise="cnn-digits", state="queued", limit=5))["items"])
    first = await listed(limit=2)
    second = await listed(limit=2, cursor=first["next"])
    assert ([quiz, sent[1]], [sent[0]], None) == (ids(first["items"]), ids(second["items"]), second["next"])
    assert ("student", COURSE, "cnn-digits", "done", "failed") == tuple(
        second["items"][0][key] for key in ("user", "course", "exercise", "state", "outcome")
    )
    wrong: list[dict[str, str]] = [
        {"state": "lost"},
        {"limit": "2", "cursor": "WzEsIDJd"},
        {"limit": "0"},
        {"limit": "201"},
    ]
    assert [422] * 4 == [(await api.get("/api/v1/submissions", params=query)).status_code for query in wrong]


@pytest.mark.parametrize("name", ["\0", "x" * 5000, "'; drop table users; --"])
async def test_names_that_nobody_has_find_nothing(api: httpx.AsyncClient, teacher: dict[str, str], name: str) -> None:
    """Whatever is asked for, the answer is an empty list, a refusal, or nothing found; never a fault of ours."""
    own = await api.get("/api/v1/submissions", params={"limit": 2, "exercise": name})
    course = await api.get("/api/v1/submissions", params={"limit": 2, "course": name})
    people = await api.get(f"/api/v1/courses/{COURSE}/submissions", params={"user": name}, headers=teacher)

    assert own.status_code in {200, 422}
    assert people.status_code in {200, 422}
    assert course.status_code in {404, 422}


async def test_the_list_of_a_course(
    web: WebHouse, api: httpx.AsyncClient, teacher: dict[str, str], stranger: dict[str, str]
) -> None:
    """Staff sees everybody's in pages and may filter; a student may not, and to strangers there is no course."""
    theirs = await hand_in(api, WRONG, headers=await token_of(web.house, web.house.other))
    mine = await hand_in(api, WRONG, RIGHT)
    address = f"/api/v1/courses/{COURSE}/submissions"

    async def listed(query: str) -> list[str]:
        return ids((await api.get(f"{address}?{query}", headers=teacher)).json()["items"])

    first = (await api.get(f"{address}?limit=2", headers=teacher)).json()
    rest = (await api.get(address, params={"limit": 2, "cursor": first["next"]}, headers=teacher)).json()
    assert ([*mine[::-1]], theirs, None) == (ids(first["items"]), ids(rest["items"]), rest["next"])
    assert theirs == await listed("user=other")
    assert [] == await listed("exercise=rnn-reviews")
    assert [*mine[::-1], *theirs] == await listed("exercise=cnn-digits&state=queued")
    assert [] == await listed("user=nobody")
    assert (403, "not-allowed") == refused(await api.get(address))
    nowhere = refused(await api.get("/api/v1/courses/none/submissions", headers=stranger))
    assert (404, "unknown-course") == nowhere == refused(await api.get(address, headers=stranger))


async def test_withdrawing(web: WebHouse, api: httpx.AsyncClient, stranger: dict[str, str]) -> None:
    """The answer is the submission as it is then; too late is a conflict, and others' do not exist."""
    first, second = await hand_in(api, WRONG, RIGHT)
    await web.judge(f"/submissions/{second}", FAILED)
    address = "/api/v1/submissions/{}/cancel"

    assert (404, "unknown-submission") == refused(await api.post(address.format(first), headers=stranger))
    answer = await api.post(address.format(first))
    assert (200, "cancelled", first) == (answer.status_code, answer.json()["state"], answer.json()["id"])
    assert (409, "judged-already") == refused(await api.post(address.format(second)))
    assert (404, "unknown-submission") == refused(await api.post(address.format(uuid.uuid4())))


async def test_judging_again(web: WebHouse, api: httpx.AsyncClient, teacher: dict[str, str]) -> None:
    """Staff has a system error judged again."""
    (sent,) = await hand_in(api, WRONG)
    address = f"/api/v1/submissions/{sent}/again"
    assert (409, "nothing-to-repeat") == refused(await api.post(address, headers=teacher))
    async with web.house.database.unit_of_work() as session:
        broken = update(Submission).where(Submission.id == uuid.UUID(sent)).values(state=State.SYSTEM_ERROR)
        await session.execute(broken)
    assert (403, "not-allowed") == refused(await api.post(address))
    answer = await api.post(address, headers=teacher)

    assert (202, "queued") == (answer.status_code, answer.json()["state"])


async def test_downloads(api: httpx.AsyncClient, teacher: dict[str, str], stranger: dict[str, str]) -> None:
    """The program as it was judged, and a quiz's answers, under a safe name; for whoever may see the submission."""
    (code,) = await hand_in(api, "    # 注释\n")
    quiz = (await api.post(f"{QUIZ}/submissions", json={"answers": {}})).json()["id"]
    program = await api.get(f"/api/v1/submissions/{code}/source")
    answers = await api.get(f"/api/v1/submissions/{quiz}/source", headers=teacher)

    assert "text/x-python; charset=utf-8" == program.headers["content-type"]
    assert 'attachment; filename="cnn-digits-1.py"' == program.headers["content-disposition"]
    assert "    # 注释\n" in program.text
    assert "def build_model():" in program.text
    assert ("application/json", {}) == (answers.headers["content-type"], answers.json())
    assert 'attachment; filename="backpropagation-1.json"' == answers.headers["content-disposition"]
    assert (404, "unknown-submission") == refused(await api.get(f"/api/v1/submissions/{code}/source", headers=stranger))


async def test_the_expected_wait_is_part_of_a_submission(api: httpx.AsyncClient) -> None:
    """A program reads position and expected wait, which is null while nobody can tell."""
    (sent,) = await hand_in(api, WRONG)
    found = (await api.get(f"/api/v1/submissions/{sent}")).json()

    assert (0, None, False) == (found["queue_position"], found["expected_seconds"], found["repeated"])


async def test_the_page_has_a_button_that_withdraws(web: WebHouse) -> None:
    """It works as a plain form, is gone once there is a verdict, and leaves a submission that was faster alone."""
    await web.browser.sign_in()
    address = (await web.submit()).headers["location"]
    seen = await web.browser.get(address)
    assert f'action="{address}/cancel"' in seen.text
    workspace = await web.browser.get(WORKSPACE)
    assert f'action="{address}/cancel"' in workspace.text
    foreign = await web.browser.client.post(f"{address}/cancel", data={"csrf": "x"})
    assert 403 == foreign.status_code

    answer = await web.browser.post(f"{address}/cancel")
    assert (303, address) == (answer.status_code, answer.headers["location"])
    withdrawn = await web.browser.get(address)
    assert "This submission was withdrawn" in withdrawn.text
    assert "/cancel" not in withdrawn.text

    judged = (await web.submit(RIGHT)).headers["location"]
    await web.judge(judged, FAILED)
    assert 204 == (await web.browser.post(f"{judged}/cancel", htmx=True)).status_code
    assert "/cancel" not in (await web.browser.get(judged)).text


async def test_the_page_says_that_a_verdict_was_there_already(web: WebHouse) -> None:
    """Whoever sends the same code again sees the verdict at once, and reads why it was so fast."""
    await web.browser.sign_in()
    first = (await web.submit()).headers["location"]
    await web.judge(first, replace(FAILED, environment={"image": "sha256:image", "grader": grader_version()}))
    said = "The same code has been judged before"
    assert said not in (await web.browser.get(first)).text

    second = (await web.submit()).headers["location"]
    seen = await web.browser.get(second)
    assert second != first
    assert said in seen.text
    assert "sse-connect" not in seen.text
    drawer = await web.submit(htmx=True)
    assert said in drawer.text


async def test_another_persons_submission_cannot_be_withdrawn_on_a_page(web: WebHouse) -> None:
    """The page of others does not exist, whatever is sent to it."""
    await web.browser.sign_in("other")
    theirs = await web.house.submit()

    assert 404 == (await web.browser.post(f"/submissions/{theirs.id}/cancel")).status_code
    assert State.QUEUED == await web.house.state(theirs.id)
