"""``beginend exercise``, ``beginend data`` and ``beginend user``: what teachers and operators prepare."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from exercises.sources import DataUnavailable, PicturesRefused, adopt_pictures, build_data
from server.cli import common
from server.cli.author import new, pack
from server.cli.calibrate import calibrate
from server.cli.check import check
from server.cli.importing import import_exercise
from server.cli.steps import Steps
from server.storage import put_all_there

exercise_app = typer.Typer(help="Write and check exercises.", no_args_is_help=True)
data_app = typer.Typer(help="The course's data.", no_args_is_help=True)

exercise_app.command("new")(new)
exercise_app.command("check")(check)
exercise_app.command("calibrate")(calibrate)
exercise_app.command("pack")(pack)
exercise_app.command("import")(import_exercise)

app = typer.Typer()
app.add_typer(exercise_app, name="exercise")
app.add_typer(data_app, name="data")


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
    if settings.store is not None:
        common.complete(asyncio.to_thread(put_all_there, settings))
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
