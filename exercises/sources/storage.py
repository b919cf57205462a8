"""Files kept by their own hash, arrays and archives written the same way every time."""

import contextlib
import hashlib
import io
import os
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from exercises.builtfiles import place_of

#: The earliest moment a zip can state; every member carries it, so that the archive depends on its contents alone.
ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)


def sha256_of(content: bytes) -> str:
    """Return the sha256 of ``content`` in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def is_kept(store: Path, sha256: str) -> bool:
    """Tell whether ``store`` has the file, undamaged."""
    place = place_of(store, sha256)
    return place.is_file() and sha256_of(place.read_bytes()) == sha256


def write_atomically(place: Path, content: bytes) -> None:
    """Write ``content`` so that nobody, at any moment, sees half of it: not after the power failed either."""
    place.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=place.parent, prefix=".part-")
    unfinished = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        unfinished.chmod(0o644)
        unfinished.replace(place)
        flush_folder(place.parent)
    finally:
        unfinished.unlink(missing_ok=True)


def flush_folder(folder: Path) -> None:
    """Bring the names of a folder to the disk: a file that was renamed has its new name after the power failed."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        with contextlib.suppress(OSError):  # some network file systems flush no folder
            os.fsync(descriptor)
    finally:
        os.close(descriptor)


def flush_tree(folder: Path) -> None:
    """Bring a folder with all that is in it to the disk."""
    for place, _, names in os.walk(folder):
        for name in names:
            with Path(place, name).open("rb") as file:
                os.fsync(file.fileno())
        flush_folder(Path(place))


def array_bytes(array: npt.NDArray[Any]) -> bytes:
    """Return ``array`` as the bytes of an ``.npy`` file."""
    file = io.BytesIO()
    np.save(file, np.ascontiguousarray(array), allow_pickle=False)
    return file.getvalue()


def zip_bytes(members: Mapping[str, bytes]) -> bytes:
    """Return a zip of ``members``: sorted, stored, with fixed times and modes, equal bytes for equal members."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(members):
            entry = zipfile.ZipInfo(name, ZIP_EPOCH)
            entry.create_system = 3  # Unix, wherever it was built
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, members[name])
    return file.getvalue()
