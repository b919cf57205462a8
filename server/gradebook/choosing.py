"""Of a gradebook the lines that somebody wants to look at, in the order they want."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from server.gradebook.book import Book, Cell, Line

BY_NAME, BY_LOGIN, BY_TOTAL = "name", "login", "total"


class Only(StrEnum):
    """Which students are wanted, by what they have reached on a level."""

    EVERYBODY = "everybody"
    MISSING = "missing"  #: no verdict yet
    UNPASSED = "unpassed"  #: a verdict, and not passed
    PASSED = "passed"
    LATE = "late"
    CORRECTED = "corrected"  #: a teacher said what counts


_HOLDS: dict[Only, Callable[[Cell], bool]] = {
    Only.EVERYBODY: lambda _: True,
    Only.MISSING: lambda cell: cell.counted is None,
    Only.UNPASSED: lambda cell: cell.counted is not None and not cell.counted.passed,
    Only.PASSED: lambda cell: cell.counted is not None and cell.counted.passed,
    Only.LATE: lambda cell: cell.counted is not None and cell.counted.late_days > 0,
    Only.CORRECTED: lambda cell: cell.counted is not None and cell.counted.corrected,
}


@dataclass(frozen=True, slots=True)
class Choice:
    """What somebody wants to see.

    Attributes:
        search: A part of a name or login name, in any case.
        only: Which students.
        level: On which level that holds; on any of them when empty.
        sort: By what: a name, a login name, the total, or the id of a level.
        falling: The greatest first.

    """

    search: str = ""
    only: Only = Only.EVERYBODY
    level: str = ""
    sort: str = BY_LOGIN
    falling: bool = False


@dataclass(frozen=True, slots=True)
class LevelFigures:
    """A level over everybody."""

    median: float | None  #: 0..1, of those with a verdict
    judged: int


def choose(book: Book, choice: Choice) -> list[Line]:
    """Return the lines that are wanted; of equals the login name decides, so that pages never overlap."""
    found = [line for line in book.lines if _is_wanted(line, choice)]
    found.sort(key=lambda line: line.login)
    found.sort(key=lambda line: _rank(line, choice.sort, book.levels), reverse=choice.falling)
    return found


def level_figures(book: Book) -> list[LevelFigures]:
    """Return how a whole class stands on each level."""
    return [_figures([line.cells[index] for line in book.lines]) for index in range(len(book.levels))]


def _is_wanted(line: Line, choice: Choice) -> bool:
    """Tell whether a line fits the search and the filter."""
    part = choice.search.strip().casefold()
    if part and part not in line.login.casefold() and part not in line.name.casefold():
        return False
    if choice.only is Only.EVERYBODY:
        return True
    return any(_HOLDS[choice.only](cell) for cell in line.cells if not choice.level or cell.exercise_id == choice.level)


def _rank(line: Line, sort: str, levels: Sequence[str]) -> tuple[float, str]:
    """Return by what a line is sorted; no verdict is less than any score."""
    if sort == BY_NAME:
        return 0.0, line.name.casefold()
    if sort == BY_TOTAL:
        return line.total, ""
    if sort in levels:
        counted = line.cells[levels.index(sort)].counted
        return -1.0 if counted is None else counted.score, ""
    return 0.0, line.login


def _figures(cells: Sequence[Cell]) -> LevelFigures:
    scores = [cell.counted.score for cell in cells if cell.counted is not None]
    return LevelFigures(float(np.median(scores)) if scores else None, len(scores))
