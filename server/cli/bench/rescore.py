"""``beginend bench rescore``: what it costs to judge a course anew, and what a student notices of it meanwhile."""

import asyncio
import json
import tempfile
import time
from contextlib import closing
from pathlib import Path
from typing import Annotated, Any

import typer

from exercises import Bundle
from exercises.sources import build_data
from sandbox.contract import Isolation
from sandbox.routing import Slots
from server.cli import common
from server.cli.bench.figures import machine
from server.cli.bench.rescore_measures import applied_figures, recheck_figures
from server.cli.bench.scene import varied
from server.cli.sandboxes import backend as chosen_backend
from server.cli.steps import Steps
from server.database.embedded import EmbeddedPostgres
from server.database.migrate import upgrade
from server.judging import Judge
from server.settings import Settings
from server.workshop import open_workshop

EXERCISE = "cnn-digits"


def bench_rescore(
    *,
    recheck: Annotated[int, typer.Option(min=100, help="Stored verdicts that are checked again.")] = 10_000,
    applied: Annotated[int, typer.Option(min=100, help="Verdicts that one set lets count.")] = 100_000,
    programs: Annotated[int, typer.Option(min=1, help="Programs that are rejudged and run again.")] = 10,
    sandbox: Annotated[str, typer.Option(help="docker or process; by itself: docker where an engine answers.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
) -> None:
    """Measure rescoring in a database of its own: checks a minute, peak memory, applying, and a student's wait."""
    settings = common.settings_or_exit()
    bundle = common.find_bundle(EXERCISE, settings)
    kind = chosen_backend(sandbox, settings)
    with Steps(common.speech) as steps:
        build_data([bundle.folder], settings.built, steps)
        opened = open_workshop(
            kind, settings.home, steps, mode=Isolation.WARM, slots=Slots(quick=1, long=1, judges=1, ahead=False)
        )
    with closing(Judge(opened)) as judge:
        result = judge.quick(bundle, bundle.solution or "")
        figures = {"schema": 1, "machine": machine(), "sandbox": kind, **_running(judge, bundle, programs)}
    with tempfile.TemporaryDirectory(prefix="beginend-bench-") as folder:
        Path(folder).chmod(0o755)
        postgres = EmbeddedPostgres(Path(folder))
        try:
            url = postgres.ensure()
            upgrade(url)
            (Path(folder) / "data").symlink_to(settings.built.absolute())
            home = Settings(home=Path(folder), database_url=url, store=None, artifact_url=None)
            figures |= asyncio.run(recheck_figures(home, bundle, result, recheck))
            figures |= asyncio.run(applied_figures(home, bundle, applied))
        finally:
            postgres.stop()
    if as_json:
        typer.echo(json.dumps(figures))
    else:
        for name, value in figures.items():
            common.results.print(f"{name}: {value}", markup=False, highlight=False)


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
