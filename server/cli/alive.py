"""``beginend alive``: whether the worker of this machine gives signs of life; for probes of containers."""

import platform

import typer

from server.cli import common
from server.database.engine import Database
from server.queue.roll import present_workers
from server.settings import Settings

app = typer.Typer()


@app.command()
def alive() -> None:
    """End well if a worker of this machine signed lately and can judge; needs DATABASE_URL."""
    settings = common.settings_or_exit()
    if settings.database_url is None:
        raise common.give_up("DATABASE_URL is not set: the worker is then a part of `beginend up`.", common.EXIT_USAGE)
    if not common.complete(worker_here(settings, settings.database_url)):
        raise common.give_up("No worker of this machine can judge at present.", common.EXIT_FAILED)


async def worker_here(settings: Settings, url: str) -> bool:
    """Tell whether there is a worker of this machine without a problem."""
    database = Database(url)
    try:
        async with database.reading() as session:
            present = await present_workers(session, silent_seconds=settings.stalled_seconds)
    finally:
        await database.dispose()
    return any(worker.host == platform.node() and worker.standing.problem is None for worker in present)
