"""Guessing is slowed down, and only guessing."""

from server.web.throttle import Throttle


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
