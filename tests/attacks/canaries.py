"""Secrets that nobody needs, laid where student code must not reach, and looked for in everything that comes back.

Each is a word of its own, ``canary~PLACE~NUMBER``, drawn anew for each run of the tests. Programs that search memory
know the shape of the word, but not the number: to print one, they must have found it.
"""

import dataclasses
import io
import mmap
import os
import secrets
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from exercises import Bundle
from sandbox.contract import Limits, RunRequest, Sandbox

#: The programs know these names; whoever may read the machine's files may read the first.
FILE = Path("/tmp/beginend-attacks-canary.txt")  # noqa: S108 - a place that every program can think of
LISTENER = Path("/tmp/beginend-attacks-listener.sock")  # noqa: S108

WHERES = ("worker", "environment", "file", "judge", "labels", "previous")
VARIABLE = "BEGINEND_CANARY"


def draw_canaries() -> dict[str, str]:
    """Draw a word for each place."""
    return {where: f"canary~{where}~{secrets.token_hex(8)}" for where in WHERES}


@contextmanager
def planted_here(canaries: Mapping[str, str]) -> Iterator[socket.socket]:
    """Plant what belongs into this process, which plays the worker, and beside it on the disk.

    Yields:
        A socket to which every process of the machine may send, and that must hear nothing.

    """
    page = mmap.mmap(-1, 1 << 16)  # memory that every child would share, were it handed down
    page.write(canaries["worker"].encode() * 100)
    os.environ[VARIABLE] = canaries["environment"]
    FILE.write_text(canaries["file"], encoding="ascii")
    FILE.chmod(0o644)
    LISTENER.unlink(missing_ok=True)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(str(LISTENER))
        LISTENER.chmod(0o777)
        listener.setblocking(False)  # noqa: FBT003 - the socket module's own signature
        try:
            yield listener
        finally:
            LISTENER.unlink(missing_ok=True)
            FILE.unlink(missing_ok=True)
            os.environ.pop(VARIABLE)
            page.close()


def plant_in_judge(sandbox: Sandbox, canary: str) -> None:
    """Hand a canary to a judge, as an argument and as a file, so that it passed through all that a judge's run does."""
    sandbox.run(
        RunRequest(
            entry="sandbox:describe",
            arguments={"canary": canary, "labels": [canary] * 50},
            files={"hidden.npy": canary.encode() * 1000},
            artifacts=("description.json",),
            limits=Limits(wall_seconds=30),
            trusted=True,
        )
    )


@dataclasses.dataclass(frozen=True)
class BundleWithCanary(Bundle):
    """A bundle whose private files are a canary."""

    canary: str = ""

    def read(self, path: str) -> bytes:
        """Return a file; a private one is the canary's letters as an array."""
        if path.startswith("private/"):
            file = io.BytesIO()
            np.save(file, np.frombuffer(self.canary.encode(), np.uint8), allow_pickle=False)
            return file.getvalue()
        return super().read(path)


def with_canary(bundle: Bundle, canary: str) -> BundleWithCanary:
    """Return a bundle with other private files."""
    parts = {field.name: getattr(bundle, field.name) for field in dataclasses.fields(bundle)}
    return BundleWithCanary(**parts, canary=canary)


def found_in(texts: list[str], canaries: Mapping[str, str]) -> list[str]:
    """Return where the canaries came from that stand in any of the texts."""
    return [where for where, canary in canaries.items() if any(canary in text for text in texts)]
