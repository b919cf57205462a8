"""Print a run for people; the JSON is printed as it is."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.table import Table


def show_chaos(console: Console, figures: Mapping[str, Any]) -> None:
    """Print what was killed, what clients saw, what became of the submissions, and whether the promise was kept."""
    console.print(_deeds(figures))
    console.print(_answers(figures))
    console.print(_verdicts(figures))
    broken = figures["broken"]
    if not broken:
        console.print(
            f"[bold green]kept[/]: {figures['accepted']} received, {figures['judged_once']} judged exactly once"
        )
        return
    console.print(f"broken in {len(broken)} places:", style="bold red")
    for sentence in broken:
        console.print(f"  {sentence}", style="red", markup=False)
    console.print(f"what the processes said: {figures['logs']}", markup=False)


def _deeds(figures: Mapping[str, Any]) -> Table:
    table = Table("what was done", "times", title=f"chaos, {figures['seconds']:.0f} s, seed {figures['seed']}")
    for fault, times in Counter(one["fault"] for one in figures["faults"]).items():
        table.add_row(fault, str(times))
    for name, starts in figures["starts"].items():
        table.add_row(f"{name}: starts", f"{starts}, of which {figures['ended_by_themselves'][name]} ended by itself")
    for part, seconds in figures["away_s"].items():
        table.add_row(f"{part} away", f"{seconds} s")
    return table


def _answers(figures: Mapping[str, Any]) -> Table:
    table = Table("what clients saw", "times")
    for answer, times in figures["answers"].items():
        table.add_row(answer, str(times))
    table.add_row("stream ended in order before the verdict", str(figures["streams_ended_early"]))
    return table


def _verdicts(figures: Mapping[str, Any]) -> Table:
    table = Table("submissions", "")
    wait = figures["wait"] or {"median_s": "-", "p95_s": "-", "max_s": "-"}
    rows = {
        "handed in": figures["handed_in"],
        "received (202)": figures["accepted"],
        "of these only after a refusal": figures["accepted_after_refusal"],
        "judged exactly once": figures["judged_once"],
        "system errors": figures["system_errors"],
        "most times one was begun": figures["most_claims"],
        "wait for the verdict: median, p95, longest": f"{wait['median_s']}, {wait['p95_s']}, {wait['max_s']} s",
        "last verdict after the last submission": f"{figures['drained_s']} s",
    }
    for name, value in rows.items():
        table.add_row(name, str(value))
    return table
