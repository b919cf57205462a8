"""The web server, as something that runs inside a ``with`` block and as a process of its own. Loads no sandbox."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from server import heap
from server.app import create_app
from server.opening import Foundation, database_url, foundation, until_stopped
from server.serving import allow_many_connections, listen, serve, stop_on_signals
from server.settings import Settings


@asynccontextmanager
async def running_web(base: Foundation, bound: socket.socket, *, own_code_only: bool) -> AsyncIterator[None]:
    """Serve pages and API on ``bound`` while the block runs; entered once pages are served."""
    allow_many_connections()
    app = create_app(base.settings, base.database, base.feed, base.shelf, own_code_only=own_code_only)
    stop, started = asyncio.Event(), asyncio.Event()
    serving = asyncio.create_task(serve(app, bound, stop, started, proxies=base.settings.proxies), name="web")
    await started.wait()
    try:
        yield
    finally:
        await base.feed.stop()  # streams end by themselves then, instead of being waited for and cut
        stop.set()
        await serving


async def run_web(settings: Settings) -> None:
    """Serve until told to stop; while the database is away requests are refused, and may come again.

    Raises:
        DatabaseOutdated: ``beginend db upgrade`` must be run first.

    """
    stop = stop_on_signals()
    with contextlib.closing(listen(settings.host, settings.port)) as bound:
        async with (
            database_url(settings) as url,
            foundation(settings, url, patient=True) as base,
            running_web(base, bound, own_code_only=settings.sandbox == "process"),
        ):
            heap.settle()
            await until_stopped(settings, url, stop)
