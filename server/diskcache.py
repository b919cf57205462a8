"""A cache on this machine's disk for what lies in a store elsewhere; what was used longest ago goes first."""

import contextlib
import math
import os
import secrets
import time
from pathlib import Path

#: Share of the bound to which a full cache is emptied, so that not every file that comes empties it again.
EMPTIED_TO = 0.8


class DiskCache:
    """Files by name in one folder, together no larger than a bound; several processes of a machine may share it."""

    def __init__(self, folder: Path, most_bytes: int, most_seconds: float = math.inf) -> None:
        """Use ``folder``, which is made when something is put there.

        Args:
            folder: On a disk of this machine.
            most_bytes: Of all files together; a file larger than this is not kept at all.
            most_seconds: For which a file is kept that nobody uses: what was removed from the store goes here, too.

        """
        self._folder = folder
        self._most = most_bytes
        self._seconds = most_seconds

    def get(self, name: str) -> bytes | None:
        """Return a file; None where it is not here. Whoever needs to be sure of its content compares it."""
        path = self._folder / name
        try:
            content = path.read_bytes()
            os.utime(path)  # used now
        except OSError:
            return None
        return content

    def put(self, name: str, content: bytes) -> None:
        """Keep a file; a disk that takes none is a cache that is empty."""
        if len(content) > self._most:
            return
        aside = self._folder / f".{name}.{secrets.token_hex(4)}"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            aside.write_bytes(content)
            aside.replace(self._folder / name)
        except OSError:
            _forget(aside)
        self._make_room()

    def drop(self, name: str) -> None:
        """Forget a file that turned out to be damaged, or is to be gone."""
        _forget(self._folder / name)

    def _make_room(self) -> None:
        """Remove what nobody used for long, and what was used longest ago, once it is too much."""
        oldest = time.time() - self._seconds
        files: list[tuple[float, int, Path]] = []
        for path in self._folder.glob("*"):
            with contextlib.suppress(OSError):  # another process may be at it
                about = path.stat()
                if about.st_mtime < oldest:
                    path.unlink()
                else:
                    files.append((about.st_mtime, about.st_size, path))
        total = sum(size for _, size, _ in files)
        if total <= self._most:
            return
        for _, size, path in sorted(files):
            _forget(path)
            total -= size
            if total <= self._most * EMPTIED_TO:
                return


def _forget(path: Path) -> None:
    """Remove a file; where the disk does not let go of it nothing depends on that, as what is read is compared."""
    with contextlib.suppress(OSError):
        path.unlink()
