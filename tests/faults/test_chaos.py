"""A minute of chaos over HTTP, with the real processes: what was received is judged once, and clients saw no fault."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from server.cli.bench.chaos.faults import Fault
from server.cli.bench.chaos.run import Wish, run_chaos
from server.settings import Settings
from server.workshop import Backend

pytestmark = pytest.mark.database

#: Data, wheels and the process sandbox's environment are shared; what a run writes is its own.
HOME = Path(__file__).resolve().parents[2] / "var"


def chaos(backend: Backend, wish: Wish) -> dict[str, Any]:
    """Run, and print the figures: a failure is read with them."""
    said: list[str] = []
    figures = asyncio.run(run_chaos(Settings(home=HOME), backend, wish, said.append))
    print(f"accepted {figures['accepted']}, judged exactly once {figures['judged_once']}: {figures}")  # noqa: T201
    return figures


def promise_is_kept(figures: dict[str, Any]) -> None:
    """Look at a run: nothing broken, everything that was handed in was received in the end, and things were killed."""
    assert [] == figures["broken"], figures
    assert figures["handed_in"] == figures["accepted"] == figures["judged_once"]
    assert 0 == figures["system_errors"]


@pytest.mark.docker
def test_a_minute_of_chaos() -> None:
    """Workers, web, database, slots and engine killed for 60 s of submissions: each is judged exactly once."""
    figures = chaos("docker", Wish(seconds=60, seed=5))

    promise_is_kept(figures)
    done = {one["fault"] for one in figures["faults"]}
    assert {Fault.WORKER, Fault.WEB, Fault.POSTMASTER, Fault.BACKEND} <= done
    assert figures["starts"]["web"] > 1


@pytest.mark.process
def test_chaos_without_an_engine() -> None:
    """The same in the process sandbox, shorter."""
    promise_is_kept(chaos("process", Wish(seconds=15, seed=5, rate=1)))
