"""Find out which picture each row of a student's images shows, and how far it is from the references.

A row is recognised by what it looks like, not by its exact numbers: a student who forgot to divide by 255 or changed
the colours made one mistake with the images and none with the labels.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

GRID = 8  #: a picture is recognised by the brightness of its 8 x 8 parts
ALIKE = 0.9  #: correlation from which a row counts as a picture
SAME = 2e-3  #: how near an explanation of a mistake must come


@dataclass(frozen=True, slots=True)
class References:
    """Our own reading of a folder's pictures, (n, height, width, 3) in 0..1, divided after or before the resize."""

    names: tuple[str, ...]
    after: NDArray[np.float32]
    before: NDArray[np.float32]


def match_rows(images: Floats, references: References) -> list[int | None]:
    """Return for each row the number of the picture it shows; each picture is given to one row at most."""
    if not _has_looks(images):
        return [None] * len(images)
    looks = _look(images) @ _look(references.after.astype(np.float64)).T
    matches: list[int | None] = [None] * len(images)
    taken: set[int] = set()
    for flat in np.argsort(-looks, axis=None):
        row, picture = divmod(int(flat), looks.shape[1])
        if looks[row, picture] < ALIKE:
            break
        if matches[row] is None and picture not in taken:
            matches[row] = picture
            taken.add(picture)
    return matches


def again(images: Floats, references: References, matches: list[int | None]) -> list[int | None]:
    """Return for each row that shows a picture of another row once more the number of that picture."""
    if None not in matches or not _has_looks(images):
        return [None] * len(matches)
    looks = _look(images) @ _look(references.after.astype(np.float64)).T
    return [
        int(likeness.argmax()) if match is None and likeness.max() >= ALIKE else None
        for match, likeness in zip(matches, looks, strict=True)
    ]


def distances(images: Floats, references: References, matches: list[int | None]) -> list[float | None]:
    """Return for each matched row its greatest distance from the nearer of its two references."""
    if images.shape[1:] != references.after.shape[1:]:
        return [None] * len(images)
    return [
        None
        if picture is None
        else float(min(np.abs(images[row] - both[picture]).max() for both in (references.after, references.before)))
        for row, picture in enumerate(matches)
    ]


def explanation(images: Floats, references: References, matches: list[int | None]) -> str | None:
    """Return a word for the mistake that turns the references into these images, if it is a common one."""
    rows = [(row, picture) for row, picture in enumerate(matches) if picture is not None][:4]
    if not rows or images.shape[1:] != references.after.shape[1:]:
        return None
    found = np.stack([images[row] for row, _ in rows])
    wanted = np.stack([references.after[picture] for _, picture in rows]).astype(np.float64)
    guesses: dict[str, Floats] = {
        "not_scaled": wanted * 255,
        "rgb": wanted[..., ::-1],
        "rgb_not_scaled": wanted[..., ::-1] * 255,
        "divided_by_256": wanted * 255 / 256,
        "minus_one_to_one": wanted * 2 - 1,
        "scaled_twice": wanted / 255,
        "grey": np.repeat(found.mean(axis=-1, keepdims=True), 3, axis=-1),
    }
    for word, guess in guesses.items():
        scale = max(1.0, float(np.abs(guess).max()))
        near = SAME / 255 if word in {"divided_by_256", "scaled_twice"} else SAME * scale
        if np.abs(found - guess).max() <= near:
            return word
    return None


def _has_looks(images: Floats) -> bool:
    """Tell whether an array has pictures large enough to be recognised."""
    return images.ndim in {3, 4} and min(images.shape) > 0 and min(images.shape[1:3]) >= GRID


def _look(images: Floats) -> Floats:
    """Return the brightness of each picture's parts, centred and of length one, (n, 64)."""
    grey = images if images.ndim == 3 else images.mean(axis=-1)  # noqa: PLR2004 - rows, height, width
    height, width = (size // GRID for size in grey.shape[1:3])
    cut = grey[:, : height * GRID, : width * GRID]
    parts = cut.reshape(len(grey), GRID, height, GRID, width).mean(axis=(2, 4)).reshape(len(grey), -1)
    centred = parts - parts.mean(axis=1, keepdims=True)
    length = np.linalg.norm(centred, axis=1, keepdims=True)
    looks: Floats = np.divide(centred, length, out=np.zeros_like(centred), where=length > 1e-12)  # noqa: PLR2004
    return looks
