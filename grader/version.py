"""Which grader this is: a digest over the code that turns artifacts into a verdict, whatever a release is called."""

import hashlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import exercises

#: Versioned on their own, each bundle by its content and each data set by its hash.
_ELSEWHERE = frozenset({"bundles", "sources"})


@cache
def grader_version() -> str:
    """Return ``sha256:...`` over every file of the grader and of the exercise format; ask once at start.

    Two processes of one version agree wherever they are installed. One that goes on while its files are replaced keeps
    the answer that it gave first, which is that of the code it runs.
    """
    return digest_of({"grader": Path(__file__).parent, "exercises": Path(exercises.__file__).parent})


def digest_of(packages: dict[str, Path]) -> str:
    """Return ``sha256:...`` over names and contents of the files of packages, by package name."""
    total = hashlib.sha256()
    for package, folder in sorted(packages.items()):
        for file in sorted(_files(folder)):
            content = hashlib.sha256(file.read_bytes()).hexdigest()
            total.update(f"{package}/{file.relative_to(folder).as_posix()} {content}\n".encode())
    return f"sha256:{total.hexdigest()}"


def _files(folder: Path) -> Iterator[Path]:
    """Yield every file that may have a say in verdicts; what Python or an editor left has none."""
    for file in folder.rglob("*"):
        parts = file.relative_to(folder).parts
        left = any(part == "__pycache__" or part.startswith(".") for part in parts)
        if file.is_file() and not left and parts[0] not in _ELSEWHERE:
            yield file
