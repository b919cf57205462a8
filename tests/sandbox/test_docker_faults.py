"""What is left behind, what the engine is really told, and what happens when it, the image or the worker goes away."""

import gc
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import docker
import pytest
from engines import ONE_OF_EACH, Wire, containers_of, own_sandbox, wait_for_none, wait_for_one
from fakecells import eventually
from sandboxplaces import HOME, PAYLOADS, ROOT

from sandbox import Ending, Isolation, Lane, Limits, PooledSandbox, RunRequest, SandboxFault, SandboxUnavailable
from sandbox.docker import UIDS_LABEL
from sandbox.engine import connect
from sandbox.image.build import build_image
from sandbox.leftovers import labels_for, remove_leftovers
from sandbox.profile import CPU_SHARES
from sandbox.routing import BESIDE_A_RUN

pytestmark = pytest.mark.docker

NOTHING = RunRequest("execute", {"code": ""}, limits=Limits(wall_seconds=10))
LOOP = RunRequest("execute", {"code": "while True: pass"}, limits=Limits(wall_seconds=30))


@pytest.fixture
def name(request: pytest.FixtureRequest) -> str:
    """Name the test's own containers."""
    return str(request.node.name)


@pytest.fixture
def own(image: str, name: str) -> Iterator[PooledSandbox]:
    """Give a warm sandbox of the test's own."""
    with own_sandbox(name, image) as sandbox:
        yield sandbox


def test_clean_stop(own: PooledSandbox, engine: docker.DockerClient, name: str) -> None:
    """Closing removes every container of every kind before it returns."""
    own.run(NOTHING)
    own.run(RunRequest("execute", {"code": ""}, isolation=Isolation.ONESHOT))
    assert containers_of(engine, name)
    own.close()

    assert [] == containers_of(engine, name)


@pytest.mark.parametrize("mode", [Isolation.ONESHOT, Isolation.COLD])
def test_used_containers_vanish(own: PooledSandbox, engine: docker.DockerClient, name: str, mode: Isolation) -> None:
    """A container that is used once is gone after its run, and no other run has seen it."""
    code = "import json, os; json.dump(os.getuid(), open('out/uid.json', 'w'))"
    request = RunRequest("execute", {"code": code}, isolation=mode)
    seen = {own.run(request).artifacts["uid.json"] for _ in range(3)}

    assert 3 == len(seen)
    assert eventually(lambda: all(slot.runs == 0 for slot in own.health().slots))
    assert eventually(lambda: len(containers_of(engine, name)) == (0 if mode is Isolation.COLD else 2))


def test_flags(own: PooledSandbox, engine: docker.DockerClient, name: str) -> None:
    """The engine is told to close every door; what runs once has no capability at all, what is long less processor."""
    for request in (NOTHING, RunRequest("execute", {"code": ""}, lane=Lane.LONG)):
        own.run(request)
    own.run(RunRequest("execute", {"code": ""}, isolation=Isolation.ONESHOT))
    assert eventually(lambda: "oneshot" in {one.labels["beginend.role"] for one in containers_of(engine, name)})
    found = {one.labels["beginend.role"]: one for one in containers_of(engine, name)}
    hosts = {role: one.attrs["HostConfig"] for role, one in found.items()}

    for host in hosts.values():
        assert (True, "none", "none", ["ALL"], False) == (
            host["ReadonlyRootfs"],
            host["NetworkMode"],
            host["IpcMode"],
            host["CapDrop"],
            host["Privileged"],
        )
        assert ["no-new-privileges"] == host["SecurityOpt"]
        assert (192, "none", True) == (host["PidsLimit"], host["LogConfig"]["Type"], host["AutoRemove"])
        assert host["Memory"] == host["MemorySwap"]
        assert {"nosuid", "nodev", "noexec", "nr_inodes=8192"} <= set(host["Tmpfs"]["/box"].split(","))
    assert Limits().memory_bytes + BESIDE_A_RUN == hosts["quick"]["Memory"]
    assert ["SETUID", "SETGID", "KILL"] == [cap.removeprefix("CAP_") for cap in hosts["quick"]["CapAdd"]]
    assert not hosts["oneshot"]["CapAdd"]
    assert "0" != found["oneshot"].attrs["Config"]["User"].partition(":")[0]
    assert (CPU_SHARES[Lane.QUICK], CPU_SHARES[Lane.LONG]) == (
        hosts["quick"]["CpuShares"],
        hosts["long"]["CpuShares"],
    )
    assert CPU_SHARES[Lane.QUICK] > CPU_SHARES[Lane.LONG]


