"""How one supervisor is set up: read once from its command line, handed on as a frozen value."""

import argparse
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Settings:
    """What the outside decides about a supervisor before it starts.

    Attributes:
        payload: Name of the package that holds ``ENTRIES`` and ``preload()``.
        box: Folder in which children make their private ones.
        required: Names of layers without which nothing may run here (see ``confine``).
        watch_memory: Watch the child's memory from here, because no control group does.

    """

    payload: str
    box: Path
    required: frozenset[str]
    watch_memory: bool


def settings_from(arguments: list[str]) -> Settings:
    """Read the settings from a command line."""
    parser = argparse.ArgumentParser(prog="sandbox_inside")
    parser.add_argument("--payload", required=True)
    parser.add_argument("--box", type=Path, required=True)
    parser.add_argument("--require", action="append", default=[])
    parser.add_argument("--watch-memory", action="store_true")
    given = parser.parse_args(arguments)
    return Settings(given.payload, given.box, frozenset(given.require), given.watch_memory)
