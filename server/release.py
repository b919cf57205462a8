"""Which version of BeginEnd this is, and which of two is the newer one."""

import re
from functools import cache
from importlib import metadata


@cache
def version() -> str:
    """Return this program's version."""
    return metadata.version("beginend")


def is_newer(one: str, other: str) -> bool:
    """Tell whether the first of two versions is the newer one."""
    return _numbers(one) > _numbers(other)


def _numbers(name: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", name)]
