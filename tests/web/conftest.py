"""The application over a real database, asked without a network; and the same served for a browser.

Database and course are those of the server's own tests.
"""

import asyncio
import contextlib
import importlib.util
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

SERVER_TESTS = Path(__file__).resolve().parent.parent / "server"
sys.path.insert(0, str(SERVER_TESTS))

import serverhouse  # noqa: E402 - found by the line above
from classroom import Callers, everybody  # noqa: E402 - after serverhouse, which it needs
from sampleverdicts import SampleJudge  # noqa: E402 - likewise
from webhouse import Browser, Site, WebHouse  # noqa: E402 - after serverhouse, which it needs

from server.app import create_app  # noqa: E402 - likewise
from server.feed import Feed  # noqa: E402 - likewise
from server.opening import Foundation  # noqa: E402 - likewise
from server.queue.worker import run_worker  # noqa: E402 - likewise
from server.serving import listen  # noqa: E402 - likewise
from server.web_process import running_web  # noqa: E402 - likewise

_spec = importlib.util.spec_from_file_location("server_fixtures", SERVER_TESTS / "conftest.py")
assert _spec is not None
assert _spec.loader is not None
_fixtures = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_fixtures)
catalogue, quick_passwords, server_url, template, house = (
    _fixtures.catalogue,
    _fixtures.quick_passwords,
    _fixtures.server_url,
    _fixtures.template,
    _fixtures.house,
)


@pytest.fixture
async def web(house: serverhouse.House) -> AsyncIterator[WebHouse]:
    """Put the application over the test's house; nobody judges unless the test does."""
    app = create_app(house.settings, house.database, Feed(house.database), house.shelf)
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
        client.cookies.set("beginend_language", "en")
        yield WebHouse(house, app, Browser(client))


@pytest.fixture
async def site(house: serverhouse.House) -> AsyncIterator[Site]:
    """Serve the application on a port of this machine, with a worker whose judge is quick."""
    feed = Feed(house.database)
    await feed.start()
    await feed.listening()
    base = Foundation(house.settings, house.database, feed, house.shelf)
    stop = asyncio.Event()
    judge = SampleJudge()
    with contextlib.closing(listen("127.0.0.1", 0)) as bound:
        async with running_web(base, bound, own_code_only=False):
            worker = asyncio.create_task(run_worker(house.settings, house.database, judge, stop))
            yield Site(house, f"http://127.0.0.1:{bound.getsockname()[1]}", judge)
            stop.set()
            await worker
    await feed.stop()


@pytest.fixture
async def callers(web: WebHouse) -> AsyncIterator[Callers]:
    """Give everybody whom the rules tell apart a program that calls the API."""
    async with everybody(web) as people:
        yield people
