"""Published bundles where several machines find them: one zip for each version, and built data by their hash."""

import io
import logging
import zipfile
from pathlib import Path

from exercises import Bundle
from exercises.builtfiles import place_of
from exercises.errors import DataNotBuilt
from exercises.schema import BuiltFile, QuizExercise
from exercises.sources.storage import is_kept, write_atomically, zip_bytes
from exercises.version import bundle_files, canonical
from server.artifacts import ArtifactGone, ArtifactStore
from server.store import Store

log = logging.getLogger(__name__)


class BundleStore:
    """Bundles and their data in a store; whoever loads a bundle compares it with its version."""

    def __init__(self, bundles: Store, data: ArtifactStore) -> None:
        """Use two places.

        Args:
            bundles: Of ``<hex digest>.zip``.
            data: Of what bundles need besides, by sha256.

        """
        self._bundles = bundles
        self._data = data

    def keep(self, bundle: Bundle) -> None:
        """Put a bundle and the data that are here into the store, unless they are there undamaged.

        Data come first: whoever finds a bundle finds what it needs.

        Raises:
            StoreAway: The store does not answer.

        """
        for file in _data_of(bundle):
            if not self._data.has(file.sha256):
                try:
                    self._data.put(bundle.read(file.path))
                except DataNotBuilt as lacking:
                    log.warning("not put into the store: %s", lacking)
        name = _name(bundle.version)
        apart = {file.path for file in _data_of(bundle)}
        members = {path: canonical(file) for path, file in bundle_files(bundle.folder).items() if path not in apart}
        packed = zip_bytes({f"{bundle.folder.name}/{path}": content for path, content in members.items()})
        if self._lying(name) != packed:
            self._bundles.write(name, packed)

    def _lying(self, name: str) -> bytes | None:
        """Return what lies under a name; what is damaged there is to be written anew."""
        try:
            return self._bundles.read(name)
        except FileNotFoundError:
            return None

    def fetch(self, version: str, folder: Path) -> bool:
        """Unpack a version into ``folder``, which is made; tell whether the store has it.

        Raises:
            StoreAway: The store does not answer.

        """
        try:
            packed = self._bundles.read(_name(version))
        except FileNotFoundError:
            return False
        try:
            with zipfile.ZipFile(io.BytesIO(packed)) as archive:
                archive.extractall(folder)
        except zipfile.BadZipFile:
            log.error("%s is damaged in the store", version)  # noqa: TRY400 - there is nothing to learn from the trace
            return False
        return True

    def fetch_data(self, bundle: Bundle) -> bool:
        """Fetch what a bundle needs and this machine lacks; tell whether all of it is here then.

        Raises:
            StoreAway: Something is lacking, and the store does not answer.

        """
        complete = True
        for file in _data_of(bundle):
            if (bundle.folder / file.path).is_file() or is_kept(bundle.built, file.sha256):
                continue
            try:
                write_atomically(place_of(bundle.built, file.sha256), self._data.get(file.sha256))
            except ArtifactGone:
                log.warning("%s of %s is neither here nor in the store", file.path, bundle.id)
                complete = False
        return complete

    def versions(self) -> list[str]:
        """Return every version in the store.

        Raises:
            StoreAway: The store does not answer.

        """
        names = (Path(path) for path in self._bundles.names())
        return sorted(f"sha256:{name.stem}" for name in names if name.suffix == ".zip")


def _data_of(bundle: Bundle) -> tuple[BuiltFile, ...]:
    """Return the files that a bundle names by their hash."""
    return () if isinstance(bundle.exercise, QuizExercise) else tuple(bundle.exercise.data)


def _name(version: str) -> str:
    return f"{version.removeprefix('sha256:')}.zip"
