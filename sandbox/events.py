"""What a run may tell while it goes on: small flat objects of plain values; anything else is as if it were not said."""

import math
from collections.abc import Mapping
from typing import Any

from sandbox.contract import Json

MOST_KEYS = 16
MOST_KEY = 40  # characters
MOST_TEXT = 100  # characters
LARGEST = 1 << 53  # the largest whole number that every reader of JSON keeps exactly

MOST_MESSAGES = 2000  #: from a supervisor in one run; an honest one stops at half of that
MOST_BYTES = 4 << 20  #: of all of them together


def event_of(content: Any) -> Mapping[str, Json] | None:  # noqa: ANN401 - anything at all may come
    """Give an event as it was told, or ``None`` if it is not one that a run may tell."""
    if not isinstance(content, dict) or len(content) > MOST_KEYS:
        return None
    if all(len(key) <= MOST_KEY and _is_plain(value) for key, value in content.items()):
        return content
    return None


def _is_plain(value: Any) -> bool:  # noqa: ANN401 - same
    if isinstance(value, str):
        return len(value) <= MOST_TEXT
    if isinstance(value, float):
        return math.isfinite(value)
    return value is None or isinstance(value, bool) or (isinstance(value, int) and abs(value) <= LARGEST)
