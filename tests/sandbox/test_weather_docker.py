"""Bad weather around warm containers: killed, removed and paused ones, full disks, full memory, a crowd."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import docker
import pytest
from docker.models.containers import Container
from engines import containers_of, own_sandbox, wait_for_none, wait_for_one
from fakecells import eventually

from sandbox import Ending, Limits, PooledSandbox, RunRequest, SandboxFault, Slots, routing, slot

pytestmark = pytest.mark.docker

MIB = 1 << 20
NOTHING = RunRequest("execute", {"code": ""}, limits=Limits(wall_seconds=10))


def loop(seconds: float = 30) -> RunRequest:
    """Ask for a run that never ends by itself."""
    return RunRequest("execute", {"code": "while True: pass"}, limits=Limits(wall_seconds=seconds))


def kill(container: Container) -> None:
    """Kill a container, as an operator or the kernel might."""
    container.kill()


def remove(container: Container) -> None:
    """Remove a container, as an operator might."""
    container.remove(force=True)


def pause(container: Container) -> None:
    """Pause a container, as an operator might."""
    container.pause()


@pytest.fixture
def name(request: pytest.FixtureRequest) -> str:
    """Name the test's own containers."""
    return str(request.node.name)


@pytest.fixture
def own(image: str, name: str, engine: docker.DockerClient) -> Iterator[PooledSandbox]:
    """Give a warm sandbox with one slot, which a test may ill-treat; in the end nothing of it is left."""
    with own_sandbox(name, image) as sandbox:
        yield sandbox
    wait_for_none(engine, name)


@pytest.mark.parametrize("harm", [kill, remove, pause])
def test_harm_mid_run(
    own: PooledSandbox,
    engine: docker.DockerClient,
    name: str,
    monkeypatch: pytest.MonkeyPatch,
    harm: Callable[[Container], None],
) -> None:
    """A container that comes to harm during a run is a fault of that run, not an ending; the next run is well."""
    monkeypatch.setattr(slot, "ANSWERING", 1.0)
    with ThreadPoolExecutor() as pool:
        running = pool.submit(own.run, loop(3))
        assert eventually(lambda: "running" in {one.state for one in own.health().slots})
        harm(wait_for_one(engine, name))

        with pytest.raises(SandboxFault):
            running.result(timeout=30)
    monkeypatch.undo()

    assert Ending.FINISHED == own.run(NOTHING).ending
    assert 1 == own.health().faults


@pytest.mark.parametrize("harm", [kill, remove])
def test_harm_while_idle(
    own: PooledSandbox, engine: docker.DockerClient, name: str, harm: Callable[[Container], None]
) -> None:
    """A container that comes to harm while nobody uses it costs nobody anything."""
    own.run(NOTHING)
    first = wait_for_one(engine, name)
    harm(first)

    assert [Ending.FINISHED] * 3 == [own.run(NOTHING).ending for _ in range(3)]
    assert (0, {"died": 1}) == (own.health().faults, own.health().recycled)


def test_paused_while_idle(own: PooledSandbox, engine: docker.DockerClient, name: str) -> None:
    """A container that was paused while idle is found when the roll is called, and replaced."""
    own.run(NOTHING)
    assert eventually(lambda: {"ready"} == {one.state for one in own.health().slots})
    wait_for_one(engine, name).pause()
    own.look_after(roll_call=True)

    assert {"died": 1} == own.health().recycled
    assert Ending.FINISHED == own.run(NOTHING).ending


