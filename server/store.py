"""Where files lie that several machines share: a folder, or a bucket behind an URL; every file whole or not there."""

import contextlib
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import fsspec

from exercises.sources.storage import write_atomically
from server.errors import StoreAway

#: Of a bucket: who does not answer in time is away, and the job waits rather than the worker.
S3_PATIENCE = {"connect_timeout": 5, "read_timeout": 60, "retries": {"max_attempts": 3}}

#: A name that no file has: asking for it tells a place that is empty from one that is not there.
NOTHING = ".nothing"


class Store:
    """Files by path under one URL. Its methods block: call them from a thread.

    Every method raises ``StoreAway`` where the store does not answer: also a folder whose disk is full or stale, one
    that is not mounted, and a bucket that there is none of. What is away must never look like what is gone.
    """

    def __init__(self, url: str, within: str | None = None) -> None:
        """Use what lies at ``url``: a path, ``s3://bucket/prefix`` or whatever else fsspec speaks.

        Args:
            url: Where it is.
            within: Of a folder that several machines mount: the folder that must be there and that nobody here makes,
                as an empty mount point would be filled instead of what is mounted on it.

        Raises:
            StoreAway: What speaks to such an URL is not installed; the message says how to install it.

        """
        self.url = shown(url)
        options: dict[str, Any] = {"use_listings_cache": False}  # others write too, and would not be seen
        if url.startswith("s3://"):
            options["config_kwargs"] = S3_PATIENCE
        try:
            filesystem, root = fsspec.core.url_to_fs(url, **options)
        except ImportError as error:
            raise StoreAway(f"{self.url}: {error}. For s3:// install BeginEnd with its extra: beginend[s3]") from error
        except ValueError as error:
            raise StoreAway(f"{self.url}: {error}") from error
        self._filesystem: Any = filesystem
        self._root = str(root).rstrip("/")
        protocols = filesystem.protocol if isinstance(filesystem.protocol, tuple) else (filesystem.protocol,)
        self.is_local = "file" in protocols
        self._within = Path(fsspec.core.url_to_fs(within)[1]) if self.is_local and within is not None else None

    def has(self, path: str) -> bool:
        """Tell whether there is such a file."""
        with self._answering():
            return bool(self._filesystem.exists(self._place(path)))

    def read(self, path: str) -> bytes:
        """Return a file.

        Raises:
            FileNotFoundError: There is none.

        """
        with self._answering():
            content: bytes = self._filesystem.cat_file(self._place(path))
            return content

    def write(self, path: str, content: bytes) -> None:
        """Write a file, so that nobody ever reads half of it, and that it is there after the power failed."""
        place = self._place(path)
        with self._answering():
            if self.is_local:
                write_atomically(Path(place), content)
                return
            try:
                self._filesystem.pipe_file(place, content)  # an object is there whole, or not
            except FileNotFoundError as error:
                raise StoreAway(f"the store {self.url} takes nothing: {error}") from error

    def touch(self, path: str) -> bool:
        """Let a file's time begin anew; tell whether it is there and the store can do that."""
        with self._answering():
            try:
                if self.is_local:
                    os.utime(self._place(path))
                else:
                    self._filesystem.touch(self._place(path), truncate=False)
            except (NotImplementedError, ValueError, OSError):
                return False
            return True

    def age(self, path: str) -> float:
        """Return how many seconds ago a file was written.

        Raises:
            FileNotFoundError: There is none.

        """
        with self._answering():
            return float(time.time() - self._filesystem.modified(self._place(path)).timestamp())

    def remove(self, path: str) -> None:
        """Remove a file.

        Raises:
            FileNotFoundError: There is none, where the store says so.

        """
        with self._answering():
            self._filesystem.rm_file(self._place(path))

    def names(self) -> list[str]:
        """Return the path of every file, below the store's own."""
        with self._answering():
            try:
                found = self._filesystem.find(self._root)
                if not found and not self.is_local:
                    self._filesystem.cat_file(self._place(NOTHING))
            except FileNotFoundError as error:
                if _is_of_the_bucket(error):
                    raise
                return []
            return [str(path).removeprefix(f"{self._root}/") for path in found]

    def _place(self, path: str) -> str:
        return f"{self._root}/{path}"

    @contextlib.contextmanager
    def _answering(self) -> Iterator[None]:
        """Say in one way that a store does not answer.

        Raises:
            StoreAway: It does not.

        """
        self._must_be_mounted()
        try:
            yield
        except StoreAway:
            raise
        except FileNotFoundError as error:
            self._must_be_mounted()
            if _is_of_the_bucket(error):
                raise StoreAway(f"the store {self.url} does not answer: {error}") from error
            raise
        except Exception as error:
            if self.is_local and not isinstance(error, OSError):
                raise
            raise StoreAway(f"the store {self.url} does not answer: {type(error).__name__}: {error}") from error

    def _must_be_mounted(self) -> None:
        """Ask for the folder that the machines share.

        Raises:
            StoreAway: It is not there.

        """
        if self._within is not None and not self._within.is_dir():
            raise StoreAway(
                f"the store's folder {self._within} is not there. Is it mounted? Where it is new, make it: nobody else"
                " does, so that nothing is written beside it"
            )


def shown(url: str) -> str:
    """Return an URL as it may be shown: without the name and the password that may stand in it."""
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl() if "@" in parts.netloc else url


def _is_of_the_bucket(error: FileNotFoundError) -> bool:
    """Tell whether it is not the file that is missing but the whole bucket; s3fs names both alike."""
    answer = getattr(error.__cause__, "response", None)
    return isinstance(answer, dict) and answer.get("Error", {}).get("Code") == "NoSuchBucket"
