"""A teacher's own photographs become an exercise; unusable ones are refused before anything is written."""

import io
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from exercises.bundle import EXERCISE, load_bundle
from exercises.sources import PicturesRefused, adopt, adopt_pictures
from exercises.tomlfile import read_toml

BUNDLE = Path(__file__).parents[2] / "exercises" / "bundles" / "cats-vs-dogs"
EACH = 70


@pytest.fixture
def photographs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a folder with seventy cats (reddish) and seventy dogs (bluish), and let that be enough."""
    monkeypatch.setattr(adopt, "FEWEST_EACH", EACH)
    folder = tmp_path / "photographs"
    folder.mkdir()
    for number in range(EACH):
        for animal, colour in (("cat", (200, 3 * number, 20)), ("dog", (20, 3 * number, 200))):
            photograph = Image.new("RGB", (300 + number, 200), colour)
            exif = Image.Exif()
            exif[0x010E] = "who took it and where"
            photograph.save(folder / f"{animal}{number}.JPG", "JPEG", exif=exif)
    (folder / "notes.txt").write_text("cat", "utf-8")
    return folder


def pictures_in(archive: Path) -> dict[str, Image.Image]:
    """Return the pictures of a zip."""
    with zipfile.ZipFile(archive) as opened:
        return {name: Image.open(io.BytesIO(opened.read(name))) for name in opened.namelist()}


def is_cat(picture: Image.Image) -> bool:
    """Tell a reddish picture from a bluish one."""
    red, _, blue = (int(value) for value in np.asarray(picture).mean(axis=(0, 1)))
    return red > blue


def test_a_new_exercise_is_made(photographs: Path, tmp_path: Path) -> None:
    """It has an id of its own, brings its files along and lists nothing to build."""
    target = tmp_path / "exercises" / "our-own-pets"

    adopted = adopt_pictures(BUNDLE, photographs, target)

    assert (target, 84, 56) == (adopted.folder, adopted.train, adopted.test)
    settings = read_toml(target / "exercise.toml", "exercise.toml", EXERCISE)
    original = read_toml(BUNDLE / "exercise.toml", "exercise.toml", EXERCISE)
    assert original.model_copy(update={"id": "our-own-pets", "data": ()}) == settings
    loaded = load_bundle(target, tmp_path / "nothing built")
    assert (target / "data" / "train.zip").read_bytes() == loaded.read("data/train.zip")
    assert (BUNDLE / "stub.py").read_bytes() == (target / "stub.py").read_bytes()
    assert ["our-own-pets"] == [place.name for place in target.parent.iterdir()]


def test_labels_fit_the_photographs(photographs: Path, tmp_path: Path) -> None:
    """Names carry the right animal where they carry one, hidden labels fit, no hidden picture is shown."""
    target = adopt_pictures(BUNDLE, photographs, tmp_path / "our-own-pets").folder

    for shown in ("folder_a.zip", "folder_b.zip", "train.zip"):
        assert all(is_cat(picture) == ("cat" in name) for name, picture in pictures_in(target / "data" / shown).items())
    hidden = pictures_in(target / "data" / "test.zip")
    labels = np.load(target / "private" / "test_labels.npy").tolist()
    assert [int(not is_cat(hidden[name])) for name in sorted(hidden)] == labels
    train = {picture.tobytes() for picture in pictures_in(target / "data" / "train.zip").values()}
    assert not train & {picture.tobytes() for picture in hidden.values()}


def test_photographs_are_small_and_say_nothing_of_their_owner(photographs: Path, tmp_path: Path) -> None:
    """They are scaled to at most 240 pixels and what the camera wrote is gone."""
    target = adopt_pictures(BUNDLE, photographs, tmp_path / "our-own-pets").folder

    trained_on = pictures_in(target / "data" / "train.zip")
    assert 240 == max(max(picture.size) for picture in trained_on.values())
    assert not any(dict(picture.getexif()) for picture in trained_on.values())


def test_too_few_are_refused(photographs: Path, tmp_path: Path) -> None:
    """The sentence says how many there are and how many are needed; nothing is written."""
    (photographs / "dog7.JPG").unlink()

    with pytest.raises(PicturesRefused, match="has 69 pictures with 'dog' in their names; at least 70"):
        adopt_pictures(BUNDLE, photographs, tmp_path / "our-own-pets")

    assert not (tmp_path / "our-own-pets").exists()


@pytest.mark.parametrize("content", [b"", b"not a picture", b"\xff\xd8\xff\xe0 half a jpeg"])
def test_an_unreadable_picture_is_named(photographs: Path, tmp_path: Path, content: bytes) -> None:
    """The teacher learns which file to replace."""
    (photographs / "cat7.JPG").write_bytes(content)

    with pytest.raises(PicturesRefused, match=r"cat7\.JPG cannot be read as a JPEG"):
        adopt_pictures(BUNDLE, photographs, tmp_path / "our-own-pets")

    assert not (tmp_path / "our-own-pets").exists()


def test_a_tiny_picture_is_named(photographs: Path, tmp_path: Path) -> None:
    """A thumbnail of a few pixels shows no animal."""
    Image.new("RGB", (16, 200)).save(photographs / "cat7.JPG", "JPEG")

    with pytest.raises(PicturesRefused, match=r"cat7\.JPG is smaller than 32 pixels"):
        adopt_pictures(BUNDLE, photographs, tmp_path / "our-own-pets")


def test_unusable_targets_are_refused(photographs: Path, tmp_path: Path) -> None:
    """An existing folder is not overwritten, and the name must do as an id."""
    with pytest.raises(PicturesRefused, match="exists already"):
        adopt_pictures(BUNDLE, photographs, photographs)
    with pytest.raises(PicturesRefused, match="cannot be an exercise's id"):
        adopt_pictures(BUNDLE, photographs, tmp_path / "Our Pets")
    with pytest.raises(PicturesRefused, match="is not a folder"):
        adopt_pictures(BUNDLE, tmp_path / "nothing", tmp_path / "our-own-pets")
