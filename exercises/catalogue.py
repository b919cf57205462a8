"""All exercises of a folder, read once and in order; one bad bundle stops the lot, loudly."""

from pathlib import Path

from exercises.bundle import MANIFEST, Bundle, load_bundle
from exercises.errors import BundleError, BundleKeyWrong
from exercises.version import is_leftover


def load_catalogue(root: Path, built: Path) -> dict[str, Bundle]:
    """Return the bundles that lie in ``root`` by their id, ordered as a course shows them.

    Args:
        root: a folder whose sub-folders are bundles, each named by its id.
        built: the folder of built data, which need not exist.

    Raises:
        BundleError: a bundle is not whole, or its folder has not the name of its id.
    """
    if not root.is_dir():
        raise BundleError(str(root), "is not a folder of exercises")
    bundles = [load_bundle(folder, built) for folder in sorted(root.iterdir()) if _is_bundle(folder)]
    for bundle in bundles:
        if bundle.folder.name != bundle.id:
            what = f"is {bundle.id!r}, but the folder is called {bundle.folder.name!r}"
            raise BundleKeyWrong(f"{bundle.folder.name}/{MANIFEST}", what, key="id")
    return {bundle.id: bundle for bundle in sorted(bundles, key=lambda bundle: (bundle.exercise.order, bundle.id))}


def _is_bundle(folder: Path) -> bool:
    """Whether ``folder`` is meant to be a bundle; one without ``exercise.toml`` is, and is reported as broken."""
    return folder.is_dir() and not is_leftover(folder.name)
