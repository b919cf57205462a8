"""What each process of the platform holds in memory once it has worked."""

from collections.abc import Sequence
from typing import Any

import psutil

from server.cli.bench.cells import cells_of_worker, memory_of, memory_of_processes
from server.cli.bench.server_caller import calling, heard, right_program, submit
from server.cli.bench.server_house import CODE, ServerHouse
from server.opening import COURSE_SLUG


async def memory_of_all(house: ServerHouse) -> dict[str, Any]:
    """Measure web, worker, its slots and the database, after everybody has done something."""
    worker = await house.judge()
    async with calling(house) as client:
        for student in house.students[:4]:
            sent = await submit(client, student, CODE, right_program(house))
            await heard(client, student, sent.id, "finding")
            await client.get(f"/courses/{COURSE_SLUG}")
    await house.judge()
    cells = cells_of_worker(house.backend, worker.pid, house.settings.home)
    slots = memory_of(cells)
    rows = [
        _row("web", [psutil.Process(house.web.pid)]),
        _row("worker", [psutil.Process(worker.pid)]),
        {"process": "slots", "processes": len(cells), "mib": slots.bytes >> 20},
        _row("database", _backends(house)),
    ]
    return {"measure": slots.measure, "rows": rows, "together_mib": sum(row["mib"] for row in rows)}


def _row(name: str, processes: Sequence[psutil.Process]) -> dict[str, Any]:
    return {"process": name, "processes": len(processes), "mib": memory_of_processes(processes).bytes >> 20}


def _backends(house: ServerHouse) -> list[psutil.Process]:
    """Return the database's processes."""
    folder = str(house.settings.home)
    first = next(one for one in psutil.process_iter(["cmdline"]) if _is_postmaster(one, folder))
    return [first, *first.children(recursive=True)]


def _is_postmaster(process: psutil.Process, folder: str) -> bool:
    """Tell whether a process is the server whose data lie in the folder."""
    words = process.info["cmdline"] or []
    return bool(words) and "postgres" in words[0] and any(folder in word for word in words)
