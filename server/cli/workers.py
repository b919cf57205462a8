"""``beginend workers``: who judges on which machine, and how one is taken out of work for maintenance."""

import asyncio
import json
from typing import Annotated, Any

import typer
from rich.text import Text

from server.cli import common
from server.cli.rescore_shared import done
from server.opening import Foundation
from server.queue.draining import drain, drain_host, drained_hosts, resume, resume_host, worker_of_name
from server.queue.duty import DutyState
from server.queue.roll import Present, present_workers
from server.standing import said_of_slots

app = typer.Typer()
workers_app = typer.Typer(help="The workers: list them, drain one for maintenance.", invoke_without_command=True)
app.add_typer(workers_app, name="workers")

LOOK = 0.5  # seconds between two looks
SHOWN = 19  # characters of an image's id: sha256: and twelve digits

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
Name = Annotated[str | None, typer.Argument(help="Name of a worker, or its beginning.")]
Host = Annotated[str | None, typer.Option("--host", help="Every worker of this machine, those started later too.")]


@workers_app.callback()
def list_workers(context: typer.Context, *, as_json: Json = False) -> None:
    """List the workers that give signs of life: machine, cores, version, image, lanes, whether they work."""
    if context.invoked_subcommand is not None:
        return

    async def work(base: Foundation) -> tuple[list[Present], list[str]]:
        async with base.database.reading() as session:
            present = await present_workers(session, silent_seconds=base.settings.stalled_seconds)
            return present, [*await drained_hosts(session)]

    present, hosts = done(work)
    if as_json:
        whole = {"schema": 1, "workers": [_as_json(worker) for worker in present], "drained_hosts": hosts}
        typer.echo(json.dumps(whole, ensure_ascii=False))
        return
    _show(present)
    for host in hosts:
        common.say(f"Workers of {host} take nothing new until `beginend workers resume --host {host}`.")


@workers_app.command("drain")
def drain_command(
    name: Name = None,
    *,
    host: Host = None,
    wait: Annotated[bool, typer.Option(help="Wait until nothing is left in hand.")] = True,
) -> None:
    """Let a worker take nothing new and finish what it has in hand; says when the machine may be switched off."""
    _one_of(name, host)

    async def work(base: Foundation) -> None:
        async with base.database.unit_of_work() as session:
            if host is not None:
                await drain_host(session, None, host)
                drained = await _of_host(base, host)
            else:
                drained = [await _named(base, name)]
                await drain(session, None, drained[0])
        if wait:
            await _until_empty(base, drained)
        else:
            common.say("Nothing new is taken; `beginend workers` says when nothing is left in hand.")

    done(work)


@workers_app.command("resume")
def resume_command(name: Name = None, *, host: Host = None) -> None:
    """Let a worker, or all of a machine, take jobs again."""
    _one_of(name, host)

    async def work(base: Foundation) -> None:
        worker = None if host is not None else await _named(base, name)
        async with base.database.unit_of_work() as session:
            if worker is not None:
                await resume(session, None, worker)
            else:
                await resume_host(session, None, host or "")
            hosts = await drained_hosts(session)
        if worker is not None and worker.host in hosts:
            common.say(
                f"{worker.name} takes nothing yet, as its machine is drained: "
                f"`beginend workers resume --host {worker.host}` lets all of that machine take jobs again."
            )
        else:
            common.say("Jobs are taken again.")

    done(work)


def _one_of(name: str | None, host: str | None) -> None:
    """Refuse both and neither.

    Raises:
        typer.Exit: It is not clear who is meant.

    """
    if (name is None) == (host is None):
        raise common.give_up("Name one worker, or a machine with --host; `beginend workers` lists both.", 2)


async def _named(base: Foundation, name: str | None) -> Present:
    async with base.database.reading() as session:
        return await worker_of_name(session, name or "", silent_seconds=base.settings.stalled_seconds)


async def _of_host(base: Foundation, host: str) -> list[Present]:
    return [worker for worker in await _present(base) if worker.host == host]


async def _present(base: Foundation) -> list[Present]:
    async with base.database.reading() as session:
        return await present_workers(session, silent_seconds=base.settings.stalled_seconds)


async def _until_empty(base: Foundation, drained: list[Present]) -> None:
    """Wait until each has nothing in hand, or is gone; say so of each."""
    waiting = {worker.id: worker for worker in drained}
    if not waiting:
        common.say("No worker of this machine gives signs of life; one that is started there will take nothing.")
    while waiting:
        now = {worker.id: worker for worker in await _present(base)}
        for worker in [*waiting.values()]:
            if worker.id not in now:
                common.say(f"{worker.name} ({worker.host}) is gone; others take over what it had in hand.")
            elif now[worker.id].duty is DutyState.DRAINED:
                common.say(f"{worker.name} ({worker.host}) has nothing in hand: it may be stopped.")
            elif now[worker.id].duty is DutyState.WORKING:
                common.say(f"{worker.name} ({worker.host}) was resumed.")
            else:
                continue
            del waiting[worker.id]
        if waiting:
            await asyncio.sleep(LOOK)


def _show(present: list[Present]) -> None:
    """Print who each worker is and how it does, and below what it can; nothing is cut, however narrow the terminal."""
    if not present:
        common.results.print("No worker gives signs of life.")
        return
    for worker in present:
        standing = worker.standing
        state = f"{worker.duty.value}: {standing.problem}" if standing.problem else worker.duty.value
        first = Text.assemble((worker.name, "bold"), f"  {worker.host}  {state}  seen {worker.seen_seconds:.0f} s ago")
        can = (
            f"{worker.cores or '?'} cores",
            f"version {worker.version or '?'}",
            f"{standing.backend or '-'} {', '.join(worker.modes)}",
            f"image {(standing.image or '-')[:SHOWN]}",
            ", ".join(f"{lane['name']} {lane['concurrency']}" for lane in worker.lanes),
            f"slots: {said_of_slots(standing)}",
        )
        common.results.print(first, soft_wrap=True)
        common.results.print(Text("  " + " · ".join(can), "dim"), soft_wrap=True)


def _as_json(worker: Present) -> dict[str, Any]:
    """Describe a worker to programs."""
    standing = worker.standing
    return {
        "name": worker.name,
        "host": worker.host,
        "pid": worker.pid,
        "cores": worker.cores,
        "version": worker.version,
        "backend": standing.backend,
        "modes": list(worker.modes),
        "images": [standing.image] if standing.image else [],
        "grader": standing.grader,
        "lanes": [dict(lane) for lane in worker.lanes],
        "state": worker.duty.value,
        "readiness": standing.readiness.value,
        "problem": standing.problem,
        "started_at": worker.started_at.isoformat() if worker.started_at else None,
        "seen_seconds": round(worker.seen_seconds, 1),
        "clock_ahead_seconds": round(worker.clock_ahead_seconds, 3),
    }
