"""Pack a bundle into one zip, the same bytes for the same contents."""

from pathlib import Path

from exercises.bundle import Bundle
from exercises.schema import CodeExercise
from exercises.sources.storage import write_atomically, zip_bytes
from exercises.version import bundle_files, canonical


def pack(bundle: Bundle, folder: Path, *, with_data: bool = False) -> Path:
    """Write a bundle as ``<id>-<version>.zip`` and return its path.

    Line ends are normalised; what systems and editors leave behind stays out. Members lie in a folder named by the id.

    Args:
        bundle: The exercise; that it could be loaded means that it is whole.
        folder: Where the zip is written.
        with_data: Whether built data go along; without them, whoever unpacks builds them again by their recipe.

    Raises:
        DataNotBuilt: Data should go along and are not built here.
        DataDamaged: What was built is not what ``exercise.toml`` names.
    """
    built = {file.path for file in bundle.exercise.data} if isinstance(bundle.exercise, CodeExercise) else set()
    members = {path: canonical(file) for path, file in bundle_files(bundle.folder).items() if path not in built}
    if with_data:
        members |= {path: bundle.read(path) for path in built}
    place = folder / f"{bundle.id}-{bundle.version.removeprefix('sha256:')[:12]}.zip"
    write_atomically(place, zip_bytes({f"{bundle.id}/{path}": content for path, content in members.items()}))
    return place
