"""DockerSandbox: one locked-down container per run, always removed.

The worker trusts nothing in the container to come to an end: it has a deadline of its own, after which it removes the
container whatever state it is in. Should the worker itself die, the engine closes the container's stdin, which ends the
supervisor, and removes what has ended; what even so stays behind is found by its label (``leftovers``).
"""

import threading
import time
from contextlib import suppress
from dataclasses import replace

import docker
from docker.models.containers import Container

from sandbox.attach import Line
from sandbox.contract import Description, Health, RunOutcome, RunRequest, SandboxFault, Tell
from sandbox.description import QUESTION, read_description
from sandbox.engine import EngineError, engine_faults
from sandbox.leftovers import labels_for, remove, remove_leftovers
from sandbox.patience import patience_for
from sandbox.profile import CONTAINER_LAYERS, command_of, container_options
from sandbox.wire import Answer, encode_request, read_answer


class DockerSandbox:
    """Runs each request in a container of its own; thread-safe."""

    def __init__(self, client: docker.DockerClient, image: str, payload: str, instance: str = "default") -> None:
        """Set up; nothing is started yet, but leftovers of dead processes are removed.

        Args:
            client: A connected engine; this sandbox closes it in the end.
            image: Id of the sandbox image.
            payload: Package in the image that holds the entries.
            instance: Goes into the label of every container.

        """
        self._client = client
        self._image = image
        self._payload = payload
        self._instance = instance
        self._guard = threading.Lock()
        self._running: set[Container] = set()
        self._closed = False
        self._description: Description | None = None
        with engine_faults("leftover containers were removed"):
            remove_leftovers(client)

    def run(self, request: RunRequest, tell: Tell | None = None) -> RunOutcome:
        """Run one request in a fresh container.

        Raises:
            SandboxFault: The engine, the container or the supervisor failed.

        """
        del tell  # a cold run tells nothing
        return self._run(request).outcome

    def health(self) -> Health:
        """Say that no slot is kept."""
        return Health()

    def describe(self) -> Description:
        """Ask a container what it is made of; once."""
        with self._guard:
            known = self._description
        if known is None:
            answer = self._run(QUESTION)
            inside = read_description(answer.outcome)
            known = Description(
                backend="docker",
                mode="cold",
                image=self._image,
                python=inside.python,
                packages=inside.packages,
                cpu=inside.cpu,
                layers=(*CONTAINER_LAYERS, *answer.layers),
            )
            with self._guard:
                self._description = known
        return replace(known)

    def close(self) -> None:
        """Remove every container that is still running; their runs end with a fault."""
        with self._guard:
            self._closed = True
            running, self._running = self._running, set()
        for container in running:
            with suppress(*EngineError):
                remove(container)
        self._client.close()

    def _run(self, request: RunRequest) -> Answer:
        """Create, attach, start, ask, read, remove."""
        with self._guard:
            if self._closed:
                raise SandboxFault("This sandbox has been closed.")
        patience = patience_for(request.limits)
        deadline = time.monotonic() + patience
        data = encode_request(request)
        container = self._create(request, patience)
        try:
            with engine_faults("a container was started"):
                line = Line(container.attach_socket(params={"stdin": 1, "stdout": 1, "stderr": 1, "stream": 1}))
            with line:
                with engine_faults("a container was started"):
                    container.start()
                line.send(data, deadline)
                return read_answer(line.read, request)
        finally:
            self._forget(container)

    def _create(self, request: RunRequest, patience: float) -> Container:
        options = container_options(request, labels_for(self._instance, patience))
        with engine_faults("a container was created"):
            container = self._client.containers.create(self._image, command_of(self._payload), **options)
        with self._guard:
            self._running.add(container)
            closed = self._closed
        if closed:  # meanwhile
            self._forget(container)
            raise SandboxFault("This sandbox has been closed.")
        return container

    def _forget(self, container: Container) -> None:
        """Remove a container; an engine that is away by now must not hide how the run came out."""
        with self._guard:
            removed_already = container not in self._running
            self._running.discard(container)
        if not removed_already:
            with suppress(*EngineError):
                remove(container)
