"""A worker on a host of its own: an empty disk, database and bucket over the network, a sandbox that plays a script.

Run as ``python host_process.py HOST HOME DATABASE_URL STORE SECONDS``, inside the host's network.
"""

import asyncio
import os
import platform
import sys
import time
from pathlib import Path

from scriptedjudging import digits_sandbox, small_data

from exercises import Bundle
from sandbox.contract import RunOutcome, RunRequest, Stop, Tell
from sandbox.fake import ScriptedSandbox
from server.database.engine import KEEPALIVE, Database
from server.judging import Judge
from server.queue.worker import run_worker
from server.settings import Settings


class SlowSandbox:
    """Takes a while for each program, and writes down each beginning where the test reads it."""

    def __init__(self, scripted: ScriptedSandbox, seconds: float, log: Path) -> None:
        self._scripted = scripted
        self._seconds = seconds
        self._log = log

    def run(self, request: RunRequest, tell: Tell | None = None, *, stop: Stop | None = None) -> RunOutcome:
        """Play the next reply, slowly."""
        if request.entry == "capture_model":
            with self._log.open("a") as log:
                log.write("begun\n")
            time.sleep(self._seconds)
        return self._scripted.run(request, tell, stop=stop)

    def __getattr__(self, name: str) -> object:
        return getattr(self._scripted, name)


async def main(host: str, home: str, url: str, store: str, seconds: float) -> None:
    """Work until killed."""
    platform.node = lambda: host  # type: ignore[assignment] - a network of its own has no name of its own
    Bundle.read = small_data  # type: ignore[method-assign, assignment]
    KEEPALIVE.update(connect_timeout=2, tcp_user_timeout=3000, keepalives_idle=1, keepalives_interval=1)
    settings = Settings(
        home=Path(home),
        database_url=url,
        store=store,
        max_quick_concurrency=2,
        heartbeat_seconds=0.5,
        stalled_seconds=2,
        sweep_seconds=1,
        poll_seconds=0.2,
    )
    sandbox = SlowSandbox(digits_sandbox(), seconds, Path(home) / "begun.log")
    judge = Judge(sandbox)  # type: ignore[arg-type]
    await run_worker(settings, Database(url, pool_size=4), judge, asyncio.Event())


if __name__ == "__main__":
    os.environ.setdefault("PYTHONUNBUFFERED", "1")
    asyncio.run(main(*sys.argv[1:5], float(sys.argv[5])))  # type: ignore[arg-type]
