"""The gradebook as a heat map: good results recede, low ones are outlined, and what was never sent is hatched."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from exercises.text import Text
from server.courses.assigning import Assigned
from server.gradebook import Book, Cell, Line
from server.gradebook.choosing import BY_LOGIN, BY_NAME, BY_TOTAL, Choice, Only, choose, level_figures
from server.web.locale import Speaker

ON_A_PAGE = 50
POINTS = 100

#: From how many points on a cell has which shade.
SHADES: Sequence[tuple[int, str]] = ((95, "g4"), (85, "g3"), (70, "g2"), (50, "g1"), (0, "g0"))


@dataclass(frozen=True, slots=True)
class HeatCell:
    """A student on a level."""

    shade: str  #: ``g4`` to ``g0``, or ``none``
    points: str  #: of a hundred; empty where there is no verdict
    address: str
    passed: bool
    late_days: int
    corrected: bool


@dataclass(frozen=True, slots=True)
class HeatLine:
    """A student."""

    name: str
    login: str
    address: str
    cells: list[HeatCell]
    total: str


@dataclass(frozen=True, slots=True)
class Column:
    """What heads a column, and where pressing it leads."""

    key: str
    title: str
    number: int  #: of the level, from 1; 0 for the others
    address: str
    sorted: str  #: ``ascending``, ``descending`` or nothing
    median: str
    judged: int


@dataclass(frozen=True, slots=True)
class HeatMap:
    """A page of the gradebook."""

    lines: list[HeatLine]
    people: Column
    logins: Column
    levels: list[Column]
    total: Column
    found: int  #: lines that fit
    students: int
    page: int
    pages: int
    before: str  #: address of the page before; empty on the first
    after: str


def heat_map(
    book: Book, levels: Sequence[Assigned], choice: Choice, say: Speaker, *, number: int, address: str
) -> HeatMap:
    """Return a page of the gradebook.

    Args:
        book: All of it.
        levels: The course's levels, for their titles.
        choice: Which lines, in which order.
        say: The language.
        number: Which page, from 1; beyond the last it is the last.
        address: Of the gradebook.

    """
    found = choose(book, choice)
    pages = max(1, math.ceil(len(found) / ON_A_PAGE))
    at = min(number, pages)
    room = address.removesuffix("/gradebook")
    titles = {one.assignment.exercise_id: say.of(Text.model_validate(one.version.manifest["title"])) for one in levels}
    return HeatMap(
        lines=[_line(line, room) for line in found[(at - 1) * ON_A_PAGE : at * ON_A_PAGE]],
        people=_column(BY_NAME, say("staff-name"), choice, address),
        logins=_column(BY_LOGIN, say("login-name"), choice, address),
        levels=_level_columns(book, titles, choice, address),
        total=_column(BY_TOTAL, say("staff-total"), choice, address),
        found=len(found),
        students=len(book.lines),
        page=at,
        pages=pages,
        before=_address(address, choice, page=str(at - 1)) if at > 1 else "",
        after=_address(address, choice, page=str(at + 1)) if at < pages else "",
    )


def points(score: float) -> str:
    """Return points of a hundred, with one digit after the point where there is one."""
    return f"{round(score * POINTS, 1):g}"


def shade_of(cell: Cell) -> str:
    """Return the shade of a cell."""
    if cell.counted is None:
        return "none"
    reached = round(cell.counted.score * POINTS, 1)
    return next(shade for least, shade in SHADES if reached >= least)


def _level_columns(book: Book, titles: Mapping[str, str], choice: Choice, address: str) -> list[Column]:
    return [
        _column(
            level,
            titles.get(level, level),
            choice,
            address,
            number=number,
            median="" if figures.median is None else points(figures.median),
            judged=figures.judged,
        )
        for number, (level, figures) in enumerate(zip(book.levels, level_figures(book), strict=True), 1)
    ]


def _line(line: Line, room: str) -> HeatLine:
    return HeatLine(
        name=line.name,
        login=line.login,
        address=f"{room}/people/{line.user_id}",
        cells=[_cell(cell) for cell in line.cells],
        total=points(line.total),
    )


def _cell(cell: Cell) -> HeatCell:
    counted = cell.counted
    if counted is None:
        return HeatCell("none", "", "", passed=False, late_days=0, corrected=False)
    return HeatCell(
        shade=shade_of(cell),
        points=points(counted.score),
        address=f"/submissions/{counted.submission_id}",
        passed=counted.passed,
        late_days=counted.late_days,
        corrected=counted.corrected,
    )


def _column(
    key: str, title: str, choice: Choice, address: str, *, number: int = 0, median: str = "", judged: int = 0
) -> Column:
    """Return what heads a column; pressing the one that sorts turns the order round."""
    chosen = choice.sort == key
    falls = (not choice.falling) if chosen else key not in {BY_NAME, BY_LOGIN}
    turned = _address(address, choice, sort=key, order="down" if falls else "up")
    word = "" if not chosen else "descending" if choice.falling else "ascending"
    return Column(key, title, number, turned, word, median, judged)


def _address(address: str, choice: Choice, **changes: str) -> str:
    """Return the address of the same choice with something changed."""
    asked = {
        "q": choice.search,
        "only": "" if choice.only is Only.EVERYBODY else choice.only.value,
        "level": choice.level,
        "sort": choice.sort,
        "order": "down" if choice.falling else "",
        **changes,
    }
    return f"{address}?{urlencode({name: value for name, value in asked.items() if value})}"
