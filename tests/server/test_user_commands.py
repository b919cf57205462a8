"""``beginend user``: keys for programs, limited where asked; and who cannot be removed."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from serverhouse import House
from sqlalchemy import func, select, update
from typer.testing import CliRunner

from server.accounts import Scope, api_token, create_user
from server.cli.main import build
from server.database.models import AuditEvent, User
from server.errors import LastAdmin
from server.personal_data import erase_person

pytestmark = pytest.mark.database


async def beginend(house: House, monkeypatch: pytest.MonkeyPatch, *words: str) -> tuple[int, str]:
    """Run a command on the test's database; return its exit code and what it said."""
    monkeypatch.setenv("BEGINEND_DATABASE_URL", str(house.settings.database_url))
    monkeypatch.setenv("BEGINEND_HOME", str(house.settings.home))
    result = await asyncio.to_thread(CliRunner().invoke, build(["user", *words]), ["user", *words])
    return result.exit_code, result.output.strip()


async def test_the_last_admin_is_not_removed(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """One of two may go, the last may not, not even while a disabled one is there; a refusal removes nothing."""
    async with house.database.unit_of_work() as session:
        for login in ("first", "second", "third"):
            await create_user(session, login=login, password=None, is_admin=True)
        await session.execute(update(User).where(User.login == "third").values(disabled_at=func.now()))

    assert 0 == (await beginend(house, monkeypatch, "erase", "first", "--yes"))[0]
    code, said = await beginend(house, monkeypatch, "erase", "second", "--yes")
    assert 2 == code
    assert "administrator" in said
    assert 0 == (await beginend(house, monkeypatch, "erase", "third", "--yes"))[0]
    async with house.database.reading() as session:
        left = set(await session.scalars(select(User.login).where(User.deleted_at.is_(None))))
    assert {"second", "student", "other", "teacher"} == left


async def test_two_admins_who_remove_each_other_at_once_leave_one(house: House) -> None:
    """They take turns, whatever the order: one succeeds, the other is told that nobody would be left."""
    async with house.database.unit_of_work() as session:
        one, two = [await create_user(session, login=login, password=None, is_admin=True) for login in ("one", "two")]

    async def remove(actor: User, victim: User) -> bool:
        try:
            async with house.database.unit_of_work() as session:
                await erase_person(session, actor, victim.id, confirm=victim.login)
                await asyncio.sleep(0.1)  # the other comes in between
        except LastAdmin:
            return False
        return True

    assert [False, True] == sorted(await asyncio.gather(remove(one, two), remove(two, one)))


async def test_a_token_from_the_command_line(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Scopes may be repeated and days end it; without either it is for everything and for good; nonsense is refused."""
    code, small = await beginend(
        house, monkeypatch, "token", "student", "--scope", "read", "--scope", "submit", "--days", "7"
    )
    _, wide = await beginend(house, monkeypatch, "token", "student")
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
        assert 2 == (await beginend(house, monkeypatch, "token", *wrong))[0]
