"""Print the server's figures as tables for people; the JSON is printed as it is."""

from collections.abc import Callable, Mapping
from typing import Any

from rich.console import Console
from rich.table import Table

Figures = Mapping[str, Any]

SPREAD = ("median_ms", "p95_ms", "max_ms")


def show_server(console: Console, figures: Figures) -> None:
    """Print every section that was measured."""
    for name, print_section in _SECTIONS.items():
        if name not in figures:
            continue
        if "failed" in figures[name]:
            console.print(f"{name} failed: {figures[name]['failed']}", style="red", markup=False)
        elif "left_out" in figures[name]:
            console.print(f"{name} left out: {figures[name]['left_out']}", markup=False)
        else:
            print_section(console, figures[name])
        console.print(f"  load per core before: {figures[name]['load_per_core_before']}", style="dim")


def _show_latency(console: Console, figures: Figures) -> None:
    phases = ("whole", "accept", "queue", "run", "checks", "deliver")
    table = Table("", "rounds", *phases, title="from submitting to the findings, median / p95 in ms")
    for kind in ("quiz", "structure"):
        cells = [f"{figures[kind][phase]['median_ms']} / {figures[kind][phase]['p95_ms']}" for phase in phases]
        table.add_row(kind, str(figures[kind]["whole"]["rounds"]), *cells)
    console.print(table)


def _show_browser(console: Console, figures: Figures) -> None:
    moments = ("feedback", "finding", "verdict")
    table = Table("", "rounds", *moments, title="from the click to the screen of a browser, median / p95 in ms")
    for kind in ("quiz", "structure"):
        cells = [f"{figures[kind][one]['median_ms']} / {figures[kind][one]['p95_ms']}" for one in moments]
        table.add_row(kind, str(figures[kind]["verdict"]["rounds"]), *cells)
    console.print(table)


def _show_throughput(console: Console, figures: Figures) -> None:
    console.print(
        f"[bold]structure verdicts through HTTP and queue[/]: {figures['submissions']} on {figures['slots']} slots, "
        f"[bold]{figures['per_minute']} a minute[/]; received {figures['received_per_second']} a second meanwhile, "
        f"each in {figures['accept']['median_ms']} ms (p95 {figures['accept']['p95_ms']})"
    )


def _show_backlog(console: Console, figures: Figures) -> None:
    table = Table("", "rounds", "median ms", "p95 ms", "max ms", title="a student's submission, from commit to start")
    for name, key in (("nothing beside it", "wait_without"), (f"{figures['rescores']} rescores queued", "wait")):
        table.add_row(name, str(figures[key]["rounds"]), *(str(figures[key][one]) for one in SPREAD))
    console.print(table)
    console.print(
        f"  {figures['rescored_meanwhile']} of them done meanwhile; first findings after "
        f"{figures['findings']['median_ms']} ms (p95 {figures['findings']['p95_ms']})"
    )


def _show_page(console: Console, figures: Figures) -> None:
    console.print(
        f"[bold]course page, signed in[/]: [bold]{figures['per_second']} a second[/], {figures['at_once']} at a time, "
        f"each in {figures['answer']['median_ms']} ms (p95 {figures['answer']['p95_ms']}); "
        f"{figures['web_cpu_ms']} ms of the web's processor time"
    )


def _show_streams(console: Console, figures: Figures) -> None:
    told = figures["verdict_to_browser"]
    console.print(
        f"[bold]{figures['streams']} open streams[/] on one web process, {figures['listeners']} listening connection: "
        f"commit to browser median [bold]{told['median_ms']} ms, p95 {told['p95_ms']} ms[/], max {told['max_ms']} ms "
        f"over {told['rounds']} verdicts; {figures['web_cpu_ms_per_verdict']} ms of processor time each; "
        f"{figures['kib_per_stream']} KiB a stream; opened {figures['opened_per_second']} a second, "
        f"{figures['web_cpu_ms_to_open']} ms of processor time each; stopped in {figures['stopped_in_s']} s"
    )


def _show_memory(console: Console, figures: Figures) -> None:
    table = Table("", "processes or slots", f"{figures['measure']}, MiB", title="memory")
    for row in figures["rows"]:
        table.add_row(row["process"], str(row["processes"]), str(row["mib"]))
    table.add_row("together", "", str(figures["together_mib"]))
    console.print(table)


_SECTIONS: Mapping[str, Callable[[Console, Figures], None]] = {
    "page": _show_page,
    "streams": _show_streams,
    "latency": _show_latency,
    "browser": _show_browser,
    "throughput": _show_throughput,
    "memory": _show_memory,
    "backlog": _show_backlog,
}
