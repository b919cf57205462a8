"""A real engine that is restarted while runs go on: one of the test's own, so that nobody else's containers suffer."""

import gc
import shutil
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import docker
import pytest
from engines import containers_of, own_sandbox
from fakecells import eventually
from sandboxplaces import HOME, PAYLOADS

from sandbox import Ending, Limits, RunRequest, SandboxFault
from sandbox.image.base import python_of, resolve_base
from sandbox.image.build import SANDBOX_FILE, _build
from sandbox.opening import silent
from sandbox.sources import code_files
from server.cli.bench.chaos.engine import OwnEngine, can_start_engines, carry_over

pytestmark = [
    pytest.mark.docker,
    pytest.mark.skipif(
        not can_start_engines(),
        reason="NOT TESTED: an engine's restart, which needs dockerd on PATH and root",
    ),
]

NOTHING = RunRequest("execute", {"code": ""}, limits=Limits(wall_seconds=10))
LOOP = RunRequest("execute", {"code": "while True: pass"}, limits=Limits(wall_seconds=60))

#: What the tiny payload needs of the libraries' image: an interpreter where the sandbox looks for it.
NO_LIBRARIES = """
ARG BASE
FROM ${BASE}
RUN mkdir -p /opt/venv/bin && ln -s "$(command -v python3)" /opt/venv/bin/python
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    """Give a folder whose path is short enough for a socket."""
    path = Path(tempfile.mkdtemp(prefix="beginend-engine-"))
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture
def small_image(engine: docker.DockerClient, tmp_path: Path) -> Iterator[str]:
    """Build the sandbox image without TensorFlow, which the tiny payload does not need."""
    base = resolve_base(engine, None, silent)
    python_of(engine, base, HOME)
    dockerfile = tmp_path / "Dockerfile"
    dockerfile.write_text(NO_LIBRARIES)
    libraries = "beginend-test-libraries:small"
    _build(engine, tmp_path, libraries, {"Dockerfile": dockerfile}, {"BASE": base})
    code = {f"code/{name}": path for name, path in code_files(PAYLOADS).items()}
    tag = "beginend-test-sandbox:small"
    image = _build(engine, tmp_path, tag, {"Dockerfile": SANDBOX_FILE, **code}, {"LIBRARIES": libraries})
    yield image
    for name in (tag, libraries):
        engine.images.remove(name, force=True)


@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")  # the SDK leaves the sockets it could not use
def test_engine_restarted(engine: docker.DockerClient, small_image: str, folder: Path) -> None:
    """Runs that an engine takes with it are faults; when it is back there are slots again, and nothing else is left."""
    second = OwnEngine(folder)
    try:
        runs_around_a_restart(second, engine, small_image)
    finally:
        second.remove()
    gc.collect()  # while the warnings are ignored


def runs_around_a_restart(second: OwnEngine, engine: docker.DockerClient, image: str) -> None:
    """Run before, during and after a restart of the second engine."""
    client = second.start()
    carry_over([image], engine, client)
    with own_sandbox("restart", image, client=client) as sandbox, ThreadPoolExecutor(4) as threads:
        assert Ending.FINISHED == sandbox.run(NOTHING).ending
        runs = [threads.submit(sandbox.run, LOOP) for _ in range(3)]
        assert eventually(lambda: sandbox.health().waiting == 2)
        second.stop()
        errors = [run.exception(timeout=60) for run in runs]
        observer = second.start()

        assert all(isinstance(error, SandboxFault) for error in errors)
        assert eventually(lambda: sandbox.health().problem is None, 60)
        assert Ending.FINISHED == sandbox.run(NOTHING).ending
        assert 1 == len(containers_of(observer, "restart"))
    assert [] == containers_of(observer, "restart")
    observer.close()
