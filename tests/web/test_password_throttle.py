"""Guessing of passwords is slowed down, in all web processes together, and only guessing."""

import asyncio
from datetime import timedelta

import pytest
from serverhouse import House
from sqlalchemy import select, update

from server.database.engine import Database
from server.database.models import FailedTry
from server.errors import TooManyFailures, WrongCredentials
from server.web.password_throttle import PasswordThrottle

pytestmark = pytest.mark.database


def throttle_of(house: House, **most: int) -> PasswordThrottle:
    """Return a throttle that counts in the test's database."""
    return PasswordThrottle(house.database, b"secret", **most)


async def test_processes_count_together(house: House) -> None:
    """What failed in one counts in another, also at the same moment; when it is old it counts no more."""
    other = Database(house.settings.database_url or "")
    try:
        throttles = [PasswordThrottle(database, b"secret", pair=3) for database in (house.database, other)]
        tried = await asyncio.gather(*[guess(throttles[n % 2], "mei", "10.0.0.1") for n in range(8)])
        assert 3 == sum(tried)
        with pytest.raises(TooManyFailures) as refused:
            async with throttles[1].attempt("mei", "10.0.0.1"):
                raise AssertionError
        assert 590 < refused.value.extra["retry_after"] <= 600

        async with house.database.unit_of_work() as session:
            await session.execute(update(FailedTry).values(at=FailedTry.at - timedelta(minutes=10)))
        assert await guess(throttles[1], "mei", "10.0.0.1", right=True)
    finally:
        await other.dispose()


async def test_neither_names_nor_addresses_are_kept(house: House) -> None:
    """Rows say nothing without the key, and are gone after an hour."""
    await guess(throttle_of(house), "mei", "10.0.0.1")
    async with house.database.unit_of_work() as session:
        keys = list(await session.scalars(select(FailedTry.key)))
        await session.execute(update(FailedTry).values(at=FailedTry.at - timedelta(hours=2)))
    assert 3 == len(set(keys))
    assert all(len(key) == 64 and "mei" not in key and "10.0.0" not in key for key in keys)
    await guess(throttle_of(house), "lei", "10.0.0.2")
    async with house.database.reading() as session:
        assert not set(keys) & set(await session.scalars(select(FailedTry.key)))


async def guess(throttle: PasswordThrottle, login: str, address: str, *, right: bool = False) -> bool:
    """Try a password; returns whether it was compared at all."""
    try:
        async with throttle.attempt(login, address):
            compare(right=right)
    except WrongCredentials:
        return True
    except TooManyFailures:
        return False
    return True


def compare(*, right: bool) -> None:
    """Say of a wrong password that it is."""
    if not right:
        raise WrongCredentials


async def test_a_name_is_guarded_from_many_addresses(house: House) -> None:
    """Whoever guesses one name from everywhere is stopped, in whatever case the name is written."""
    throttle = throttle_of(house, pair=3, login=5)
    tried = [await guess(throttle, "Mei" if i % 2 else "mei", f"10.0.0.{i}") for i in range(6)]

    assert [True] * 5 + [False] == tried
    assert not await guess(throttle, "ＭEI", "10.9.9.9", right=True)
    assert await guess(throttle, "lei", "10.0.0.1")


async def test_an_address_is_guarded_whatever_names_it_tries(house: House) -> None:
    """One password tried with every name is stopped; an IPv6 household is one address; others go on."""
    throttle = throttle_of(house, address=5)
    tried = [await guess(throttle, f"name{i}", f"2001:db8::{i}") for i in range(6)]

    assert [True] * 5 + [False] == tried
    assert await guess(throttle, "name0", "2001:db8:0:1::1")
    throttle = throttle_of(house, address=1)
    assert await guess(throttle, "a", "::ffff:10.0.0.1")
    assert not await guess(throttle, "b", "10.0.0.1")


async def test_the_own_right_password_gives_an_address_no_more_guesses(house: House) -> None:
    """Signing in between guesses frees the own name from this address, and forgives nothing else."""
    throttle = throttle_of(house, pair=3, address=4)
    for i in range(4):
        assert await guess(throttle, f"victim{i}", "10.0.0.1")
        if i < 3:
            assert await guess(throttle, "me", "10.0.0.1", right=True)

    assert not await guess(throttle, "victim4", "10.0.0.1")


async def test_a_classroom_signs_in_from_one_address(house: House) -> None:
    """Right passwords are never counted, however many come from one address."""
    throttle = throttle_of(house, address=5)

    assert all([await guess(throttle, f"student{i}", "10.0.0.1", right=True) for i in range(20)])


async def test_many_guesses_at_the_same_moment_are_no_way_around(house: House) -> None:
    """A try counts while its password is being compared."""
    throttle = throttle_of(house, pair=2)
    async with throttle.attempt("a", "x"), throttle.attempt("a", "x"):
        assert not await guess(throttle, "a", "x", right=True)
    assert await guess(throttle, "a", "x", right=True)


async def test_a_fault_of_ours_is_no_failure(house: House) -> None:
    """When the database is away nobody guessed."""
    throttle = throttle_of(house, pair=1)
    with pytest.raises(OSError, match="away"):
        async with throttle.attempt("a", "x"):
            raise OSError("away")

    assert await guess(throttle, "a", "x")
