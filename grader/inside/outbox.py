"""Where a run leaves its artifacts: flat ``.json`` and ``.npy`` files in the folder ``out``."""

import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .kinds import Value


class Outbox:
    """Writes artifacts; keeps the absolute path, because student code may change the current folder."""

    def __init__(self) -> None:
        """Use (and make) the folder ``out`` of the folder the entry was called in."""
        self.folder = Path.cwd() / "out"
        self.folder.mkdir(exist_ok=True)

    def write_json(self, name: str, value: Value) -> None:
        """Write ``value`` as compact JSON; numbers that JSON lacks become null."""
        text = json.dumps(value, ensure_ascii=True, separators=(",", ":"), allow_nan=False)
        (self.folder / name).write_text(text, encoding="ascii")

    def write_array(self, name: str, array: NDArray[Any]) -> None:
        """Write ``array`` in numpy's own format, never as a pickle."""
        with (self.folder / name).open("wb") as file:
            np.lib.format.write_array(file, np.ascontiguousarray(array), allow_pickle=False)
