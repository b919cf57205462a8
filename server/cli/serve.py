"""``beginend up`` and ``beginend worker``: the processes that judge."""

import sys

import typer

from sandbox.contract import SandboxFault
from server.cli import common
from server.cli.steps import Steps
from server.logs import configure_logs, writes_json
from server.up import run_up
from server.worker_process import run_worker_process

app = typer.Typer()


@app.command()
def up() -> None:
    """Start everything in one process: database, course, sandbox, web and worker. Ctrl-C stops it all."""
    settings = common.settings_or_exit()
    configure_logs(settings.log)
    with Steps(common.results) as steps:
        common.complete(run_up(settings, steps, common.results, steps.end))


@app.command()
def worker() -> None:
    """Judge submissions; needs DATABASE_URL and a sandbox."""
    settings = common.settings_or_exit()
    configure_logs(settings.log)
    try:
        with Steps(common.speech) as steps:
            say = common.log_step if writes_json(settings.log, sys.stderr) else steps
            common.complete(run_worker_process(settings, say, steps.end))
    except SandboxFault as problem:
        raise common.give_up(str(problem), common.EXIT_FAULT) from problem
