"""``beginend exercise``, ``beginend data`` and ``beginend user``: what teachers and operators prepare."""

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text as Line

from exercises import load_bundle
from exercises.schema import CodeExercise
from exercises.sources import DataUnavailable, PicturesRefused, adopt_pictures, build_data
from sandbox.contract import SandboxUnavailable
from server.cli import common
from server.cli.sandboxes import backend
from server.cli.steps import Steps
from server.errors import JudgingBroke, JudgingFault
from server.gate import check_bundle
from server.judging import Judge
from server.workshop import open_workshop_for

exercise_app = typer.Typer(help="Write and check exercises.", no_args_is_help=True)
data_app = typer.Typer(help="The course's data.", no_args_is_help=True)

app = typer.Typer()
app.add_typer(exercise_app, name="exercise")
app.add_typer(data_app, name="data")


@exercise_app.callback()
def _exercise_commands() -> None:
    """Keep ``check`` a command although it is the only one."""


@data_app.callback()
def _data_commands() -> None:
    """Keep ``build`` a command although it is the only one."""


@data_app.command("build")
def build(
    folders: Annotated[list[Path] | None, typer.Argument(help="Bundles; by itself the whole catalogue.")] = None,
) -> None:
    """Build the data that bundles name and that is missing, and check every file by hash."""
    settings = common.settings_or_exit()
    chosen = folders or sorted(path.parent for path in settings.catalogue.glob("*/exercise.toml"))
    try:
        with Steps(common.speech) as steps:
            build_data(chosen, settings.built, steps)
    except DataUnavailable as error:
        raise common.give_up(str(error), common.EXIT_FAULT) from error
    common.say(f"The data of {len(chosen)} exercises are complete in {settings.built}.")


@data_app.command("pictures")
def pictures(
    bundle: Annotated[Path, typer.Argument(help="The bundle whose pictures are replaced, such as cats-vs-dogs.")],
    photographs: Annotated[Path, typer.Argument(help="A folder of cat*.jpg and other (dog) pictures.")],
    target: Annotated[Path, typer.Argument(help="The new exercise's folder; its name becomes the id.")],
) -> None:
    """Make a new exercise from a bundle of pictures and a folder of real ones."""
    try:
        with common.exercise_errors_named():
            adopted = adopt_pictures(bundle, photographs, target)
    except PicturesRefused as refusal:
        raise common.give_up(str(refusal), common.EXIT_USAGE) from refusal
    common.say(f"{adopted.folder}: {adopted.train} pictures to train on, {adopted.test} to test with.")


@exercise_app.command("check")
def check(
    folder: Annotated[Path, typer.Argument(help="The bundle's folder.")],
    *,
    training: Annotated[
        bool, typer.Option(help="Train every submission that gets so far, not only those about accuracy.")
    ] = True,
    sandbox: Annotated[str, typer.Option(help="docker or process.")] = "",
) -> None:
    """Judge the bundle's solution, stub and known submissions, and compare with what its folders promise."""
    settings = common.settings_or_exit()
    with common.exercise_errors_named():
        bundle = load_bundle(folder, settings.built)
    common.say(f"{bundle.id} reads well; version {bundle.version}")
    if not isinstance(bundle.exercise, CodeExercise):
        return
    try:
        with Steps(common.speech) as steps:
            build_data([folder], settings.built, steps)
            judge = Judge(open_workshop_for(settings, backend(sandbox, settings), steps, ahead=False))
    except (DataUnavailable, SandboxUnavailable) as error:
        raise common.give_up(str(error), common.EXIT_FAULT) from error
    broken = 0
    try:
        for kept in check_bundle(bundle, judge.whole, training=training):
            broken += not kept.kept
            row = Table.grid(padding=(0, 2, 0, 0))
            mark = Line("✓", style="green") if kept.kept else Line("✗", style="bold red")
            name = kept.promise.file.relative_to(folder)
            row.add_row(mark, f"{kept.seconds:5.1f} s", str(name), f"{kept.promise.word}: {kept.said}")
            common.results.print(row)
    except (JudgingFault, JudgingBroke) as fault:
        raise common.give_up(f"{type(fault).__name__}: {fault}", common.EXIT_FAULT) from fault
    finally:
        judge.close()
    if broken:
        raise common.give_up(f"{broken} submissions did not get the verdict their folder names.", common.EXIT_FAILED)
