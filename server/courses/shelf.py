"""The shelf: every published version of a bundle, kept by its hash: old submissions can be judged as they were."""

import secrets
import shutil
from pathlib import Path

from exercises import Bundle, load_bundle
from server.errors import BundleGone


class Shelf:
    """Published bundles under one folder; loading is cached for as long as the process lives."""

    def __init__(self, root: Path, built: Path) -> None:
        """Use ``root``, which is made when something is put there.

        Args:
            root: Folder of ``<hex digest>/<bundle folder>``.
            built: Content-addressed store of built exercise data.

        """
        self._root = root
        self._built = built
        self._loaded: dict[str, Bundle] = {}

    def keep(self, bundle: Bundle) -> None:
        """Copy a bundle onto the shelf, unless this version stands there; of two at once, either may win."""
        place = self._place(bundle.version)
        if place.exists():
            return
        self._root.mkdir(parents=True, exist_ok=True)
        copy = self._root / f".{place.name}.{secrets.token_hex(4)}"
        ignored = shutil.ignore_patterns("__pycache__", ".*")
        shutil.copytree(bundle.folder, copy / bundle.folder.name, ignore=ignored)
        try:
            copy.rename(place)
        except OSError:
            shutil.rmtree(copy)
            if not place.exists():
                raise

    def load(self, version: str) -> Bundle:
        """Return the bundle of a published version.

        Args:
            version: ``sha256:...``.

        Raises:
            BundleGone: It is not on the shelf of this machine, or not what it was.

        """
        if version not in self._loaded:
            folders = [folder for folder in self._place(version).glob("*") if folder.is_dir()]
            if not folders:
                raise BundleGone(f"{version} is not under {self._root}: publish the course on this machine")
            bundle = load_bundle(folders[0], self._built)
            if bundle.version != version:
                raise BundleGone(f"{folders[0]} was changed after it was published: delete it and publish again")
            self._loaded[version] = bundle
        return self._loaded[version]

    def _place(self, version: str) -> Path:
        return self._root / version.removeprefix("sha256:")
