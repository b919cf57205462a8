"""The gradebook as a table for spreadsheets: UTF-8 with a mark that Excel reads, and no cell that is calculated."""

import csv
import io
from collections.abc import Iterator

from server.gradebook.book import Book, Cell, Line

#: Without it Excel takes the file for the machine's old encoding, and Chinese names become noise.
BYTE_ORDER_MARK = "\ufeff"

#: What makes a spreadsheet take a cell for a formula (or end the cell), in half and full width.
DANGEROUS = tuple("=+-@\t\r\n＝＋－＠")

POINTS = 100  # of a full score


def as_csv(book: Book) -> bytes:
    """Return the book as CSV: login, name, then for each level score, passed, attempts, late days, then the total.

    Scores are points of a hundred; a level without a verdict is left empty.
    """
    out = io.StringIO(newline="")
    out.write(BYTE_ORDER_MARK)
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(_heading(book))
    writer.writerows(list(_row(line)) for line in book.lines)
    return out.getvalue().encode()


def harmless(text: str) -> str:
    """Return what a person chose to be called such that a spreadsheet shows it and does nothing else."""
    return f"'{text}" if text.lstrip(" ").startswith(DANGEROUS) else text


def _heading(book: Book) -> list[str]:
    columns = ("score", "passed", "attempts", "late days")
    return ["login", "name", *(f"{level} {column}" for level in book.levels for column in columns), "total"]


def _row(line: Line) -> Iterator[str | int | float]:
    yield harmless(line.login)
    yield harmless(line.name)
    for cell in line.cells:
        yield from _columns(cell)
    yield _points(line.total)


def _columns(cell: Cell) -> tuple[str | int | float, ...]:
    counted = cell.counted
    if counted is None:
        return ("", "", "", "")
    return (_points(counted.score), int(counted.passed), counted.attempts, counted.late_days)


def _points(score: float) -> int | float:
    """Return points of a hundred, without decimals where there are none."""
    points = round(score * POINTS, 2)
    return int(points) if points == int(points) else points
