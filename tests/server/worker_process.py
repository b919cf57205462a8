"""A worker in a process of its own, to be killed: judges like the fake judge and writes down each beginning and end.

Run as ``python worker_process.py DATABASE_URL HOME SECONDS``.
"""

import asyncio
import os
import sys
from pathlib import Path

from serverhouse import FakeJudge

from server.database.engine import Database
from server.queue.worker import run_worker
from server.settings import Settings


async def main(url: str, home: str, seconds: float) -> None:
    """Work until killed."""
    with (Path(home) / "judged.log").open("a") as log:

        def write_down(phase: str) -> None:
            log.write(f"{phase} {os.getpid()}\n")
            log.flush()

        settings = Settings(
            home=Path(home),
            database_url=url,
            heartbeat_seconds=0.5,
            stalled_seconds=2,
            sweep_seconds=1,
            poll_seconds=0.2,
        )
        judge = FakeJudge(quick_seconds=seconds, training_seconds=seconds, before=write_down)
        await run_worker(settings, Database(url), judge, asyncio.Event())


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], float(sys.argv[3])))
