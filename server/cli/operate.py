"""``beginend sandbox`` and ``beginend doctor``: what an operator looks at and prepares."""

from typing import Annotated

import typer
from rich.text import Text as Line

from sandbox.contract import SandboxFault, SandboxUnavailable
from server.cli import common
from server.cli.steps import Steps
from server.doctor import Checkup, examine, self_test_here
from server.keeping import images_of_gradings
from server.settings import Settings
from server.workshop import build_image_here, prune_images_here

app = typer.Typer()
sandbox_app = typer.Typer(help="The sandbox's images: build the present one, remove old ones.", no_args_is_help=True)
app.add_typer(sandbox_app, name="sandbox")


@sandbox_app.command("build")
def build_sandbox(
    base: Annotated[str | None, typer.Option(help="Base image; by itself the first that can be had.")] = None,
) -> None:
    """Build the sandbox image, without network, from a wheelhouse of pinned and hashed wheels."""
    settings = common.settings_or_exit()
    try:
        with Steps(common.speech) as steps:
            image = build_image_here(settings.home, base, steps)
    except SandboxUnavailable as problem:
        raise common.give_up(str(problem), common.EXIT_FAULT) from problem
    typer.echo(image)


@sandbox_app.command("prune")
def prune_sandbox(
    *,
    everything: Annotated[
        bool, typer.Option("--all", help="Also images that stored gradings name; their replay then uses another.")
    ] = False,
) -> None:
    """Remove sandbox images that nobody needs: neither the newest, nor in use, nor named by a stored grading."""
    settings = common.settings_or_exit()
    keep = frozenset[str]() if everything else common.complete(images_of_gradings(settings))
    try:
        with Steps(common.speech) as steps:
            steps("removing old sandbox images")
            removed = prune_images_here(keep)
    except SandboxFault as problem:
        raise common.give_up(str(problem), common.EXIT_FAULT) from problem
    for image in removed:
        typer.echo(image)
    common.say(f"Images removed: {len(removed)}; stored gradings name {len(keep)}.")


@app.command()
def doctor(
    *,
    self_test: Annotated[
        bool, typer.Option("--self-test", help="Grade every reference solution through the student's door.")
    ] = False,
) -> None:
    """Say what is there, what is missing, and what to do about it."""
    settings = common.settings_or_exit()
    healthy = True
    with Steps(common.speech) as steps:
        for checkup in examine(settings, steps, common.terminal_language()):
            steps.end()
            healthy &= checkup.well
            _print(checkup)
    if self_test:
        healthy &= _self_test(settings)
    if not healthy:
        raise typer.Exit(common.EXIT_FAULT)


def _self_test(settings: Settings) -> bool:
    """Grade the reference solutions and tell whether all passed."""
    with Steps(common.results) as steps:
        return common.complete(self_test_here(settings, steps, common.results, steps.end))


def _print(checkup: Checkup) -> None:
    """Print one line of the examination, and what to do where something is missing."""
    line = Line("✓ " if checkup.well else "✗ ", style="green" if checkup.well else "red")
    line.append(f"{checkup.name:<22}", style="default")
    line.append(checkup.found, style="default")
    common.results.print(line)
    if checkup.advice:
        common.results.print(Line(f"  {'':<22}→ {checkup.advice}", style="cyan"))
