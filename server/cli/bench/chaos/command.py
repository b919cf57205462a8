"""The command ``beginend bench chaos``."""

import asyncio
import json
from typing import Annotated

import typer

from exercises.sources import DataUnavailable
from sandbox.contract import SandboxFault
from server.cli import common
from server.cli.bench.chaos.report import show_chaos
from server.cli.bench.chaos.run import Wish, run_chaos
from server.cli.bench.chaos.stage import StageNotReady
from server.cli.sandboxes import backend as chosen_backend
from server.cli.steps import Steps

STOPPED = 143  #: by SIGTERM, as a shell counts it

app = typer.Typer()


@app.command("chaos")
def bench_chaos(
    *,
    seconds: Annotated[float, typer.Option(min=10, help="How long submissions come.")] = 600,
    seed: Annotated[int, typer.Option(help="What is killed when, and what is handed in, follow from it.")] = 1,
    rate: Annotated[float, typer.Option(min=0.1, max=50, help="Submissions a second.")] = 2,
    sandbox: Annotated[str, typer.Option(help="docker or process; by itself: docker where an engine answers.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
) -> None:
    """Kill workers, web, database and slots while students submit; every submission must be judged exactly once.

    Everything is the run's own and is gone afterwards: database, processes and, where this user can start one, the
    Docker engine. Exit code 1 if the promise was broken.
    """
    settings = common.settings_or_exit()
    kind = chosen_backend(sandbox, settings)
    try:
        with Steps(common.speech) as steps:
            figures = asyncio.run(run_chaos(settings, kind, Wish(seconds, seed, rate), steps))
    except asyncio.CancelledError as stopped:
        raise typer.Exit(STOPPED) from stopped
    except (DataUnavailable, SandboxFault, StageNotReady, *common.MENDABLE) as problem:
        raise common.give_up(str(problem), common.EXIT_FAULT) from problem
    if as_json:
        typer.echo(json.dumps(figures))
    else:
        show_chaos(common.results, figures)
    if figures["broken"]:
        raise typer.Exit(common.EXIT_FAILED)
