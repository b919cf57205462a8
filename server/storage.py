"""Where this process finds what is kept by its hash, as the settings say: artifacts, and published bundles."""

from exercises import load_bundle
from server.artifacts import ArtifactStore, kept_seconds
from server.courses.bundlestore import BundleStore
from server.courses.shelf import Data, Shelf
from server.diskcache import DiskCache
from server.errors import BundleGone
from server.settings import Settings
from server.store import Store


def artifact_store(settings: Settings) -> ArtifactStore:
    """Return the artifacts; of a store elsewhere, what was used lately lies on this machine's disk too."""
    within = settings.store if settings.artifact_url is None else None
    cache = DiskCache(settings.home / "cache", settings.cache_mib << 20, kept_seconds(settings.artifact_days))
    return ArtifactStore(settings.artifacts, cache, within=within)


def published_bundles(settings: Settings, *, data: Data = Data.FIRST) -> Shelf:
    """Return the shelf of this machine; what it lacks comes from the store that the machines share.

    Args:
        settings: The operator's choices.
        data: When the data that a bundle trains on are fetched with it; who only shows it need not wait for them.

    Raises:
        StoreAway: Nothing here speaks to such a store.

    """
    return Shelf(settings.shelf, settings.built, bundle_store(settings), data=data)


def bundle_store(settings: Settings) -> BundleStore | None:
    """Return where the machines share their published bundles; None where there is only this machine.

    Raises:
        StoreAway: Nothing here speaks to such a store.

    """
    bundles, data = settings.stored("bundles"), settings.stored("data")
    if bundles is None or data is None:
        return None
    return BundleStore(Store(bundles, settings.store), ArtifactStore(data, within=settings.store))


def bring_all_here(settings: Settings) -> list[BundleGone]:
    """Fetch every version of the store that this machine's shelf lacks, as for a backup; return what cannot be had.

    Raises:
        StoreAway: The store does not answer.

    """
    store, shelf = bundle_store(settings), published_bundles(settings, data=Data.NEVER)
    lost = []
    for version in sorted(set(store.versions() if store is not None else ()) - set(shelf.versions())):
        try:
            shelf.load(version)
        except BundleGone as problem:
            lost.append(problem)
    return lost


def put_all_there(settings: Settings) -> int:
    """Put every version of this machine's shelf, with its data, into the store; return how many there are.

    Raises:
        StoreAway: The store does not answer.

    """
    store, shelf = bundle_store(settings), published_bundles(settings)
    if store is None:
        return 0
    versions = shelf.versions()
    for version in versions:
        store.keep(load_bundle(shelf.folder(version), settings.built))
    return len(versions)


def put_artifacts_there(settings: Settings) -> int:
    """Copy the artifacts of this machine's folder into the store; return how many there are.

    Raises:
        StoreAway: The store does not answer.

    """
    here, there = ArtifactStore(str((settings.home / "artifacts").absolute())), artifact_store(settings)
    names = list(here.packed_names())
    for name in names:
        there.put_packed(name, here.read_packed(name))
    return len(names)
