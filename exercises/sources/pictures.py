"""The pictures of ``cats-vs-dogs``: drawn by us, so that they may be given to anybody, and packed into zips.

The small folders are what ``get_train_data`` is graded on; ``train.zip`` and ``test.zip`` are for the real run.
The names in ``test.zip`` carry no labels; those lie in ``private/``, in the order of the sorted names.
"""

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

import numpy as np
from PIL import Image

from exercises.sources.animals import Animal, draw_animal
from exercises.sources.downloads import Progress
from exercises.sources.shuffling import shuffled
from exercises.sources.storage import array_bytes, zip_bytes

SEED = 1447
DIFFICULTY = 0.35
QUALITY = 88  #: of the JPEGs
TRAIN_PICTURES = 500
TEST_PICTURES = 400
CLASSES: tuple[Animal, Animal] = ("cat", "dog")  #: in the order of the one-hot columns

#: Plain names, as in the course's own data, but not as many cats as dogs.
PLAIN_NAMES = (*(f"cat.{number}.jpg" for number in range(19)), *(f"dog.{number}.jpg" for number in range(13)))
#: Names that hold the rule "``cat`` anywhere in the name is a cat, every other is a dog" to its word.
TRICKY_NAMES = (
    *(f"cat.{number}.jpg" for number in range(100, 105)),
    *("tomcat.1.jpg", "my.cat.2.JPG", "cat 3.jpg", "cat.4.Jpg", "2cat.jpg", "wildcat.jpg"),
    *(f"dog.{number}.jpg" for number in range(7, 19)),
    *("dog.1.JPG", "dog 2.jpg", "puppy.3.jpg", "hotdog.jpg", "3dog.Jpg"),
)
#: One picture, and of one class only.
SINGLE_NAME = ("dog.7.JPG",)
#: All of one class, although a dog is in most of the names.
CATS_ONLY_NAMES = ("dog_vs_cat.3.jpg", "cat_and_dog.1.jpg", "dogcat.jpg", "cat.12.JPG")


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture as a JPEG file, and what it shows."""

    animal: Animal
    jpeg: bytes


def build(downloads: Path, progress: Progress) -> dict[str, bytes]:
    """Return the files of ``cats-vs-dogs``; nothing is downloaded."""
    del downloads
    progress(f"drawing {TRAIN_PICTURES + TEST_PICTURES} cats and dogs")
    return {
        "data/folder_a.zip": named_zip(zip(PLAIN_NAMES, drawn("folder-a", _animals(PLAIN_NAMES)), strict=True)),
        "data/folder_b.zip": named_zip(zip(TRICKY_NAMES, drawn("folder-b", _animals(TRICKY_NAMES)), strict=True)),
        "data/folder_c.zip": named_zip(zip(SINGLE_NAME, drawn("folder-c", _animals(SINGLE_NAME)), strict=True)),
        "data/folder_d.zip": named_zip(zip(CATS_ONLY_NAMES, drawn("folder-d", _animals(CATS_ONLY_NAMES)), strict=True)),
        "data/train.zip": train_zip(drawn("train", half_and_half(TRAIN_PICTURES))),
        **hidden_files(drawn("test", half_and_half(TEST_PICTURES))),
    }


def drawn(series: str, animals: Iterable[Animal], difficulty: float = DIFFICULTY) -> Iterator[Picture]:
    """Draw one picture per animal; each follows from the series' name and its number alone."""
    for number, animal in enumerate(animals):
        picture = draw_animal(animal, Random(f"{SEED}/{series}/{number}"), difficulty)  # noqa: S311 - no secret
        yield Picture(animal, as_jpeg(picture))


def as_jpeg(picture: Image.Image) -> bytes:
    """Return the picture as a JPEG file."""
    file = io.BytesIO()
    picture.convert("RGB").save(file, "JPEG", quality=QUALITY)
    return file.getvalue()


def half_and_half(pictures: int) -> list[Animal]:
    """Return cats and dogs in turn."""
    return [CLASSES[number % 2] for number in range(pictures)]


def animal_of(name: str) -> Animal:
    """Return what a file name says the picture shows: the rule of the exercise."""
    return "cat" if "cat" in name else "dog"


def named_zip(pictures: Iterable[tuple[str, Picture]]) -> bytes:
    """Return a zip of pictures under the given names."""
    return zip_bytes({name: picture.jpeg for name, picture in pictures})


def train_zip(pictures: Iterable[Picture]) -> bytes:
    """Return a zip of ``cat.N.jpg`` and ``dog.N.jpg``, each animal counted from 0."""
    counted: dict[Animal, int] = {"cat": 0, "dog": 0}
    members: dict[str, bytes] = {}
    for picture in pictures:
        members[f"{picture.animal}.{counted[picture.animal]}.jpg"] = picture.jpeg
        counted[picture.animal] += 1
    return zip_bytes(members)


def hidden_files(pictures: Iterable[Picture]) -> Mapping[str, bytes]:
    """Return ``test.zip`` with names that say nothing, and the labels (0 cat, 1 dog) in the order of the names."""
    mixed: Sequence[Picture] = shuffled(pictures, lambda picture: picture.jpeg, salt="test")
    labels = np.array([CLASSES.index(picture.animal) for picture in mixed], np.uint8)
    members = {f"{number:04}.jpg": picture.jpeg for number, picture in enumerate(mixed)}
    return {"data/test.zip": zip_bytes(members), "private/test_labels.npy": array_bytes(labels)}


def _animals(names: Iterable[str]) -> list[Animal]:
    return [animal_of(name) for name in names]
