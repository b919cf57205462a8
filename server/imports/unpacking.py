"""From an uploaded file to a checked bundle in a folder: whatever it is, it leaves either an exercise or a refusal."""

from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from exercises import Bundle
from server.imports import gitbundles, zips
from server.imports.loading import load_untrusted
from server.imports.members import Member, lay_out
from server.imports.refusals import NotAnArchive


def unpack(file: Path, into: Path, built: Path) -> Bundle:
    """Unpack a zip or a git bundle and return the exercise in it.

    Args:
        file: What was sent; hostile.
        into: An empty folder, in which the exercise's own is made.
        built: The folder of built data.

    Raises:
        ArchiveRefused: It cannot be unpacked, or must not be.
        BundleUnusable: It holds no exercise that could be used; says which file, key and line.

    """
    with _members_of(file) as members:
        folder = lay_out(members, into)
    return load_untrusted(folder, built)


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
