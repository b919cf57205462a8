"""Keep files between the phases of a grading, by their hash and compressed: in a folder, or in any fsspec store."""

import contextlib
import gzip
import hashlib
import logging
import re
import zlib
from collections.abc import Iterable, Iterator

from server.diskcache import DiskCache
from server.errors import StoreAway
from server.store import Store

log = logging.getLogger(__name__)

#: Seconds after which a file is written anew that is put again, where a store cannot say that it was used.
RENEWED_AFTER = 86_400.0

#: Artifacts are kept for so long however short the operator wants it: what waits for its training needs them, and what
#: is put again is not written anew within a day.
SHORTEST_SECONDS = 2 * 86_400.0

PACKED_NAME = re.compile(r"[0-9a-f]{64}")

#: Refusals in a row after which a store is taken to be away: each may have taken a while.
MOST_REFUSALS = 3

#: What a process was writing that was killed meanwhile.
UNFINISHED = re.compile(r"\.part-.+|[0-9a-f]{64}\.gz\.[0-9a-f]{8}")
LEFT_AFTER = 86_400.0  # seconds after which nobody is writing it any more


def kept_seconds(days: int) -> float:
    """Return for how many seconds an artifact is kept where the operator wants so many days."""
    return max(SHORTEST_SECONDS, days * 86_400.0)


class ArtifactGone(Exception):
    """An artifact is not in the store, or is not what its name says."""


class ArtifactStore:
    """A content-addressed store. Its methods block: call them from a thread."""

    def __init__(self, url: str, cache: DiskCache | None = None, *, within: str | None = None) -> None:
        """Use the store at ``url``: a path, ``s3://bucket/prefix`` or whatever else fsspec speaks.

        Args:
            url: Where it is.
            cache: On this machine, for what is read from a store on another; not used where the store is a folder.
            within: Of a folder that several machines mount: the folder that must be there.

        """
        self._store = Store(url, within)
        self._cache = None if self._store.is_local else cache

    def put(self, content: bytes) -> str:
        """Keep ``content`` and return its digest (``sha256:...``); what is there already is not written again."""
        digest = hashlib.sha256(content).hexdigest()
        if not self._renewed(self._path(digest)):
            # Level 1, as weights hardly compress.
            packed = gzip.compress(content, compresslevel=1, mtime=0)
            self._store.write(self._path(digest), packed)
            if self._cache is not None:  # whoever made it needs it again, most often
                self._cache.put(digest, packed)
        return f"sha256:{digest}"

    def _renewed(self, path: str) -> bool:
        """Tell whether a file is there; if so its time begins anew, where the store can say so."""
        if not self._store.has(path):
            return False
        with contextlib.suppress(FileNotFoundError):
            return self._store.touch(path) or self._store.age(path) < RENEWED_AFTER
        return False

    def put_packed(self, hexdigest: str, packed: bytes) -> None:
        """Keep a compressed file under a digest, as :meth:`read_packed` returned it; what is there already stays."""
        path = self._path(hexdigest)
        if not self._store.has(path):
            self._store.write(path, packed)

    def has(self, digest: str) -> bool:
        """Tell whether the content with this digest is there."""
        return self._store.has(self._path(digest.removeprefix("sha256:")))

    def get(self, digest: str) -> bytes:
        """Return the content with this digest, from this machine's cache where it is there.

        Raises:
            ArtifactGone: It is not there (its time was over), or was damaged.
            StoreAway: The store could not be asked.

        """
        name = digest.removeprefix("sha256:")
        if self._cache is not None and (packed := self._cache.get(name)) is not None:
            content = _unpacked(packed, name)
            if content is not None:
                return content
            self._cache.drop(name)
        try:
            packed = self._store.read(self._path(name))
            content = _unpacked(packed, name)
            if content is None:  # was it the file, or the way here?
                packed = self._store.read(self._path(name))
                content = _unpacked(packed, name)
        except FileNotFoundError as error:
            raise ArtifactGone(f"{digest} is not in the artifact store") from error
        if content is None:
            self._forget_damaged(name)
            raise ArtifactGone(f"{digest} was damaged in the artifact store")
        if self._cache is not None:
            self._cache.put(name, packed)
        return content

    def _forget_damaged(self, hexdigest: str) -> None:
        """Remove what is damaged: who makes it again writes it anew only where nothing lies."""
        with contextlib.suppress(FileNotFoundError, StoreAway):
            self._store.remove(self._path(hexdigest))

    def packed_names(self) -> Iterator[str]:
        """Yield the hex digest of everything in the store, in order; what is being written is not there yet."""
        for path in sorted(self._store.names()):
            name = path.rpartition("/")[2].removesuffix(".gz")
            if PACKED_NAME.fullmatch(name) and path.endswith(".gz"):
                yield name

    def read_packed(self, hexdigest: str) -> bytes:
        """Return the compressed file of a digest, as it lies there."""
        return self._store.read(self._path(hexdigest))

    def remove(self, digest: str) -> None:
        """Remove the content with this digest; what is not there is removed already."""
        name = digest.removeprefix("sha256:")
        if self._cache is not None:
            self._cache.drop(name)
        with contextlib.suppress(FileNotFoundError):
            self._store.remove(self._path(name))

    def remove_all(self, digests: Iterable[str]) -> list[str]:
        """Remove as much as can be removed; return what is left, which goes when its time is over."""
        left: list[str] = []
        refused = 0
        for digest in digests:
            try:
                if refused < MOST_REFUSALS:
                    self.remove(digest)
                    refused = 0
                    continue
            except (StoreAway, OSError) as problem:
                refused += 1
                log.warning("%s could not be removed: %s", digest, problem)
            left.append(digest)
        if left:
            log.error("not removed, and to go when their time is over: %s", ", ".join(left))
        return left

    def remove_older(self, seconds: float) -> int:
        """Remove what was put, or put again, longer ago; return how much was removed."""
        removed = 0
        for path in self._store.names():
            name = path.rpartition("/")[2]
            is_whole = PACKED_NAME.fullmatch(name.removesuffix(".gz")) is not None and name.endswith(".gz")
            if not is_whole and UNFINISHED.fullmatch(name) is None:
                continue
            with contextlib.suppress(FileNotFoundError):
                if self._store.age(path) > (seconds if is_whole else LEFT_AFTER):
                    self._store.remove(path)
                    removed += is_whole
        return removed

    @staticmethod
    def _path(hexdigest: str) -> str:
        return f"{hexdigest[:2]}/{hexdigest}.gz"


def _unpacked(packed: bytes, hexdigest: str) -> bytes | None:
    """Return what a compressed file holds; None where that is not what its name says."""
    try:
        content = gzip.decompress(packed)
    except (EOFError, gzip.BadGzipFile, zlib.error):
        return None
    return content if hashlib.sha256(content).hexdigest() == hexdigest else None
