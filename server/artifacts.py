"""Keep files between the phases of a grading, by their hash and compressed: in a folder, or in any fsspec store."""

import contextlib
import gzip
import hashlib
import secrets
from typing import Any

import fsspec


class ArtifactGone(Exception):
    """An artifact is not in the store, or is not what its name says."""


class ArtifactStore:
    """A content-addressed store. Its methods block: call them from a thread."""

    def __init__(self, url: str) -> None:
        """Use the store at ``url``: a path, ``s3://bucket/prefix`` or whatever else fsspec speaks."""
        filesystem, root = fsspec.core.url_to_fs(url)
        self._filesystem: Any = filesystem
        self._root = str(root).rstrip("/")

    def put(self, content: bytes) -> str:
        """Keep ``content`` and return its digest (``sha256:...``); what is there already is not written again."""
        digest = hashlib.sha256(content).hexdigest()
        path = self._path(digest)
        if not self._filesystem.exists(path):
            self._filesystem.makedirs(path.rpartition("/")[0], exist_ok=True)
            # Written aside and moved, so that a reader never sees half a file; level 1, as weights hardly compress.
            aside = f"{path}.{secrets.token_hex(4)}"
            self._filesystem.pipe_file(aside, gzip.compress(content, compresslevel=1, mtime=0))
            self._filesystem.mv(aside, path)
        return f"sha256:{digest}"

    def get(self, digest: str) -> bytes:
        """Return the content with this digest.

        Raises:
            ArtifactGone: It is not there (its time was over), or was damaged.

        """
        name = digest.removeprefix("sha256:")
        try:
            content = gzip.decompress(self._filesystem.cat_file(self._path(name)))
        except (FileNotFoundError, EOFError, gzip.BadGzipFile) as error:
            raise ArtifactGone(f"{digest} is not in the artifact store") from error
        if hashlib.sha256(content).hexdigest() != name:
            raise ArtifactGone(f"{digest} was damaged in the artifact store")
        return content

    def remove(self, digest: str) -> None:
        """Remove the content with this digest; what is not there is removed already."""
        with contextlib.suppress(FileNotFoundError):
            self._filesystem.rm_file(self._path(digest.removeprefix("sha256:")))

    def _path(self, hexdigest: str) -> str:
        return f"{self._root}/{hexdigest[:2]}/{hexdigest}.gz"
