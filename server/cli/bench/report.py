"""Print figures as tables for people; the JSON is printed as it is."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

Figures = Mapping[str, Any]


def show(console: Console, figures: Figures) -> None:
    """Print every section that was measured."""
    for name, print_section in _SECTIONS.items():
        if name in figures:
            load = figures[name]["load_per_core_before"]
            if "failed" in figures[name]:
                console.print(f"{name} failed: {figures[name]['failed']}", style="red", markup=False)
            else:
                print_section(console, figures[name])
            console.print(f"  load per core before: {load}", style="dim")


def show_checks(console: Console, rows: Sequence[Figures], exercise: str) -> None:
    """Print the short look: one row for each sandbox and mode."""
    table = Table(
        "sandbox", "mode", "rounds", "median s", "p95 s", "min s", "max s", title=f"structure check, {exercise}"
    )
    for row in rows:
        table.add_row(
            row["sandbox"], row["mode"], *(str(row[key]) for key in ("rounds", "median_s", "p95_s", "min_s", "max_s"))
        )
    console.print(table)


def _show_latency(console: Console, figures: Figures) -> None:
    table = Table(
        *("mode", "rounds", "check: median s", "p95 s", "slot alone: median s", "p95 s", "inside: median s"),
        "times faster than cold",
        title="one structure check, everything waiting",
    )
    for mode in ("cold", "oneshot", "warm"):
        if mode not in figures:
            continue
        one = figures[mode]
        cells = [one["check"]["rounds"], *_middle(one["check"]), *_middle(one["slot"]), one["inside"]["median_s"]]
        faster = figures.get(f"{mode}_times_faster")
        table.add_row(mode, *map(str, cells), "" if faster is None else f"{faster} x")
    console.print(table)


def _show_throughput(console: Console, figures: Figures) -> None:
    table = Table(
        *(
            "mode",
            "slots",
            "checks",
            "per second",
            "per minute",
            "per core and second",
            "with waiting: median s",
            "p95 s",
        ),
        title="structure checks in a queue that is never empty, every program another",
    )
    for row in figures["rows"]:
        cells = [row[key] for key in ("mode", "slots", "checks", "per_second", "per_minute", "per_core_and_second")]
        table.add_row(*map(str, [*cells, *_middle(row["with_waiting"])]))
    console.print(table)


def _show_memory(console: Console, figures: Figures) -> None:
    together = f"{figures['measure']} together, MiB"
    table = Table("warm slots, one judge", together, "for the last one, MiB", title="memory")
    last = [figures["first_mib"], *figures["further_mib"]]
    for number, (total, one) in enumerate(zip(figures["total_mib"], last, strict=True), start=1):
        table.add_row(str(number), str(total), str(one))
    console.print(table)


def _show_sameness(console: Console, figures: Figures) -> None:
    modes = ", ".join(f"{count} {mode}" for mode, count in figures["modes"].items())
    console.print(
        f"[bold]same code, same verdict[/]: judged {figures['judged']} times ({modes}), "
        f"distinct results [bold]{figures['distinct_results']}[/], outcomes {figures['outcomes']}"
    )


def _show_forks(console: Console, figures: Figures) -> None:
    run = figures["run"]
    console.print(
        f"[bold]forks that train[/]: {figures['forks']}, hangs [bold]{figures['hangs']}[/], distinct histories "
        f"[bold]{figures['distinct_histories']}[/], endings {figures['endings']}, "
        f"median {run['median_s']} s, p95 {run['p95_s']} s, longest {run['max_s']} s"
    )


def _show_endurance(console: Console, figures: Figures) -> None:
    table = Table(
        "after submissions",
        "cells",
        "memory of the cells, MiB",
        "of the worker, MiB",
        "files in boxes",
        title="endurance",
    )
    for look in figures["looks"]:
        table.add_row(*(str(look[key]) for key in ("submissions", "cells", "cells_mib", "worker_mib", "files")))
    console.print(table)
    console.print(
        f"  faults {figures['faults']}, slots replaced {figures['replaced'] or 'none'}, "
        f"cells left behind {figures['cells_left_behind']}"
    )


def _middle(spread: Figures) -> tuple[float, float]:
    return spread["median_s"], spread["p95_s"]


_SECTIONS: Mapping[str, Callable[[Console, Figures], None]] = {
    "latency": _show_latency,
    "throughput": _show_throughput,
    "memory": _show_memory,
    "sameness": _show_sameness,
    "forks": _show_forks,
    "endurance": _show_endurance,
}
