"""From an uploaded file to a checked bundle in a folder: whatever it is, it leaves either an exercise or a refusal."""

import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path

from exercises import Bundle
from server.imports import gitbundles, zips
from server.imports.loading import load_untrusted
from server.imports.members import Member, lay_out
from server.imports.refusals import NotAnArchive


@contextmanager
def unpacked(file: Path, built: Path) -> Iterator[Bundle]:
    """Unpack a zip or a git bundle and yield the exercise in it; its folder is gone afterwards.

    Args:
        file: What was sent; hostile.
        built: The folder of built data.

    Raises:
        ArchiveRefused: It cannot be unpacked, or must not be.
        BundleUnusable: It holds no exercise that could be used; says which file, key and line.

    """
    with tempfile.TemporaryDirectory(prefix="beginend-import-") as place:
        with _members_of(file) as members:
            folder = lay_out(members, Path(place))
        yield load_untrusted(folder, built)


def _members_of(file: Path) -> AbstractContextManager[list[Member]]:
    """Return the files of an archive, by what its first bytes say it is.

    Raises:
        NotAnArchive: They say nothing that is known.

    """
    with file.open("rb") as opened:
        beginning = opened.read(16)
    if beginning.startswith(zips.MAGIC):
        return zips.zip_members(file)
    if beginning.startswith(gitbundles.MAGIC):
        return nullcontext(gitbundles.git_members(file))
    raise NotAnArchive
