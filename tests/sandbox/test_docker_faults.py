"""What happens when the engine, a container or the worker itself goes away: faults, and nothing left behind."""

import gc
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Self

import docker
import pytest
from docker.models.containers import Container
from sandboxplaces import HOME, PAYLOADS

from sandbox import Ending, Limits, RunRequest, SandboxFault, SandboxUnavailable
from sandbox.docker import DockerSandbox
from sandbox.engine import connect
from sandbox.image.build import build_image
from sandbox.leftovers import labels_for, remove_leftovers
from sandbox.profile import LABEL

pytestmark = pytest.mark.docker

ENGINE_SOCKET = os.environ.get("DOCKER_HOST", "unix:///var/run/docker.sock").removeprefix("unix://")
LOOP = RunRequest("execute", {"code": "while True: pass"}, limits=Limits(wall_seconds=30))


def containers_of(engine: docker.DockerClient, instance: str) -> list[Container]:
    """List the containers of one instance."""
    return engine.containers.list(all=True, filters={"label": f"{LABEL}={instance}"}, ignore_removed=True)


class Wire:
    """A wire to the real engine that a test can cut."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(path))
        self._listener.listen()
        self._open: list[socket.socket] = []

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.cut()

    def cut(self) -> None:
        """Break every connection and take no new one."""
        self.path.unlink(missing_ok=True)
        for end in (self._listener, *self._open):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near = self._listener.accept()[0]
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


def wait_for_one(engine: docker.DockerClient, instance: str) -> Container:
    """Wait until an instance has a running container."""
    for _ in range(200):
        found = [one for one in containers_of(engine, instance) if one.status == "running"]
        if found:
            return found[0]
        time.sleep(0.05)
    raise AssertionError("no container was started")


def wait_for_none(engine: docker.DockerClient, instance: str) -> None:
    """Wait until an instance has no container."""
    for _ in range(200):
        if not containers_of(engine, instance):
            return
        time.sleep(0.05)
    raise AssertionError("a container was left behind")


@pytest.fixture
def own(docker_sandbox: DockerSandbox, request: pytest.FixtureRequest) -> Iterator[DockerSandbox]:
    """Give a sandbox of the test's own, so that its containers can be told from others'."""
    image = docker_sandbox.describe().image
    sandbox = DockerSandbox(connect(), image, "sandbox_test_payload", instance=request.node.name)
    yield sandbox
    sandbox.close()


def test_nothing_left_behind(own: DockerSandbox, engine: docker.DockerClient, request: pytest.FixtureRequest) -> None:
    """After a run its container is gone."""
    own.run(RunRequest("execute", {"code": ""}))

    wait_for_none(engine, request.node.name)


def test_container_removed_from_outside(
    own: DockerSandbox, engine: docker.DockerClient, request: pytest.FixtureRequest
) -> None:
    """A container that somebody removes during a run is a fault, not an ending."""
    with ThreadPoolExecutor() as pool:
        running = pool.submit(own.run, LOOP)
        wait_for_one(engine, request.node.name).remove(force=True)

        with pytest.raises(SandboxFault, match="ended before it had answered"):
            running.result(timeout=20)


def test_close_ends_runs(own: DockerSandbox, engine: docker.DockerClient, request: pytest.FixtureRequest) -> None:
    """Closing a sandbox ends what runs in it and refuses what comes after."""
    with ThreadPoolExecutor() as pool:
        running = pool.submit(own.run, LOOP)
        wait_for_one(engine, request.node.name)
        own.close()

        with pytest.raises(SandboxFault):
            running.result(timeout=20)
    with pytest.raises(SandboxFault, match="closed"):
        own.run(LOOP)
    wait_for_none(engine, request.node.name)


def test_no_engine() -> None:
    """Without an engine the sentence says what to do."""
    with pytest.raises(SandboxUnavailable, match="start Docker"):
        connect("unix:///nonexistent/docker.sock")


@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")  # the SDK leaves the socket it could not connect
def test_engine_lost(docker_sandbox: DockerSandbox, engine: docker.DockerClient, tmp_path: Path) -> None:
    """An engine that goes away in the middle of a run is a fault; after that there is no sandbox until it is back."""
    with Wire(tmp_path / "docker.sock") as wire, ThreadPoolExecutor() as pool:
        client = connect(f"unix://{wire.path}")
        sandbox = DockerSandbox(client, docker_sandbox.describe().image, "sandbox_test_payload", instance="lost")
        running = pool.submit(sandbox.run, LOOP)
        wait_for_one(engine, "lost")
        wire.cut()

        with pytest.raises(SandboxFault, match="container"):
            running.result(timeout=20)
        with pytest.raises(SandboxUnavailable, match="engine went away"):
            sandbox.run(LOOP)
        sandbox.close()
        del sandbox, client
        gc.collect()
    wait_for_none(engine, "lost")


def test_image_lost(engine: docker.DockerClient) -> None:
    """An image that is gone is said to be gone, with the command that builds it."""
    sandbox = DockerSandbox(engine, "sha256:" + "0" * 64, "sandbox_test_payload", instance="no-image")

    with pytest.raises(SandboxUnavailable, match="beginend sandbox build"):
        sandbox.run(LOOP)


def test_leftovers(docker_sandbox: DockerSandbox, engine: docker.DockerClient) -> None:
    """Containers of dead makers and those past their time are removed; those of the living stay."""
    image = docker_sandbox.describe().image
    living = labels_for("leftovers", 60)
    dead = {**living, "beginend.maker": living["beginend.maker"].replace(f" {os.getpid()} ", " 1 ")}
    late = {**living, "beginend.expires": "1000"}
    for labels in (living, dead, late):
        engine.containers.create(image, labels=labels)
    remove_leftovers(engine)
    left = containers_of(engine, "leftovers")
    for container in left:
        container.remove()

    assert [living] == [{key: one.labels[key] for key in living} for one in left]


def test_worker_killed(docker_sandbox: DockerSandbox, engine: docker.DockerClient) -> None:
    """When the worker is killed its containers end and vanish by themselves, long before their limits."""
    program = f"""