def test_user_numbers_are_disjoint(image: str, engine: docker.DockerClient, name: str) -> None:
    """Two workers on one machine give their containers user numbers that nobody else has."""
    with own_sandbox(name, image) as one, own_sandbox(name, image) as other:
        for sandbox in (one, other):
            for request in (NOTHING, RunRequest("execute", {"code": ""}, lane=Lane.LONG)):
                sandbox.run(request)
        ranges = [container.labels[UIDS_LABEL] for container in containers_of(engine, name)]

    assert (4, 4) == (len(ranges), len(set(ranges)))


def test_close_ends_runs(own: PooledSandbox, engine: docker.DockerClient, name: str) -> None:
    """Closing a sandbox ends what runs in it and refuses what comes after."""
    with ThreadPoolExecutor() as pool:
        running = pool.submit(own.run, LOOP)
        assert eventually(lambda: "running" in {slot.state for slot in own.health().slots})
        own.close()

        with pytest.raises(SandboxFault):
            running.result(timeout=20)
    with pytest.raises(SandboxFault, match="closed"):
        own.run(LOOP)
    assert [] == containers_of(engine, name)


def test_no_engine() -> None:
    """Without an engine the sentence says what to do."""
    with pytest.raises(SandboxUnavailable, match="start Docker"):
        connect("unix:///nonexistent/docker.sock")


@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")  # the SDK leaves the socket it could not connect
def test_engine_lost_and_found(image: str, engine: docker.DockerClient, name: str, tmp_path: Path) -> None:
    """An engine that goes away is a fault for the run it took; then there is none, and when it is back there is one."""
    with Wire(tmp_path / "docker.sock") as wire, ThreadPoolExecutor() as pool:
        with own_sandbox(name, image, client=connect(f"unix://{wire.path}")) as sandbox:
            running = pool.submit(sandbox.run, LOOP)
            wait_for_one(engine, name)
            assert eventually(lambda: "running" in {slot.state for slot in sandbox.health().slots})
            wire.cut()

            with pytest.raises(SandboxFault, match="container"):
                running.result(timeout=20)
            with pytest.raises(SandboxUnavailable, match="engine went away"):
                sandbox.run(NOTHING)
            assert "engine went away" in (sandbox.health().problem or "")

            wire.mend()
            assert eventually(lambda: sandbox.health().problem is None, 30)
            assert Ending.FINISHED == sandbox.run(NOTHING).ending
        gc.collect()
    wait_for_none(engine, name)


def test_image_lost(name: str) -> None:
    """An image that is gone is said to be gone, with the command that builds it."""
    with own_sandbox(name, "sha256:" + "0" * 64) as sandbox:
        with pytest.raises(SandboxUnavailable, match="beginend sandbox build"):
            sandbox.run(LOOP)
        assert "beginend sandbox build" in (sandbox.health().problem or "")


def test_image_of_another_version(image: str, engine: docker.DockerClient, name: str, tmp_path: Path) -> None:
    """An image whose supervisor speaks otherwise is no sandbox, and the sentence says what it said and what helps."""
    said = "error: unrecognized arguments: --keep"
    (tmp_path / "Dockerfile").write_text(
        f'FROM {image}\nENTRYPOINT ["/opt/venv/bin/python", "-c", "import sys; sys.exit({said!r})"]\n'
    )
    other, _ = engine.images.build(path=str(tmp_path), rm=True)
    try:
        with (
            own_sandbox(name, str(other.id)) as sandbox,
            pytest.raises(SandboxUnavailable, match=r"arguments: --keep.*beginend sandbox build"),
        ):
            sandbox.run(NOTHING)
        wait_for_none(engine, name)
    finally:
        engine.images.remove(str(other.id), force=True)


