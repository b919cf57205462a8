"""The door to the Docker engine: connect, and turn whatever goes wrong there into a fault with a sentence."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import docker
from docker.errors import DockerException, ImageNotFound, NotFound
from requests.exceptions import ConnectionError as RequestsConnectionError
from requests.exceptions import RequestException

from sandbox.contract import SandboxFault, SandboxUnavailable

TIMEOUT = 60  # seconds for one answer of the engine
CONNECTIONS = 64  # held open at once

UNIX = "unix://"
DEFAULT_ADDRESS = "unix:///var/run/docker.sock"

NO_ENGINE = "No Docker engine answers: start Docker, allow this user to use it (group docker), or set DOCKER_HOST."

GONE = (ConnectionError, FileNotFoundError, RequestsConnectionError)  #: what it looks like when none is there any more
EngineError = (DockerException, RequestException, OSError)  #: what a conversation with an engine may raise


def connect(base_url: str | None = None) -> docker.DockerClient:
    """Connect to the engine that the environment names (or ``base_url``); it is asked for its version at once.

    Raises:
        SandboxUnavailable: None answers.

    """
    address = base_url or os.environ.get("DOCKER_HOST") or DEFAULT_ADDRESS
    if address.startswith(UNIX) and not Path(address.removeprefix(UNIX)).exists():
        raise SandboxUnavailable(NO_ENGINE)  # asked here because the SDK would leave an open socket behind
    try:
        if base_url is None:
            return docker.from_env(version="auto", timeout=TIMEOUT, max_pool_size=CONNECTIONS)
        return docker.DockerClient(base_url=base_url, version="auto", timeout=TIMEOUT, max_pool_size=CONNECTIONS)
    except EngineError as error:
        raise SandboxUnavailable(NO_ENGINE) from error


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
    except GONE as error:
        raise SandboxUnavailable(f"The Docker engine went away before {doing}. {NO_ENGINE}") from error
    except EngineError as error:
        raise SandboxFault(f"The Docker engine failed while {doing}: {error}") from error
