"""The version of a bundle: a sha256 over its canonical contents.

Two bundles have the same version exactly when their files have the same paths and contents, where line ends of text do
not count, nor do the order, times and permissions of files, nor what systems and editors leave behind. Data that are
built count by the sha256 that ``exercise.toml`` names, whether or not they have been built here.
"""

import hashlib
import unicodedata
from collections.abc import Collection
from pathlib import Path

from exercises.errors import BundleHasLink
from exercises.lines import normalise

FORMAT = b"beginend bundle 1\n"
TEXT_SUFFIXES = frozenset({".toml", ".md", ".py", ".txt", ".csv", ".json", ".svg"})
LEFTOVER_NAMES = frozenset({"__pycache__", "__macosx", "thumbs.db", "desktop.ini"})
LEFTOVER_SUFFIXES = (".pyc", ".pyo", "~")


def bundle_files(folder: Path) -> dict[str, Path]:
    """Return the files of a bundle by their path within it, sorted, without what systems and editors leave behind.

    Raises:
        BundleHasLink: one of them, or a folder on the way, is a symbolic link.
    """
    files: dict[str, Path] = {}
    for path in folder.rglob("*"):
        parts = path.relative_to(folder).parts
        if any(is_leftover(part) for part in parts):
            continue
        shown = unicodedata.normalize("NFC", "/".join(parts))
        if path.is_symlink():
            raise BundleHasLink(f"{folder.name}/{shown}", "is a symbolic link: put the file itself into the bundle")
        if path.is_file():
            files[shown] = path
    return dict(sorted(files.items()))


def is_leftover(name: str) -> bool:
    """Whether a file or folder of this name is something that nobody meant to put into a bundle."""
    return name.startswith(".") or name.lower() in LEFTOVER_NAMES or name.endswith(LEFTOVER_SUFFIXES)


def version_of(folder: Path, built: Collection[str]) -> str:
    """Return the version of the bundle in ``folder``.

    Args:
        folder: the bundle.
        built: paths of data that are built, which count by their hash in ``exercise.toml`` alone.

    Returns:
        ``sha256:`` and 64 hexadecimal digits.
    """
    total = hashlib.sha256(FORMAT)
    for path, file in bundle_files(folder).items():
        if path in built:
            continue
        name = path.encode("utf-8")
        total.update(b"%d:%s=%s\n" % (len(name), name, hashlib.sha256(canonical(file)).hexdigest().encode("ascii")))
    return f"sha256:{total.hexdigest()}"


def canonical(file: Path) -> bytes:
    """Return the contents of ``file`` as they count: text with normalised line ends, anything else as it is."""
    contents = file.read_bytes()
    if file.suffix.lower() not in TEXT_SUFFIXES:
        return contents
    try:
        return normalise(contents.decode("utf-8")).encode("utf-8")
    except UnicodeDecodeError:  # a known wrong submission may be in another encoding on purpose
        return contents
