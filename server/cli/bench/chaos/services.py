"""Processes as a service manager keeps them: started again whenever they end, and killed when chance says so."""

import asyncio
import contextlib
import os
import signal
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import httpx2

import server
from server.cli.bench.chaos.outages import Outages, Part

RESTART_SECONDS = 0.5  #: between an end and the next start
STOP_SECONDS = 30.0
LOOK = 0.05

#: The program, from the code that runs here.
PROGRAM = (sys.executable, "-c", "from server.cli.main import main; main()")
CODE = Path(server.__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Death:
    """An end that nobody asked for; moments of the monotonic clock."""

    service: str
    code: int
    started: float
    ended: float


class Service:
    """One command of ours, kept running."""

    def __init__(self, name: str, command: str, environment: Mapping[str, str], log: Path) -> None:
        """Prepare.

        Args:
            name: Of the service, for tables.
            command: Of ``beginend``.
            environment: The whole environment of its processes.
            log: Where they write.

        """
        self.name = name
        self.starts = 0
        self.deaths: list[Death] = []
        self._command = command
        self._environment = {**environment, "PYTHONPATH": str(CODE)}
        self._log = log
        self._process: asyncio.subprocess.Process | None = None
        self._killed = False
        self._stopping = False
        self._keeping: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int | None:
        """Of the process that runs now."""
        alive = self._process is not None and self._process.returncode is None
        return self._process.pid if self._process is not None and alive else None

    def start(self) -> None:
        """Start it, and again whenever it ends."""
        self._keeping = asyncio.create_task(self._keep(), name=self.name)

    def kill(self) -> int | None:
        """Kill it with -9; return the process's number, or None if there is none at this moment."""
        pid = self.pid
        if pid is not None and self._process is not None:
            self._killed = True
            self._process.send_signal(signal.SIGKILL)
        return pid

    async def stop(self) -> None:
        """Stop it in order, and do not start it again."""
        self._stopping = True
        if self.pid is not None and self._process is not None:
            self._process.terminate()
            try:
                await asyncio.wait_for(self._process.wait(), STOP_SECONDS)
            except TimeoutError:
                self._process.kill()
        if self._keeping is not None:
            self._keeping.cancel()
            await asyncio.gather(self._keeping, return_exceptions=True)

    def has_started(self) -> None:
        """Be told that a process was started."""

    def has_ended(self) -> None:
        """Be told that a process has ended."""

    async def _keep(self) -> None:
        while not self._stopping:
            started = time.monotonic()
            with self._log.open("ab") as log:
                self._process = await asyncio.create_subprocess_exec(
                    *PROGRAM, self._command,
                    cwd=CODE, env=self._environment, stdin=asyncio.subprocess.DEVNULL, stdout=log, stderr=log,
                    start_new_session=True,  # Ctrl-C is for the harness, which stops everything in order
                )  # fmt: skip
            self._killed = False
            self.starts += 1
            self.has_started()
            code = await self._process.wait()
            self.has_ended()
            if not self._killed and not self._stopping:
                self.deaths.append(Death(self.name, code, started, time.monotonic()))
            await asyncio.sleep(RESTART_SECONDS)


class WebService(Service):
    """The web process, of which is noted when it answered and when not."""

    def __init__(self, environment: Mapping[str, str], log: Path, address: str, outages: Outages) -> None:
        """Prepare; as :class:`Service`.

        Args:
            environment: The whole environment of its processes.
            log: Where they write.
            address: Where it is to answer.
            outages: Told when it does not.

        """
        super().__init__("web", "web", environment, log)
        self._address = address
        self._outages = outages
        self._asking: asyncio.Task[None] | None = None

    def kill(self) -> int | None:
        """Kill it; from the moment before on, clients may notice."""
        if self.pid is not None:
            self._outages.begin(Part.WEB)
        return super().kill()

    def has_started(self) -> None:
        """Ask until it answers."""
        self._outages.begin(Part.WEB)
        self._asking = asyncio.create_task(self._until_it_answers())

    def has_ended(self) -> None:
        """Note that it is away."""
        self._outages.begin(Part.WEB)
        if self._asking is not None:
            self._asking.cancel()

    async def _until_it_answers(self) -> None:
        async with httpx2.AsyncClient(base_url=self._address, timeout=5, trust_env=False) as client:
            while True:
                asked = time.monotonic()
                with contextlib.suppress(httpx2.TransportError):
                    if (await client.get("/healthz")).is_success:
                        self._outages.end(Part.WEB, asked=asked)
                        return
                await asyncio.sleep(LOOK)


def environment_for(**ours: str) -> dict[str, str]:
    """Return an environment without the choices of whoever runs the harness, and with these."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("BEGINEND_", "PG"))}
    for name in ("DATABASE_URL", "DOCKER_HOST"):
        kept.pop(name, None)
    return {**kept, **ours}
