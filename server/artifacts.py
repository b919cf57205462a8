"""Keep files between the phases of a grading, by their hash and compressed: in a folder, or in any fsspec store."""

import contextlib
import gzip
import hashlib
import re
import secrets
import time
from collections.abc import Iterator
from typing import Any

import fsspec

PACKED_NAME = re.compile(r"[0-9a-f]{64}")


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
        if not self._renewed(self._path(digest)):
            # Level 1, as weights hardly compress.
            self.put_packed(digest, gzip.compress(content, compresslevel=1, mtime=0))
        return f"sha256:{digest}"

    def _renewed(self, path: str) -> bool:
        """Tell whether a file is there; if so its time begins anew, where the store can say so."""
        if not self._filesystem.exists(path):
            return False
        with contextlib.suppress(NotImplementedError, ValueError, OSError):
            self._filesystem.touch(path, truncate=False)
        return True

    def put_packed(self, hexdigest: str, packed: bytes) -> None:
        """Keep a compressed file under a digest, as :meth:`read_packed` returned it; what is there already stays."""
        path = self._path(hexdigest)
        if self._filesystem.exists(path):
            return
        self._filesystem.makedirs(path.rpartition("/")[0], exist_ok=True)
        aside = f"{path}.{secrets.token_hex(4)}"  # and moved, so that a reader never sees half a file
        self._filesystem.pipe_file(aside, packed)
        self._filesystem.mv(aside, path)

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

    def packed_names(self) -> Iterator[str]:
        """Yield the hex digest of everything in the store, in order; what is being written is not there yet."""
        try:
            found = self._filesystem.find(self._root)
        except FileNotFoundError:
            return
        for path in sorted(found):
            name = str(path).rpartition("/")[2].removesuffix(".gz")
            if PACKED_NAME.fullmatch(name) and str(path).endswith(".gz"):
                yield name

    def read_packed(self, hexdigest: str) -> bytes:
        """Return the compressed file of a digest, as it lies there."""
        content: bytes = self._filesystem.cat_file(self._path(hexdigest))
        return content

    def remove(self, digest: str) -> None:
        """Remove the content with this digest; what is not there is removed already."""
        with contextlib.suppress(FileNotFoundError):
            self._filesystem.rm_file(self._path(digest.removeprefix("sha256:")))

    def remove_older(self, seconds: float) -> int:
        """Remove what was put, or put again, longer ago; return how much was removed."""
        removed = 0
        for name in list(self.packed_names()):
            with contextlib.suppress(FileNotFoundError):
                written = self._filesystem.modified(self._path(name)).timestamp()
                if written < time.time() - seconds:
                    self._filesystem.rm_file(self._path(name))
                    removed += 1
        return removed

    def _path(self, hexdigest: str) -> str:
        return f"{self._root}/{hexdigest[:2]}/{hexdigest}.gz"
