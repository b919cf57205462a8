"""Evidence of ``get_train_data``: which picture each row shows, how exact it is, and the one-hot rows."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.contract import Json
from grader.evidence.matching import References, again, distances, explanation, match_rows
from grader.evidence.model import problem_facts
from grader.hostile import BadArtifact, read_array, read_json

ARRAY_PROBLEMS = frozenset({"not_an_array", "not_numeric", "too_large"})
MAX_ROWS = 64
MAX_NUMBERS = (
    8_000_000  #: of one array; small types fill few bytes but are compared as 64-bit floats, several times over
)
COLUMNS = 2
MOST_LENGTH = 1_000_000  #: of a returned tuple that we name


def read_references(artifacts: Mapping[str, bytes]) -> References:
    """Return the references that a judge wrote."""
    names = read_json(artifacts, "names.json")
    after = read_array(artifacts, "after.npy").astype(np.float32) / np.float32(255)
    return References(tuple(names), after, read_array(artifacts, "before.npy"))


def folder_facts(artifacts: Mapping[str, bytes], references: References) -> dict[str, Json]:
    """Return what the two returned arrays show.

    Raises:
        BadArtifact: They show nothing.

    """
    report = read_json(artifacts, "folder.json")
    if not isinstance(report, dict):
        raise BadArtifact("folder.json is not an object")
    if report.get("problem") is not None:
        return {**problem_facts(report), "length": _length(report)}
    images, image_array = _array_facts(report, artifacts, "images")
    onehot, onehot_array = _array_facts(report, artifacts, "onehot")
    if image_array is not None:
        images.update(_image_facts(image_array, references))
    if onehot_array is not None and onehot_array.shape[1:] == (COLUMNS,):
        onehot["finite"] = bool(np.isfinite(onehot_array).all())
        onehot["rows"] = np.nan_to_num(onehot_array.astype(np.float64), nan=-1, posinf=-1, neginf=-1).tolist()
    return {
        "images": images,
        "onehot": onehot,
        "pictures": list(references.names),
        "listed": _listed(report, references),
    }


def _array_facts(
    report: Mapping[str, Json], artifacts: Mapping[str, bytes], name: str
) -> tuple[dict[str, Json], NDArray[Any] | None]:
    """Return what is known of one array, from its own header where it was written."""
    part = report.get(name)
    if not isinstance(part, dict):
        raise BadArtifact(f"folder.json says nothing of {name}")
    kind = part.get("type")
    facts: dict[str, Json] = {
        "type": kind[:80] if isinstance(kind, str) else "?",
        "array": part.get("array") is True,
        "problem": None,
    }
    if part.get("problem") is not None:
        problem = part["problem"]
        facts["problem"] = problem if problem in ARRAY_PROBLEMS else "not_an_array"
        facts["shape"] = _sizes(part.get("shape"))
        facts["dtype"] = str(part["dtype"])[:40] if "dtype" in part else None
        return facts, None
    array = read_array(artifacts, f"{name}.npy")
    facts.update(shape=list(array.shape), dtype=str(array.dtype))
    if array.ndim == 0 or len(array) > MAX_ROWS or array.size > MAX_NUMBERS:
        return {**facts, "problem": "too_large" if array.ndim else "not_an_array"}, None
    return facts, array


def _length(report: Mapping[str, Json]) -> int | None:
    """Return how many values were returned, where that is what is wrong; a claim."""
    length = report.get("length")
    return length if type(length) is int and 0 <= length <= MOST_LENGTH else None


def _sizes(value: Json) -> list[int] | None:
    """Return a shape that the student's process only told us of."""
    if isinstance(value, list) and all(isinstance(size, int) for size in value):
        return value[:8]
    return None


def _image_facts(array: NDArray[Any], references: References) -> dict[str, Json]:
    """Return which picture each row shows and how far it is from it."""
    images = np.nan_to_num(array.astype(np.float64), nan=-1e3, posinf=1e3, neginf=-1e3).clip(-1e6, 1e6)
    matches = match_rows(images, references)
    return {
        "pictures": matches,
        "again": again(images, references, matches),
        "distances": distances(images, references, matches),
        "looks": explanation(images, references, matches),
    }


def _listed(report: Mapping[str, Json], references: References) -> list[int]:
    """Return the order in which the student's process saw the pictures listed, as picture numbers; a claim."""
    listed = report.get("listed")
    numbers = {name: number for number, name in enumerate(references.names)}
    if not isinstance(listed, list) or not all(isinstance(name, str) for name in listed):
        return []
    order = [numbers[name] for name in listed if name in numbers]
    return order if len(set(order)) == len(numbers) == len(order) else []
