"""``beginend bench``: what a verdict costs on this machine, everything side by side in one run."""

from server.cli.bench.command import app

__all__ = ["app"]
