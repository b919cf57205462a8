"""``beginend exercise new`` and ``exercise pack``: begin an exercise, and make it one file to hand on."""

from pathlib import Path
from typing import Annotated

import typer

from exercises.drafting import draft
from exercises.packing import pack as pack_bundle
from server.cli import common


def new(
    identifier: Annotated[str, typer.Argument(metavar="ID", help="Small letters, digits and hyphens.")],
    into: Annotated[Path, typer.Option(help="In which folder the new one is made.")] = Path(),
) -> None:
    """Begin an exercise: write a small one that passes its own check, to be changed."""
    with common.exercise_errors_named():
        folder = draft(identifier, into)
    common.say(f"{folder} is a small exercise that works. Change it, and look at it with:")
    common.results.print(f"beginend exercise check {folder}", markup=False, highlight=False, soft_wrap=True)


def pack(
    folder: Annotated[Path, typer.Argument(help="The bundle's folder.")],
    into: Annotated[Path, typer.Option(help="In which folder the zip is written.")] = Path(),
    *,
    with_data: Annotated[bool, typer.Option("--with-data", help="Pack built data, too.")] = False,
) -> None:
    """Pack a bundle into one zip that is named by its version; print its path."""
    settings = common.settings_or_exit()
    with common.exercise_errors_named():
        bundle = common.find_bundle(f"{folder}/", settings)
        place = pack_bundle(bundle, into, with_data=with_data)
    common.results.print(str(place), markup=False, highlight=False, soft_wrap=True)
