"""Cells of CSV files that spreadsheets open: text that would be run as a formula is made plain text, and back."""

import csv
import io
from collections.abc import Iterable, Sequence

#: With these a spreadsheet begins a formula.
_BEGIN_FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # full-width ones count too


def guarded(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.lstrip("'").startswith(_BEGIN_FORMULAS) else cell


def unguarded(cell: str) -> str:
    """Return what :func:`guarded` was given."""
    return cell[1:] if cell.startswith("'") and cell.lstrip("'").startswith(_BEGIN_FORMULAS) else cell


def csv_file(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a CSV file whose byte order mark tells Excel that it is UTF-8; every cell is guarded."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(header)
    writer.writerows([guarded(cell) for cell in row] for row in rows)
    return "\ufeff" + out.getvalue()
