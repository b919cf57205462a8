"""Data are built once, kept by their hash, and refused when they are not what was published."""

import hashlib
from pathlib import Path

import pytest

from exercises.sources import DataDiffers, RecipeUnknown, build_data
from exercises.sources import build as build_module

GOOD = b"what the recipe makes"
GOOD_SHA256 = hashlib.sha256(GOOD).hexdigest()


class Kitchen:
    """A recipe that counts how often it is used, and remembers where downloads were to go."""

    def __init__(self) -> None:
        self.cooked = 0
        self.downloads: Path | None = None

    def __call__(self, downloads: Path, progress: object) -> dict[str, bytes]:
        """Make one file."""
        del progress
        self.cooked += 1
        self.downloads = downloads
        return {"data/dish.npy": GOOD}


@pytest.fixture
def kitchen(monkeypatch: pytest.MonkeyPatch) -> Kitchen:
    """Put a recipe of the test's own in the place of the real ones."""
    recipe = Kitchen()
    monkeypatch.setattr(build_module, "RECIPES", {"kitchen": recipe})
    return recipe


def bundle(folder: Path, path: str = "data/dish.npy", sha256: str = GOOD_SHA256, source: str = "kitchen") -> Path:
    """Write a bundle that lists one file."""
    folder.mkdir()
    (folder / "exercise.toml").write_text(
        f'schema = 1\n\n[[data]]\npath = "{path}"\nsha256 = "{sha256}"\nsource = "{source}"\n', "utf-8"
    )
    return folder


def silent(_what: str) -> None:
    """Say nothing."""


def test_a_file_is_kept_under_its_hash(tmp_path: Path, kitchen: Kitchen) -> None:
    """What was built lies at <first two digits>/<sha256>, and no unfinished file is left."""
    built = tmp_path / "var" / "data"

    build_data([bundle(tmp_path / "dinner")], built, silent)

    assert GOOD == (built / GOOD_SHA256[:2] / GOOD_SHA256).read_bytes()
    assert [GOOD_SHA256] == [file.name for file in built.rglob("*") if file.is_file()]
    assert tmp_path / "var" / "downloads" == kitchen.downloads


def test_what_is_there_is_not_built_again(tmp_path: Path, kitchen: Kitchen) -> None:
    """A second build does nothing, and two bundles with the same file share it."""
    dinner, supper = bundle(tmp_path / "dinner"), bundle(tmp_path / "supper")

    build_data([dinner, supper], tmp_path / "data", silent)
    build_data([dinner, supper], tmp_path / "data", silent)

    assert kitchen.cooked == 1


def test_a_damaged_file_is_built_again(tmp_path: Path, kitchen: Kitchen) -> None:
    """A kept file whose contents no longer fit its name counts as missing."""
    dinner = bundle(tmp_path / "dinner")
    build_data([dinner], tmp_path / "data", silent)
    place = tmp_path / "data" / GOOD_SHA256[:2] / GOOD_SHA256
    place.write_bytes(b"half of")

    build_data([dinner], tmp_path / "data", silent)

    assert GOOD == place.read_bytes()
    assert kitchen.cooked == 2


def test_a_file_in_the_bundle_itself_is_enough(tmp_path: Path, kitchen: Kitchen) -> None:
    """A bundle that was packed with its data needs no recipe."""
    dinner = bundle(tmp_path / "dinner")
    (dinner / "data").mkdir()
    (dinner / "data" / "dish.npy").write_bytes(GOOD)

    build_data([dinner], tmp_path / "data", silent)

    assert kitchen.cooked == 0


@pytest.mark.usefixtures("kitchen")
def test_another_hash_is_refused(tmp_path: Path) -> None:
    """The error names the file, what was expected and what came out; nothing is kept."""
    published = "0" * 64

    with pytest.raises(DataDiffers) as caught:
        build_data([bundle(tmp_path / "dinner", sha256=published)], tmp_path / "data", silent)

    assert str(tmp_path / "dinner" / "data" / "dish.npy") == caught.value.file
    assert (published, GOOD_SHA256) == (caught.value.expected, caught.value.got)
    assert not (tmp_path / "data").exists()


@pytest.mark.usefixtures("kitchen")
def test_an_unknown_recipe_is_named(tmp_path: Path) -> None:
    """So is a file that a known recipe does not make."""
    with pytest.raises(RecipeUnknown, match="no recipe is called 'garden'"):
        build_data([bundle(tmp_path / "salad", source="garden")], tmp_path / "data", silent)
    with pytest.raises(RecipeUnknown, match=r"'kitchen' makes data/dish\.npy, but not this file"):
        build_data([bundle(tmp_path / "soup", path="data/soup.npy")], tmp_path / "data", silent)


@pytest.mark.usefixtures("kitchen")
def test_exercises_without_data_are_passed_over(tmp_path: Path) -> None:
    """A quiz lists no data and costs nothing."""
    (tmp_path / "quiz").mkdir()
    (tmp_path / "quiz" / "exercise.toml").write_text('schema = 1\nkind = "quiz"\n', "utf-8")

    build_data([tmp_path / "quiz"], tmp_path / "data", silent)

    assert not (tmp_path / "data").exists()
