"""People and their tokens: only hashes are kept, and nothing tells whether a login name exists."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
from serverhouse import House
from sqlalchemy import text

from server.accounts import (
    authenticate,
    create_api_token,
    create_user,
    end_session,
    find_user,
    purge_sessions,
    set_language,
    set_password,
    start_session,
    user_of_api_token,
    user_of_session,
)
from server.errors import LoginTaken, UnusableLogin

pytestmark = pytest.mark.database


async def test_password(house: House) -> None:
    """The right password signs in, in any spelling of the login name; a wrong one and an unknown name do not."""
    async with house.database.unit_of_work() as session:
        assert house.student.id == (await authenticate(session, "  Ｓtudent ", "correct horse")).id  # type: ignore[union-attr]
        assert await authenticate(session, "student", "wrong") is None
        assert await authenticate(session, "nobody", "correct horse") is None
        assert await authenticate(session, "stu\0dent", "correct horse") is None
        assert await authenticate(session, "student", "x" * 5000) is None


def test_hashing_is_slow_where_nobody_tests() -> None:
    """Outside of tests a chosen password is hashed with argon2id's recommended cost."""
    code = "from server.accounts import hashing; print(hashing.USUAL.hash('correct horse'))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.startswith("$argon2id$v=19$m=65536,t=3,p=4$")


async def test_new_password(house: House) -> None:
    """A new password takes the old one's place."""
    async with house.database.unit_of_work() as session:
        await set_password(session, house.student, "battery staple")
    async with house.database.unit_of_work() as session:
        assert await authenticate(session, "student", "correct horse") is None
        assert await authenticate(session, "student", "battery staple") is not None


@pytest.mark.parametrize(
    ("login", "password"),
    [("", "long enough"), ("a b", "long enough"), ("a\nb", "long enough"), ("x" * 65, "long enough"), ("ok", "short")],
)
async def test_unusable(house: House, login: str, password: str) -> None:
    """Login names and passwords that do not fit are refused."""
    async with house.database.unit_of_work() as session:
        with pytest.raises(UnusableLogin):
            await create_user(session, login=login, password=password)


async def test_login_taken(house: House) -> None:
    """A login name that differs in case alone is taken."""
    async with house.database.unit_of_work() as session:
        with pytest.raises(LoginTaken):
            await create_user(session, login="STUDENT", password="correct horse")


async def test_session(house: House) -> None:
    """A session's token stands for its person until it ends; the database knows its hash alone."""
    async with house.database.unit_of_work() as session:
        token = await start_session(session, house.student)
        other = await start_session(session, house.student)
    async with house.database.unit_of_work() as session:
        found = await user_of_session(session, token)
        assert found is not None
        assert house.student.id == found.id
        assert await user_of_session(session, "forged") is None
        assert await user_of_session(session, "\ud800") is None
        kept = (await session.execute(text("select token_hash::text from sessions"))).scalars().all()
        assert not any(token in row for row in kept)
        await end_session(session, token)
    async with house.database.reading() as session:
        assert await user_of_session(session, token) is None
        assert await user_of_session(session, other) is not None


async def test_expired_session(house: House) -> None:
    """An expired token stands for nobody, and housekeeping forgets it and no other."""
    async with house.database.unit_of_work() as session:
        expired, living = [await start_session(session, house.student) for _ in range(2)]
        await session.execute(
            text("update sessions set expires_at = :past where token_hash = sha256(:token)"),
            {"past": datetime.now(UTC) - timedelta(seconds=1), "token": expired.encode()},
        )
    async with house.database.unit_of_work() as session:
        assert await user_of_session(session, expired) is None
        await purge_sessions(session)
    async with house.database.reading() as session:
        assert 1 == await session.scalar(text("select count(*) from sessions"))
        assert await user_of_session(session, living) is not None


async def test_api_token(house: House) -> None:
    """A program's key stands for its person until it is revoked, and is no session."""
    async with house.database.unit_of_work() as session:
        token = await create_api_token(session, house.teacher, "script")
    async with house.database.unit_of_work() as session:
        found = await user_of_api_token(session, token)
        assert found is not None
        assert house.teacher.id == found.id
        assert await user_of_session(session, token) is None
        await session.execute(text("update api_tokens set revoked_at = now()"))
    async with house.database.reading() as session:
        assert await user_of_api_token(session, token) is None


async def test_language(house: House) -> None:
    """The language somebody chose is remembered."""
    async with house.database.unit_of_work() as session:
        await set_language(session, house.student, "en")
    async with house.database.reading() as session:
        found = await find_user(session, "student")
    assert found is not None
    assert "en" == found.language
