"""An order that looks random and is the same on every machine and for every version of every library.

Random generators promise their numbers for one version only; the order of hashes stays for good.
"""

import hashlib
from collections.abc import Callable, Iterable
from typing import TypeVar

Item = TypeVar("Item")


def shuffled(items: Iterable[Item], key: Callable[[Item], bytes], salt: str) -> list[Item]:
    """Return ``items`` in the order of the salted hashes of their keys.

    Args:
        items: What to put in order.
        key: The bytes that tell an item from the others; items with equal keys keep their order.
        salt: Another salt gives another order.
    """
    prefix = salt.encode()
    return sorted(items, key=lambda item: hashlib.sha256(prefix + key(item)).digest())
