"""``beginend exercise check``: put an exercise through the publishing gate."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from exercises import Bundle, load_bundle
from exercises.errors import BundleError, ExerciseError
from exercises.schema import AccuracyCheck, CodeExercise
from exercises.sources import DataUnavailable, build_data
from exercises.text import Language, Text
from grader.contract import Selection
from sandbox.contract import SandboxUnavailable
from server.calibration import read_report
from server.calibration.holding import outdated
from server.cli import common
from server.cli.sandboxes import backend
from server.cli.steps import Steps
from server.errors import JudgingBroke, JudgingFault
from server.gate import BundleProblem, Fated, Kept, Places, Report, Training, check_exercise, report_json
from server.gate.chart import calibration_section
from server.gate.check import Tell
from server.gate.page import page_of
from server.gate.promises import Judging
from server.gate.report import file_of
from server.gate.terminal import show_report
from server.judging import Judge
from server.phase import PhaseResult
from server.settings import Settings
from server.workshop import open_workshop_for

#: After how many judgements a line is printed where nobody watches a bar.
SOME = 50


def check(
    folder: Annotated[Path, typer.Argument(help="The bundle's folder.")],
    *,
    training: Annotated[
        bool, typer.Option(help="Train the solution and every submission that is about accuracy.")
    ] = True,
    train_all: Annotated[bool, typer.Option("--train-all", help="Train every submission that gets so far.")] = False,
    mutants: Annotated[bool, typer.Option(help="Judge generated wrong solutions.")] = True,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as one JSON object.")] = False,
    json_file: Annotated[Path | None, typer.Option(help="Write the JSON report into this file, too.")] = None,
    page: Annotated[Path | None, typer.Option(help="Write the report as a page (HTML) into this file, too.")] = None,
    sandbox: Annotated[str, typer.Option(help="docker or process.")] = "",
    language: Annotated[str, typer.Option("--lang", help="zh or en; by itself the terminal's.")] = "",
) -> None:
    """Check an exercise before students see it. Exit code: 0 ready, 1 not yet, 2 wrong call or bundle, 3 our fault."""
    settings = common.settings_or_exit()
    reader: Language = "zh" if (language or common.terminal_language()) == "zh" else "en"
    wanted = Training.ALL if train_all else Training.SOME if training else Training.NONE
    bundle: Bundle | None = None
    try:
        bundle = load_bundle(folder, settings.built)
    except ExerciseError as error:
        report = _unreadable(folder, error)
    else:
        report = checked(bundle, settings, wanted, mutants=mutants, sandbox=sandbox)
    told = json.dumps(report_json(report), ensure_ascii=False, indent=2)
    if json_file is not None:
        _write(json_file, told + "\n")
    if page is not None:
        _write(page, page_of(report, reader, chart=_calibration(bundle)))
    if as_json:
        typer.echo(told)
    else:
        show_report(common.results, report, reader)
    if report.problem is not None:
        raise typer.Exit(common.EXIT_USAGE)
    if not report.passed:
        raise typer.Exit(common.EXIT_FAILED)


def _unreadable(folder: Path, error: ExerciseError) -> Report:
    """Return the report of a bundle that cannot be read."""
    name = folder.resolve().name
    problem = BundleProblem(file=name, key="", line=None, what=str(error))
    if isinstance(error, BundleError):
        problem = BundleProblem(file=error.file, key=error.key, line=error.line, what=error.what)
    return Report(name, Text(zh=name, en=name), version="", problem=problem)


def _calibration(bundle: Bundle | None) -> str:
    """Return the drawing of a calibration for the page; empty where there is none."""
    exercise = None if bundle is None else bundle.exercise
    checks = exercise.checks if isinstance(exercise, CodeExercise) else ()
    check = next((one for one in checks if isinstance(one, AccuracyCheck)), None)
    measured = None if bundle is None or check is None else read_report(bundle)
    if measured is None or check is None:
        return ""
    return calibration_section(measured, check.threshold, measured.odds(check))


def checked(
    bundle: Bundle,
    settings: Settings,
    training: Training,
    *,
    mutants: bool,
    sandbox: str,
    tell: Tell = lambda *_: None,
) -> Report:
    """Judge everything, and show how far it is.

    Args:
        bundle: The exercise.
        settings: The operator's choices.
        training: Which files are trained.
        mutants: Whether mutants of the solution are judged.
        sandbox: Which sandbox was asked for; empty for the settings' own.
        tell: Told after each judgement, too.

    Raises:
        typer.Exit: A fault of ours.

    """
    places = Places(quick=settings.quick_slots, trained=settings.max_training_concurrency)
    try:
        with _judging(bundle, settings, sandbox) as judging, _progress() as progress:
            shown = Told(progress, bundle.id)

            def both(done: int, total: int, last: Kept | Fated) -> None:
                shown(done, total, last)
                tell(done, total, last)

            return check_exercise(
                bundle,
                judging,
                training=training,
                mutants=mutants,
                calibration=outdated,
                places=places,
                tell=both,
            )
    except (JudgingFault, JudgingBroke) as fault:
        raise common.give_up(f"{type(fault).__name__}: {fault}", common.EXIT_FAULT) from fault


class Told:
    """Shows how far the judging is: a bar where somebody watches, else every promise that was broken."""

    def __init__(self, progress: Progress, name: str) -> None:
        self._progress = progress
        self._task = progress.add_task(name, total=None)

    def __call__(self, done: int, total: int, last: Kept | Fated) -> None:
        """Show what was judged last."""
        name = file_of(last) if isinstance(last, Kept) else last.mutant.id
        self._progress.update(self._task, total=total, completed=done, description=name[:46].ljust(46))
        if isinstance(last, Kept) and not last.kept:
            self._progress.console.print(f"✗ {name}: {last.promise.word} → {last.said}", style="red", markup=False)
        if not self._progress.console.is_terminal and (done % SOME == 0 or done == total):
            self._progress.console.print(f"· {done} of {total} judged", markup=False, highlight=False)


def _progress() -> Progress:
    """Return the bar, on stderr; it leaves nothing behind."""
    return Progress(
        SpinnerColumn(), TextColumn("{task.description}", markup=False), BarColumn(24), MofNCompleteColumn(),
        TimeElapsedColumn(), console=common.speech, transient=True,
    )  # fmt: skip


@contextmanager
def _judging(bundle: Bundle, settings: Settings, sandbox: str) -> Iterator[Judging]:
    """Yield what judges; a quiz needs none, and none is started.

    Raises:
        typer.Exit: The data or the sandbox cannot be had here.

    """
    if not isinstance(bundle.exercise, CodeExercise):
        yield _nothing_to_judge
        return
    try:
        with Steps(common.speech) as steps:
            build_data([bundle.folder], settings.built, steps)
            judge = Judge(open_workshop_for(settings, backend(sandbox, settings), steps, ahead=False))
    except (DataUnavailable, SandboxUnavailable) as error:
        raise common.give_up(str(error), common.EXIT_FAULT) from error
    try:
        yield judge.whole
    finally:
        judge.close()


def _nothing_to_judge(bundle: Bundle, source: str, selection: Selection) -> PhaseResult:
    """Stand in for a judge where nothing is judged."""
    raise JudgingBroke(f"{bundle.id} is a quiz: {source!r} and {selection} are no code")


def _write(file: Path, text: str) -> None:
    """Write a report, in a folder that need not exist."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8")
