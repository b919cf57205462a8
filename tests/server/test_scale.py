"""``beginend bench scale``: what a deadline needs, worked out; what one database carries, measured."""

import json
import math
import os
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from exercises import Bundle
from server.cli.bench.scale import CHECKS_PER_CORE
from server.cli.bench.scale_measures import handed_in, notify_limits, prepare, throughput
from server.cli.bench.scale_model import HAND_INS, Wait, arrivals, cores_needed, longest_wait, plan
from server.cli.main import build
from server.courses import Shelf
from server.database import migrate
from server.database.engine import Database
from server.feed import Feed
from server.opening import Foundation
from server.settings import Settings

SCALING = Path(__file__).resolve().parent.parent.parent / "docs" / "scaling.md"


def test_a_deadline_is_a_rush() -> None:
    """Everybody hands in so often, most in the last hours, and the last minutes are the busiest."""
    coming = arrivals(1000)

    assert math.isclose(1000 * HAND_INS, sum(coming))
    assert max(coming) == coming[-1]
    assert sum(coming[-3600:]) > sum(coming) / 2


@pytest.mark.parametrize("promise", [10, 1800])
def test_the_least_number_of_cores_keeps_the_promise(promise: float) -> None:
    """With one core less somebody waits longer."""
    coming, wait = arrivals(20_000), Wait(20.0, 0.5, promise)
    cores = cores_needed(coming, wait)

    assert longest_wait(coming, wait, cores) <= promise < longest_wait(coming, wait, cores - 1)


def test_what_never_ends_is_not_enough() -> None:
    """Cores that have not worked everything off after two days are too few, however long that takes."""
    assert math.inf == longest_wait(arrivals(1_000_000), Wait(20.0, 0.5, 10), 1)


def test_the_document_says_what_is_worked_out() -> None:
    """The table of docs/scaling.md is the command's."""
    result = CliRunner().invoke(build(["bench"]), ["bench", "scale", "--paper", "--json"], catch_exceptions=False)
    rows = json.loads(result.stdout)["classes"]
    promises = {"check_wait": 10.0, "training_wait": 1800.0}
    assert rows[0] == plan(1000, check=1 / CHECKS_PER_CORE, training=20.0, **promises)
    for row in rows:
        (line,) = re.findall(
            rf"^\| {row['students']:,} \| [\d,.]+ a second.*$", SCALING.read_text("utf-8"), re.MULTILINE
        )
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        told = [int(cell.split()[0].replace(",", "")) for cell in cells[3:6]]
        assert [row["check_cores"], row["training_cores"], row["training_cores_at_once"]] == told


@pytest.mark.database
@pytest.mark.slow
async def test_measures(empty_url: str, tmp_path: Path, catalogue: dict[str, Bundle]) -> None:
    """Real workers work a queue off and what they used is counted; NOTIFY costs commits, and leaves no job behind."""
    migrate.upgrade(empty_url)
    settings = Settings(home=tmp_path, database_url=empty_url)
    database = Database(empty_url)
    base = Foundation(settings, database, Feed(database), Shelf(settings.shelf, settings.built))
    try:
        stage = await prepare(base, catalogue["cnn-digits"])
        accepted = await handed_in(stage, 10)
        row = await throughput(stage, os.getpid(), 1, 40, 0.01)
        limits = await notify_limits(empty_url)
    finally:
        await database.dispose()

    assert 10 == accepted["each"]["rounds"]
    assert row["verdicts"] >= 10
    assert min(row["per_second"], row["worker_cpu_ms"], row["commits"]) > 0
    assert row["notifications"] >= 1
    assert limits["row_per_second"] > limits["row_job_and_notify_per_second"] > 0
