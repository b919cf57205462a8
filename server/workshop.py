"""Open the sandbox that the settings ask for: the worker's and the command line's way to a place where code runs."""

import threading
from collections.abc import Callable
from pathlib import Path

from exercises.sources import DataUnavailable, build_data
from sandbox import open_sandbox
from sandbox.contract import Description, RunOutcome, RunRequest, Sandbox, SandboxUnavailable
from server.settings import Settings

Say = Callable[[str], None]

#: What is baked into the image beside the generic inside code. A path, not an import: this side never loads it.
PAYLOAD = "grader_inside"
PAYLOAD_FOLDER = Path(__file__).resolve().parent.parent / "grader" / "inside"

#: Seconds a run waits for a sandbox that is still being prepared before the job is put back.
PATIENCE = 20.0


def open_workshop(kind: str, home: Path, say: Say) -> Sandbox:
    """Prepare and return the sandbox.

    Args:
        kind: ``auto``, ``docker`` or ``process``.
        home: Folder for images' wheelhouse and environments.
        say: Told each long step in a sentence.

    Raises:
        SandboxUnavailable: It cannot be prepared here; the sentence says what to do.

    """
    return open_sandbox(kind, home=home, payloads={PAYLOAD: PAYLOAD_FOLDER}, preload=PAYLOAD, progress=say)


class WorkshopInPreparation:
    """A sandbox that is being prepared in the background, so that pages are served meanwhile."""

    def __init__(self, kind: str, settings: Settings, say: Say) -> None:
        """Start preparing at once, in a thread of its own: first the course's data, then the sandbox."""
        self._ready = threading.Event()
        self._sandbox: Sandbox | None = None
        self._problem: str | None = None
        self._closed = False
        self._thread = threading.Thread(target=self._prepare, args=(kind, settings, say), name="workshop", daemon=True)
        self._thread.start()

    def _prepare(self, kind: str, settings: Settings, say: Say) -> None:
        """Build the data and open the sandbox; remember it, or why there is none."""
        try:
            build_data(
                [manifest.parent for manifest in sorted(settings.catalogue.glob("*/exercise.toml"))],
                settings.built,
                say,
            )
            self._sandbox = open_workshop(kind, settings.home, say)
        except (SandboxUnavailable, DataUnavailable) as problem:
            self._problem = str(problem)
            say(f"No sandbox: {problem}")
        except Exception as problem:  # noqa: BLE001 - a background thread must not die silently
            self._problem = f"{type(problem).__name__}: {problem}"
            say(f"The sandbox could not be prepared: {self._problem}")
        finally:
            self._ready.set()
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

    def run(self, request: RunRequest) -> RunOutcome:
        """Run in the prepared sandbox; see :class:`sandbox.contract.Sandbox`."""
        return self.wait(PATIENCE).run(request)

    def describe(self) -> Description:
        """Describe the prepared sandbox; see :class:`sandbox.contract.Sandbox`."""
        return self.wait(PATIENCE).describe()

    def close(self) -> None:
        """Stop the sandbox, also one that becomes ready only now."""
        self._closed = True
        if self._sandbox is not None:
            self._sandbox.close()
