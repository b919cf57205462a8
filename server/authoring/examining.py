"""What is wrong with a working copy, by file and line, and the bundle that it is where nothing is."""

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from exercises import Bundle
from exercises.bundle import EXERCISE, MANIFEST
from exercises.errors import BundleKeyWrong
from exercises.text import Text
from exercises.tomlfile import problems_of
from exercises.tomllines import line_of
from server.errors import BundleUnusable, Refused
from server.imports.loading import load_untrusted, refused
from server.imports.members import Member, lay_out, safe_path


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that an author has to mend."""

    file: str  #: within the bundle; empty where no single file is at fault
    line: int | None
    key: str
    sentence: Text


def problems_of_manifest(text: str) -> tuple[Problem, ...]:
    """Return everything that is wrong with an ``exercise.toml`` on its own, by line."""
    return tuple(_problem(refused(error)) for error in problems_of(text, MANIFEST, EXERCISE))


def problems_of_copy(exercise_id: str, files: Mapping[str, bytes], built: Path) -> tuple[Problem, ...]:
    """Return what is wrong with a working copy: all that ``exercise.toml`` has, or the first thing of the rest."""
    manifest = files.get(MANIFEST, b"").decode("utf-8", "replace")
    if found := problems_of_manifest(manifest):
        return found
    try:
        with bundle_of_files(exercise_id, files, built):
            return ()
    except Refused as problem:
        return (_problem(problem),)


@contextmanager
def bundle_of_files(exercise_id: str, files: Mapping[str, bytes], built: Path) -> Iterator[Bundle]:
    """Yield the bundle that a working copy is, in a folder that exists while the block runs.

    The files take the way of an upload: nothing is believed because it comes from our own database.

    Raises:
        ArchiveRefused: They cannot be laid out.
        BundleUnusable: They are no exercise, or one of another id.

    """
    members = [Member(safe_path(path), len(content), partial(bytes, content)) for path, content in files.items()]
    with tempfile.TemporaryDirectory(prefix="beginend-copy-") as place:
        bundle = load_untrusted(lay_out(members, Path(place)), built)
        if bundle.id != exercise_id:
            text = files[MANIFEST].decode("utf-8")
            raise refused(
                BundleKeyWrong(
                    f"{bundle.id}/{MANIFEST}",
                    f"this draft is of the exercise {exercise_id!r}",
                    key="id",
                    line=line_of(text, ("id",)),
                )
            )
        yield bundle


def _problem(refusal: Refused) -> Problem:
    """Return a refusal as a place and a sentence; the sentence begins with the place, which is shown apart."""
    if not isinstance(refusal, BundleUnusable) or "file" not in refusal.extra:
        return Problem("", None, "", refusal.sentence)
    file, line, key = (refusal.extra.get(name) for name in ("file", "line", "key"))
    path = str(file).split("/", 1)[-1]
    return Problem(path, line if isinstance(line, int) else None, str(key or ""), refusal.sentence)
