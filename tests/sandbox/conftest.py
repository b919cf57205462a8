"""The real sandboxes with a tiny payload, each opened once per run and shared by all tests that do not break it."""

import textwrap
from collections.abc import Callable, Iterator
from typing import cast

import docker
import pytest
from poolhouse import House
from sandboxplaces import HOME, PAYLOADS

from sandbox import Isolation, Limits, PooledSandbox, RunOutcome, RunRequest, Slots, open_sandbox
from sandbox.engine import connect
from sandbox.image.build import build_image

Run = Callable[..., RunOutcome]

#: One of each is enough for tests that come one after another; two of the quick ones, so that two runs can meet.
FEW = Slots(quick=2, long=1, judges=1, ahead=False)


def request_for(code: str, **more: object) -> RunRequest:
    """Ask for one piece of code to be run; limits are tight enough for a test, and may be given."""
    more.setdefault("limits", Limits(wall_seconds=10))
    return RunRequest(entry="execute", arguments={"code": textwrap.dedent(code)}, **more)  # type: ignore[arg-type]


def opened(kind: str, mode: Isolation) -> Iterator[PooledSandbox]:
    """Open a sandbox with the test payload and close it in the end."""
    sandbox = open_sandbox(kind, HOME, PAYLOADS, "sandbox_test_payload", mode=mode, slots=FEW)  # type: ignore[arg-type]
    yield sandbox
    sandbox.close()


@pytest.fixture(scope="session")
def docker_sandbox() -> Iterator[PooledSandbox]:
    """Open the Docker sandbox whose containers live on."""
    yield from opened("docker", Isolation.WARM)


@pytest.fixture(scope="session")
def oneshot_sandbox() -> Iterator[PooledSandbox]:
    """Open the Docker sandbox whose containers are used once."""
    yield from opened("docker", Isolation.ONESHOT)


@pytest.fixture(scope="session")
def cold_sandbox() -> Iterator[PooledSandbox]:
    """Open the Docker sandbox that starts a container for each run."""
    yield from opened("docker", Isolation.COLD)


@pytest.fixture(scope="session")
def process_sandbox() -> Iterator[PooledSandbox]:
    """Open the process sandbox."""
    yield from opened("process", Isolation.WARM)


@pytest.fixture(
    params=[
        pytest.param("docker", marks=pytest.mark.docker),
        pytest.param("oneshot", marks=pytest.mark.docker),
        pytest.param("process", marks=pytest.mark.process),
    ]
)
def sandbox(request: pytest.FixtureRequest) -> PooledSandbox:
    """Give each of the sandboxes that keep something warm in turn."""
    return cast("PooledSandbox", request.getfixturevalue(f"{request.param}_sandbox"))


@pytest.fixture
def run(sandbox: PooledSandbox) -> Run:
    """Run a piece of code as the student's file."""

    def run_code(code: str, **more: object) -> RunOutcome:
        return sandbox.run(request_for(code, **more))

    return run_code


@pytest.fixture
def engine() -> Iterator[docker.DockerClient]:
    """Connect to the Docker engine."""
    client = connect()
    yield client
    client.close()


@pytest.fixture(scope="session")
def image() -> str:
    """Have the sandbox image with the test payload; its id."""
    client = connect()
    try:
        return build_image(HOME, PAYLOADS, client=client)
    finally:
        client.close()


@pytest.fixture
def house() -> Iterator[House]:
    """Give a house and close it."""
    one = House()
    yield one
    one.close()
