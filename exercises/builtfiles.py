"""Where built data lie: a folder in which every file is named by its sha256, so that a name can never lie."""

import hashlib
from pathlib import Path

from exercises.errors import DataDamaged, DataNotBuilt
from exercises.schema import BuiltFile


def place_of(built: Path, sha256: str) -> Path:
    """Return where the file with this hash lies, or would lie, in the folder ``built``."""
    return built / sha256[:2] / sha256


def read_built(built: Path, file: BuiltFile, *, exercise_id: str, folder: Path) -> bytes:
    """Return a built file's contents, verified.

    Args:
        built: the folder of built data.
        file: what ``exercise.toml`` says of it.
        exercise_id: whose file it is, for the sentence of an error.
        folder: the bundle; a copy that lies there (a bundle packed with its data) is taken first.

    Raises:
        DataNotBuilt: it lies in neither place.
        DataDamaged: what lies there has another hash.
    """
    for place in (folder / file.path, place_of(built, file.sha256)):
        if place.is_file():
            contents = place.read_bytes()
            if hashlib.sha256(contents).hexdigest() != file.sha256:
                raise DataDamaged(exercise_id, file.path, str(place))
            return contents
    raise DataNotBuilt(exercise_id, file.path)
