"""``beginend bench``: what a verdict costs on this machine, side by side in one run."""

import json
import statistics
import time
from typing import Annotated, Any

import typer
from rich.table import Table

from exercises.sources import DataUnavailable, build_data
from grader.contract import Selection
from sandbox.contract import SandboxUnavailable
from server.cli import common
from server.cli.steps import Steps
from server.judging import Judge
from server.workshop import open_workshop

EXERCISE = "cnn-digits"
STRUCTURE = Selection(only=frozenset({"layers", "parameters"}))


app = typer.Typer()


@app.command()
def bench(
    *,
    rounds: Annotated[int, typer.Option(min=1, help="Structure checks for each sandbox.")] = 5,
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
) -> None:
    """Measure the structure check of cnn-digits, cold, in every sandbox this machine has."""
    settings = common.settings_or_exit()
    bundle = common.find_bundle(EXERCISE, settings)
    source = bundle.solution or ""
    rows: list[dict[str, Any]] = []
    for kind in ("docker", "process"):
        try:
            with Steps(common.speech) as steps:
                build_data([bundle.folder], settings.built, steps)
                judge = Judge(open_workshop(kind, settings.home, steps))
        except (DataUnavailable, SandboxUnavailable) as error:
            common.say(f"{kind} is left out: {error}")
            continue
        try:
            walls = []
            for _ in range(rounds):
                started = time.perf_counter()
                judge.quick(bundle, source, STRUCTURE)
                walls.append(time.perf_counter() - started)
        finally:
            judge.close()
        rows.append(
            {
                "sandbox": kind,
                "mode": "cold",
                "rounds": rounds,
                "median_s": round(statistics.median(walls), 3),
                "min_s": round(min(walls), 3),
                "max_s": round(max(walls), 3),
            }
        )
    if as_json:
        typer.echo(json.dumps({"schema": 1, "structure_check": rows}))
        return
    table = Table("sandbox", "mode", "rounds", "median s", "min s", "max s", title=f"structure check of {EXERCISE}")
    for row in rows:
        table.add_row(*(str(value) for value in row.values()))
    common.results.print(table)
