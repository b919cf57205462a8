"""Both real sandboxes with a tiny payload, built once per run."""

import textwrap
from collections.abc import Callable, Iterator
from typing import cast

import docker
import pytest
from sandboxplaces import HOME, PAYLOADS

from sandbox import Limits, RunOutcome, RunRequest, Sandbox, open_sandbox
from sandbox.docker import DockerSandbox
from sandbox.engine import connect

Run = Callable[..., RunOutcome]


def request_for(code: str, **more: object) -> RunRequest:
    """Ask for one piece of code to be run; limits are tight enough for a test, and may be given."""
    more.setdefault("limits", Limits(wall_seconds=10))
    return RunRequest(entry="execute", arguments={"code": textwrap.dedent(code)}, **more)  # type: ignore[arg-type]


@pytest.fixture(scope="session")
def docker_sandbox() -> Iterator[DockerSandbox]:
    """Open the Docker sandbox with the test payload."""
    sandbox = open_sandbox("docker", HOME, PAYLOADS, "sandbox_test_payload")
    yield cast("DockerSandbox", sandbox)
    sandbox.close()


@pytest.fixture(scope="session")
def process_sandbox() -> Iterator[Sandbox]:
    """Open the process sandbox with the test payload."""
    sandbox = open_sandbox("process", HOME, PAYLOADS, "sandbox_test_payload")
    yield sandbox
    sandbox.close()


@pytest.fixture(
    params=[pytest.param("docker", marks=pytest.mark.docker), pytest.param("process", marks=pytest.mark.process)]
)
def sandbox(request: pytest.FixtureRequest) -> Sandbox:
    """Give each of the two sandboxes in turn."""
    return cast("Sandbox", request.getfixturevalue(f"{request.param}_sandbox"))


@pytest.fixture
def run(sandbox: Sandbox) -> Run:
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
