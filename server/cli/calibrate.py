"""``beginend exercise calibrate``: measure the reference and the baselines, and propose a fair threshold."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from exercises import Bundle
from exercises.sources import DataUnavailable, build_data
from sandbox.contract import SandboxUnavailable
from server.calibration import Report, read_report, unfair
from server.calibration.baselines import NoBaseline, majority_accuracy
from server.calibration.digests import digests_of
from server.calibration.histogram import histogram
from server.calibration.holding import held_for, report_of
from server.calibration.measuring import (
    Accuracy,
    CannotMeasure,
    NothingToCalibrate,
    Trial,
    accuracy_check,
    measure,
    trials_of,
)
from server.cli import common
from server.cli.sandboxes import backend
from server.cli.steps import Steps
from server.errors import JudgingBroke, JudgingFault
from server.judging import Judge
from server.settings import Settings
from server.workshop import open_workshop_for


def calibrate(
    exercise: Annotated[str, typer.Argument(help="An exercise's id, or a bundle's folder.")],
    *,
    seeds: Annotated[int, typer.Option(min=2, help="Trainings of the reference, each with a seed of its own.")] = 8,
    baselines: Annotated[bool, typer.Option(help="Also measure what the threshold must lie above.")] = True,
    confirm: Annotated[
        bool,
        typer.Option("--confirm", help="Train one seed of the last calibration again; if nothing differs, keep it."),
    ] = False,
    write: Annotated[bool, typer.Option(help="Write calibration.json into the bundle.")] = True,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
    sandbox: Annotated[str, typer.Option(help="docker or process; by itself: docker where an engine answers.")] = "",
) -> None:
    """Train the reference over several seeds and propose a threshold that is fair.

    Exit code: 0 the threshold in exercise.toml is fair, 1 it is not, 2 wrong call, 3 our fault.
    """
    settings = common.settings_or_exit()
    bundle = common.find_bundle(exercise, settings)
    try:
        accuracy_check(bundle)
    except NothingToCalibrate as refusal:
        raise common.give_up(str(refusal), common.EXIT_USAGE) from refusal
    with _judge(bundle, settings, sandbox) as judge, _failures_named():
        report = _confirmed(bundle, judge) if confirm else _measured(bundle, judge, seeds, with_baselines=baselines)
    if write:
        common.say(f"written: {report.write(bundle.folder)}")
    if as_json:
        typer.echo(json.dumps(report.to_json(), ensure_ascii=False))
    else:
        _show(report, bundle)
    objections = unfair(report, accuracy_check(bundle))
    for objection in objections:
        common.speech.print(objection, style="yellow", markup=False)
    if objections:
        raise typer.Exit(common.EXIT_FAILED)


def _measured(bundle: Bundle, judge: Judge, seeds: int, *, with_baselines: bool) -> Report:
    """Carry out a whole calibration."""
    check = accuracy_check(bundle)
    trials = trials_of(bundle, seeds, with_baselines=with_baselines)
    majority = majority_accuracy(bundle, check) if with_baselines else None
    digests = digests_of(bundle, check)  # of what is trained with now; a long calibration may see files change
    return report_of(bundle, list(_told(trials, judge)), majority, digests)


def _confirmed(bundle: Bundle, judge: Judge) -> Report:
    """Return the last calibration for the bundle as it is now, if its first run gives the same accuracy again.

    Raises:
        CannotMeasure: There is none, or the accuracy is another.

    """
    report = read_report(bundle)
    if report is None:
        raise CannotMeasure(f"{bundle.id} has no calibration that could be confirmed.")
    first = report.runs[0]
    (again,) = _told([Trial("reference", bundle, bundle.solution or "", first.seed)], judge)
    if again.accuracy != first.accuracy:
        raise CannotMeasure(
            f"Seed {first.seed} gave {first.accuracy:.1%} and gives {again.accuracy:.1%} now: calibrate again."
        )
    return held_for(report, bundle)


def _told(trials: list[Trial], judge: Judge) -> Iterator[Accuracy]:
    """Carry out trainings behind a bar that says how far they are, and a line for each."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(24),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=common.speech, transient=True) as bar:
        task = bar.add_task(trials[0].name, total=len(trials))
        for trial, one in zip(trials, measure(trials, judge.whole), strict=True):
            common.say(f"{trial.name}, seed {trial.seed}: {one.accuracy:.1%}")
            done = trials.index(trial) + 1
            bar.update(task, completed=done, description=trials[min(done, len(trials) - 1)].name)
            yield one


def _show(report: Report, bundle: Bundle) -> None:
    """Print what was measured and what is proposed."""
    check = accuracy_check(bundle)
    out = common.results
    out.print(f"[bold]{report.exercise}[/]: {len(report.runs)} seeds, mean {report.mean:.1%}, sd {report.sd:.2%}, "
              f"{report.min:.1%} to {report.max:.1%}")  # fmt: skip
    for one in report.baselines:
        out.print(f"  {one.name}: {', '.join(f'{accuracy:.1%}' for accuracy in one.accuracies)}", highlight=False)
    out.print(histogram(report, check.threshold))
    out.print(
        f"threshold {check.threshold:.0%}, spread {check.spread} in exercise.toml: "
        f"a right solution fails with a probability of {report.odds(check):.1e}",
        highlight=False,
    )
    if report.threshold is None:
        out.print(
            "No threshold is both far enough below the reference and above the baselines. Change the data: more rows "
            "to train on raise the reference, more hidden rows narrow its spread, another difficulty parts the two.",
            style="red",
        )
        return
    out.print(
        f"fair: {report.lowest:.0%} to {report.highest:.0%}; proposed: threshold = {report.threshold:.2f}, "
        f"spread = {report.spread} (fails with a probability of {report.probability:.1e})",
        highlight=False,
    )


@contextmanager
def _judge(bundle: Bundle, settings: Settings, sandbox: str) -> Iterator[Judge]:
    """Yield a judge whose sandbox stays warm until the last training.

    Raises:
        typer.Exit: The data or the sandbox cannot be had here.

    """
    try:
        with Steps(common.speech) as steps:
            build_data([bundle.folder], settings.built, steps)
            judge = Judge(open_workshop_for(settings, backend(sandbox, settings), steps, ahead=False))
    except (DataUnavailable, SandboxUnavailable) as error:
        raise common.give_up(str(error), common.EXIT_FAULT) from error
    try:
        yield judge
    finally:
        judge.close()


@contextmanager
def _failures_named() -> Iterator[None]:
    """End with a sentence where nothing could be measured.

    Raises:
        typer.Exit: With the code of the failure.

    """
    try:
        yield
    except (NoBaseline, CannotMeasure) as problem:
        raise common.give_up(str(problem), common.EXIT_FAILED) from problem
    except (JudgingFault, JudgingBroke) as fault:
        raise common.give_up(f"{type(fault).__name__}: {fault}", common.EXIT_FAULT) from fault
