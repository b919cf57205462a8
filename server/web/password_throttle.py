"""Slow down guessing of passwords, in all web processes together: the failures are rows that everybody counts.

What is kept of a try is a keyed hash and a time, for an hour: neither a name nor an address can be read from it.
"""

import hashlib
import hmac
import ipaddress
import math
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import timedelta

from sqlalchemy import delete, func, insert, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts import normal_login
from server.database.engine import Database
from server.database.models import FailedTry
from server.errors import DatabaseAway, TooManyFailures, WrongCredentials, WrongPassword

#: Failures within a pause that are free. A classroom shares one address, and many people mistype; a name has one owner.
PAIR, LOGIN, ADDRESS = 8, 40, 200

PAUSE = timedelta(minutes=10)  # after which a failure is forgotten
KEPT = timedelta(hours=1)

#: IPv6 networks of this length belong to one household, which may take any address in them.
HOUSEHOLD = 64

# Whoever tries the same name or from the same address at this moment waits, so that counting is exact.
_TURN = text("select pg_advisory_xact_lock(hashtextextended(:key, 0))")


class PasswordThrottle:
    """Counts wrong passwords for a name from an address, for a name from anywhere, and for an address with any name.

    A try counts as failed from the moment it begins until it is known to be right, so that many at the same moment, in
    however many processes, are no way around.
    """

    def __init__(
        self, database: Database, secret: bytes, *, pair: int = PAIR, login: int = LOGIN, address: int = ADDRESS
    ) -> None:
        """Allow so many failures of each kind within ten minutes.

        Args:
            database: Where they are counted.
            secret: Of the platform; what is kept says nothing without it.
            pair: Failures of a name from an address.
            login: Failures of a name.
            address: Failures from an address.

        """
        self._database = database
        self._secret = secret
        self._most = (pair, login, address)

    @asynccontextmanager
    async def attempt(self, login: str, address: str) -> AsyncIterator[None]:
        """Compare a password inside the block; it says that it was wrong by what it raises.

        A right one frees the name from this address, and leaves other counts as they were.

        Raises:
            TooManyFailures: Not now; the block is not entered.

        """
        keys = self._keys(login, address)
        async with self._database.unit_of_work() as session:
            tries = await self._begin(session, keys)
        try:
            yield
        except (WrongCredentials, WrongPassword):
            raise
        except BaseException:  # something else went wrong: nobody guessed
            with suppress(DatabaseAway):
                await self._forget(tries)
            raise
        await self._forget(tries, free=keys[0])

    async def _begin(self, session: AsyncSession, keys: Sequence[str]) -> Sequence[int]:
        """Count a try of each kind, and return the numbers of what was counted.

        Raises:
            TooManyFailures: There were too many of one kind.

        """
        for key in sorted(keys):
            await session.execute(_TURN, {"key": key})
        waits = [await _wait(session, key, most) for key, most in zip(keys, self._most, strict=True)]
        if (wait := max(waits)) > 0:
            raise TooManyFailures(retry_after=math.ceil(wait))
        await session.execute(delete(FailedTry).where(FailedTry.at < func.clock_timestamp() - KEPT))
        made = insert(FailedTry).returning(FailedTry.id)
        return (await session.scalars(made, [{"key": key} for key in keys])).all()

    async def _forget(self, tries: Sequence[int], *, free: str | None = None) -> None:
        """Take tries back that were no failures, and everything of the key that is free now."""
        async with self._database.unit_of_work() as session:
            await session.execute(delete(FailedTry).where(FailedTry.id.in_(tries) | (FailedTry.key == free)))

    def _keys(self, login: str, address: str) -> tuple[str, str, str]:
        """Return what a try is counted under, one of each kind."""
        name, place = normal_login(login)[:100], household(address)
        return self._hidden("pair", f"{name} {place}"), self._hidden("login", name), self._hidden("address", place)

    def _hidden(self, kind: str, words: str) -> str:
        """Return words that cannot be read back; bytes that are no text are as good as any."""
        message = f"{kind}\0{words}".encode("utf-8", "surrogatepass")
        return hmac.new(self._secret, message, hashlib.sha256).hexdigest()


async def _wait(session: AsyncSession, key: str, most: int) -> float:
    """Return for how many seconds a key must wait, 0 when it may be tried now."""
    latest = (
        select(FailedTry.at)
        .where(FailedTry.key == key, FailedTry.at > func.clock_timestamp() - PAUSE)
        .order_by(FailedTry.at.desc())
        .offset(most - 1)
        .limit(1)
        .scalar_subquery()
    )
    left = await session.scalar(select(func.extract("epoch", latest + PAUSE - func.clock_timestamp())))
    return 0.0 if left is None else max(0.0, float(left))


def household(address: str) -> str:
    """Return what stands for everybody at this address."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped is not None:
            return str(ip.ipv4_mapped)
        return str(ipaddress.ip_network((int(ip), HOUSEHOLD), strict=False))
    return str(ip)
