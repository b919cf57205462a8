"""Programs of several people at the API, and the course of somebody else that none of them may see."""

import json
from dataclasses import dataclass
from typing import Any

import httpx
from serverhouse import COURSE
from sqlalchemy import select
from webhouse import WebHouse

from server.accounts import create_api_token, create_user, find_user
from server.database.models import AuditEvent, User

API = f"/api/v1/courses/{COURSE}"
DIGITS = f"{API}/exercises/cnn-digits"


@dataclass(frozen=True)
class Caller:
    """A program with the bearer token of one person."""

    user: User
    client: httpx.AsyncClient

    async def get(self, address: str, **more: Any) -> httpx.Response:  # noqa: ANN401 - what httpx takes
        """Ask."""
        return await self.client.get(address, **more)

    async def post(self, address: str, body: object = None, **more: Any) -> httpx.Response:  # noqa: ANN401 - likewise
        """Send JSON (pure ASCII, so that it can carry anything), or whatever ``more`` says."""
        if body is not None:
            more = {"content": json.dumps(body), "headers": {"Content-Type": "application/json"}, **more}
        return await self.client.post(address, **more)

    async def put(self, address: str, body: object) -> httpx.Response:
        """Put JSON."""
        return await self.client.put(address, json=body)

    async def patch(self, address: str, body: object) -> httpx.Response:
        """Change with JSON."""
        return await self.client.patch(address, json=body)

    async def delete(self, address: str) -> httpx.Response:
        """Remove."""
        return await self.client.delete(address)


async def caller(web: WebHouse, login: str, **rights: bool) -> Caller:
    """Return a program of somebody, who is made if there is nobody of this name."""
    async with web.house.database.unit_of_work() as session:
        user = await find_user(session, login)
        if user is None:
            user = await create_user(session, login=login, password="correct horse", **rights)
        token = await create_api_token(session, user, "test")
    client = httpx.AsyncClient(
        transport=httpx.ASGITransport(app=web.app),
        base_url="http://testserver",
        headers={"Authorization": f"Bearer {token}", "Accept-Language": "en"},
    )
    return Caller(user, client)


async def stranger(web: WebHouse) -> Caller:
    """Return a program of somebody who teaches another course and takes no part in the test's."""
    them = await caller(web, "stranger", is_author=True)
    made = await them.post("/api/v1/courses", {"slug": "elsewhere", "title": {"zh": "别处", "en": "Elsewhere"}})
    assert 201 == made.status_code, made.text
    return them


async def audit(web: WebHouse, action: str) -> list[tuple[str, object, object]]:
    """Return subject, before and after of what somebody did, oldest first; people, told by id, by login name."""
    async with web.house.database.reading() as session:
        somebodys = AuditEvent.actor_id.is_not(None)
        wanted = select(AuditEvent).where(AuditEvent.action == action, somebodys).order_by(AuditEvent.id)
        found = await session.scalars(wanted)
        names = {str(user.id): user.login for user in await session.scalars(select(User))}

        def named(side: object) -> object:
            return {names.get(key, key): value for key, value in side.items()} if isinstance(side, dict) else side

        return [
            (names.get(event.subject, event.subject), named(event.detail["before"]), named(event.detail["after"]))
            for event in found
        ]


def problem(answer: httpx.Response) -> tuple[int, str]:
    """Return status and code of a problem document."""
    assert answer.headers["content-type"].startswith("application/problem+json"), answer.text
    return answer.status_code, answer.json()["code"]
