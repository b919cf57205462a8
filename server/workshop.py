"""Open the sandbox that the settings ask for: the worker's and the command line's way to a place where code runs."""

import threading
import time
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Literal

from exercises.sources import DataUnavailable, build_data
from sandbox import Slots, build_image, open_sandbox, prune_images
from sandbox.contract import (
    Description,
    Health,
    Isolation,
    RunOutcome,
    RunRequest,
    Sandbox,
    SandboxUnavailable,
    SlotState,
    Stop,
    Tell,
)
from sandbox.engine import EngineError, connect
from server.settings import Settings

Say = Callable[[str], None]
Backend = Literal["docker", "process"]

#: What is baked into the image beside the generic inside code. A path, not an import: this side never loads it.
PAYLOAD = "grader_inside"
PAYLOADS = {PAYLOAD: Path(__file__).resolve().parent.parent / "grader" / "inside"}

#: Seconds a run waits for a sandbox that is still being prepared before the job is put back.
PATIENCE = 20.0

#: Seconds that a start waits for slots to warm, which goes on afterwards; between two looks.
WARMING = 60.0
LOOK = 0.1


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


def open_workshop(
    backend: Backend,
    home: Path,
    say: Say,
    *,
    mode: Isolation = Isolation.WARM,
    slots: Slots | None = None,
    runtime: str | None = None,
    image: str | None = None,
) -> Sandbox:
    """Prepare and return the sandbox.

    Args:
        backend: ``docker`` or ``process``.
        home: Folder for the wheelhouse and the process sandbox's environment.
        say: Told each long step in a sentence.
        mode: How far runs are kept apart that ask for nothing stricter.
        slots: How many runs may go on at once; by itself as many as there are cores, started ahead.
        runtime: The engine's runtime for the containers, where it is not to be its default.
        image: Id of the image to run, where it is not to be the present one.

    Raises:
        SandboxUnavailable: It cannot be prepared here; the sentence says what to do.

    """
    return open_sandbox(
        backend, home, PAYLOADS, PAYLOAD, mode=mode, slots=slots, runtime=runtime, image=image, progress=say
    )


def open_workshop_for(
    settings: Settings,
    backend: Backend,
    say: Say,
    *,
    mode: Isolation | None = None,
    ahead: bool = True,
    image: str | None = None,
) -> Sandbox:
    """Prepare and return the sandbox that the settings describe.

    Args:
        settings: The operator's choices.
        backend: Which of the sandboxes.
        say: Told each long step in a sentence.
        mode: How far runs are kept apart, where somebody asked for another mode than the settings.
        ahead: Whether slots are started before anybody needs them: a worker's, not a single command's.
        image: Id of the image to run, where it is not to be the present one.

    Raises:
        SandboxUnavailable: It cannot be prepared here; the sentence says what to do.

    """
    return open_workshop(
        backend,
        settings.home,
        say,
        mode=mode or Isolation(settings.mode),
        slots=slots_of(settings, ahead=ahead),
        runtime=settings.oci_runtime if backend == "docker" else None,
        image=image,
    )


def wait_until_warm(sandbox: Sandbox, say: Say) -> None:
    """Say that the slots are warming, and return once the first of each kind is ready, or will not be soon."""
    say("warming the sandbox's slots")
    deadline = time.monotonic() + WARMING
    while time.monotonic() < deadline:
        health = sandbox.health()
        starting = {slot.role for slot in health.slots if slot.state is SlotState.STARTING}
        ready = {slot.role for slot in health.slots if slot.state is not SlotState.STARTING}
        if health.problem is not None or (ready and starting <= ready):
            return
        time.sleep(LOOK)


def slots_of(settings: Settings, *, ahead: bool) -> Slots:
    """Return how many slots of each kind the settings come to.

    The quick ones are beside those of trainings, of which each has its own: no training takes a quick one's place.
    """
    quick = settings.quick_slots
    return Slots(quick=quick, long=settings.max_training_concurrency, judges=max(1, quick // 2), ahead=ahead)


def image_is_here(image: str) -> bool:
    """Tell whether the Docker engine still has the image of this id."""
    return image_here(image) is not None


def image_here(image: str) -> str | None:
    """Return the id of the image of this name or id; None where the Docker engine has none, or none answers."""
    try:
        client = connect()
    except SandboxUnavailable:
        return None
    try:
        return str(client.images.get(image).id)
    except EngineError:
        return None
    finally:
        client.close()


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


def prune_images_here(keep: Collection[str]) -> tuple[str, ...]:
    """Remove sandbox images that nobody needs any more and return their ids.

    Args:
        keep: Ids of images that must stay.

    Raises:
        SandboxUnavailable: No engine answers.

    """
    return prune_images(keep=keep)


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
            self._sandbox = open_workshop_for(settings, backend, say)
            self._ready.set()
            if settings.mode != "cold":
                wait_until_warm(self._sandbox, say)
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

    def run(self, request: RunRequest, tell: Tell | None = None, *, stop: Stop | None = None) -> RunOutcome:
        """Run in the prepared sandbox; see :class:`sandbox.contract.Sandbox`."""
        return self.wait(PATIENCE).run(request, tell, stop=stop)

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
