"""The door to the Docker engine: connect, and turn whatever goes wrong there into a fault with a sentence."""

from collections.abc import Iterator
from contextlib import contextmanager

import docker
from docker.errors import DockerException, ImageNotFound, NotFound
from requests.exceptions import RequestException

from sandbox.contract import SandboxFault, SandboxUnavailable

TIMEOUT = 60  # seconds for one answer of the engine
CONNECTIONS = 64  # held open at once

EngineError = (DockerException, RequestException, OSError)  #: what a conversation with an engine may raise


def connect(base_url: str | None = None) -> docker.DockerClient:
    """Connect to the engine that the environment names (or ``base_url``).

    Raises:
        SandboxUnavailable: None answers.

    """
    try:
        if base_url is None:
            client = docker.from_env(timeout=TIMEOUT, max_pool_size=CONNECTIONS)
        else:
            client = docker.DockerClient(base_url=base_url, timeout=TIMEOUT, max_pool_size=CONNECTIONS)
        client.ping()
    except EngineError as error:
        raise SandboxUnavailable(
            "No Docker engine answers: start Docker, allow this user to use it (group docker), or set DOCKER_HOST."
        ) from error
    return client


@contextmanager
def engine_faults(doing: str) -> Iterator[None]:
    """Translate the engine's errors while ``doing`` something into faults."""
    try:
        yield
    except ImageNotFound as error:
        raise SandboxUnavailable(
            "The sandbox image is not on this machine any more; build it with `beginend sandbox build`."
        ) from error
    except NotFound as error:
        raise SandboxFault(f"The container vanished while {doing}.") from error
    except EngineError as error:
        raise SandboxFault(f"The Docker engine failed while {doing}: {error}") from error
