"""Guessing is slowed down, and only guessing."""

import pytest

from server.errors import TooManyFailures, WrongCredentials
from server.web.throttle import PasswordThrottle, Throttle


class Clock:
    """Seconds that a test moves on."""

    now = 0.0

    def __call__(self) -> float:
        """Return the present second."""
        return self.now


def test_after_some_failures_a_key_waits_and_then_may_try_again() -> None:
    """The wait ends when the oldest failure is forgotten."""
    clock = Clock()
    throttle = Throttle(failures=3, pause=60, clock=clock)
    waits = []
    for _ in range(3):
        waits.append(throttle.wait("a"))
        throttle.failed("a")
        clock.now += 1

    assert [0, 0, 0, 57] == [*waits, throttle.wait("a")]
    assert 0 == throttle.wait("b")
    clock.now = 60
    assert 0 == throttle.wait("a")


def test_a_success_forgets_the_failures() -> None:
    """Whoever knows the password is not punished for typing errors."""
    throttle = Throttle(failures=1)
    throttle.failed("a")
    throttle.succeeded("a")

    assert 0 == throttle.wait("a")


def test_memory_is_bounded() -> None:
    """A flood of names pushes the oldest out."""
    throttle = Throttle(failures=1, most_keys=2)
    for key in ("a", "b", "c"):
        throttle.failed(key)

    assert 0 == throttle.wait("a")
    assert 0 < throttle.wait("c")


def guess(throttle: PasswordThrottle, login: str, address: str, *, right: bool = False) -> bool:
    """Try a password; returns whether it was compared at all."""
    try:
        with throttle.attempt(login, address):
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


def test_a_name_is_guarded_from_many_addresses() -> None:
    """Whoever guesses one name from everywhere is stopped, in whatever case the name is written."""
    throttle = PasswordThrottle(pair=3, login=5)
    tried = [guess(throttle, "Mei" if i % 2 else "mei", f"10.0.0.{i}") for i in range(6)]

    assert [True] * 5 + [False] == tried
    assert not guess(throttle, "ＭEI", "10.9.9.9", right=True)
    assert guess(throttle, "lei", "10.0.0.1")


def test_an_address_is_guarded_whatever_names_it_tries() -> None:
    """One password tried with every name is stopped; an IPv6 household is one address; others go on."""
    throttle = PasswordThrottle(address=5)
    tried = [guess(throttle, f"name{i}", f"2001:db8::{i}") for i in range(6)]

    assert [True] * 5 + [False] == tried
    assert guess(throttle, "name0", "2001:db8:0:1::1")
    throttle = PasswordThrottle(address=1)
    assert guess(throttle, "a", "::ffff:10.0.0.1")
    assert not guess(throttle, "b", "10.0.0.1")


def test_the_own_right_password_gives_an_address_no_more_guesses() -> None:
    """Signing in between guesses frees the own name from this address, and forgives nothing else."""
    throttle = PasswordThrottle(pair=3, address=4)
    for i in range(4):
        assert guess(throttle, f"victim{i}", "10.0.0.1")
        if i < 3:
            assert guess(throttle, "me", "10.0.0.1", right=True)

    assert not guess(throttle, "victim4", "10.0.0.1")


def test_a_classroom_signs_in_from_one_address() -> None:
    """Right passwords are never counted, however many come from one address."""
    throttle = PasswordThrottle(address=5)

    assert all(guess(throttle, f"student{i}", "10.0.0.1", right=True) for i in range(100))


def test_many_guesses_at_the_same_moment_are_no_way_around() -> None:
    """A try counts while its password is being compared."""
    throttle = PasswordThrottle(pair=2)
    with throttle.attempt("a", "x"), throttle.attempt("a", "x"):
        assert not guess(throttle, "a", "x", right=True)
    assert guess(throttle, "a", "x", right=True)


def test_a_fault_of_ours_is_no_failure() -> None:
    """When the database is away nobody guessed."""
    throttle = PasswordThrottle(pair=1)
    with pytest.raises(OSError, match="away"), throttle.attempt("a", "x"):
        raise OSError("away")

    assert guess(throttle, "a", "x")
