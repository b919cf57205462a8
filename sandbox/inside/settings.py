"""How one supervisor is set up: read once from its command line, handed on as a frozen value."""

import argparse
from dataclasses import dataclass
from pathlib import Path

from .layers import OPTIONAL
from .memory import in_container_of_our_own


@dataclass(frozen=True)
class Settings:
    """What the outside decides about a supervisor before it starts.

    Attributes:
        payload: Name of the package that holds ``ENTRIES`` and ``preload()``, perhaps ``warm()`` and ``listen(tell)``.
        box: Folder in which children make their private ones; nothing else may lie in it.
        required: Names of layers without which nothing may run here (see ``confine``).
        left_out: Names of layers that are not switched on, to show what they are good for.
        contained: Whether this is a container of its own, which is found out rather than told.
        warm: A confined child calls the payload's ``warm()`` before it is ready.
        keep: Import the payload once, before forking, and serve request after request until stdin ends.
        uids: User numbers for the children, each used once; ``None`` draws them at random.

    """

    payload: str
    box: Path
    required: frozenset[str] = frozenset()
    left_out: frozenset[str] = frozenset()
    contained: bool = False
    warm: bool = False
    keep: bool = False
    uids: range | None = None

    @property
    def home(self) -> Path:
        """The private folder of the one child that lives at a time.

        It has the same name every time, so that no run can tell by it how many came before.
        """
        return self.box / "home"

    def has(self, layer: str) -> bool:
        """Tell whether a layer is to be switched on."""
        return layer not in self.left_out


def settings_from(arguments: list[str]) -> Settings:
    """Read the settings from a command line; ends the process where they contradict themselves."""
    parser = argparse.ArgumentParser(prog="sandbox_inside")
    parser.add_argument("--payload", required=True)
    parser.add_argument("--box", type=Path, required=True)
    parser.add_argument("--require", action="append", default=[])
    parser.add_argument("--leave-out", action="append", default=[], choices=OPTIONAL)
    parser.add_argument("--warm", action="store_true")
    parser.add_argument("--keep", action="store_true")
    parser.add_argument("--uids", type=_numbers)
    given = parser.parse_args(arguments)
    required, left_out = frozenset(given.require), frozenset(given.leave_out)
    if both := sorted(required & left_out):
        parser.error(f"required and left out: {', '.join(both)}")
    return Settings(
        payload=given.payload,
        box=given.box,
        required=required,
        left_out=left_out,
        contained=in_container_of_our_own(),
        warm=given.warm,
        keep=given.keep,
        uids=given.uids,
    )


def _numbers(text: str) -> range:
    """Read ``FIRST:COUNT``."""
    first, _, count = text.partition(":")
    numbers = range(int(first), int(first) + int(count))
    if not numbers or numbers[0] < 1:
        raise ValueError(text)
    return numbers
