"""``beginend bench rescore``: what it costs to judge a course anew, and what a student notices of it meanwhile."""

import asyncio
import json
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from exercises import Bundle
from exercises.sources import build_data
from sandbox.contract import Isolation
from sandbox.routing import Slots
from server.cli import common
from server.cli.bench.figures import machine
from server.cli.bench.rescore_measures import applied_figures, recheck_figures, scope_figures_of
from server.cli.bench.scene import varied
from server.cli.sandboxes import backend as chosen_backend
from server.cli.steps import Steps
from server.database.embedded import EmbeddedPostgres
from server.database.migrate import upgrade
from server.judging import Judge
from server.settings import Settings
from server.workshop import Backend, open_workshop

EXERCISE = "cnn-digits"


PARTS = ("runs", "recheck", "apply", "scope")
USUAL = PARTS[:3]  #: what is measured where nothing is named: a million rows take minutes


def bench_rescore(
    *,
    recheck: Annotated[int, typer.Option(min=100, help="Stored verdicts that are checked again.")] = 10_000,
    applied: Annotated[int, typer.Option(min=100, help="Verdicts that one set lets count.")] = 100_000,
    programs: Annotated[int, typer.Option(min=1, help="Programs that are rejudged and run again.")] = 10,
    scope: Annotated[int, typer.Option(min=100_000, help="Submissions in scope of one set.")] = 1_000_000,
    only: Annotated[list[str] | None, typer.Option(help=f"One of {', '.join(PARTS)}; may be repeated.")] = None,
    sandbox: Annotated[str, typer.Option(help="docker or process; by itself: docker where an engine answers.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
) -> None:
    """Measure rescoring in a database of its own: checks a minute, peak memory, applying, and a student's wait."""
    parts = set(only or USUAL)
    if unknown := parts - set(PARTS):
        raise common.give_up(f"--only {' '.join(unknown)}: there are {', '.join(PARTS)}.", common.EXIT_USAGE)
    settings = common.settings_or_exit()
    bundle = common.find_bundle(EXERCISE, settings)
    with Steps(common.speech) as steps:
        build_data([bundle.folder], settings.built, steps)
    figures: dict[str, Any] = {"schema": 1, "machine": machine()}
    result = None
    if parts != {"scope"}:
        kind = chosen_backend(sandbox, settings)
        with closing(_judge(kind, settings)) as judge:
            result = judge.quick(bundle, bundle.solution or "")
            figures |= {"sandbox": kind, **(_running(judge, bundle, programs) if "runs" in parts else {})}
    with _database_of_its_own(settings) as home:
        if result is not None and parts & {"recheck", "apply"}:  # what is applied is what the recheck's course has
            figures |= asyncio.run(recheck_figures(home, bundle, result, recheck))
        if "apply" in parts:
            figures |= asyncio.run(applied_figures(home, bundle, applied))
        if "scope" in parts:
            figures |= asyncio.run(scope_figures_of(home, bundle, scope))
    if as_json:
        typer.echo(json.dumps(figures))
    else:
        for name, value in figures.items():
            common.results.print(f"{name}: {value}", markup=False, highlight=False)


def _judge(kind: Backend, settings: Settings) -> Judge:
    """Open a sandbox with one slot of each kind."""
    with Steps(common.speech) as steps:
        slots = Slots(quick=1, long=1, judges=1, ahead=False)
        return Judge(open_workshop(kind, settings.home, steps, mode=Isolation.WARM, slots=slots))


@contextmanager
def _database_of_its_own(settings: Settings) -> Iterator[Settings]:
    """Start an empty database in a folder of its own, which has the course's data."""
    with tempfile.TemporaryDirectory(prefix="beginend-bench-") as folder:
        Path(folder).chmod(0o755)
        postgres = EmbeddedPostgres(Path(folder))
        try:
            url = postgres.ensure()
            upgrade(url)
            (Path(folder) / "data").symlink_to(settings.built.absolute())
            yield Settings(home=Path(folder), database_url=url, store=None, artifact_url=None)
        finally:
            postgres.stop()


def _running(judge: Judge, bundle: Bundle, programs: int) -> dict[str, Any]:
    """Run programs again whose structure is wrong, so that nothing is trained, and rejudge them from what they left."""
    wrong = (bundle.solution or "").replace("128", "64")
    left = {}
    began = time.perf_counter()
    for number in range(programs):
        source = varied(wrong, 7_000_000 + number)
        left[source] = judge.quick(bundle, source).left
    rerun = time.perf_counter() - began
    began = time.perf_counter()
    for source, kept in left.items():
        judge.rejudge(bundle, source, kept, bundle.version)
    rejudge = time.perf_counter() - began
    return {"rerun_per_minute": round(programs / rerun * 60), "rejudge_per_minute": round(programs / rejudge * 60)}
