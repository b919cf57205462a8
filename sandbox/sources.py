"""The code that goes inside: our supervisor and the payload packages, as one tree under the names it has there."""

import hashlib
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path

INSIDE = Path(__file__).parent / "inside"
INSIDE_NAME = "sandbox_inside"


def code_files(payloads: Mapping[str, Path]) -> dict[str, Path]:
    """List every file of the code tree by its place in it.

    Args:
        payloads: Package name inside to folder outside.

    """
    found: dict[str, Path] = {}
    for name, folder in {INSIDE_NAME: INSIDE, **payloads}.items():
        for path in sorted(folder.rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts and path.suffix != ".pyc":
                found[f"{name}/{path.relative_to(folder).as_posix()}"] = path
    return found


def digest(parts: Iterable[bytes]) -> str:
    """Digest a sequence of byte strings, each with its length, to twenty hexadecimal characters."""
    whole = hashlib.sha256()
    for part in parts:
        whole.update(len(part).to_bytes(8, "big"))
        whole.update(part)
    return whole.hexdigest()[:20]


def digest_files(files: Mapping[str, Path]) -> str:
    """Digest files by name and content."""
    return digest(part for name, path in sorted(files.items()) for part in (name.encode(), path.read_bytes()))


def copy_tree(files: Mapping[str, Path], target: Path) -> None:
    """Copy files to their places below ``target``."""
    for name, path in files.items():
        place = target / name
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, place)
