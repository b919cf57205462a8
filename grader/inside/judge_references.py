"""Read a folder's pictures ourselves: the references that a student's images are compared with."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from . import pins
from .outbox import Outbox
from .pictures import read_resized, read_scaled_first, unpack


def judge_references(arguments: Mapping[str, Any]) -> None:
    """Write ``after.npy`` (uint8, resized), ``before.npy`` (float32, scaled before the resize) and ``names.json``.

    Args:
        arguments: ``size`` (height, width); the pictures lie in ``pictures.zip``.

    """
    outbox = Outbox()
    pins.prepare(arguments)
    height, width = arguments["size"]
    folder = Path("pictures").resolve()
    names = unpack("pictures.zip", folder)
    outbox.write_array("after.npy", read_resized(folder, names, (height, width)))
    outbox.write_array("before.npy", read_scaled_first(folder, names, (height, width)))
    outbox.write_json("names.json", names)
