"""Open the sandbox that fits this machine."""

import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Literal

from sandbox.contract import Isolation, SandboxUnavailable
from sandbox.docker import DockerCells
from sandbox.engine import connect
from sandbox.environment import prepare
from sandbox.image.build import build_image
from sandbox.pooled import PooledSandbox
from sandbox.process import ProcessCells
from sandbox.routing import Slots

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
    mode: Isolation = Isolation.WARM,
    slots: Slots | None = None,
    runtime: str | None = None,
    image: str | None = None,
    progress: Say = silent,
    warn: Say = silent,
    base: str | None = None,
) -> PooledSandbox:
    """Open a sandbox, building what it needs the first time.

    Args:
        kind: ``docker``, ``process``, or ``auto``: Docker where an engine answers, otherwise a local process.
        home: The data folder.
        payloads: Package name inside to its folder here.
        preload: Which of them has ``preload()`` and ``ENTRIES``.
        mode: How far runs are kept apart that ask for nothing stricter.
        slots: How many runs may go on at once, and whether slots are started ahead; by default as many as there are
            processors, ahead.
        runtime: OCI runtime for the engine to use (``runsc``, ``kata``); a process has none.
        image: Id of an image to run as it is, such as the one of a stored grading; by default it is built from the
            payloads.
        progress: Told what is being done when it takes long.
        warn: Told, in a sentence, when ``auto`` had to settle for a process.
        base: Image to build on; by default one is found or made.

    Raises:
        SandboxUnavailable: There is none to be had; the sentence says what to do.

    """
    if kind == "process":
        return PooledSandbox(ProcessCells(prepare(home, payloads, progress), preload), mode, slots)
    try:
        client = connect()
    except SandboxUnavailable:
        if kind == "docker":
            raise
        warn(NOT_FOR_STUDENTS)
        return PooledSandbox(ProcessCells(prepare(home, payloads, progress), preload), mode, slots)
    try:
        image = image or build_image(home, payloads, base, progress, client)
        cells = DockerCells(client, image, preload, instance_of(home), runtime)
    except BaseException:
        client.close()
        raise
    return PooledSandbox(cells, mode, slots)


def instance_of(home: Path) -> str:
    """Name an installation by its data folder, for the labels of its containers."""
    return hashlib.sha256(str(home.resolve()).encode()).hexdigest()[:12]
