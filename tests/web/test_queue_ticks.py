"""Place in the queue and expected wait move on the page, and for programs, while others are judged."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator

import httpx
import pytest
from classroom import SUBMISSIONS
from serverhouse import QUICK_ONLY, House
from sqlalchemy import text
from webhouse import RIGHT, WRONG, WebHouse

from grader.contract import Phase
from server import feed as feeds
from server.accounts import create_api_token
from server.database.models import Submission, User
from server.feed import Feed
from server.opening import Foundation
from server.serving import listen
from server.submissions import claim, record_quick
from server.web_process import running_web

pytestmark = pytest.mark.database


@pytest.fixture
async def address(house: House, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[str]:
    """Serve the application with nobody who judges; the queue is told of quickly."""
    monkeypatch.setattr(feeds, "QUEUE_SECONDS", 0.2)
    feed = Feed(house.database)
    await feed.start()
    await feed.listening()
    base = Foundation(house.settings, house.database, feed, house.shelf)
    with contextlib.closing(listen("127.0.0.1", 0)) as bound:
        async with running_web(base, bound, own_code_only=False):
            yield f"http://127.0.0.1:{bound.getsockname()[1]}"
    await feed.stop()


async def program(house: House, user: User, address: str) -> httpx.AsyncClient:
    """Return a program of somebody."""
    async with house.database.unit_of_work() as session:
        token = await create_api_token(session, user, "test")
    return httpx.AsyncClient(base_url=address, headers={"Authorization": f"Bearer {token}"}, timeout=20)


async def take(house: House, submission_id: str) -> None:
    """Let a worker take a submission's job and judge it."""
    async with house.database.unit_of_work() as session:
        for statement in (
            "delete from procrastinate_events where job_id in (select id from procrastinate_jobs where {})",
            "delete from procrastinate_jobs where {}",
        ):
            await session.execute(text(statement.format("args ->> 'submission_id' = :id")), {"id": submission_id})
        wanted = await session.get_one(Submission, submission_id)
        held = await claim(session, wanted.id, Phase.QUICK)
        assert held is not None
        assert await record_quick(session, held, QUICK_ONLY, {})


async def test_a_program_hears_its_place(house: House, address: str) -> None:
    """Two are before it, then one, then none; each is told as a state, without anything happening to itself."""
    async with (
        await program(house, house.other, address) as others,
        await program(house, house.student, address) as own,
    ):
        before = [(await others.post(SUBMISSIONS, json={"regions": [f"{WRONG}#{n}\n"]})).json()["id"] for n in range(2)]
        async with house.database.unit_of_work() as session:  # both go before it, whoever sent them
            await session.execute(text("update procrastinate_jobs set priority = 200"))
        mine = (await own.post(SUBMISSIONS, json={"regions": [RIGHT]})).json()["location"]
        places: list[int | None] = []
        async with asyncio.timeout(20), own.stream("GET", f"{mine}/events") as stream:
            async for line in stream.aiter_lines():
                if not line.startswith("data: {"):
                    continue
                said = json.loads(line.removeprefix("data: "))
                if "queue_position" not in said or said["state"] != "queued":
                    continue
                places.append(said["queue_position"])
                if not before:
                    break
                await take(house, before.pop(0))

    assert [2, 1, 0] == places


async def test_a_page_shows_its_place(house: House, address: str, web: WebHouse) -> None:
    """The fragment is sent again with the new place, in the page's language."""
    await web.browser.sign_in()
    async with await program(house, house.other, address) as others:
        before = (await others.post(SUBMISSIONS, json={"regions": [WRONG]})).json()["id"]
    page = (await web.submit(RIGHT)).headers["location"]
    cookies = dict(web.browser.client.cookies)
    async with (
        httpx.AsyncClient(base_url=address, cookies=cookies, timeout=20) as client,
        asyncio.timeout(20),
        client.stream("GET", f"{page}/live") as stream,
    ):
        said: list[str] = []
        async for line in stream.aiter_lines():
            said += [words for words in ("1 ahead", "next") if f">{words}" in line and words not in said]
            if ["1 ahead"] == said and before is not None:
                await take(house, before)
                before = None
            if "next" in said:
                break

    assert ["1 ahead", "next"] == said