def test_unknown_runtime(image: str, name: str) -> None:
    """A runtime that the engine does not know is named in a sentence that says what to do."""
    with (
        own_sandbox(name, image, runtime="no-such-runtime") as sandbox,
        pytest.raises(SandboxUnavailable, match=r"'no-such-runtime'.*daemon\.json"),
    ):
        sandbox.run(NOTHING)


def test_known_runtime(image: str, engine: docker.DockerClient, name: str) -> None:
    """The runtime that is asked for is the one that runs the containers."""
    with own_sandbox(name, image, runtime="runc") as sandbox:
        sandbox.run(NOTHING)

        assert "runc" == wait_for_one(engine, name).attrs["HostConfig"]["Runtime"]
        assert "runtime runc" in sandbox.describe().layers


def test_leftovers(image: str, engine: docker.DockerClient, name: str) -> None:
    """Containers of dead makers and those past their time are removed; those of the living stay."""
    living = labels_for(name, -10_000)  # past its time by the clock, which somebody may have set
    dead = {**living, "beginend.maker": living["beginend.maker"].replace(f" {os.getpid()} ", " 1 ")}
    late = {**living, "beginend.maker": "another machine 1 1"}
    for labels in (living, dead, late):
        engine.containers.create(image, labels=labels)
    remove_leftovers(engine)
    left = containers_of(engine, name)
    for container in left:
        container.remove()

    assert [living] == [{key: one.labels[key] for key in living} for one in left]


def test_worker_killed(image: str, engine: docker.DockerClient, name: str) -> None:
    """When the worker is killed its containers, idle or busy, vanish by themselves; a paused one at the next start."""
    program = f"""
import sys
sys.path[:0] = [{str(ROOT)!r}, {str(Path(__file__).parent)!r}]
from engines import own_sandbox
from sandbox import Isolation, Lane, Limits, RunRequest
with own_sandbox({name!r}, {image!r}) as sandbox:
    sandbox.run(RunRequest("execute", {{"code": ""}}, lane=Lane.LONG))
    sandbox.run(RunRequest("execute", {{"code": ""}}, trusted=True))
    print("ready", flush=True)
    sandbox.run(RunRequest("execute", {{"code": "while True: pass"}}, limits=Limits(wall_seconds=300)))
"""
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE) as worker:
        assert worker.stdout is not None
        worker.stdout.readline()
        assert eventually(lambda: len([one for one in containers_of(engine, name) if one.status == "running"]) == 3, 20)
        paused = next(one for one in containers_of(engine, name) if one.labels["beginend.role"] == "judge")
        paused.pause()
        worker.send_signal(signal.SIGKILL)
        worker.wait()

    assert eventually(lambda: [paused.id] == [one.id for one in containers_of(engine, name)], 20)
    remove_leftovers(engine)
    wait_for_none(engine, name)


def test_two_at_once(docker_sandbox: PooledSandbox) -> None:
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


def test_image_is_not_built_twice(image: str, engine: docker.DockerClient) -> None:
    """An image that is there under the digest of its parts is taken as it is."""
    said: list[str] = []

    assert image == build_image(HOME, PAYLOADS, progress=said.append, client=engine)
    assert [] == said


def test_slots_stay_idle_until_asked(own: PooledSandbox, engine: docker.DockerClient, name: str) -> None:
    """Where nothing is wanted ahead, opening a sandbox starts nothing."""
    assert not ONE_OF_EACH.ahead
    assert ((), []) == (own.health().slots, containers_of(engine, name))
