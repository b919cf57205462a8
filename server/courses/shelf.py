"""The shelf: every published version of a bundle, kept by its hash: old submissions can be judged as they were."""

import logging
import math
import secrets
import shutil
import threading
import time
from collections import defaultdict
from enum import Enum
from pathlib import Path

from exercises import Bundle, load_bundle
from exercises.errors import ExerciseError
from exercises.sources.storage import flush_folder, flush_tree
from server.courses.bundlestore import BundleStore
from server.errors import BundleGone, StoreAway

log = logging.getLogger(__name__)

AGAIN_SECONDS = 60.0  # until data are asked for again that could not be had


class Data(Enum):
    """When the data of a bundle are fetched that this machine lacks."""

    FIRST = "first"  #: before the bundle is handed out: whoever judges needs them
    LATER = "later"  #: beside everything else: a page needs them for little, and shows itself without
    NEVER = "never"  #: not at all


class Shelf:
    """Published bundles under one folder; loading is cached for as long as the process lives."""

    def __init__(self, root: Path, built: Path, store: BundleStore | None = None, *, data: Data = Data.FIRST) -> None:
        """Use ``root``, which is made when something is put there.

        Args:
            root: Folder of ``<hex digest>/<bundle folder>``.
            built: Content-addressed store of built exercise data.
            store: Where other machines find what is put on this shelf, and this one what they put on theirs.
            data: When the data that a bundle names are fetched from the store.

        """
        self._root = root
        self._built = built
        self._store = store
        self._data = data
        self._due: dict[str, float] = {}
        self._loaded: dict[str, Bundle] = {}
        self._locks: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)

    def keep(self, bundle: Bundle) -> None:
        """Copy a bundle onto the shelf and into the store, unless it stands there; of two at once, either wins.

        Raises:
            StoreAway: The store does not answer; nothing is published that the workers could not find.

        """
        place = self._place(bundle.version)
        if not place.exists():
            ignored = shutil.ignore_patterns("__pycache__", ".*")
            copy = self._beside(place)
            shutil.copytree(bundle.folder, copy / bundle.folder.name, ignore=ignored)
            self._put(copy, place)
        if self._store is not None:
            self._store.keep(bundle)

    def load(self, version: str) -> Bundle:
        """Return the bundle of a published version, fetched from the store where this machine has not seen it.

        Args:
            version: ``sha256:...``.

        Raises:
            BundleGone: It is neither on the shelf of this machine nor in the store, or not what it was.
            StoreAway: It is not on the shelf, and the store does not answer.

        """
        if version in self._loaded:
            self._see_to_data(self._loaded[version])
            return self._loaded[version]
        with self._locks[version]:  # of many who ask for it at once, one fetches it
            return self._loaded.get(version) or self._looked_up(version)

    def _looked_up(self, version: str) -> Bundle:
        """Return what :meth:`load` returns, the first time."""
        folders = self._folders(version)
        if not folders and self._store is not None:
            folders = self._fetched(version, self._store)
        if not folders:
            raise BundleGone(self._advice(version))
        bundle = load_bundle(folders[0], self._built)
        if bundle.version != version:
            raise BundleGone(f"{folders[0]} was changed after it was published: delete it and publish again")
        if self._store is None or self._data is not Data.FIRST or self._store.fetch_data(bundle):
            self._loaded[version] = bundle  # with data that are still to come it is looked at again
        if self._store is not None and self._data is Data.LATER:
            self._due[version] = 0.0
            self._see_to_data(bundle)
        return bundle

    def _see_to_data(self, bundle: Bundle) -> None:
        """Fetch what a bundle still lacks beside everything else, now and then until all of it is here."""
        now = time.monotonic()
        if self._due.get(bundle.version, math.inf) <= now:
            self._due[bundle.version] = now + AGAIN_SECONDS
            threading.Thread(target=self._fetch_beside, args=(bundle,), name="fetch data", daemon=True).start()

    def _fetch_beside(self, bundle: Bundle) -> None:
        """Fetch a bundle's data; what is in the way is said, and tried again."""
        try:
            if self._store is None or self._store.fetch_data(bundle):
                self._due.pop(bundle.version, None)
        except (StoreAway, OSError) as problem:
            log.warning("the data of %s could not be fetched yet: %s", bundle.id, problem)

    def versions(self) -> list[str]:
        """Return every version that stands on this machine's shelf."""
        found = self._root.glob("[0-9a-f]*") if self._root.is_dir() else ()
        return sorted(f"sha256:{place.name}" for place in found)

    def folder(self, version: str) -> Path:
        """Return the folder in which a version stands that this machine has.

        Raises:
            BundleGone: It has not.

        """
        folders = self._folders(version)
        if not folders:
            raise BundleGone(self._advice(version))
        return folders[0]

    def _fetched(self, version: str, store: BundleStore) -> list[Path]:
        """Fetch a version from the store and return its folder, if it is there."""
        place = self._place(version)
        copy = self._beside(place)
        try:
            if store.fetch(version, copy):
                self._must_be(version, copy)
                self._put(copy, place)
        finally:
            shutil.rmtree(copy, ignore_errors=True)
        return self._folders(version)

    def _must_be(self, version: str, copy: Path) -> None:
        """Ask that what was fetched is what its name says, before it stands on the shelf for good.

        Raises:
            BundleGone: It is not.

        """
        folders = [folder for folder in copy.glob("*") if folder.is_dir()]
        try:
            found = load_bundle(folders[0], self._built).version if folders else None
        except ExerciseError as error:
            raise BundleGone(f"{self._not_itself(version)} ({error})") from error
        if found != version:
            raise BundleGone(self._not_itself(version))

    @staticmethod
    def _not_itself(version: str) -> str:
        return (
            f"{version} in the store is not what its name says: on the machine where it was published, run"
            " `beginend store push` with the same BEGINEND_STORE, which writes it anew"
        )

    def _folders(self, version: str) -> list[Path]:
        return [folder for folder in self._place(version).glob("*") if folder.is_dir()]

    def _advice(self, version: str) -> str:
        if self._store is None:
            return f"{version} is not under {self._root}: publish the course on this machine"
        return (
            f"{version} is neither under {self._root} nor in the store: on the machine where it was published, "
            "run `beginend store push` with the same BEGINEND_STORE"
        )

    def _beside(self, place: Path) -> Path:
        """Return where something is made that will be moved to ``place``."""
        self._root.mkdir(parents=True, exist_ok=True)
        return self._root / f".{place.name}.{secrets.token_hex(4)}"

    @staticmethod
    def _put(copy: Path, place: Path) -> None:
        """Move what was made to its place, once it is on the disk; another process may have been faster."""
        flush_tree(copy)
        try:
            copy.rename(place)
            flush_folder(place.parent)
        except OSError:
            shutil.rmtree(copy)
            if not place.exists():
                raise

    def _place(self, version: str) -> Path:
        return self._root / version.removeprefix("sha256:")
