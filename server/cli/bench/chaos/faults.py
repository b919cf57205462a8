"""What is killed and when: a plan drawn from a seed, and the deeds themselves."""

import asyncio
import contextlib
import os
import random
import signal
import time
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import docker
import psutil
import psycopg

from sandbox.engine import EngineError, connect
from sandbox.profile import LABEL
from server.cli.bench.cells import supervisors_of
from server.cli.bench.chaos.engine import OwnEngine
from server.cli.bench.chaos.outages import Outages, Part
from server.cli.bench.chaos.services import Service, WebService

QUIET = 1.0  #: seconds without faults at both ends
ENGINE_AWAY = 3.0  #: seconds between its stop and its start
ANSWER_SECONDS = 2


class Fault(StrEnum):
    """What can be done to the platform."""

    WORKER = "worker killed"
    WEB = "web process killed"
    POSTMASTER = "postmaster killed"
    BACKEND = "database backend killed"
    SLOT = "slot killed"
    ENGINE = "engine stopped and started"


#: How often in a minute.
RATES = {
    Fault.WORKER: 4,
    Fault.WEB: 3,
    Fault.POSTMASTER: 2,
    Fault.BACKEND: 2,
    Fault.SLOT: 5,
    Fault.ENGINE: 1,
}


@dataclass(frozen=True, slots=True)
class Due:
    """A fault and its moment, in seconds from the beginning."""

    at: float
    fault: Fault


def plan(chance: random.Random, seconds: float, faults: Sequence[Fault]) -> list[Due]:
    """Draw the moments of a run; every fault comes at least once.

    Args:
        chance: Decides.
        seconds: How long submissions come.
        faults: Which can be done here.

    """
    drawn = [
        Due(chance.uniform(QUIET, max(QUIET, seconds - QUIET)), fault)
        for fault in faults
        for _ in range(max(1, round(RATES[fault] * seconds / 60)))
    ]
    return sorted(drawn, key=lambda due: due.at)


@dataclass(frozen=True, slots=True)
class Done:
    """A fault that was carried out."""

    at: float  #: seconds from the beginning
    fault: Fault
    victim: str


class Targets:
    """Everything that can be killed, and how."""

    def __init__(  # noqa: PLR0917 - what can be killed is many things
        self,
        chance: random.Random,
        web: WebService,
        workers: Sequence[Service],
        database: str,
        outages: Outages,
        engine: OwnEngine | None,
        sandbox: str,
        instance: str,
    ) -> None:
        """Take aim.

        Args:
            chance: Chooses victims.
            web: The web process.
            workers: The worker processes.
            database: Its URL.
            outages: Told before anything is taken away.
            engine: The engine that may be stopped, if there is one.
            sandbox: ``docker`` or ``process``.
            instance: Label of the installation's containers.

        """
        self._chance = chance
        self._web = web
        self._workers = workers
        self._database = database
        self._outages = outages
        self._engine = engine
        self._sandbox = sandbox
        self._instance = instance

    @property
    def possible(self) -> list[Fault]:
        """What can be done here."""
        return [fault for fault in Fault if fault is not Fault.ENGINE or self._engine is not None]

    async def do(self, fault: Fault) -> str | None:
        """Carry a fault out; return who suffered it, or None if nobody was there to."""
        deeds: dict[Fault, Callable[[], Coroutine[Any, Any, str | None]]] = {
            Fault.WORKER: self._kill_worker,
            Fault.WEB: self._kill_web,
            Fault.POSTMASTER: self._kill_postmaster,
            Fault.BACKEND: self._kill_backend,
            Fault.SLOT: self._kill_slot,
            Fault.ENGINE: self._restart_engine,
        }
        return await deeds[fault]()

    async def _kill_worker(self) -> str | None:
        alive = [worker for worker in self._workers if worker.pid is not None]
        if not alive:
            return None
        worker = self._chance.choice(alive)
        return f"{worker.name} {worker.kill()}"

    async def _kill_web(self) -> str | None:
        pid = self._web.kill()
        return None if pid is None else str(pid)

    async def _kill_postmaster(self) -> str | None:
        with contextlib.suppress(psycopg.Error, psutil.Error):
            async with await self._connection() as connection:
                postmaster = psutil.Process(connection.info.backend_pid).ppid()
            return self._kill_of_database(postmaster)
        return None

    async def _kill_backend(self) -> str | None:
        others = (
            "select pid from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()"
            " order by pid"
        )
        with contextlib.suppress(psycopg.Error):
            async with await self._connection() as connection:
                found = [int(row[0]) for row in await (await connection.execute(others)).fetchall()]
            if found:
                return self._kill_of_database(self._chance.choice(found))
        return None

    def _kill_of_database(self, pid: int) -> str | None:
        """Kill a process of the server; the server then ends all others, or is dead."""
        try:
            self._outages.begin(Part.DATABASE)
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            return None
        return str(pid)

    async def _connection(self) -> psycopg.AsyncConnection[Any]:
        return await psycopg.AsyncConnection.connect(self._database, autocommit=True, connect_timeout=ANSWER_SECONDS)

    async def _kill_slot(self) -> str | None:
        kill = self._kill_container if self._sandbox == "docker" else self._kill_supervisor
        return await asyncio.to_thread(kill)

    def _kill_container(self) -> str | None:
        try:
            with contextlib.closing(self._client()) as client:
                running = client.containers.list(filters={"label": f"{LABEL}={self._instance}"}, ignore_removed=True)
                if not running:
                    return None
                victim = self._chance.choice(sorted(running, key=lambda one: str(one.id)))
                victim.kill()
                return str(victim.short_id)
        except EngineError:
            return None
        except Exception:  # noqa: BLE001 - an engine that is being stopped may say anything
            return None

    def _client(self) -> docker.DockerClient:
        return connect(None if self._engine is None else self._engine.address)

    def _kill_supervisor(self) -> str | None:
        pids = [worker.pid for worker in self._workers if worker.pid is not None]
        found = [one for pid in pids for one in supervisors_of(pid)]
        if not found:
            return None
        victim = self._chance.choice(found)
        with contextlib.suppress(psutil.NoSuchProcess):
            victim.kill()
            return str(victim.pid)
        return None

    async def _restart_engine(self) -> str | None:
        if self._engine is None or self._outages.is_away(Part.ENGINE):
            return None
        self._outages.begin(Part.ENGINE)
        await asyncio.to_thread(self._engine.stop)
        await asyncio.sleep(ENGINE_AWAY)
        client = await asyncio.to_thread(self._engine.start)
        client.close()
        self._outages.end(Part.ENGINE, asked=time.monotonic())
        return "engine"


async def carry_out(targets: Targets, due: Sequence[Due], started: float) -> list[Done]:
    """Carry a plan out, each fault at its moment, also while another still goes on.

    Args:
        targets: What suffers.
        due: The plan, in order.
        started: Moment of the monotonic clock from which it counts.

    Returns:
        What was done; less than planned where nobody was there to suffer.

    """
    done: list[Done] = []

    async def do(fault: Fault) -> None:
        at = time.monotonic() - started
        victim = await targets.do(fault)
        if victim is not None:
            done.append(Done(round(at, 1), fault, victim))

    async with asyncio.TaskGroup() as group:
        for one in due:
            await asyncio.sleep(max(0.0, started + one.at - time.monotonic()))
            group.create_task(do(one.fault))
    return sorted(done, key=lambda one: one.at)
