"""The platform's programs as operators run them, ``beginend web`` and ``beginend worker``, while a bench lasts."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from server.cli.bench.scene import BenchFailed
from server.settings import Settings

RUN = "from server.cli.main import main; main()"
STOP_SECONDS = 40.0  #: that a program gets to end by itself
TOLD_LINES = 5  #: of its log, where it failed

#: Settings that the bench chooses itself, whatever the operator's environment says.
_OURS = ("database_url", "listen_url", "artifact_url", "store", "base_url", "oidc_issuer", "trusted_proxies")

#: Nobody is slowed down who is there to measure.
_UNLIMITED = {"BEGINEND_API_REQUESTS_PER_MINUTE": "10000000", "BEGINEND_SUBMISSIONS_PER_MINUTE": "1000000"}


class Program:
    """One process of the platform; what it says goes into a file."""

    def __init__(self, command: str, environment: Mapping[str, str], log: Path) -> None:
        """Start it.

        Args:
            command: ``web`` or ``worker``.
            environment: Everything it is told.
            log: Where its output goes.

        """
        self.command = command
        self._log = log
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-c", RUN, command], env=dict(environment), stdout=output, stderr=output
            )

    @property
    def pid(self) -> int:
        """The process' number."""
        return self._process.pid

    def must_run(self) -> None:
        """Raise BenchFailed with its last words if it has ended."""
        code = self._process.poll()
        if code is not None:
            raise BenchFailed(f"beginend {self.command} ended with {code}: {self.last_words()}")

    def last_words(self) -> str:
        """Return the end of its log."""
        lines = self._log.read_text("utf-8", errors="replace").splitlines()
        return " | ".join(lines[-TOLD_LINES:]) or "it said nothing"

    async def stop(self) -> float:
        """Stop it in order, by force where that takes too long; return the seconds it took."""
        began = asyncio.get_running_loop().time()
        self._process.send_signal(signal.SIGTERM)
        try:
            await asyncio.to_thread(self._process.wait, STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()
        return asyncio.get_running_loop().time() - began

    def kill(self) -> None:
        """End it at once, if it has not ended."""
        self._process.kill()
        self._process.wait()


def environment_for(settings: Settings) -> dict[str, str]:
    """Return what the programs of a bench are told: this process' environment, and its own place, database and port."""
    names = {f"BEGINEND_{name.upper()}" for name in _OURS} | {"DATABASE_URL"}
    kept = {name: value for name, value in os.environ.items() if name not in names}
    return {
        **kept,
        **_UNLIMITED,
        "DATABASE_URL": settings.database_url or "",
        "BEGINEND_HOME": str(settings.home),
        "BEGINEND_HOST": settings.host,
        "BEGINEND_PORT": str(settings.port),
        "BEGINEND_COOKIE_SECURE": "false",
        "BEGINEND_SANDBOX": settings.sandbox,
        "BEGINEND_LOG": "json",
    }


def free_port() -> int:
    """Return a port of this machine on which nobody listens."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def kill_all(programs: Sequence[Program | None]) -> None:
    """Leave none of them running."""
    for program in programs:
        if program is not None:
            program.kill()
