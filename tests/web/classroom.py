"""Programs that call the API as this or that person, and short ways to a submission with a verdict."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
from sampleverdicts import accuracy, layers, parameters, result
from serverhouse import COURSE
from webhouse import WRONG, WebHouse

from server.accounts import create_api_token
from server.courses import enrol, find_course
from server.database.models import Course, Role, User
from server.phase import PhaseResult

SUBMISSIONS = f"/api/v1/courses/{COURSE}/exercises/cnn-digits/submissions"
FAILED = result((layers(right=False), parameters(right=False), accuracy(right=False)), stdout="printed\n")
PASSED = result((layers(right=True), parameters(right=True), accuracy(right=True)))


@dataclass
class Callers:
    """Everybody whom the rules tell apart, each with a client of their own.

    ``stranger`` teaches another course; ``admin`` takes part in none.
    """

    web: WebHouse
    people: dict[str, User] = field(default_factory=dict)
    clients: dict[str, httpx.AsyncClient] = field(default_factory=dict)

    def __getattr__(self, name: str) -> httpx.AsyncClient:
        try:
            return self.clients[name]
        except KeyError as error:
            raise AttributeError(name) from error

    async def submitted(
        self, verdict: PhaseResult | None = FAILED, *, who: str = "student", regions: str = WRONG
    ) -> str:
        """Hand in as somebody, let it be judged, and return the submission's address."""
        sent = await self.clients[who].post(SUBMISSIONS, json={"regions": [regions]})
        assert 202 == sent.status_code, sent.text
        address: str = sent.headers["location"]
        if verdict is not None:
            await self.web.judge(address, verdict)
        return address

    async def quiz(self, answers: dict[str, list[str]], verdict: PhaseResult, *, who: str = "student") -> str:
        """Hand in a quiz."""
        address = f"/api/v1/courses/{COURSE}/exercises/backpropagation/submissions"
        sent = await self.clients[who].post(address, json={"answers": answers})
        assert 202 == sent.status_code, sent.text
        await self.web.judge(sent.headers["location"], verdict)
        return str(sent.headers["location"])


@asynccontextmanager
async def everybody(web: WebHouse) -> AsyncIterator[Callers]:
    """Let a grader, an admin and a stranger in, and give everybody a client."""
    callers = Callers(web)
    house = web.house
    async with house.database.unit_of_work() as session:
        course = await find_course(session, COURSE)
        elsewhere = Course(slug="elsewhere", title={"zh": "别处", "en": "Elsewhere"})
        grader, admin, stranger = newcomers = [
            User(login=name, display_name=name, is_admin=name == "admin") for name in ("grader", "admin", "stranger")
        ]
        session.add_all([elsewhere, *newcomers])
        await session.flush()
        await enrol(session, grader, course, Role.GRADER)
        await enrol(session, stranger, elsewhere, Role.TEACHER)
        callers.people = {
            "student": house.student,
            "other": house.other,
            "teacher": house.teacher,
            "grader": grader,
            "admin": admin,
            "stranger": stranger,
        }
        tokens = {name: await create_api_token(session, user, "test") for name, user in callers.people.items()}
    async with AsyncExitStack() as stack:
        for name, token in tokens.items():
            client = httpx.AsyncClient(
                transport=httpx.ASGITransport(app=web.app),
                base_url="http://testserver",
                headers={"Authorization": f"Bearer {token}", "Accept-Language": "en"},
            )
            callers.clients[name] = await stack.enter_async_context(client)
        yield callers


def said(answer: httpx.Response) -> tuple[int, str]:
    """Return status and code of a refusal, after checking its form."""
    document = answer.json()
    assert answer.headers["content-type"].startswith("application/problem+json"), answer.text
    assert answer.status_code == document["status"]
    return answer.status_code, document["code"]


async def together(*requests: Any) -> list[httpx.Response]:  # noqa: ANN401 - awaitables of answers
    """Send requests at once."""
    return list(await asyncio.gather(*requests))


def id_of(address: str) -> uuid.UUID:
    """Return the id at the end of an address."""
    return uuid.UUID(address.rsplit("/", 1)[1])
