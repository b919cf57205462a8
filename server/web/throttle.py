"""Slow down guessing: a few failures of a name from an address, more of either alone, and then a pause."""

import ipaddress
import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from server.accounts import normal_login
from server.errors import TooManyFailures, WrongCredentials, WrongPassword

#: Failures within a pause that are free. A classroom shares one address, and many people mistype; a name has one owner.
PAIR, LOGIN, ADDRESS = 8, 40, 200

#: IPv6 networks of this length belong to one household, which may take any address in them.
HOUSEHOLD = 64


class Throttle:
    """Counts failures per key in this process; a success forgets them.

    Kept in memory: with several web processes a guesser gets as many tries in each, which changes nothing of note.
    """

    def __init__(
        self,
        *,
        failures: int = 8,
        pause: float = 600,
        most_keys: int = 10_000,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Allow ``failures`` failures within ``pause`` seconds.

        Args:
            failures: How many failures are free.
            pause: Seconds until a failure is forgotten.
            most_keys: Keys remembered; the oldest go first, so that memory stays bounded.
            clock: Seconds that only go up.

        """
        self._failures = failures
        self._pause = pause
        self._most_keys = most_keys
        self._clock = clock
        self._seen: dict[str, list[float]] = {}

    def wait(self, key: str) -> float:
        """Return for how many seconds ``key`` must wait before another try; 0 when it may try now."""
        recent = self._recent(key)
        if len(recent) < self._failures:
            return 0
        return recent[-self._failures] + self._pause - self._clock()

    def failed(self, key: str) -> None:
        """Remember a failure."""
        recent = [*self._recent(key), self._clock()]
        self._seen.pop(key, None)  # put it at the young end
        self._seen[key] = recent[-self._failures :]
        while len(self._seen) > self._most_keys:
            del self._seen[next(iter(self._seen))]

    def forgive(self, key: str) -> None:
        """Take the latest failure back, because it was none."""
        if recent := self._recent(key)[:-1]:
            self._seen[key] = recent
        else:
            self._seen.pop(key, None)

    def succeeded(self, key: str) -> None:
        """Forget the failures of ``key``."""
        self._seen.pop(key, None)

    def _recent(self, key: str) -> list[float]:
        """Return when ``key`` failed within the pause."""
        oldest = self._clock() - self._pause
        return [moment for moment in self._seen.get(key, []) if moment > oldest]


class PasswordThrottle:
    """Counts wrong passwords for a name from an address, for a name from anywhere, and for an address with any name.

    A try counts as failed from the moment it begins until it is known to be right, so that many at the same moment are
    no way around.
    """

    def __init__(
        self,
        *,
        pair: int = PAIR,
        login: int = LOGIN,
        address: int = ADDRESS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Allow so many failures of each kind within ten minutes."""
        self._pairs = Throttle(failures=pair, clock=clock)
        self._logins = Throttle(failures=login, clock=clock)
        self._addresses = Throttle(failures=address, clock=clock)

    @contextmanager
    def attempt(self, login: str, address: str) -> Iterator[None]:
        """Compare a password inside the block; it says that it was wrong by what it raises.

        A right one frees the name from this address, and leaves other counts as they were.

        Raises:
            TooManyFailures: Not now; the block is not entered.

        """
        kinds = self._kinds(login, address)
        wait = max(throttle.wait(key) for throttle, key in kinds)
        if wait > 0:
            raise TooManyFailures(retry_after=math.ceil(wait))
        for throttle, key in kinds:
            throttle.failed(key)
        try:
            yield
        except (WrongCredentials, WrongPassword):
            raise
        except BaseException:  # something else went wrong: nobody guessed
            for throttle, key in kinds:
                throttle.forgive(key)
            raise
        (pairs, pair), *others = kinds
        pairs.succeeded(pair)
        for throttle, key in others:
            throttle.forgive(key)

    def _kinds(self, login: str, address: str) -> tuple[tuple[Throttle, str], ...]:
        name, place = normal_login(login)[:100], _household(address)
        return (self._pairs, f"{name} {place}"), (self._logins, name), (self._addresses, place)


def _household(address: str) -> str:
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
