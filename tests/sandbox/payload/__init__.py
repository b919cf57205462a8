"""A payload that runs whatever it is given: the tests carry their attacks as text."""

from typing import Any


def preload() -> None:
    """Import nothing, so that these tests are quick."""


def execute(arguments: dict[str, Any]) -> None:
    """Run ``arguments["code"]`` as the student's file."""
    exec(compile(arguments["code"], "student.py", "exec"), {"__name__": "student", "arguments": arguments})  # noqa: S102


ENTRIES = {"execute": execute}
