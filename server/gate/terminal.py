"""The gate's report for a terminal: a line for what is well, and all of what is not."""

from collections import Counter
from collections.abc import Iterator

from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text as Line

from exercises.text import Language
from server.gate.fates import Fate, Fated
from server.gate.report import Report, file_of
from server.gate.words import AREAS, FATES, TRAININGS, WORDS

WELL, WRONG, DOUBT = ("✓", "green"), ("✗", "bold red"), ("!", "yellow")


def show_report(console: Console, report: Report, language: Language) -> None:
    """Print a report for people."""
    heading = Line(f"{report.exercise_id}  ", style="bold")
    heading.append(
        _word("passed" if report.passed else "failed", language), "bold green" if report.passed else "bold red"
    )
    if report.seconds:
        heading.append("  " + _word("took", language, report.seconds["total"]), "dim")
    console.print(heading)
    for part in _parts(report, language):
        console.print(Padding(part, (0, 0, 0, 2)))


def _parts(report: Report, language: Language) -> Iterator[RenderableType]:
    """Yield the sections in the order in which an author mends them."""
    if report.problem is not None:
        place = ", ".join(part for part in (report.problem.key, _line(report.problem.line, language)) if part)
        yield _marked(WRONG, _word("bundle", language), f"{report.problem.file}: {place}: {report.problem.what}")
        return
    yield _marked(WELL, _word("bundle", language), report.version)
    if not report.kept:
        return
    yield from _promises(report, language)
    yield from _statement(report, language)
    mark = WRONG if report.calibration else WELL
    well = _word("calibration_none" if report.threshold is None else "calibration_well", language)
    yield _marked(mark, _word("calibration", language), "; ".join(report.calibration) or well)
    yield from _mutants(report, language)


def _promises(report: Report, language: Language) -> Iterator[RenderableType]:
    """Yield how many promises were kept, and every one that was not."""
    said = f"{len(report.kept) - len(report.broken)} {_word('kept', language)}"
    if report.broken:
        said += f", {len(report.broken)} {_word('broken', language)}"
    if report.open_promises:
        said += f", {report.open_promises} {_word('open', language)}"
    training = TRAININGS[report.training].in_language(language)
    yield _marked(WRONG if report.broken else WELL, _word("promises", language), f"{said} ({training})")
    table = Table.grid(padding=(0, 2, 0, 0))
    for kept in report.broken:
        table.add_row(Line("  ✗", style="red"), file_of(kept), f"{kept.promise.word} → {kept.said}")
    if report.broken:
        yield table


def _statement(report: Report, language: Language) -> Iterator[RenderableType]:
    """Yield whether the statements tell every number, and which they do not."""
    if not report.disagreements:
        yield _marked(WELL, _word("statement", language), _word("numbers_told", language, report.numbers))
        return
    yield _marked(WRONG, _word("statement", language), _word("numbers_missing", language))
    for one in report.disagreements:
        yield Line(f"    {_word(one.language, language)}: {one.stated.key} = {one.stated.value}")


def _mutants(report: Report, language: Language) -> Iterator[RenderableType]:
    """Yield how many mutants ended how, and each that no check noticed."""
    if report.fated is None:
        yield _marked(("·", "dim"), _word("mutants", language), _word("mutants_off", language))
        return
    counts = Counter(one.fate for one in report.fated)
    kinds = len({one.mutant.kind.id for one in report.fated})
    said = ", ".join(f"{counts[fate]} {FATES[fate].in_language(language)}" for fate in Fate if counts[fate])
    mark = WRONG if report.stale else DOUBT if report.survivors else WELL
    yield _marked(mark, _word("mutants", language), f"{said} ({kinds} {_word('kinds', language)})")
    if report.stale:
        yield Line(f"    {_word('stale', language)} {', '.join(report.stale)}", style="red")
    for one in report.survivors:
        yield from _survivor(one, language)


def _survivor(one: Fated, language: Language) -> Iterator[RenderableType]:
    """Yield a survivor: what was made wrong, where, and the difference."""
    mutant = one.mutant
    where = f"{AREAS[mutant.kind.area].in_language(language)}, {_line(mutant.line, language)}"
    yield Line(f"    {mutant.id}  {mutant.kind.title.in_language(language)} ({where})", style="yellow")
    for line in mutant.before:
        yield Line(f"      - {line}", style="red")
    for line in mutant.after:
        yield Line(f"      + {line}", style="green")


def _marked(mark: tuple[str, str], title: str, said: str) -> Table:
    """Return a line with its mark."""
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(width=1)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    table.add_row(Line(mark[0], style=mark[1]), title, Line(said))
    return table


def _line(number: int | None, language: Language) -> str:
    return "" if number is None else _word("line", language, number)


def _word(key: str, language: Language, *values: object) -> str:
    return WORDS[key].in_language(language).format(*values)
