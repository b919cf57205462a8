"""``beginend bench scale``: how far one database goes, and how many cores a deadline of so many students needs."""

import asyncio
import json
import tempfile
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from server.cli import common
from server.cli.bench.figures import load_per_core, machine
from server.cli.bench.scale_measures import handed_in, idle, notify_limits, prepare, throughput
from server.cli.bench.scale_model import plan
from server.database.embedded import EmbeddedPostgres
from server.database.engine import Database
from server.database.migrate import upgrade
from server.feed import Feed
from server.opening import Foundation
from server.settings import Settings
from server.storage import published_bundles

EXERCISE = "cnn-digits"
WORKERS = (1, 2, 4)
CLASSES = (1_000, 100_000, 1_000_000)
#: The bench's platform is its own, whatever the operator's environment says.
ALONE: dict[str, Any] = {"store": None, "artifact_url": None, "listen_url": None}

CHECKS_PER_CORE = 8.0  # a second, with a queue that is never empty (docs/figures.md)


def bench_scale(
    *,
    submissions: Annotated[int, typer.Option(min=100, help="Submissions for each number of workers.")] = 1000,
    check: Annotated[float, typer.Option(min=0.001, help="Seconds that a simulated structure check takes.")] = 0.105,
    training: Annotated[float, typer.Option(min=0.1, help="Seconds of a core for a training.")] = 20.0,
    check_wait: Annotated[float, typer.Option(min=1, help="Nobody is to wait longer for a check, in seconds.")] = 10.0,
    training_wait: Annotated[float, typer.Option(min=1, help="Nor for a training.")] = 1800.0,
    paper: Annotated[bool, typer.Option("--paper", help="Only the table of students and cores.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
) -> None:
    """Measure one database under 1, 2 and 4 workers with a simulated sandbox, and say what a deadline needs."""
    promises = {"check_wait": check_wait, "training_wait": training_wait}
    figures: dict[str, Any] = {
        "schema": 1,
        "machine": machine(),
        "load_per_core": round(load_per_core(), 1),
        "classes": [plan(count, check=1 / CHECKS_PER_CORE, training=training, **promises) for count in CLASSES],
    }
    if not paper:
        figures |= _measured(common.settings_or_exit(), submissions, check)
    if as_json:
        typer.echo(json.dumps(figures))
        return
    for name in ("classes", "throughput"):
        if rows := figures.pop(name, None):
            table = Table(*rows[0], title=name)
            for row in rows:
                table.add_row(*map(str, row.values()))
            common.results.print(table)
    for name, value in figures.items():
        common.results.print(f"{name}: {value}", markup=False, highlight=False)


def _measured(settings: Settings, submissions: int, check: float) -> dict[str, Any]:
    """Measure in a database of the bench's own."""
    bundle = common.find_bundle(EXERCISE, settings)
    with tempfile.TemporaryDirectory(prefix="beginend-bench-", dir=_disk()) as folder:
        home = Path(folder)
        home.chmod(0o755)
        postgres = EmbeddedPostgres(home)
        try:
            url = postgres.ensure()
            upgrade(url)
            server = int((home / "postgres" / "postmaster.pid").read_text("utf-8").split()[0])

            async def measure() -> dict[str, Any]:
                database = Database(url)
                chosen = Settings(home=home, database_url=url, **ALONE)
                try:
                    base = Foundation(chosen, database, Feed(database), published_bundles(chosen))
                    stage = await prepare(base, bundle)
                    limits = await notify_limits(url)
                    accepting = await handed_in(stage, submissions)
                    await throughput(stage, server, 2, 100, 0)  # works those off, and warms up
                    rows = [await throughput(stage, server, count, submissions, check) for count in WORKERS]
                    rows += [await throughput(stage, server, count, submissions, 0) for count in WORKERS]
                    resting = await idle(stage, server, WORKERS[-1])
                finally:
                    await database.dispose()
                return {"notify": limits, "accepting": accepting, "throughput": rows, "idle": resting}

            return asyncio.run(measure())
        finally:
            postgres.stop()


def _disk() -> str | None:
    """Return a folder on a disk: /tmp is memory on some machines, and commits cost nothing there."""
    disk = Path("/var/tmp")  # noqa: S108 - the folder made in it is ours alone
    return str(disk) if disk.is_dir() else None
