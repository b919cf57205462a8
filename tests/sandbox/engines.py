"""Docker engines for tests: what an instance has in one, and a wire to one that can be cut."""

import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Self

import docker
from docker.models.containers import Container

from sandbox import Isolation, PooledSandbox, Slots
from sandbox.docker import DockerCells
from sandbox.engine import EngineError, connect
from sandbox.profile import LABEL

ONE_OF_EACH = Slots(quick=1, long=1, judges=1, ahead=False)
ENGINE_SOCKET = os.environ.get("DOCKER_HOST", "unix:///var/run/docker.sock").removeprefix("unix://")


def containers_of(engine: docker.DockerClient, instance: str) -> list[Container]:
    """List the containers of one instance."""
    return engine.containers.list(all=True, filters={"label": f"{LABEL}={instance}"}, ignore_removed=True)


def wait_for_one(engine: docker.DockerClient, instance: str) -> Container:
    """Wait until an instance has a running container."""
    for _ in range(400):
        found = [one for one in containers_of(engine, instance) if one.status == "running"]
        if found:
            return found[0]
        time.sleep(0.05)
    raise AssertionError("no container was started")


def wait_for_none(engine: docker.DockerClient, instance: str) -> None:
    """Wait until an instance has no container."""
    for _ in range(400):
        if not containers_of(engine, instance):
            return
        time.sleep(0.05)
    raise AssertionError("a container was left behind")


class Wire:
    """A wire to the real engine that a test can cut and mend."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._open: list[socket.socket] = []
        self.mend()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.cut()

    def mend(self) -> None:
        """Take connections (again)."""
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(self.path))
        self._listener.listen()
        threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    def cut(self) -> None:
        """Break every connection and take no new one."""
        self.path.unlink(missing_ok=True)
        for end in (self._listener, *self._open):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
        self._open.clear()

    def _accept(self, listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                near = listener.accept()[0]
                far = socket.socket(socket.AF_UNIX)
                far.connect(ENGINE_SOCKET)
                self._open += [near, far]
                for source, target in ((near, far), (far, near)):
                    threading.Thread(target=self._carry, args=(source, target), daemon=True).start()

    def _carry(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)


@contextmanager
def own_sandbox(
    instance: str,
    image: str,
    *,
    mode: Isolation = Isolation.WARM,
    slots: Slots = ONE_OF_EACH,
    client: docker.DockerClient | None = None,
    runtime: str | None = None,
) -> Iterator[PooledSandbox]:
    """Open a sandbox whose containers can be told from others' and which a test may break."""
    cells = DockerCells(client or connect(), image, "sandbox_test_payload", instance=instance, runtime=runtime)
    sandbox = PooledSandbox(cells, mode, slots)
    try:
        yield sandbox
    finally:
        sandbox.close()


def container_facts(container: Container) -> dict[str, Any]:
    """Give what the engine really does with a container."""
    with suppress(*EngineError):
        container.reload()
    return dict(container.attrs)
