"""What the tests of pages and API share: a browser without a screen, and the ways to judge what it sends."""

import re
import uuid
from dataclasses import dataclass
from html import unescape

import httpx
from fastapi import FastAPI
from sampleverdicts import SampleJudge
from serverhouse import COURSE, House

from grader.contract import Phase
from server.phase import PhaseResult
from server.submissions import claim, record_quick, record_verdict

PASSWORD = "correct horse"  # the password of everybody in the server's tests
WORKSPACE = f"/courses/{COURSE}/exercises/cnn-digits"
QUIZ = f"/courses/{COURSE}/exercises/backpropagation"

RIGHT = "    model.add(Conv2D(64, (5, 5)))\n    model.add(MaxPooling2D((2, 2)))\n"
WRONG = "    model.add(Conv2D(64, (3, 3)))\n"


@dataclass
class Browser:
    """A browser without a screen: keeps cookies and sends the token of the page it saw last."""

    client: httpx.AsyncClient
    csrf: str = ""
    once: str = ""

    async def get(self, address: str, **more: str) -> httpx.Response:
        """Open a page, with further headers by name."""
        answer = await self.client.get(address, headers={"Accept-Language": "en", **more})
        self.csrf = field(answer.text, "csrf") or self.csrf
        self.once = field(answer.text, "once") or self.once
        return answer

    async def post(self, address: str, *, htmx: bool | str = False, **fields: object) -> httpx.Response:
        """Send a form as the page that was seen last would; with ``htmx`` for its drawer, or for the id it names."""
        aim = {"HX-Request": "true", "HX-Target": htmx if isinstance(htmx, str) else "run"}
        headers = {"Accept-Language": "en", **(aim if htmx else {})}
        return await self.client.post(address, data={"csrf": self.csrf, **fields}, headers=headers)

    async def sign_in(self, login: str = "student") -> None:
        """Sign in and go to the courses."""
        await self.get("/login")
        answer = await self.post("/login", login=login, password=PASSWORD)
        assert answer.status_code == 303, answer.text
        await self.get(f"/courses/{COURSE}")


@dataclass(frozen=True)
class WebHouse:
    """A house, the application over it, and a browser that looks at it."""

    house: House
    app: FastAPI
    browser: Browser

    async def submit(self, region: str = WRONG, *, htmx: bool = False) -> httpx.Response:
        """Open the workspace and hand in one region."""
        await self.browser.get(WORKSPACE)
        return await self.browser.post(WORKSPACE, htmx=htmx, region=region, once=self.browser.once)

    async def judge(self, address: str, result: PhaseResult, training: PhaseResult | None = None) -> None:
        """Let the submission at this address have a verdict."""
        submission_id = uuid.UUID(address.rsplit("/", 1)[1])
        async with self.house.database.unit_of_work() as session:
            held = await claim(session, submission_id, Phase.QUICK)
            assert held is not None
            await record_quick(session, held, result, {})
        if training is not None:
            async with self.house.database.unit_of_work() as session:
                held = await claim(session, submission_id, Phase.TRAINING)
                assert held is not None
                await record_verdict(session, held, training)


@dataclass(frozen=True)
class Site:
    """The application on a port, with a worker behind it."""

    house: House
    address: str
    judge: SampleJudge


def field(page: str, name: str) -> str:
    """Return the value of the first hidden field of this name."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    return unescape(found[1]) if found else ""
