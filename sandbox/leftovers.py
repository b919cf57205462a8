"""Containers whose maker is gone: label ours so that they can be told, and remove those nobody will ask about again."""

import os
import socket
import time

import docker
import psutil
from docker.errors import APIError, NotFound
from docker.models.containers import Container

from sandbox.engine import EngineError
from sandbox.profile import LABEL

MAKER_LABEL = f"{LABEL}.maker"  #: host, process and its start time
EXPIRES_LABEL = f"{LABEL}.expires"  #: seconds since 1970 after which nobody can be waiting for it

GRACE = 60.0  # seconds, for clocks that differ


def labels_for(instance: str, patience: float) -> dict[str, str]:
    """Label a container that this process will have removed within ``patience`` seconds."""
    return {LABEL: instance, MAKER_LABEL: _maker(), EXPIRES_LABEL: str(int(time.time() + patience))}


def remove(container: Container) -> None:
    """Remove a container, running or not; one that is gone already, or is just being removed, is well."""
    try:
        container.remove(force=True)
    except NotFound:
        return
    except APIError as error:
        if error.status_code != 409:  # noqa: PLR2004 - "removal is already in progress"
            raise


def remove_leftovers(client: docker.DockerClient) -> int:
    """Remove containers of ours whose maker has died on this machine, or which are past their time.

    Returns:
        How many were removed.

    """
    removed = 0
    for container in client.containers.list(all=True, filters={"label": LABEL}, ignore_removed=True):
        if _is_left_over(container.labels):
            try:
                remove(container)
            except EngineError:
                continue  # the next start tries again
            removed += 1
    return removed


def _maker() -> str:
    """Name this process so that another can tell later whether it still lives."""
    return f"{socket.gethostname()} {os.getpid()} {psutil.Process().create_time():.2f}"


def _is_left_over(labels: dict[str, str]) -> bool:
    """Tell from its labels whether nobody waits for a container any more."""
    expires = labels.get(EXPIRES_LABEL, "0")
    if not expires.isdigit() or time.time() > int(expires) + GRACE:
        return True
    host, _, process = labels.get(MAKER_LABEL, "").partition(" ")
    if host != socket.gethostname():
        return False
    number, _, started = process.partition(" ")
    try:
        return f"{psutil.Process(int(number)).create_time():.2f}" != started
    except (psutil.Error, ValueError):
        return True
