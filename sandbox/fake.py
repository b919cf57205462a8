"""ScriptedSandbox: the same interface with endings and artifacts by script, for tests without an engine."""

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from sandbox.contract import (
    Description,
    Ending,
    Health,
    Json,
    RunError,
    RunOutcome,
    RunRequest,
    RunUnwanted,
    SandboxFault,
    Stop,
    Tell,
)

Plain = RunOutcome | SandboxFault | Callable[[RunRequest], RunOutcome]


@dataclass(frozen=True)
class Telling:
    """A reply that is preceded by events."""

    events: tuple[Mapping[str, Json], ...]
    reply: Plain


Reply = Plain | Telling


def outcome(
    ending: Ending = Ending.FINISHED,
    artifacts: Mapping[str, bytes] | None = None,
    *,
    error: RunError | None = None,
    stdout: str = "",
    wall_seconds: float = 0.0,
) -> RunOutcome:
    """Make an outcome from the parts that matter."""
    return RunOutcome(
        ending=ending,
        error=error,
        stdout=stdout,
        stdout_bytes=len(stdout.encode()),
        artifacts=dict(artifacts or {}),
        wall_seconds=wall_seconds,
        cpu_seconds=0.0,
        peak_memory_bytes=None,
    )


class ScriptedSandbox:
    """Answers each run with the next reply for its entry and remembers what it was asked.

    A reply is an outcome, a fault to be raised, or a function of the request; :class:`Telling` puts events before one.
    The last reply of an entry is repeated.
    """

    def __init__(self, script: Mapping[str, Iterable[Reply]], health: Health | None = None) -> None:
        """Take a script.

        Args:
            script: Entry to its replies, in order.
            health: What it says of its health; by default that no slot is kept.

        """
        self._script = {entry: list(replies) for entry, replies in script.items()}
        self._guard = threading.Lock()
        self._closed = False
        self._health = health or Health()
        self.requests: list[RunRequest] = []  #: everything asked so far, in order

    def run(self, request: RunRequest, tell: Tell | None = None, *, stop: Stop | None = None) -> RunOutcome:
        """Play the next reply for the request's entry, its events first.

        Raises:
            RunUnwanted: ``stop`` was set before.
            SandboxFault: The script says so, knows no such entry, or the sandbox was closed.

        """
        if stop is not None and stop.is_set:
            raise RunUnwanted
        with self._guard:
            self.requests.append(request)
            replies = self._script.get(request.entry, [])
            if self._closed or not replies:
                raise SandboxFault(f"The script has no reply to {request.entry!r} (closed: {self._closed}).")
            reply = replies.pop(0) if len(replies) > 1 else replies[0]
        if isinstance(reply, Telling):
            if tell is not None:
                for event in reply.events:
                    tell(event)
            reply = reply.reply
        if isinstance(reply, SandboxFault):
            raise reply
        return reply if isinstance(reply, RunOutcome) else reply(request)

    def health(self) -> Health:
        """Say what it was told to say."""
        return self._health

    def describe(self) -> Description:
        """Describe a sandbox that is none."""
        return Description(
            backend="scripted", mode="cold", image="none", python="none", packages={}, cpu="none", layers=()
        )

    def close(self) -> None:
        """Refuse further runs."""
        with self._guard:
            self._closed = True
