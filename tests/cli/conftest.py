"""Call the command line in this process, as a shell would, and read what it printed."""

import dataclasses
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from server.cli.main import build

ROOT = Path(__file__).resolve().parent.parent.parent


@dataclasses.dataclass(frozen=True)
class Called:
    """What a call left behind."""

    exit_code: int
    stdout: str
    stderr: str


@pytest.fixture
def beginend(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Called]:
    """Return a function that calls ``beginend`` with the given words."""
    monkeypatch.setenv("BEGINEND_HOME", str(ROOT / "var"))
    monkeypatch.setenv("COLUMNS", "200")
    runner = CliRunner()

    def call(*words: object) -> Called:
        arguments = [str(word) for word in words]
        result = runner.invoke(build(arguments), arguments, catch_exceptions=False)
        return Called(result.exit_code, result.stdout, result.stderr)

    return call
