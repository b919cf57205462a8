"""The command ``beginend bench server``: what the whole platform does with HTTP, queue and database in the way."""

import json
from typing import Annotated, Any

import typer

from server.cli import common
from server.cli.bench.figures import BUSY, load_per_core, machine
from server.cli.bench.server_house import CODE, QUIZ, server_house
from server.cli.bench.server_report import show_server
from server.cli.bench.server_sections import (
    QUICK_LOOK,
    SERVER_SECTIONS,
    ServerSizes,
    measure_server,
)
from server.cli.sandboxes import backend as chosen_backend
from server.cli.steps import Steps
from server.settings import Settings
from server.workshop import Backend

app = typer.Typer()


@app.command("server")
def bench_server(
    *,
    quick_look: Annotated[bool, typer.Option("--quick-look", help="Measure little of everything.")] = False,
    only: Annotated[str, typer.Option(help=f"Sections, with commas between them: {', '.join(SERVER_SECTIONS)}.")] = "",
    sandbox: Annotated[str, typer.Option(help="docker or process; by itself: docker where an engine answers.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
) -> None:
    """Measure the server: web, worker and a database of their own, started for this and thrown away."""
    names = _sections(only)
    settings = common.settings_or_exit()
    kind = chosen_backend(sandbox, settings)
    if load_per_core() > BUSY:
        common.say(f"this machine is busy (load {load_per_core():.1f} a core): times will be longer than they need be")
    sizes = QUICK_LOOK if quick_look else ServerSizes()
    figures = common.complete(_measured(settings, kind, sizes, names))
    whole = {"schema": 1, "exercises": [QUIZ, CODE], "sandbox": kind, "machine": machine(), **figures}
    if as_json:
        typer.echo(json.dumps(whole))
    else:
        show_server(common.results, whole)
    if any("failed" in section for section in figures.values()):
        raise typer.Exit(common.EXIT_FAULT)


async def _measured(settings: Settings, kind: Backend, sizes: ServerSizes, names: list[str]) -> dict[str, Any]:
    """Build a platform, measure it and throw it away."""
    with Steps(common.speech) as steps:
        async with server_house(settings, kind, steps) as house:
            return await measure_server(house, sizes, names)


def _sections(only: str) -> list[str]:
    """Read ``--only``.

    Raises:
        typer.Exit: It names a section that does not exist.

    """
    wanted = [part.strip() for part in only.split(",") if part.strip()]
    for name in wanted:
        if name not in SERVER_SECTIONS:
            raise common.give_up(f"--only {name}: there are {', '.join(SERVER_SECTIONS)}.", common.EXIT_USAGE)
    return [name for name in SERVER_SECTIONS if name in wanted or not wanted]
