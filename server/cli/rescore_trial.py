"""A trial of a sandbox image for a terminal: the verdict first, then who changes and why, then how long it takes."""

import uuid
from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Column, Table

from server.rescoring.trial_report import Times, TrialReport

#: What each cause means to whoever decides.
WORDS = {
    "image": "the new image's doing",
    "noise": "noise: repeats come out both ways",
    "elsewhere": "the present image says the same by now",
    "rule": "our checks say something else by now",
}


def show_trial(console: Console, report: TrialReport, rescores: Sequence[uuid.UUID]) -> None:
    """Print what a trial came to."""
    console.print(report.verdict, style="green" if report.safe else "red", markup=False)
    console.print(f"tried   {report.image}\npresent {report.present}", markup=False, highlight=False)
    _show_matrix(console, report)
    for word, number in report.whys.items():
        console.print(f"{number} changed: {WORDS.get(word, word)}", markup=False)
    if report.checks:
        checks = ", ".join(f"{name} {number}" for name, number in report.checks.items())
        console.print(f"checks that came out otherwise: {checks}", markup=False)
    _show_changed(console, report)
    _show_times(console, report)
    sets = " ".join(map(str, rescores))
    console.print(f"kept as {sets}; `beginend rescore diff ID` shows more, `discard ID` removes it", markup=False)


def _show_matrix(console: Console, report: TrialReport) -> None:
    """Print verdicts before by verdicts on the new image."""
    after = list(dict.fromkeys(other for _, other, _ in report.matrix))
    counts = {(one, other): number for one, other, number in report.matrix}
    table = Table("before \\ new image", *after)
    for row in dict.fromkeys(one for one, _, _ in report.matrix):
        table.add_row(row, *(str(counts.get((row, column), "·")) for column in after))
    console.print(table)


def _show_changed(console: Console, report: TrialReport) -> None:
    """Print the submissions that change, one a line."""
    if not report.changed:
        return
    table = Table(Column("submission", no_wrap=True), "exercise", "verdict", "score", "cause", "checks")
    for one in report.changed:
        table.add_row(
            str(one.submission),
            escape(one.exercise),
            f"{one.before['outcome']} → {one.after['outcome']}",
            f"{one.before['score']:.2f} → {one.after['score']:.2f}",
            one.why,
            escape(", ".join(f"{check['id']}: {check['before']} → {check['after']}" for check in one.checks)),
        )
    console.print(table)


def _show_times(console: Console, report: TrialReport) -> None:
    """Print how long programs took on both images, and what all of them would."""
    if not report.times:
        return
    table = Table("seconds", "programs", "present: median", "p95", "new: median", "p95", "ratio")
    for name, times in report.times.items():
        table.add_row(escape(name) or "all that were run", str(times.programs), *_figures(times))
    console.print(table)
    if report.all_seconds is not None:
        present, tried = report.all_seconds
        console.print(
            f"all {report.all_programs} programs in one slot: about {_long(present)} on the present image, "
            f"{_long(tried)} on the new one",
            markup=False,
        )


def _long(seconds: float) -> str:
    """Return how long something takes in a unit that fits."""
    for name, each in (("h", 3600), ("min", 60)):
        if seconds >= 2 * each:
            return f"{seconds / each:.0f} {name}"
    return f"{seconds:.0f} s"


def _figures(times: Times) -> list[str]:
    """Return a row's figures."""
    ratio = "" if times.ratio is None else f"{times.ratio:.2f}"
    spread = (times.present_median, times.present_p95, times.tried_median, times.tried_p95)
    return [*(f"{one:.2f}" for one in spread), ratio]
