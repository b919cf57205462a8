"""A payload that runs whatever it is given: the tests carry their attacks as text."""

from collections.abc import Callable
from typing import Any

state: dict[str, Any] = {}


def preload() -> None:
    """Import nothing, so that these tests are quick."""


def warm() -> None:
    """Remember that this process was warmed."""
    state["warmed"] = True


def listen(tell: Callable[[dict[str, Any]], None]) -> None:
    """Keep the way to tell events for the code that is run."""
    state["tell"] = tell


def execute(arguments: dict[str, Any]) -> None:
    """Run ``arguments["code"]`` as the student's file."""
    given = {"__name__": "student", "arguments": arguments, **state}
    exec(compile(arguments["code"], "student.py", "exec"), given)  # noqa: S102


ENTRIES = {"execute": execute}
