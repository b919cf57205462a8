"""``beginend up`` as a person runs it: a process that serves, judges, stops clean, and starts again with its data."""

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docker
import httpx
import pytest

from exercises import load_catalogue
from sandbox.opening import instance_of
from sandbox.profile import LABEL
from server.database.embedded import EmbeddedPostgres

ROOT = Path(__file__).resolve().parent.parent.parent
UP = [sys.executable, "-c", "import sys; sys.argv = ['beginend', 'up']; from server.cli.main import main; main()"]

#: Seconds a first start may take on two shared cores; it is not a measurement.
START = 90
STOP = 45
VERDICT = 240

pytestmark = [pytest.mark.database, pytest.mark.docker]


class Platform:
    """A running ``beginend up``."""

    def __init__(self, home: Path) -> None:
        """Start it on a port that the system chooses."""
        environment = {**os.environ, "BEGINEND_HOME": str(home), "BEGINEND_PORT": "0", "COLUMNS": "120"}
        environment.pop("DATABASE_URL", None)
        self.home = home
        self._said: list[str] = []
        self._process = subprocess.Popen(
            UP, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        """Collect what is printed."""
        assert self._process.stdout is not None
        self._said.extend(iter(self._process.stdout.readline, ""))

    @property
    def said(self) -> str:
        """Everything printed so far."""
        return "".join(self._said)

    def wait_for(self, pattern: str, seconds: float) -> re.Match[str]:
        """Return the first match in what is printed, or fail."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if (found := re.search(pattern, self.said)) is not None:
                return found
            if self._process.poll() is not None:
                break
            time.sleep(0.1)
        pytest.fail(f"{pattern!r} was not printed:\n{self.said}")

    def stop(self, number: signal.Signals = signal.SIGINT) -> int:
        """Press Ctrl-C and return the exit code."""
        self._process.send_signal(number)
        code = self._process.wait(STOP)
        self._reader.join(5)
        return code

    def crash(self) -> None:
        """Kill it with -9: it can say and tidy nothing."""
        self._process.kill()
        self._process.wait()

    def kill(self) -> None:
        """Make an end of it whatever happened."""
        if self._process.poll() is None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.stop()
        self._process.kill()
        self._process.wait()
        assert self._process.stdout is not None
        self._process.stdout.close()


@pytest.fixture
def home() -> Iterator[Path]:
    """Yield a fresh home that shares the course's data and the wheels, which would take minutes to fetch.

    The database's account may enter it, unlike pytest's own folders, so that everything lies in it and goes with it.
    """
    folder = Path(tempfile.mkdtemp(prefix="beginend-home-", dir="/var/tmp"))
    folder.chmod(0o755)
    for name in ("data", "wheelhouse", "downloads"):
        (ROOT / "var" / name).mkdir(parents=True, exist_ok=True)
        (folder / name).symlink_to(ROOT / "var" / name)
    yield folder
    shutil.rmtree(folder)


@contextlib.contextmanager
def platform(home: Path) -> Iterator[Platform]:
    """Run a platform for as long as the block lasts."""
    running = Platform(home)
    try:
        yield running
    finally:
        running.kill()


@contextlib.contextmanager
def signed_in(address: str, password: str) -> Iterator[httpx.Client]:
    """Yield a browser's worth of HTTP: signed in as the student, with the token of its forms."""
    with httpx.Client(base_url=address, follow_redirects=True, timeout=30) as client:
        client.post("/login", data={"login": "student", "password": password, "csrf": token(client)})
        client.headers["X-CSRF-Token"] = token(client)
        yield client


def token(client: httpx.Client) -> str:
    """Read the token from a page."""
    page = client.get("/").text
    found = re.search(r'X-CSRF-Token": "(\w+)"', page)
    assert found is not None, page
    return found.group(1)


def judged(client: httpx.Client, exercise: str, body: dict[str, Any]) -> dict[str, Any]:
    """Submit through the API and wait for the verdict."""
    accepted = client.post(f"/api/v1/exercises/{exercise}/submissions", json=body)
    assert 202 == accepted.status_code, accepted.text
    end = time.monotonic() + VERDICT
    while time.monotonic() < end:
        verdict: dict[str, Any] = client.get(accepted.headers["location"]).json()
        if verdict["state"] in {"done", "system_error"}:
            return verdict
        time.sleep(0.5)
    pytest.fail(f"no verdict: {verdict}")


def test_up_serves_judges_stops_clean_and_keeps_everything(home: Path) -> None:
    """A first start prints address and accounts, judges a submission; a second one finds it again; nothing is left."""
    catalogue = load_catalogue(ROOT / "exercises" / "bundles", ROOT / "var" / "data")
    with platform(home) as first:
        address = first.wait_for(r"(http://127\.0\.0\.1:\d+)", START).group(1)
        password = first.wait_for(r"login student\s+password (\S+)", START).group(1)
        with signed_in(address, password) as client:
            wrong = judged(client, "rnn-reviews", {"regions": ["    model.add(SimpleRNN(31))\n"]})
        first.wait_for(r"what-is-a-neural-network\s+passed\s+1\.00", START)

        assert "done" == wrong["state"], wrong
        assert ("failed", "layers") == (wrong["outcome"], wrong["checks"][0]["id"])
        assert 0 == first.stop(), first.said
    assert [] == left_behind(home)

    with platform(home) as second:
        again = second.wait_for(r"(http://127\.0\.0\.1:\d+)", START).group(1)
        with signed_in(again, password) as client:
            history = client.get("/api/v1/submissions", params={"exercise": "rnn-reviews"}).json()
            quiz = catalogue["backpropagation"]
            answers = {question: list(answer.accepted) for question, answer in quiz.answers.items()}
            right = judged(client, "backpropagation", {"answers": answers})

        assert re.search(r"login student\s+password", second.said) is None
        assert [(1, "done", "failed")] == [(line["number"], line["state"], line["outcome"]) for line in history]
        assert ("passed", 1.0) == (right["outcome"], right["score"])
        assert 0 == second.stop(signal.SIGTERM), second.said
    assert [] == left_behind(home)


def test_up_takes_over_after_a_crash(home: Path) -> None:
    """Killed with -9 in the middle of a run, the next start judges the submission, once, and stops the database."""
    with platform(home) as first:
        address = first.wait_for(r"(http://127\.0\.0\.1:\d+)", START).group(1)
        password = first.wait_for(r"login student\s+password (\S+)", START).group(1)
        with signed_in(address, password) as client:
            body = {"regions": ["    model.add(SimpleRNN(31))\n"]}
            accepted = client.post("/api/v1/exercises/rnn-reviews/submissions", json=body)
            place = accepted.headers["location"]
        first.crash()

    with platform(home) as second:
        again = second.wait_for(r"(http://127\.0\.0\.1:\d+)", START).group(1)
        with signed_in(again, password) as client:
            end = time.monotonic() + VERDICT
            while (verdict := client.get(place).json())["state"] != "done":
                assert time.monotonic() < end, verdict
                time.sleep(0.5)
        assert ("failed", "layers") == (verdict["outcome"], verdict["checks"][0]["id"])
        assert 0 == second.stop(), second.said
    assert [] == left_behind(home)


def left_behind(home: Path) -> list[str]:
    """Return containers and database processes of this home that still exist."""
    client = docker.from_env()
    label = f"{LABEL}={instance_of(home)}"
    containers = [container.name for container in client.containers.list(all=True, filters={"label": label})]
    client.close()
    commands = [path.read_bytes() for path in Path("/proc").glob("[0-9]*/cmdline") if path.exists()]
    database = ["the database answers"] if EmbeddedPostgres(home).answers() else []
    return [*containers, *database, *(str(command) for command in commands if str(home).encode() in command)]
