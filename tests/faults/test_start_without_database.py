"""The real `beginend web`, started while its database is away: it refuses, and serves once the database is back."""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from server.database import migrate
from server.database.embedded import EmbeddedPostgres

pytestmark = pytest.mark.database

ROOT = Path(__file__).resolve().parents[2]
UPGRADE_FIRST = 3  # the exit code of what an operator must mend


@pytest.fixture
def home() -> Iterator[Path]:
    """Make a folder that an unprivileged server can reach; whatever runs in it is stopped."""
    folder = Path(tempfile.mkdtemp(prefix="beginend-away-"))
    folder.chmod(0o755)
    yield folder
    EmbeddedPostgres(folder).stop()
    shutil.rmtree(folder)


@contextlib.contextmanager
def web(home: Path) -> Iterator[tuple[subprocess.Popen[bytes], httpx.Client]]:
    """Run `beginend web` on the database of ``home``; yields it and a client."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    environment = {
        **os.environ,
        "DATABASE_URL": EmbeddedPostgres(home).url,
        "BEGINEND_HOME": str(home),
        "BEGINEND_PORT": str(port),
    }
    command = [sys.executable, "-c", "from server.cli.main import main; main()", "web"]
    with (home / "web.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
    try:
        headers = {"Authorization": "Bearer unknown"}
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", headers=headers, timeout=20) as client:
            until(lambda: status(client, "/healthz") == 200, home)
            yield process, client
    finally:
        process.kill()
        process.wait()


def status(client: httpx.Client, address: str) -> int | None:
    """Return the status of an answer; None where there is none."""
    with contextlib.suppress(httpx.TransportError):
        return client.get(address).status_code
    return None


def until(condition: Callable[[], bool], home: Path) -> None:
    """Wait until something holds, or show what the process said."""
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline, (home / "web.log").read_text()
        time.sleep(0.1)


def test_started_before_its_database(home: Path) -> None:
    """It lives and says 503 with Retry-After, and serves by itself once the database is there."""
    postgres = EmbeddedPostgres(home)
    migrate.upgrade(postgres.ensure())
    postgres.stop()
    with web(home) as (process, client):
        refused = client.get("/api/v1/exercises")
        assert (503, "database-away") == (refused.status_code, refused.json()["code"])
        assert "Retry-After" in refused.headers

        EmbeddedPostgres(home).ensure()
        until(lambda: status(client, "/api/v1/exercises") == 401, home)
        until(lambda: status(client, "/readyz") == 200, home)
        assert process.poll() is None


def test_started_before_a_database_that_does_not_fit(home: Path) -> None:
    """It ends with the sentence that says what to do as soon as the database can be asked."""
    postgres = EmbeddedPostgres(home)
    postgres.ensure()
    postgres.stop()
    with web(home) as (process, _):
        EmbeddedPostgres(home).ensure()
        assert UPGRADE_FIRST == process.wait(30), (home / "web.log").read_text()
    assert "beginend db upgrade" in (home / "web.log").read_text()
