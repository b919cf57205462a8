"""Build the data that bundles list in their ``[[data]]`` tables and keep each file under its own hash."""

import tomllib
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from exercises.builtfiles import place_of
from exercises.sources import digits, pictures, reviews
from exercises.sources.downloads import Progress
from exercises.sources.errors import DataDiffers, RecipeUnknown
from exercises.sources.storage import is_kept, sha256_of, write_atomically

Recipe = Callable[[Path, Progress], Mapping[str, bytes]]

#: Who makes the files that name this source; a recipe is given the folder of downloads.
RECIPES: Mapping[str, Recipe] = MappingProxyType(
    {
        "handwritten-digits": digits.build,
        "movie-reviews": reviews.build,
        "drawn-cats-and-dogs": pictures.build,
    },
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """One line of a bundle's ``[[data]]``."""

    folder: Path
    path: str
    sha256: str
    source: str


def build_data(folders: Iterable[Path], built: Path, progress: Progress) -> None:
    """Build what the bundles in ``folders`` need and ``built`` lacks.

    Args:
        folders: Bundle folders; those without data (quizzes) are passed over.
        built: The content-addressed store; a file lies at ``<sha256[:2]>/<sha256>``.
        progress: Told in a few words what is being done.

    Raises:
        DataUnavailable: A download failed, a recipe is unknown, or a file differs from what was published.
    """
    downloads = built.parent / "downloads"
    missing: dict[str, list[Wanted]] = defaultdict(list)
    for folder in folders:
        for wanted in wanted_files(folder):
            if not _is_here(wanted, built):
                missing[wanted.source].append(wanted)
    for source, files in missing.items():
        if source not in RECIPES:
            raise RecipeUnknown(f"{files[0].folder / 'exercise.toml'}: no recipe is called {source!r}.")
        made = RECIPES[source](downloads, progress)
        for wanted in files:
            _keep(wanted, made, built)


def wanted_files(folder: Path) -> list[Wanted]:
    """Return the ``[[data]]`` lines of one bundle."""
    with (folder / "exercise.toml").open("rb") as file:
        lines = tomllib.load(file).get("data", [])
    return [Wanted(folder, line["path"], line["sha256"], line["source"]) for line in lines]


def _is_here(wanted: Wanted, built: Path) -> bool:
    """Tell whether the bundle brings the file itself or the store has it, undamaged."""
    own = wanted.folder / wanted.path
    if own.is_file() and sha256_of(own.read_bytes()) == wanted.sha256:
        return True
    return is_kept(built, wanted.sha256)


def _keep(wanted: Wanted, made: Mapping[str, bytes], built: Path) -> None:
    file = str(wanted.folder / wanted.path)
    if wanted.path not in made:
        raise RecipeUnknown(f"{file}: the recipe {wanted.source!r} makes {', '.join(made)}, but not this file.")
    content = made[wanted.path]
    got = sha256_of(content)
    if got != wanted.sha256:
        raise DataDiffers(file, wanted.sha256, got)
    write_atomically(place_of(built, got), content)
