"""Turn whatever a configuration holds into small, plain JSON data."""

import math
import re
from collections.abc import Mapping
from typing import Any

from .kinds import Value

MAX_DEPTH = 8
MAX_ITEMS = 64
MAX_TEXT = 200
MAX_READ = 2_000  #: letters of a text in which codes for terminals are sought
TERMINAL = re.compile(r"\x1b\[[0-9;]*m")  #: colours, which Keras puts into its messages


def plain(value: Value, depth: int = 0) -> Value:
    """Return ``value`` as bounded JSON data; what has no plain form becomes its type's name in angle brackets."""
    if isinstance(value, str):
        return TERMINAL.sub("", str(value)[:MAX_READ])[:MAX_TEXT]
    number = _number(value)
    if number is not None or value is None:
        return number
    if depth < MAX_DEPTH and isinstance(value, Mapping):
        return _mapping(value, depth)
    if depth < MAX_DEPTH and isinstance(value, (list, tuple)):
        return [plain(item, depth + 1) for item in list(value)[:MAX_ITEMS]]
    return f"<{type_name(value)}>"


def type_name(value: object) -> str:
    """Return the plain, short name of a value's class, whatever the class says of itself."""
    name = type.__getattribute__(type(value), "__name__")
    return "".join(letter for letter in TERMINAL.sub("", str(name)[:MAX_READ]) if letter.isprintable())[:80] or "?"


def _mapping(value: Mapping[Any, Any], depth: int) -> dict[str, Any]:
    """Return a mapping with text keys; of a serialised Keras object only its class and configuration are kept."""
    items = list(value.items())[:MAX_ITEMS]
    if "class_name" in value and "config" in value:
        items = [(key, item) for key, item in items if key in {"class_name", "config"}]
    return {str(key)[:MAX_TEXT]: plain(item, depth + 1) for key, item in items}


def _number(value: Value) -> int | float | str | None:
    """Return a JSON number for anything that is a number, text for those JSON lacks, else None."""
    if isinstance(value, bool):
        return bool(value)
    if isinstance(value, int):
        return int(value) if abs(value) < 2**53 else "<huge number>"
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else f"<{value}>"
    if hasattr(value, "dtype") and getattr(value, "shape", None) == () and hasattr(value, "item"):
        return _number(value.item())
    return None
