"""``beginend up``: everything in one process, from a fresh clone to graded reference solutions.

Pages are served within seconds; the sandbox and the course's data are prepared beside them. Until those are ready,
quizzes are graded and code waits in the queue.
"""

import asyncio
import contextlib
import json
from collections.abc import Callable, Coroutine, Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.panel import Panel
from rich.table import Table

from exercises import Bundle
from server import heap
from server.database.migrate import upgrade
from server.judging import Judge
from server.opening import COURSE_SLUG, Account, Foundation, catalogue_of, database_url, foundation, open_course
from server.selftest import report_self_test
from server.serving import listen, stop_on_signals
from server.settings import Settings
from server.web_process import running_web
from server.worker_process import running_worker
from server.workshop import Say, WorkshopInPreparation, chosen_backend

OWN_CODE_ONLY = (
    "No Docker engine answers, so code runs in the process sandbox: as a program on this machine, with fewer walls. "
    "That is for your own code, not for students'. With Docker installed and running, start again."
)


#: Seconds that running jobs get after Ctrl-C.
STOP_SECONDS = 1.0


async def run_up(settings: Settings, say: Say, console: Console, done: Callable[[], None]) -> None:
    """Start everything, print how to get in, grade the reference solutions once, and run until told to stop.

    Args:
        settings: The operator's choices.
        say: Told each long step as it begins.
        console: Where the address, the accounts and the table go.
        done: Called when the last of the long steps has ended.

    """
    stop = stop_on_signals()
    # Whoever pressed Ctrl-C waits: a training that runs is put back and judged after the next start.
    settings = settings.model_copy(update={"stop_seconds": min(settings.stop_seconds, STOP_SECONDS)})
    async with AsyncExitStack() as stack:
        bound = stack.enter_context(contextlib.closing(listen(settings.host, settings.port)))
        say("starting the database")
        url = await stack.enter_async_context(database_url(settings, in_charge=True))
        await asyncio.to_thread(upgrade, url)
        base = await stack.enter_async_context(foundation(settings, url))
        catalogue = catalogue_of(settings)
        accounts = await open_course(base, catalogue)
        done()
        backend = await asyncio.to_thread(chosen_backend, settings)
        workshop = WorkshopInPreparation(backend, settings, say, done)
        judge = Judge(workshop)
        stack.callback(judge.close)
        await stack.enter_async_context(running_worker(base, judge))
        port = bound.getsockname()[1]
        await stack.enter_async_context(running_web(base, bound, own_code_only=backend == "process"))
        _welcome(console, _address(settings, port), accounts)
        if backend == "process":
            console.print(Panel(OWN_CODE_ONLY, style="yellow"))
        heap.settle()
        await _until_stopped(stop, _first_self_test(base, catalogue, console))
        say("stopping")


def _address(settings: Settings, port: int) -> str:
    """Return what to type into a browser; port 0 was replaced by the one the system chose."""
    return settings.address if settings.port else f"http://{settings.host}:{port}"


def _welcome(console: Console, address: str, accounts: list[Account]) -> None:
    """Print the address, and the passwords of new accounts this one time."""
    lines = Table.grid(padding=(0, 2, 0, 0))
    lines.add_row("open", f"[bold]{address}[/]")
    for account in accounts:
        lines.add_row(account.role.value, f"login [bold]{account.login}[/]  password [bold]{account.password}[/]")
    told = "the passwords are shown this once" if accounts else "sign in as student or teacher, as before"
    lines.add_row("", f"[dim]{told}; `beginend user password LOGIN` makes a new one[/]")
    lines.add_row("stop", "Ctrl-C")
    console.print(Panel(lines, title="BeginEnd", title_align="left", expand=False))


async def _first_self_test(base: Foundation, catalogue: Mapping[str, Bundle], console: Console) -> None:
    """Grade the reference solutions unless these very versions were graded here before."""
    record = base.settings.home / "self-test.json"
    versions = {bundle.id: bundle.version for bundle in catalogue.values()}
    if _recorded(record) == versions:
        return
    if await report_self_test(base, catalogue, COURSE_SLUG, console):
        record.write_text(json.dumps(versions, indent=1), encoding="utf-8")


def _recorded(record: Path) -> object:
    """Return what the last self-test that passed was about."""
    try:
        return json.loads(record.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


async def _until_stopped(stop: asyncio.Event, beside: Coroutine[Any, Any, None]) -> None:
    """Wait for the signal to stop; what runs beside is cancelled then."""
    task = asyncio.create_task(beside)
    await stop.wait()
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
