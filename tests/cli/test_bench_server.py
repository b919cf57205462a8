"""``beginend bench server``: it measures real processes, leaves nothing behind, and a wrong name costs nothing."""

import io
from pathlib import Path

import psutil
import pytest
from rich.console import Console
from typer.testing import CliRunner

from server.cli.bench import app
from server.cli.bench.server_house import DISK, PREFIX, server_house
from server.cli.bench.server_report import show_server
from server.cli.bench.server_sections import SERVER_SECTIONS, ServerSizes, measure_server
from server.settings import Settings

LITTLE = ServerSizes(rounds=1, clicks=1, handed_in=2, rescores=200, page_seconds=0.3, streams=12, verdicts=4)
PHASES = ("accept", "queue", "run", "checks", "deliver")


def remains() -> set[str]:
    """Return homes of benches, and processes that work in one."""
    processes = {" ".join(one.info["cmdline"] or []) for one in psutil.process_iter(["cmdline"])}
    homes = {str(path) for path in DISK.glob(f"{PREFIX}*")}
    return homes | {line for line in processes if PREFIX in line}


@pytest.mark.database
async def test_pages_and_streams_are_measured_without_a_sandbox() -> None:
    """The course page and open streams need web and database only; one connection listens, and nothing is left."""
    before = remains()
    async with server_house(Settings(home=Path("var")), "process", lambda _: None) as house:
        figures = await measure_server(house, LITTLE, ["page", "streams"])
        assert house.worker is None

    assert {"page", "streams"} == set(figures)
    assert figures["page"]["per_second"] > 0
    assert (1, 4) == (figures["streams"]["listeners"], figures["streams"]["verdict_to_browser"]["rounds"])
    assert before == remains()


async def test_without_a_browser_the_clicks_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there is no Playwright the section says so, fails nothing and starts nothing."""
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    figures = await measure_server(None, LITTLE, ["browser"])  # type: ignore[arg-type]
    printed = io.StringIO()
    show_server(Console(file=printed, width=200), figures)

    assert "failed" not in figures["browser"]
    assert "browser left out: Playwright is not installed" in printed.getvalue()


@pytest.mark.database
@pytest.mark.docker
async def test_everything_is_measured() -> None:
    """Each section has its figure, the phases add up to the whole, and every section has its table."""
    async with server_house(Settings(home=Path("var")), "docker", lambda _: None) as house:
        wanted = [name for name in SERVER_SECTIONS if name not in {"page", "streams"}]
        figures = await measure_server(house, LITTLE, wanted)

    printed = io.StringIO()
    show_server(Console(file=printed, width=200), figures)
    assert len(wanted) == printed.getvalue().count("load per core before")
    assert [] == [section["failed"] for section in figures.values() if "failed" in section]
    for kind in ("quiz", "structure"):
        medians = {phase: spread["median_ms"] for phase, spread in figures["latency"][kind].items()}
        assert medians["whole"] == pytest.approx(sum(medians[phase] for phase in PHASES), abs=1)
    assert figures["throughput"]["per_minute"] > 0
    for told in (figures["browser"].get(kind, {}) for kind in ("quiz", "structure")):  # empty without a browser
        moments = [told[one]["median_ms"] for one in ("feedback", "finding", "verdict") if one in told]
        assert moments == sorted(moments)
    assert {"web", "worker", "slots", "database"} == {row["process"] for row in figures["memory"]["rows"]}
    assert all(row["mib"] > 0 for row in figures["memory"]["rows"])
    assert 0 <= figures["backlog"]["rescored_meanwhile"] < LITTLE.rescores


def test_a_section_that_does_not_exist_is_refused_at_once() -> None:
    """Before anything is started the command says which sections there are."""
    answer = CliRunner().invoke(app, ["bench", "server", "--only", "coffee"])

    assert (2, True) == (answer.exit_code, "latency" in answer.output)
