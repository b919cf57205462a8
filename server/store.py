"""Where files lie that several machines share: a folder, or a bucket behind an URL; every file whole or not there."""

import contextlib
import secrets
import time
from collections.abc import Iterator
from typing import Any

import fsspec

from server.errors import StoreAway

#: Of a bucket: who does not answer in time is away, and the job waits rather than the worker.
S3_PATIENCE = {"connect_timeout": 5, "read_timeout": 60, "retries": {"max_attempts": 3}}


class Store:
    """Files by path under one URL. Its methods block: call them from a thread.

    Every method raises ``StoreAway`` where the store does not answer.
    """

    def __init__(self, url: str) -> None:
        """Use what lies at ``url``: a path, ``s3://bucket/prefix`` or whatever else fsspec speaks.

        Raises:
            StoreAway: What speaks to such an URL is not installed; the message says how to install it.

        """
        self.url = url
        options: dict[str, Any] = {"use_listings_cache": False}  # others write too, and would not be seen
        if url.startswith("s3://"):
            options["config_kwargs"] = S3_PATIENCE
        try:
            filesystem, root = fsspec.core.url_to_fs(url, **options)
        except ImportError as error:
            raise StoreAway(f"{url}: {error}. For s3:// install BeginEnd with its extra: beginend[s3]") from error
        except ValueError as error:
            raise StoreAway(f"{url}: {error}") from error
        self._filesystem: Any = filesystem
        self._root = str(root).rstrip("/")
        protocols = filesystem.protocol if isinstance(filesystem.protocol, tuple) else (filesystem.protocol,)
        self.is_local = "file" in protocols

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
        """Write a file, so that nobody ever reads half of it."""
        place = self._place(path)
        with self._answering():
            if not self.is_local:  # an object is there whole, or not
                self._filesystem.pipe_file(place, content)
                return
            self._filesystem.makedirs(place.rpartition("/")[0], exist_ok=True)
            aside = f"{place}.{secrets.token_hex(4)}"
            self._filesystem.pipe_file(aside, content)
            self._filesystem.mv(aside, place)

    def touch(self, path: str) -> bool:
        """Let a file's time begin anew; tell whether the store can do that."""
        with self._answering():
            try:
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
            except FileNotFoundError:
                return []
            return [str(path).removeprefix(f"{self._root}/") for path in found]

    def _place(self, path: str) -> str:
        return f"{self._root}/{path}"

    @contextlib.contextmanager
    def _answering(self) -> Iterator[None]:
        """Say in one way that a store elsewhere does not answer; a folder's errors stay what they are.

        Raises:
            StoreAway: It does not.

        """
        try:
            yield
        except (FileNotFoundError, StoreAway):
            raise
        except Exception as error:
            if self.is_local:
                raise
            raise StoreAway(f"the store {self.url} does not answer: {type(error).__name__}: {error}") from error
