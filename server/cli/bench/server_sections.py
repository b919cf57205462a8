"""Which measurements of the server there are, how large they are, and in which order they are taken."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from server.cli.bench.figures import load_per_core
from server.cli.bench.scene import BenchFailed
from server.cli.bench.server_backlog import live_beside_rescores
from server.cli.bench.server_browser import click_to_verdict
from server.cli.bench.server_house import ServerHouse
from server.cli.bench.server_latency import submit_to_browser
from server.cli.bench.server_memory import memory_of_all
from server.cli.bench.server_page import course_page
from server.cli.bench.server_streams import event_streams
from server.cli.bench.server_throughput import verdicts_per_minute
from server.errors import DatabaseAway


@dataclass(frozen=True, slots=True)
class ServerSizes:
    """How much is measured."""

    rounds: int = 50  #: submissions of each kind, one after another
    clicks: int = 20  #: likewise, in a browser
    handed_in: int = 300  #: submissions that wait for each other
    rescores: int = 50_000
    page_seconds: float = 10
    streams: int = 1000
    verdicts: int = 200


QUICK_LOOK = ServerSizes(rounds=8, clicks=5, handed_in=30, rescores=50_000, page_seconds=3, streams=200, verdicts=20)

Section = Callable[[ServerHouse, ServerSizes], Awaitable[dict[str, Any]]]

#: The first two want no worker, and a machine that does nothing else; the last leaves a full queue behind.
SERVER_SECTIONS: Mapping[str, Section] = {
    "page": lambda house, sizes: course_page(house, sizes.page_seconds),
    "streams": lambda house, sizes: event_streams(house, sizes.streams, sizes.verdicts),
    "latency": lambda house, sizes: submit_to_browser(house, sizes.rounds),
    "browser": lambda house, sizes: click_to_verdict(house, sizes.clicks),
    "throughput": lambda house, sizes: verdicts_per_minute(house, sizes.handed_in),
    "memory": lambda house, _: memory_of_all(house),
    "backlog": lambda house, sizes: live_beside_rescores(house, sizes.rescores, sizes.rounds),
}


async def measure_server(house: ServerHouse, sizes: ServerSizes, names: Iterable[str]) -> dict[str, Any]:
    """Take the named measurements in turn; each says how busy the machine was before it began.

    One that fails has ``failed``, a sentence, in place of its figures; the others are taken all the same.
    """
    figures: dict[str, Any] = {}
    for name in names:
        before = round(load_per_core(), 2)
        try:
            found = await SERVER_SECTIONS[name](house, sizes)
        except (BenchFailed, DatabaseAway) as failure:
            found = {"failed": f"{type(failure).__name__}: {failure}"}
        figures[name] = {"load_per_core_before": before, **found}
    return figures
