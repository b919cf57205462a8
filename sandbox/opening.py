"""Open the sandbox that fits this machine."""

import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Literal

from sandbox.contract import Sandbox, SandboxUnavailable
from sandbox.docker import DockerSandbox
from sandbox.engine import connect
from sandbox.environment import prepare
from sandbox.image.build import build_image
from sandbox.process import ProcessSandbox

Kind = Literal["auto", "docker", "process"]
Say = Callable[[str], None]

NOT_FOR_STUDENTS = (
    "No Docker engine answers, so code runs as a local process. That is for your own code: "
    "install Docker before you let others submit."
)


def silent(_: str) -> None:
    """Say nothing."""


def open_sandbox(
    kind: Kind,
    home: Path,
    payloads: Mapping[str, Path],
    preload: str,
    *,
    progress: Say = silent,
    warn: Say = silent,
    base: str | None = None,
) -> Sandbox:
    """Open a sandbox, building what it needs the first time.

    Args:
        kind: ``docker``, ``process``, or ``auto``: Docker where an engine answers, otherwise a local process.
        home: The data folder.
        payloads: Package name inside to its folder here.
        preload: Which of them has ``preload()`` and ``ENTRIES``.
        progress: Told what is being done when it takes long.
        warn: Told, in a sentence, when ``auto`` had to settle for a process.
        base: Image to build on; by default one is found or made.

    Raises:
        SandboxUnavailable: There is none to be had; the sentence says what to do.

    """
    if kind == "process":
        return _open_process(home, payloads, preload, progress)
    try:
        client = connect()
    except SandboxUnavailable:
        if kind == "docker":
            raise
        warn(NOT_FOR_STUDENTS)
        return _open_process(home, payloads, preload, progress)
    image = build_image(home, payloads, base, progress, client)
    return DockerSandbox(client, image, preload, instance_of(home))


def instance_of(home: Path) -> str:
    """Name an installation by its data folder, for the labels of its containers."""
    return hashlib.sha256(str(home.resolve()).encode()).hexdigest()[:12]


def _open_process(home: Path, payloads: Mapping[str, Path], preload: str, progress: Say) -> ProcessSandbox:
    return ProcessSandbox(prepare(home, payloads, progress), preload)
