"""DockerCells: supervisors in locked-down containers, always removed.

Nothing in a container is trusted to come to an end: whoever uses a cell has a deadline of its own, after which the
container is removed whatever state it is in. Should the worker itself die, the engine closes the container's stdin,
which ends the supervisor, and removes what has ended; what even so stays behind is found by its label (``leftovers``).
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import docker
from docker.errors import APIError
from docker.models.containers import Container

from sandbox.attach import Line
from sandbox.cells import Plan
from sandbox.contract import Isolation, SandboxFault, SandboxUnavailable
from sandbox.engine import EngineError, engine_faults
from sandbox.gate import Closed
from sandbox.leftovers import labels_for, remove, remove_leftovers
from sandbox.profile import LABEL, container_command, container_layers, container_options, processors_to_limit
from sandbox.uids import UidRange, UidRanges

UIDS_LABEL = f"{LABEL}.uids"  #: the user numbers of its runs
ROLE_LABEL = f"{LABEL}.role"

ATTEMPTS = 20  # at finding user numbers while others are looking too
_STREAMS = {"stdin": 1, "stdout": 1, "stderr": 1, "stream": 1}


class DockerCells:
    """Starts containers; thread-safe."""

    backend = "docker"

    def __init__(
        self,
        client: docker.DockerClient,
        image: str,
        payload: str,
        instance: str = "default",
        runtime: str | None = None,
    ) -> None:
        """Set up; nothing is started yet, but leftovers of dead processes are removed.

        Args:
            client: A connected engine; closed in the end.
            image: Id of the sandbox image.
            payload: Package in the image that holds the entries.
            instance: Goes into the label of every container.
            runtime: OCI runtime that the engine is to use instead of its own (``runsc``, ``kata``).

        """
        self._client = client
        self._image = image
        self._payload = payload
        self._instance = instance
        self._runtime = runtime
        self._guard = threading.Lock()
        self._debts: set[Container] = set()  # could not be removed when they should have been
        self._closed = False
        with engine_faults("leftover containers were removed"):
            remove_leftovers(client)
            info = client.info()
        self._processors = processors_to_limit(info)
        security = info.get("SecurityOptions") or []
        maps_few = any(word in option for option in security for word in ("name=userns", "name=rootless"))
        self._uids = UidRanges(small=maps_few, taken=lambda: self._taken().values())

    @property
    def image(self) -> str:
        """The image's id."""
        return self._image

    def layers(self, isolation: Isolation) -> tuple[str, ...]:
        """List what the engine does; see :class:`sandbox.cells.CellMaker`."""
        runtime = () if self._runtime is None else (f"runtime {self._runtime}",)
        return (*container_layers(isolation, self._processors), *runtime)

    def make(self, plan: Plan) -> "DockerCell":
        """Create, attach and start a container.

        Raises:
            SandboxUnavailable: The engine is away, or has not what it takes.
            SandboxFault: The engine failed.

        """
        container, uids = self._create_apart(plan)
        dispose = partial(self._dispose, container, uids)
        try:
            with engine_faults("a container was started"):
                line = Line(container.attach_socket(params=_STREAMS))
        except BaseException:
            dispose()
            raise
        cell = DockerCell(str(container.id), line, dispose)
        try:
            with engine_faults("a container was started"), _runtime_faults(self._runtime):
                container.start()
        except BaseException:
            cell.remove()
            raise
        return cell

    def tidy(self) -> None:
        """Try again to remove containers that the engine could not remove before."""
        with self._guard:
            debts, self._debts = self._debts, set()
        for container in debts:
            self._remove(container)

    def halted(self) -> frozenset[str]:
        """Name the containers that exist and do not run: paused, most likely."""
        filters = {"label": f"{LABEL}={self._instance}"}
        with engine_faults("containers were listed"):
            found = self._client.api.containers(all=True, filters=filters)
        return frozenset(one["Id"] for one in found if one.get("State", "running") not in {"running", "created"})

    def close(self) -> None:
        """Hang up on the engine."""
        with self._guard:
            self._closed = True
        self.tidy()
        self._client.close()

    def _create_apart(self, plan: Plan) -> tuple[Container, UidRange]:
        """Create a container whose user numbers no other has, not even one that is being created at this moment."""
        for _ in range(ATTEMPTS):
            uids = self._uids.take()
            try:
                container = self._create(plan, uids)
            except BaseException:
                self._uids.give_back(uids)
                raise
            try:
                shared = any(name != container.id and taken == str(uids) for name, taken in self._taken().items())
            except BaseException:
                self._dispose(container, uids)
                raise
            if not shared:
                return container, uids
            self._dispose(container, uids)
        raise SandboxFault("No user numbers of its own were found for a container.")

    def _create(self, plan: Plan, uids: UidRange) -> Container:
        labels = labels_for(self._instance, plan.lifetime_seconds)
        labels |= {UIDS_LABEL: str(uids), ROLE_LABEL: plan.role.value}
        options = container_options(plan, uids, labels, self._runtime, processors=self._processors)
        command = container_command(self._payload, plan, uids)
        with self._guard:
            if self._closed:
                raise Closed
        with engine_faults("a container was created"), _runtime_faults(self._runtime):
            return self._client.containers.create(self._image, command, **options)

    def _taken(self) -> dict[str, str]:
        """Tell which ranges containers of ours have, whoever made them, by the container's id."""
        with engine_faults("containers were listed"):
            found: list[dict[str, Any]] = self._client.api.containers(all=True, filters={"label": UIDS_LABEL})
        return {one["Id"]: one["Labels"][UIDS_LABEL] for one in found}

    def _dispose(self, container: Container, uids: UidRange) -> None:
        self._remove(container)
        self._uids.give_back(uids)

    def _remove(self, container: Container) -> None:
        """Remove a container; one that the engine cannot remove now is remembered."""
        try:
            remove(container)
        except EngineError:
            with self._guard:
                self._debts.add(container)


class DockerCell:
    """A started container and the line into it; see :class:`sandbox.cells.Cell`."""

    def __init__(self, name: str, line: Line, dispose: Callable[[], None]) -> None:
        self.name = name
        self.send = line.send
        self.read = line.read
        self.is_quiet = line.is_quiet
        self._line = line
        self._dispose = dispose
        self._guard = threading.Lock()
        self._removed = False

    def remove(self) -> None:
        """Remove the container, then hang up."""
        with self._guard:
            if self._removed:
                return
            self._removed = True
        self._dispose()
        self._line.close()


@contextmanager
def _runtime_faults(runtime: str | None) -> Iterator[None]:
    """Say what is wrong where the engine does not know the runtime that was asked for."""
    try:
        yield
    except APIError as error:
        if runtime is None or "runtime" not in str(error).lower():
            raise
        raise SandboxUnavailable(
            f"The Docker engine has no runtime called {runtime!r}: install it and name it in the engine's daemon.json, "
            f"or do not ask for one ({error.explanation})."
        ) from error
