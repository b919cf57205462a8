"""The worker, as something that runs inside a ``with`` block and as a process of its own."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial

from server import heap
from server.judging import Judge
from server.opening import Foundation, database_url, foundation, until_stopped
from server.queue.worker import run_worker
from server.serving import stop_on_signals
from server.settings import Settings
from server.workshop import Say, chosen_backend, open_workshop_for, wait_until_warm


@asynccontextmanager
async def running_worker(base: Foundation, judge: Judge) -> AsyncIterator[None]:
    """Judge submissions while the block runs; running jobs get a moment to end."""
    stop = asyncio.Event()
    working = asyncio.create_task(run_worker(base.settings, base.database, judge, stop), name="worker")
    try:
        yield
    finally:
        stop.set()
        with contextlib.suppress(asyncio.CancelledError):
            await working


async def run_worker_process(settings: Settings, say: Say, done: Callable[[], None]) -> None:
    """Judge until told to stop.

    Args:
        settings: The operator's choices.
        say: Told each long step as it begins.
        done: Called when the last of them has ended.

    Raises:
        SandboxUnavailable: There is no sandbox to judge in; the message says what to do.
        DatabaseOutdated: ``beginend db upgrade`` must be run first.

    """
    stop = stop_on_signals()
    async with database_url(settings) as url, foundation(settings, url, patient=True) as base:
        backend = await asyncio.to_thread(chosen_backend, settings)
        sandbox = await asyncio.to_thread(
            partial(open_workshop_for, settings, backend, say, image=settings.sandbox_image)
        )
        judge = Judge(sandbox)
        with contextlib.closing(judge):
            async with running_worker(base, judge):
                if settings.mode != "cold":
                    await asyncio.to_thread(wait_until_warm, sandbox, say)
                say(f"judging in the {backend} sandbox, {settings.mode}, {settings.quick_slots} slots")
                done()
                heap.settle()
                await until_stopped(settings, url, stop)
