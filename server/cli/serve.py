"""``beginend up``, ``web`` and ``worker``: the processes that keep running."""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any

import typer

from exercises.errors import ExerciseError
from exercises.sources import DataUnavailable
from sandbox.contract import SandboxUnavailable
from server.cli import common
from server.database.binaries import PostgresMissing, ProgramFailed
from server.database.embedded import DataFolderTooOld, SocketFolderTaken
from server.errors import DatabaseAway
from server.serving import PortTaken
from server.settings import Settings

#: What an operator can mend; each message is a sentence that says how.
TOLD = (
    PortTaken,
    PostgresMissing,
    ProgramFailed,
    DataFolderTooOld,
    SocketFolderTaken,
    ExerciseError,
    DataUnavailable,
    DatabaseAway,
    SandboxUnavailable,
)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(up)
    app.command()(web)
    app.command()(worker)


def up() -> None:
    """Start everything in one process: database, course, sandbox, web and worker. Ctrl-C stops it all."""
    from server.up import run_up

    _run(lambda settings: run_up(settings, common.say, common.results))


def web() -> None:
    """Serve pages and API; needs DATABASE_URL, and neither Docker nor the sandbox."""
    from server.web_process import run_web

    _run(run_web)


def worker() -> None:
    """Judge submissions; needs DATABASE_URL and a sandbox."""
    from server.worker_process import run_worker_process

    _run(lambda settings: run_worker_process(settings, common.say))


def _run(process: Callable[[Settings], Coroutine[Any, Any, None]]) -> None:
    """Run a process to its end; what an operator can mend becomes a sentence."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    settings = common.settings_or_exit()
    try:
        asyncio.run(process(settings))
    except TOLD as problem:
        raise common.give_up(str(problem), common.EXIT_FAULT) from problem
