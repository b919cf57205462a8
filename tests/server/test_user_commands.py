"""``beginend user token``: keys for programs from the command line, limited where asked."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from serverhouse import House
from sqlalchemy import select
from typer.testing import CliRunner

from server.accounts import Scope, api_token
from server.cli.main import build
from server.database.models import AuditEvent

pytestmark = pytest.mark.database


async def test_a_token_from_the_command_line(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Scopes may be repeated and days end it; without either it is for everything and for good; nonsense is refused."""
    monkeypatch.setenv("BEGINEND_DATABASE_URL", str(house.settings.database_url))
    monkeypatch.setenv("BEGINEND_HOME", str(house.settings.home))

    async def beginend(*words: str) -> tuple[int, str]:
        arguments = ["user", "token", *words]
        result = await asyncio.to_thread(CliRunner().invoke, build(arguments), arguments)
        return result.exit_code, result.stdout.strip()

    code, small = await beginend("student", "--scope", "read", "--scope", "submit", "--days", "7")
    _, wide = await beginend("student")
    async with house.database.reading() as session:
        limited, free = await api_token(session, small), await api_token(session, wide)
        events = (await session.scalars(select(AuditEvent).where(AuditEvent.action == "token.create"))).all()

    assert limited is not None
    assert free is not None
    assert (0, {Scope.READ, Scope.SUBMIT}, "student") == (code, limited.scopes, limited.user.login)
    assert limited.token.expires_at is not None
    assert timedelta(days=6) < limited.token.expires_at - datetime.now(UTC) <= timedelta(days=7)
    assert (frozenset(Scope), None) == (free.scopes, free.token.expires_at)
    assert [None, None] == [event.actor_id for event in events]
    for wrong in (("student", "--scope", "everything"), ("student", "--days", "0")):
        assert 2 == (await beginend(*wrong))[0]
