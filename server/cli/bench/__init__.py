"""``beginend bench``: what a verdict costs on this machine, everything side by side in one run."""

from server.cli.bench.command import app, bench_app
from server.cli.bench.server_command import app as server_app

bench_app.add_typer(server_app)

__all__ = ["app"]
