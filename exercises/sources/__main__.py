"""Build the data of every exercise that comes with the platform: ``python -m exercises.sources [FOLDER]``.

``python -m exercises.sources --hashes`` runs the recipes and prints the sha256 of what they make: for those who
change a recipe and must write the new hashes into ``exercise.toml``.
"""

import sys
from pathlib import Path

from exercises.sources.build import RECIPES, build_data
from exercises.sources.errors import DataUnavailable
from exercises.sources.storage import sha256_of

BUNDLES = Path(__file__).parent.parent / "bundles"


def main(arguments: list[str]) -> int:
    """Build the data, or print hashes; return the exit code."""
    built = Path("var/data")
    try:
        if arguments == ["--hashes"]:
            _print_hashes(built)
            return 0
        if arguments:
            built = Path(arguments[0])
        folders = sorted(file.parent for file in BUNDLES.glob("*/exercise.toml"))
        build_data(folders, built, _say)
    except DataUnavailable as error:
        sys.stderr.write(f"{error}\n")
        return 3
    return 0


def _print_hashes(built: Path) -> None:
    for source, recipe in RECIPES.items():
        for path, content in recipe(built.parent / "downloads", _say).items():
            sys.stdout.write(f"{source}  {path}  {sha256_of(content)}\n")


def _say(what: str) -> None:
    sys.stderr.write(f"{what}\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
