"""On which line of a TOML file a key stands.

``tomllib`` keeps no positions, and an author wants to be sent to the line. This reads headers and ``key =`` lines, the
way such files are written by hand. What it cannot place (a key within an inline table) gets the line of the nearest
table or key around it.
"""

import re
from collections.abc import Sequence

HEADER = re.compile(r"\s*(\[\[?)\s*([A-Za-z0-9_.\"'\- ]+?)\s*\]\]?\s*(#.*)?")
KEY = re.compile(r"\s*([A-Za-z0-9_.\"'\-]+)\s*=")

Place = tuple[str | int, ...]


def line_of(text: str, place: Sequence[str | int]) -> int | None:
    """Return the line of ``place``, or of the innermost table or key around it; None where there is none.

    Args:
        text: the TOML file, line ends normalised.
        place: keys, and indices into arrays counted from 0: ``("checks", 2, "weight")``.
    """
    lines = _lines(text)
    for length in range(len(place), 0, -1):
        found = lines.get(tuple(place[:length]))
        if found is not None:
            return found
    return None


def _lines(text: str) -> dict[Place, int]:
    """Return the line of every header and key that stands on a line of its own."""
    lines: dict[Place, int] = {}
    counts: dict[Place, int] = {}
    table: Place = ()
    for number, line in enumerate(text.split("\n"), 1):
        if header := HEADER.fullmatch(line):
            table = _table(header[1] == "[[", _parts(header[2]), counts)
            lines.setdefault(table, number)
        elif key := KEY.match(line):
            lines.setdefault(table + _parts(key[1]), number)
    return lines


def _table(is_array: bool, names: tuple[str, ...], counts: dict[Place, int]) -> Place:  # noqa: FBT001 - private
    """Return the place of a header's table; in an array of tables, of the next entry."""
    place: Place = ()
    for name in names[:-1]:
        place += (name,)
        if place in counts:
            place += (counts[place] - 1,)
    place += (names[-1],)
    if is_array:
        counts[place] = counts.get(place, 0) + 1
        place += (counts[place] - 1,)
    return place


def _parts(dotted: str) -> tuple[str, ...]:
    """Split a dotted key into its names, without their quotes."""
    return tuple(part.strip(" \"'") for part in dotted.split("."))
