"""Runs in a container that is started for them alone: the baseline, and where requests go that fit no slot."""

import json
from pathlib import Path

import docker
import pytest
from engines import containers_of, own_sandbox

from sandbox import Ending, Isolation, Limits, Pins, PooledSandbox, RunRequest
from sandbox.image import prune
from sandbox.image.prune import prune_images

pytestmark = pytest.mark.docker

MIB = 1 << 20


@pytest.mark.parametrize(
    ("code", "ending"),
    [
        ("print('hello'); open('out/a.json', 'w').write('[1]')", Ending.FINISHED),
        ("raise ValueError", Ending.RAISED),
        ("while True: pass", Ending.TIMED_OUT),
        ("kept = []\nwhile True: kept.append(bytearray(8 << 20))", Ending.OUT_OF_MEMORY),
        ("for _ in range(100): print('y' * (1 << 20))", Ending.TOO_MUCH_OUTPUT),
    ],
)
def test_endings(cold_sandbox: PooledSandbox, code: str, ending: Ending) -> None:
    """A cold run ends as a warm one does."""
    limits = Limits(wall_seconds=2, memory_bytes=256 * MIB)
    outcome = cold_sandbox.run(RunRequest("execute", {"code": code}, limits=limits))

    assert ending == outcome.ending
    assert ending is not Ending.FINISHED or ("hello\n", {"a.json": b"[1]"}) == (outcome.stdout, outcome.artifacts)


def test_full_box_under_a_small_limit(cold_sandbox: PooledSandbox) -> None:
    """What a program leaves is brought out, however little memory it may use itself: a full box is no fault of ours."""
    code = """
for name in ("a", "b", "c"):
    open(name, "wb").write(b"x" * (40 << 20))
for name in ("a.npy", "b.npy"):
    open("out/" + name, "wb").write(b"y" * (30 << 20))
"""
    outcome = cold_sandbox.run(RunRequest("execute", {"code": code}, limits=Limits(memory_bytes=256 * MIB)))

    assert (Ending.FINISHED, {"a.npy", "b.npy"}) == (outcome.ending, set(outcome.artifacts))


def test_other_pins(docker_sandbox: PooledSandbox) -> None:
    """A request whose pins no slot has gets a container of its own that has them, also from a warm sandbox."""
    code = "import json, os; json.dump([os.environ['OMP_NUM_THREADS'], hash('a')], open('out/seen.json', 'w'))"
    seen = [
        json.loads(docker_sandbox.run(RunRequest("execute", {"code": code}, pins=pins)).artifacts["seen.json"])
        for pins in (Pins(), Pins(threads=2), Pins(hash_seed=7))
    ]

    assert ["1", "2", "1"] == [threads for threads, _ in seen]
    assert seen[0][1] == seen[1][1] != seen[2][1]


@pytest.mark.parametrize("mode", list(Isolation))
def test_describe(image: str, engine: docker.DockerClient, mode: Isolation) -> None:
    """A sandbox says how far it keeps runs apart and what protects them, and is asked only once."""
    with own_sandbox(f"describe-{mode}", image, mode=mode) as sandbox:
        first = sandbox.describe()
        runs = sum(slot.runs for slot in sandbox.health().slots)

        assert ("docker", mode.value, image) == (first.backend, first.mode, first.image)
        assert {"system-call filter", "container without network"} <= set(first.layers)
        assert (mode is Isolation.ONESHOT) == ("no capabilities" in first.layers)
        assert first == sandbox.describe()
        assert runs == sum(slot.runs for slot in sandbox.health().slots)
    assert [] == containers_of(engine, f"describe-{mode}")


def test_prune(engine: docker.DockerClient, image: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Old images go; the newest, those in use, those that must stay, and the libraries under any of these do not."""
    names = {"SANDBOX_NAME": "beginend-test-prune", "LIBRARIES_NAME": "beginend-test-prune-libraries"}
    for constant, name in names.items():
        monkeypatch.setattr(prune, constant, name)

    def build(name: str, tag: str, base: str) -> str:
        (tmp_path / "Dockerfile").write_text(f"FROM {base}\nLABEL number={tag}\nCOPY Dockerfile /{tag}\n")
        return str(engine.images.build(path=str(tmp_path), tag=f"{name}:{tag}", rm=True)[0].id)

    old_libraries, lost_libraries = (build(names["LIBRARIES_NAME"], tag, image) for tag in ("old", "lost"))
    new_libraries = build(names["LIBRARIES_NAME"], "new", image)
    replayed, lost, used = (
        build(names["SANDBOX_NAME"], tag, base)
        for tag, base in (("replayed", old_libraries), ("gone", lost_libraries), ("used", new_libraries))
    )
    newest = build(names["SANDBOX_NAME"], "newest", new_libraries)
    container = engine.containers.create(used)
    try:
        removed = prune_images(engine, keep=[replayed])
        left = {str(one.id) for name in names.values() for one in engine.images.list(name=name)}

        assert {lost, lost_libraries} == set(removed)
        assert {replayed, used, newest, old_libraries, new_libraries} == left
    finally:
        container.remove()
        for name in names.values():
            for one in engine.images.list(name=name):
                engine.images.remove(str(one.id), force=True)
