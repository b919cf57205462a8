"""The drawn cats and dogs: equal on every run, balanced, named by the exercise's rule, hidden where they must be."""

import io
import zipfile
from collections.abc import Callable
from random import Random

import numpy as np
import pytest
from PIL import Image

from exercises.sources import pictures
from exercises.sources.animals import LONGEST, SHORTEST, Animal, draw_animal
from exercises.sources.storage import sha256_of, zip_bytes


def members(archive: bytes) -> dict[str, bytes]:
    """Return the files of a zip."""
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def draw(animal: Animal, seed: str, difficulty: float) -> Image.Image:
    """Draw one picture."""
    return draw_animal(animal, Random(seed), difficulty)  # noqa: S311 - no secret


def test_equal_seeds_give_equal_bytes() -> None:
    """A picture follows from its series and number alone, whatever was drawn before it."""
    alone = list(pictures.drawn("series", ["cat"]))
    among_others = list(pictures.drawn("series", ["cat", "dog"]))

    assert alone[0].jpeg == among_others[0].jpeg
    assert alone[0].jpeg != next(pictures.drawn("another", ["cat"])).jpeg


def test_a_known_picture_has_not_changed() -> None:
    """A change of the generator or of Pillow that changes pictures shows here, not on a server at its first start."""
    drawing = draw("cat", "known", difficulty=0.5)

    assert "3a6e7d074a23c620191f7486ca6889ae4e4e4bad9e10657d1f078516bfd0a802" == sha256_of(pictures.as_jpeg(drawing))


def test_sizes_are_mixed() -> None:
    """Sides lie between 96 and 240 pixels and most pictures are not square."""
    sizes = [draw("dog", f"size/{number}", difficulty=0.3).size for number in range(12)]

    assert all(SHORTEST <= side < LONGEST for size in sizes for side in size)
    assert 10 <= len({width for width, _ in sizes} | {height for _, height in sizes})


def test_colour_says_nothing() -> None:
    """The mean colour of cats and dogs is the same within its own error, so that nothing but shape tells them apart."""
    means = {
        animal: np.array(
            [np.asarray(draw(animal, f"{animal}/{n}", difficulty=0.4)).mean(axis=(0, 1)) for n in range(30)]
        )
        for animal in pictures.CLASSES
    }

    apart = np.abs(means["cat"].mean(axis=0) - means["dog"].mean(axis=0))
    error = np.sqrt(sum(values.var(axis=0, ddof=1) / len(values) for values in means.values()))
    assert (apart < 3.5 * error).all()


@pytest.mark.parametrize("names", [pictures.PLAIN_NAMES, pictures.TRICKY_NAMES])
def test_graded_folders_are_small_and_uneven(names: tuple[str, ...]) -> None:
    """At most 48 pictures, all names different, both animals, not half and half, never a capital in ``cat``."""
    animals = [pictures.animal_of(name) for name in names]

    assert len(names) == len(set(names)) <= 48
    assert animals.count("cat") != animals.count("dog")
    assert min(animals.count("cat"), animals.count("dog")) >= 10
    assert all(("cat" in name) == ("cat" in name.lower()) for name in names)
    assert all(name.lower().endswith(".jpg") for name in names)


@pytest.mark.parametrize(
    "rule",
    [
        lambda name: name.startswith("cat"),
        lambda name: "cat." in name,
        lambda name: "cat" in name.split(".")[0],
        lambda name: name.split(".")[0] == "cat",
        lambda name: "cat" in name[:6],
        lambda name: "dog" not in name,
    ],
)
def test_no_shorter_rule_fits_the_graded_names(rule: Callable[[str], bool]) -> None:
    """Whoever looks at a part of the name, or for the other animal, has a label wrong."""
    names = (*pictures.PLAIN_NAMES, *pictures.TRICKY_NAMES, *pictures.SINGLE_NAME, *pictures.CATS_ONLY_NAMES)

    assert any(rule(name) != (pictures.animal_of(name) == "cat") for name in names)


@pytest.mark.parametrize(("names", "animal"), [(pictures.SINGLE_NAME, "dog"), (pictures.CATS_ONLY_NAMES, "cat")])
def test_folders_of_one_class_hold_the_rule_to_its_word(names: tuple[str, ...], animal: Animal) -> None:
    """A folder of one picture, and one whose names speak of the other animal too."""
    assert {animal} == {pictures.animal_of(name) for name in names}
    assert all(("cat" in name) == ("cat" in name.lower()) for name in names)


def test_train_names_carry_labels_and_test_names_do_not() -> None:
    """Each animal is counted from 0; hidden names are numbers, and the labels fit them."""
    drawn = [pictures.Picture(animal, f"{animal} {n}".encode()) for n, animal in enumerate(["cat", "dog"] * 6)]

    train = members(pictures.train_zip(drawn))
    hidden = pictures.hidden_files(drawn)

    assert {f"{animal}.{number}.jpg" for animal in ("cat", "dog") for number in range(6)} == set(train)
    assert all(content.decode().startswith(name[:3]) for name, content in train.items())
    test = members(hidden["data/test.zip"])
    assert [f"{number:04}.jpg" for number in range(12)] == sorted(test)
    labels = np.load(io.BytesIO(hidden["private/test_labels.npy"])).tolist()
    assert [int(test[name].startswith(b"dog")) for name in sorted(test)] == labels
    assert labels != sorted(labels)
    assert labels != [0, 1] * 6


def test_pictures_are_half_and_half() -> None:
    """As many cats as dogs."""
    animals = pictures.half_and_half(10)

    assert 5 == animals.count("cat") == animals.count("dog")


def test_a_jpeg_can_be_read_again() -> None:
    """What is packed is a colour JPEG."""
    picture = next(pictures.drawn("readable", ["dog"]))

    with Image.open(io.BytesIO(picture.jpeg), formats=["JPEG"]) as opened:
        assert "RGB" == opened.convert("RGB").mode == opened.mode


def test_zips_depend_on_their_members_alone() -> None:
    """Order and time of writing leave no trace, and nothing is compressed."""
    archive = zip_bytes({"b.jpg": b"2", "a.jpg": b"1"})

    assert archive == zip_bytes({"a.jpg": b"1", "b.jpg": b"2"})
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        assert [("a.jpg", zipfile.ZIP_STORED), ("b.jpg", zipfile.ZIP_STORED)] == [
            (entry.filename, entry.compress_type) for entry in opened.infolist()
        ]