from sandbox import Limits, RunRequest
from sandbox.docker import DockerSandbox
from sandbox.engine import connect
sandbox = DockerSandbox(connect(), {docker_sandbox.describe().image!r}, "sandbox_test_payload", instance="killed")
sandbox.run(RunRequest("execute", {{"code": "while True: pass"}}, limits=Limits(wall_seconds=300)))
"""
    root = Path(__file__).resolve().parent.parent.parent
    worker = subprocess.Popen([sys.executable, "-c", program], cwd=root)
    wait_for_one(engine, "killed")
    time.sleep(0.5)
    worker.send_signal(signal.SIGKILL)
    worker.wait()

    wait_for_none(engine, "killed")


def test_two_at_once(docker_sandbox: DockerSandbox) -> None:
    """Two runs go on at the same time as two different users."""
    code = "import json, os, time; time.sleep(1.5); json.dump(os.getuid(), open('out/uid.json', 'w'))"
    both = threading.Barrier(2)

    def one() -> tuple[float, float, bytes]:
        both.wait()
        started = time.monotonic()
        outcome = docker_sandbox.run(RunRequest("execute", {"code": code}))
        assert Ending.FINISHED == outcome.ending
        return started, time.monotonic(), outcome.artifacts["uid.json"]

    with ThreadPoolExecutor() as pool:
        first, second = (future.result() for future in [pool.submit(one), pool.submit(one)])

    assert max(first[0], second[0]) < min(first[1], second[1])
    assert first[2] != second[2]


def test_image_is_not_built_twice(docker_sandbox: DockerSandbox, engine: docker.DockerClient) -> None:
    """An image that is there under the digest of its parts is taken as it is."""
    said: list[str] = []

    assert docker_sandbox.describe().image == build_image(HOME, PAYLOADS, progress=said.append, client=engine)
    assert [] == said
