"""What the tests of accounts share: programs that call the API as somebody, and people made for a test."""

import httpx
from fastapi import FastAPI
from webhouse import PASSWORD, WebHouse

from server.accounts import Scope, create_user, find_user, make_token
from server.database.models import User


async def admin_of(web: WebHouse, login: str = "root") -> User:
    """Make an administrator."""
    async with web.house.database.unit_of_work() as session:
        return await create_user(session, login=login, password=PASSWORD, is_admin=True)


async def program(
    web: WebHouse, user: User, *scopes: Scope, days: int | None = None, address: str = "127.0.0.1"
) -> httpx.AsyncClient:
    """Return a program with a token of ``user``; it leaves nothing open."""
    async with web.house.database.unit_of_work() as session:
        made = await make_token(session, user, "test", scopes=scopes, days=days)
    return client(web.app, made.secret, address=address)


def client(app: FastAPI, token: str | None = None, *, address: str = "127.0.0.1") -> httpx.AsyncClient:
    """Return a caller of its own, from an address of its own, with a token or none."""
    transport = httpx.ASGITransport(app=app, client=(address, 1))
    headers = {"Accept-Language": "en", **({"Authorization": f"Bearer {token}"} if token else {})}
    return httpx.AsyncClient(transport=transport, base_url="http://testserver", headers=headers)


async def reread(web: WebHouse, login: str) -> User:
    """Return somebody as they are now."""
    async with web.house.database.reading() as session:
        found = await find_user(session, login)
    assert found is not None
    return found


def problem(answer: httpx.Response) -> tuple[int, str]:
    """Return status and code of a problem document."""
    assert answer.headers["content-type"].startswith("application/problem+json"), answer.text
    return answer.status_code, answer.json()["code"]