@pytest.mark.parametrize("room", [routing.BESIDE_A_RUN, -1536 * MIB], ids=["run's limit", "container's limit"])
def test_memory_bomb_kills_only_the_child(
    image: str, engine: docker.DockerClient, name: str, monkeypatch: pytest.MonkeyPatch, room: int
) -> None:
    """Eating all memory ends the run, by its own limit or by the container's; the slot lives on and serves the next."""
    monkeypatch.setattr(routing, "BESIDE_A_RUN", room)  # with less room than a run may use the kernel comes first
    limit = 256 * MIB if room > 0 else Limits().memory_bytes
    request = RunRequest(
        "execute",
        {"code": "kept = []\nwhile True: kept.append(bytearray(16 << 20))"},
        limits=Limits(wall_seconds=30, memory_bytes=limit),
    )
    with own_sandbox(name, image) as own:
        own.run(NOTHING)
        container = wait_for_one(engine, name).id

        assert [Ending.OUT_OF_MEMORY] * 2 == [own.run(request).ending for _ in range(2)]
        assert Ending.FINISHED == own.run(NOTHING).ending
        assert container == wait_for_one(engine, name).id
        assert {} == own.health().recycled


@pytest.mark.parametrize(
    "filling",
    [
        "with open('big', 'wb') as file:\n    for _ in range(300): file.write(bytes(4 << 20))",
        "for number in range(20_000): open(str(number), 'w').close()",
    ],
    ids=["bytes", "files"],
)
def test_full_box(own: PooledSandbox, engine: docker.DockerClient, name: str, filling: str) -> None:
    """A box that a run has filled is empty for the next one, in the same slot."""
    use = "open('out/a.json', 'wb').write(bytes(20 << 20))\nfor number in range(2000): open(str(number), 'w').close()"
    full = own.run(RunRequest("execute", {"code": filling}, limits=Limits(wall_seconds=60)))
    container = wait_for_one(engine, name).id
    after = own.run(RunRequest("execute", {"code": use}))

    assert full.error is not None
    assert (Ending.RAISED, "OSError") == (full.ending, full.error.type)
    assert (Ending.FINISHED, 20 << 20) == (after.ending, len(after.artifacts["a.json"]))
    assert container == wait_for_one(engine, name).id


def test_fifty_at_once(image: str, engine: docker.DockerClient, name: str) -> None:
    """Fifty runs on two slots, one of which dies meanwhile: each is carried out or a fault, none twice, none lost."""
    code = "import json; json.dump(arguments['number'], open('out/n.json', 'w'))"
    results: Counter[str] = Counter()
    begun = threading.Event()

    def one(sandbox: PooledSandbox, number: int) -> str:
        begun.set()
        outcome = sandbox.run(RunRequest("execute", {"code": code, "number": number}))
        assert Ending.FINISHED == outcome.ending
        return outcome.artifacts["n.json"].decode()

    with own_sandbox(name, image, slots=Slots(quick=2, long=1, judges=1, ahead=False)) as sandbox:
        with ThreadPoolExecutor(50) as threads:
            runs = [threads.submit(one, sandbox, number) for number in range(50)]
            wait_for_one(engine, name).kill()
            for run in runs:
                error = run.exception(timeout=60)
                results["fault" if isinstance(error, SandboxFault) else run.result()] += 1
        slots = sandbox.health().slots
    done = {key: count for key, count in results.items() if key != "fault"}

    assert 50 == results.total()
    assert {1} == set(done.values())
    assert results["fault"] <= 1
    assert 1 <= len(slots) <= 2  # the other one may have done all of it before a new one was there
    wait_for_none(engine, name)


def test_violations_cost_the_slot(own: PooledSandbox, engine: docker.DockerClient, name: str) -> None:
    """A run that the filter kills costs its slot; the next run finds another, and the first container is gone."""
    code = """
import ctypes, mmap
page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
page.write(bytes([0xB8, 20, 0, 0, 0, 0xCD, 0x80, 0xC3]))  # mov eax, 20 (getpid of i386); int 0x80; ret
ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(page)))()
"""
    own.run(NOTHING)
    first = wait_for_one(engine, name).id

    assert Ending.VIOLATION == own.run(RunRequest("execute", {"code": code})).ending
    assert Ending.FINISHED == own.run(NOTHING).ending
    assert eventually(lambda: first not in {one.id for one in containers_of(engine, name)})
    assert {"violation": 1} == own.health().recycled
