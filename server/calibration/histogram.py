"""Draw a calibration for a terminal: where the reference's runs lie, the baselines, and the threshold between."""

from collections.abc import Sequence

from rich.table import Table
from rich.text import Text

from server.calibration.report import Report

MOST_ROWS = 26
WIDTHS = (1, 2, 5, 10)  #: per cent of one row


def histogram(report: Report, threshold: float) -> Table:
    """Return one row for each stretch of accuracy, the highest first: a block for each run, marks for the rest.

    Args:
        report: What was measured.
        threshold: What is asked for, as a share.

    """
    runs = [run.accuracy for run in report.runs]
    low = min([*runs, threshold, report.best_baseline]) * 100
    high = max([*runs, threshold]) * 100
    width = next((one for one in WIDTHS if (high - low) / one < MOST_ROWS), WIDTHS[-1])
    table = Table.grid(padding=(0, 1))
    table.add_column(justify="right", style="dim")
    for start in range(_floor(high, width), _floor(low, width) - 1, -width):
        row = Text("█" * _inside(runs, start, width), style="green")
        for name, values in [("threshold", [threshold]), *((one.name, one.accuracies) for one in report.baselines)]:
            if _inside(values, start, width):
                row.append(f" ◀ {name}", style="bold" if name == "threshold" else "yellow")
        table.add_row(f"{start} %", row)
    return table


def _floor(value: float, width: int) -> int:
    """Return the beginning of the stretch that a percentage lies in."""
    return int((value + 1e-9) // width) * width


def _inside(shares: Sequence[float], start: int, width: int) -> int:
    """Return how many shares lie in a stretch."""
    return sum(_floor(one * 100, width) == start for one in shares)
