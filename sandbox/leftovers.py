"""Containers whose maker is gone: label ours so that they can be told, and remove those nobody will ask about again."""

import time

import docker
from docker.errors import APIError, NotFound
from docker.models.containers import Container

from sandbox.engine import EngineError
from sandbox.maker import has_ended, this_process
from sandbox.profile import LABEL

MAKER_LABEL = f"{LABEL}.maker"  #: the process that waits for it, as ``maker`` names it
EXPIRES_LABEL = f"{LABEL}.expires"  #: seconds since 1970 after which nobody can be waiting for it

GRACE = 60.0  # seconds, for clocks that differ


def labels_for(instance: str, lifetime: float) -> dict[str, str]:
    """Label a container that this process will have removed within ``lifetime`` seconds."""
    return {LABEL: instance, MAKER_LABEL: this_process(), EXPIRES_LABEL: str(int(time.time() + lifetime))}


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


def _is_left_over(labels: dict[str, str]) -> bool:
    """Tell from its labels whether nobody waits for a container any more.

    Where the maker can be asked for, the clock is not: it may have been set meanwhile.
    """
    ended = has_ended(labels.get(MAKER_LABEL, ""))
    if ended is not None:
        return ended
    expires = labels.get(EXPIRES_LABEL, "0")
    return not expires.isdigit() or time.time() > int(expires) + GRACE
