"""What a working copy begins as: the template of new exercises, or a version that there is."""

import tempfile
from pathlib import Path

from exercises import Bundle, CodeExercise
from exercises.bundle import MANIFEST
from exercises.drafting import draft
from exercises.version import bundle_files, canonical
from server.authoring.copies import possible_id
from server.authoring.manifests import Edit, apply_edits


def of_template(exercise_id: str) -> dict[str, bytes]:
    """Return the files of a new exercise that is whole and passes its own checks.

    Raises:
        IdNotPossible: The id is none.

    """
    with tempfile.TemporaryDirectory(prefix="beginend-new-") as place:
        return _contents(draft(possible_id(exercise_id), Path(place)))


def of_version(bundle: Bundle, exercise_id: str) -> dict[str, bytes]:
    """Return the files of a version, without data that are built by recipe.

    Args:
        bundle: The version.
        exercise_id: The id that the copy is to have; another one makes another exercise of it.

    """
    built = {file.path for file in bundle.exercise.data} if isinstance(bundle.exercise, CodeExercise) else set()
    files = {path: content for path, content in _contents(bundle.folder).items() if path not in built}
    if exercise_id != bundle.id:
        manifest = files[MANIFEST].decode("utf-8")
        files[MANIFEST] = apply_edits(manifest, [Edit(("id",), possible_id(exercise_id))]).encode("utf-8")
    return files


def _contents(folder: Path) -> dict[str, bytes]:
    return {path: canonical(file) for path, file in bundle_files(folder).items()}
