"""Turn a folder of real photographs into an exercise of its own, made from ``cats-vs-dogs``.

The new exercise brings its data along in its folder, so that it can be packed, moved and uploaded as it is. Pictures
are scaled down and written anew: they get small, and whatever a camera wrote into them (place, date, owner) is gone.
"""

import io
import re
import shutil
import tempfile
import zipfile
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageOps, UnidentifiedImageError

from exercises.sources.errors import PicturesRefused
from exercises.sources.pictures import (
    CATS_ONLY_NAMES,
    CLASSES,
    PLAIN_NAMES,
    SINGLE_NAME,
    TRICKY_NAMES,
    Picture,
    animal_of,
    as_jpeg,
    hidden_files,
    named_zip,
    train_zip,
)
from exercises.sources.shuffling import shuffled

FEWEST_EACH = 200  #: cats, and dogs; with fewer nobody's network learns enough for a threshold to mean anything
MOST_TRAIN_EACH = 250
MOST_TEST_EACH = 200
LONGEST_SIDE = 240  #: pixels; larger pictures are scaled down to it
SHORTEST_SIDE = 32  #: pixels; smaller ones show nothing


@dataclass(frozen=True, slots=True)
class Adopted:
    """What became of a folder of pictures."""

    folder: Path
    train: int  #: pictures to train on
    test: int  #: hidden pictures


def adopt_pictures(bundle_folder: Path, pictures: Path, target_folder: Path) -> Adopted:
    """Make a new exercise out of ``bundle_folder`` with other pictures.

    The accuracy threshold is copied and fits the drawn pictures; calibrate the new exercise before it is published.

    Args:
        bundle_folder: The exercise to copy, ``cats-vs-dogs`` or one made from it.
        pictures: Where the photographs lie; a name with ``cat`` in it is a cat, one with ``dog`` a dog.
        target_folder: The new exercise's folder; it must not exist, and its name becomes the exercise's id.

    Raises:
        PicturesRefused: Too few pictures, one that cannot be read, an unusable target; nothing was written.
    """
    if target_folder.exists():
        raise PicturesRefused(f"{target_folder} exists already. Choose a folder that does not.")
    if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", target_folder.name):
        raise PicturesRefused(
            f"{target_folder.name!r} cannot be an exercise's id. Use small letters, digits and single hyphens.",
        )
    files = make_files(read_pictures(pictures))
    settings = (bundle_folder / "exercise.toml").read_text("utf-8")
    target_folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target_folder.parent, prefix=".adopting-") as unfinished:
        copy = Path(unfinished) / target_folder.name
        shutil.copytree(bundle_folder, copy, ignore=shutil.ignore_patterns("__pycache__"))
        for path, content in files.items():
            (copy / path).parent.mkdir(exist_ok=True)
            (copy / path).write_bytes(content)
        (copy / "exercise.toml").write_text(rewritten(settings, target_folder.name, set(files)), "utf-8")
        copy.rename(target_folder)
    return Adopted(target_folder, _count(files["data/train.zip"]), _count(files["data/test.zip"]))


def read_pictures(folder: Path) -> list[Picture]:
    """Return the photographs of a folder, scaled down, in an order that follows from their contents.

    Raises:
        PicturesRefused: A file cannot be read as a picture, or there are not enough cats or dogs.
    """
    if not folder.is_dir():
        raise PicturesRefused(f"{folder} is not a folder. Name the folder in which the pictures lie.")
    names = [file for file in sorted(folder.iterdir()) if file.suffix.lower() in {".jpg", ".jpeg"}]
    named = [file for file in names if any(animal in file.stem for animal in CLASSES)]
    for animal in CLASSES:
        count = sum(animal_of(file.stem) == animal for file in named)
        if count < FEWEST_EACH:
            raise PicturesRefused(
                f"{folder} has {count} pictures with {animal!r} in their names; at least {FEWEST_EACH} are needed "
                "(.jpg or .jpeg, small letters).",
            )
    return shuffled((_read(file) for file in named), lambda picture: picture.jpeg, salt="adopted")


def _read(file: Path) -> Picture:
    try:
        with Image.open(file, formats=["JPEG"]) as opened:
            picture = ImageOps.exif_transpose(opened).convert("RGB")
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError) as error:
        raise PicturesRefused(f"{file} cannot be read as a JPEG ({error}). Remove or replace it.") from error
    if min(picture.size) < SHORTEST_SIDE:
        raise PicturesRefused(f"{file} is smaller than {SHORTEST_SIDE} pixels. Remove or replace it.")
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    return Picture(animal_of(file.stem), as_jpeg(picture))


def make_files(pictures: Sequence[Picture]) -> dict[str, bytes]:
    """Return the exercise's files; no picture is both hidden and shown, and each half has as many cats as dogs."""
    sorted_out = {animal: [picture for picture in pictures if picture.animal == animal] for animal in CLASSES}
    fewest = min(len(same) for same in sorted_out.values())
    test_each = min(MOST_TEST_EACH, fewest * 2 // 5)
    train_each = min(MOST_TRAIN_EACH, fewest - test_each)
    test = [picture for same in sorted_out.values() for picture in same[:test_each]]
    train = {animal: same[test_each : test_each + train_each] for animal, same in sorted_out.items()}
    return {
        "data/folder_a.zip": _folder(PLAIN_NAMES, {animal: same[:20] for animal, same in train.items()}),
        "data/folder_b.zip": _folder(TRICKY_NAMES, {animal: same[20:] for animal, same in train.items()}),
        "data/folder_c.zip": _folder(SINGLE_NAME, {animal: same[37:] for animal, same in train.items()}),
        "data/folder_d.zip": _folder(CATS_ONLY_NAMES, {animal: same[37:] for animal, same in train.items()}),
        "data/train.zip": train_zip(picture for same in train.values() for picture in same),
        **hidden_files(test),
    }


def _folder(names: Sequence[str], pictures: Mapping[str, Sequence[Picture]]) -> bytes:
    """Return a small folder of pictures under names that fit them."""
    left = {animal: iter(same) for animal, same in pictures.items()}
    return named_zip((name, next(left[animal_of(name)])) for name in names)


def _count(archive: bytes) -> int:
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        return len(opened.namelist())


def rewritten(settings: str, new_id: str, files: Collection[str]) -> str:
    """Return ``exercise.toml`` with another id and without the tables of files that the folder now has itself."""
    settings = re.sub(r'(?m)^id = "[^"]*"', f'id = "{new_id}"', settings, count=1)
    tables = re.split(r"(?m)^(?=\[)", settings)
    return "".join(table for table in tables if not _lists_one_of(table, files))


def _lists_one_of(table: str, files: Collection[str]) -> bool:
    path = re.search(r'(?m)^path = "([^"]*)"', table)
    return table.startswith("[[data]]") and path is not None and path[1] in files
