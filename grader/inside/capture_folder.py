"""Call the student's ``get_train_data`` on a folder of pictures and write down what it returns."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from . import pins
from .keras2 import understand_keras2
from .kinds import Value
from .loading import MissingFunction, find_function, load_student
from .outbox import Outbox
from .pictures import unpack
from .plain import plain, type_name

MAX_ROWS = 64
MAX_BYTES = 28 << 20
PAIR = 2


def capture_folder(arguments: Mapping[str, Any]) -> None:
    """Write ``folder.json``, ``images.npy`` and ``onehot.npy``.

    Args:
        arguments: ``function``, ``folder`` (what it is called), ``trailing_slash``, ``compat`` and ``pins``; the
            pictures lie in ``pictures.zip``.

    """
    outbox = Outbox()
    pins.prepare(arguments)
    if arguments.get("compat") == "keras2":
        understand_keras2()
    folder = Path(arguments.get("folder", "pictures")).resolve()
    path = f"{folder}/" if arguments.get("trailing_slash") else str(folder)
    names = unpack("pictures.zip", folder)
    pins.seed(arguments)
    module = load_student(outbox)
    try:
        function = find_function(module, arguments["function"])
    except MissingFunction:
        outbox.write_json("folder.json", {"problem": "missing_function"})
        return
    outbox.write_json("folder.json", _returned(function(path), outbox, listed(folder, names)))


def listed(folder: Path, names: list[str]) -> list[str]:
    """Return the names in the order in which the system lists them, which is the order most programs go by."""
    found = os.listdir(folder) if folder.is_dir() else []  # noqa: PTH208 - the order of os.listdir is what is asked
    return [name for name in found if name in names]


def _returned(value: object, outbox: Outbox, order: list[str]) -> dict[str, Any]:
    """Describe a returned pair and write its two arrays."""
    report: dict[str, Any] = {"type": type_name(value), "listed": order}
    if value is None:
        return {**report, "problem": "returned_none"}
    if not isinstance(value, (tuple, list)) or len(value) != PAIR:
        length = len(value) if isinstance(value, (tuple, list)) else None
        return {**report, "problem": "not_a_pair", "length": length}
    for name, part in zip(("images", "onehot"), value, strict=True):
        report[name] = _written(name, part, outbox)
    return report


def _written(name: str, part: Value, outbox: Outbox) -> dict[str, Any]:
    """Write one array, if it is one that can be written, and describe it."""
    report: dict[str, Any] = {"type": type_name(part), "array": isinstance(part, np.ndarray)}
    try:
        array: NDArray[Any] = np.asarray(part)
    except Exception as error:
        return {**report, "problem": "not_an_array", "detail": plain(str(error))}
    report.update(shape=[int(size) for size in array.shape[:8]], dtype=str(array.dtype)[:40])
    if array.dtype.kind not in "fiub":
        return {**report, "problem": "not_numeric"}
    if array.ndim == 0 or len(array) > MAX_ROWS or array.nbytes > MAX_BYTES:
        return {**report, "problem": "too_large" if array.ndim else "not_an_array"}
    outbox.write_array(f"{name}.npy", np.array(array))
    return report
