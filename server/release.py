"""Which version of BeginEnd this is, and which of two is the newer one."""

from functools import cache
from importlib import metadata

from packaging.version import InvalidVersion, Version


@cache
def version() -> str:
    """Return this program's version."""
    return metadata.version("beginend")


def is_newer(one: str, other: str) -> bool:
    """Tell whether the first of two versions is the newer one."""
    return _ordered(one) > _ordered(other)


def _ordered(name: str) -> Version:
    """Return a version as it is ordered; what is none comes before everything."""
    try:
        return Version(name)
    except InvalidVersion:
        return Version("0.dev0")
