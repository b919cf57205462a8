"""Unpack and read pictures the way the exercise describes: OpenCV, its default resize, divided by 255."""

import random
import zipfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from .kinds import Value

MAX_PICTURES = 4000
MAX_BYTES = 256 << 20


def unpack(archive: str, folder: Path) -> list[str]:
    """Unpack a flat zip of pictures.

    They are written in no order that means anything, so that a program cannot count on one: some file systems list
    files as they were written.

    Returns:
        The pictures' names, sorted.

    """
    folder.mkdir()
    with zipfile.ZipFile(archive) as file:
        members = [member for member in file.infolist() if not member.is_dir()]
        if len(members) > MAX_PICTURES or sum(member.file_size for member in members) > MAX_BYTES:
            raise ValueError(f"{archive} holds more pictures than an exercise may have")
        random.Random(len(members)).shuffle(members)  # noqa: S311 - no secret
        for member in members:
            (folder / Path(member.filename).name).write_bytes(file.read(member))
    return sorted(path.name for path in folder.iterdir())


def read_resized(folder: Path, names: list[str], size: tuple[int, int]) -> NDArray[np.uint8]:
    """Return the pictures as (n, height, width, 3), BGR, 0..255, resized by OpenCV's default."""
    import cv2

    return np.stack([cv2.resize(_read(folder / name), (size[1], size[0])) for name in names])


def read_scaled_first(folder: Path, names: list[str], size: tuple[int, int]) -> NDArray[np.float32]:
    """Return the pictures as float32 in 0..1, divided by 255 before the resize."""
    import cv2

    scaled = [cv2.resize(_read(folder / name) / np.float32(255), (size[1], size[0])) for name in names]
    return np.stack(scaled).astype(np.float32)


def as_inputs(pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return pictures as a network takes them: float32 in 0..1."""
    return pictures.astype(np.float32) / np.float32(255)


def _read(path: Path) -> Value:
    """Read one picture; our own pictures are readable."""
    import cv2

    picture = cv2.imread(str(path))
    if picture is None:
        raise ValueError(f"OpenCV cannot read {path.name}")
    return picture
