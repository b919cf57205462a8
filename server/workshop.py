"""Open the sandbox that the settings ask for: the worker's and the command line's way to a place where code runs."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Literal

from exercises.sources import DataUnavailable, build_data
from sandbox import build_image, open_sandbox
from sandbox.contract import Description, Health, RunOutcome, RunRequest, Sandbox, SandboxUnavailable, Tell
from sandbox.engine import connect
from server.settings import Settings

Say = Callable[[str], None]
Backend = Literal["docker", "process"]

#: What is baked into the image beside the generic inside code. A path, not an import: this side never loads it.
PAYLOAD = "grader_inside"
PAYLOADS = {PAYLOAD: Path(__file__).resolve().parent.parent / "grader" / "inside"}

#: Seconds a run waits for a sandbox that is still being prepared before the job is put back.
PATIENCE = 20.0


def chosen_backend(settings: Settings) -> Backend:
    """Return which sandbox the settings and this machine come to: Docker where an engine answers and it may be used.

    Blocks for as long as an engine takes to answer, seconds at most.
    """
    if settings.sandboxes[0] == "docker" and len(settings.sandboxes) > 1:
        return "docker" if _engine_answers() else "process"
    return settings.sandboxes[0]


def _engine_answers() -> bool:
    """Tell whether there is a Docker engine that this user may use."""
    try:
        connect().close()
    except SandboxUnavailable:
        return False
    return True


def open_workshop(backend: Backend, home: Path, say: Say) -> Sandbox:
    """Prepare and return the sandbox.

    Args:
        backend: ``docker`` or ``process``.
        home: Folder for the wheelhouse and the process sandbox's environment.
        say: Told each long step in a sentence.

    Raises:
        SandboxUnavailable: It cannot be prepared here; the sentence says what to do.

    """
    return open_sandbox(backend, home, PAYLOADS, PAYLOAD, progress=say)


def build_image_here(home: Path, base: str | None, say: Say) -> str:
    """Build the sandbox image and return its id.

    Args:
        home: Folder for the wheelhouse.
        base: Image to build on; by itself the first that can be had.
        say: Told each long step in a sentence.

    Raises:
        SandboxUnavailable: It cannot be built here; the sentence says what to do.

    """
    return build_image(home, PAYLOADS, base, say)


class WorkshopInPreparation:
    """A sandbox that is being prepared in the background, so that pages are served meanwhile."""

    def __init__(self, backend: Backend, settings: Settings, say: Say, done: Callable[[], None] = lambda: None) -> None:
        """Start preparing at once, in a thread of its own: first the course's data, then the sandbox.

        Args:
            backend: Which sandbox.
            settings: Where everything lies.
            say: Told each long step as it begins.
            done: Called when nothing is left to prepare, or nothing more can be.

        """
        self._done = done
        self._ready = threading.Event()
        self._sandbox: Sandbox | None = None
        self._problem: str | None = None
        self._closed = False
        self._thread = threading.Thread(
            target=self._prepare, args=(backend, settings, say), name="workshop", daemon=True
        )
        self._thread.start()

    def _prepare(self, backend: Backend, settings: Settings, say: Say) -> None:
        """Build the data and open the sandbox; remember it, or why there is none."""
        try:
            build_data(
                [manifest.parent for manifest in sorted(settings.catalogue.glob("*/exercise.toml"))],
                settings.built,
                say,
            )
            self._sandbox = open_workshop(backend, settings.home, say)
        except (SandboxUnavailable, DataUnavailable) as problem:
            self._problem = str(problem)
            say(f"No sandbox: {problem}")
        except Exception as problem:  # noqa: BLE001 - a background thread must not die silently
            self._problem = f"{type(problem).__name__}: {problem}"
            say(f"The sandbox could not be prepared: {self._problem}")
        finally:
            self._ready.set()
            self._done()
        if self._closed and self._sandbox is not None:
            self._sandbox.close()

    def wait(self, seconds: float | None = None) -> Sandbox:
        """Return the sandbox once it is there.

        Raises:
            SandboxUnavailable: It is not ready in time, or cannot be prepared.

        """
        if not self._ready.wait(seconds):
            raise SandboxUnavailable("the sandbox is still being prepared")
        if self._sandbox is None:
            raise SandboxUnavailable(self._problem or "the sandbox could not be prepared")
        return self._sandbox

    def run(self, request: RunRequest, tell: Tell | None = None) -> RunOutcome:
        """Run in the prepared sandbox; see :class:`sandbox.contract.Sandbox`."""
        return self.wait(PATIENCE).run(request, tell)

    def health(self) -> Health:
        """Say how the sandbox is doing, or why there is none yet; see :class:`sandbox.contract.Sandbox`."""
        if self._sandbox is not None:
            return self._sandbox.health()
        return Health(problem=self._problem or "the sandbox is still being prepared")

    def describe(self) -> Description:
        """Describe the prepared sandbox; see :class:`sandbox.contract.Sandbox`."""
        return self.wait(PATIENCE).describe()

    def close(self) -> None:
        """Stop the sandbox, also one that becomes ready only now."""
        self._closed = True
        if self._sandbox is not None:
            self._sandbox.close()
