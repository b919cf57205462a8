"""A Docker engine of the harness's own, which may be stopped and started without anybody else's containers noticing."""

import os
import shutil
import subprocess
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import cast

import docker

from sandbox.contract import SandboxUnavailable
from sandbox.engine import connect, engine_faults

START_SECONDS = 60.0
STOP_SECONDS = 30.0
LOOK = 0.1
CHUNK = 1 << 20


class EngineDidNotStart(SandboxUnavailable):
    """A second engine cannot be had here."""


class OwnEngine:
    """A second ``dockerd``; everything it keeps lies in one folder."""

    def __init__(self, folder: Path) -> None:
        """Prepare; the folder's path must be short enough for a socket."""
        self.address = f"unix://{folder / 'd.sock'}"
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> docker.DockerClient:
        """Start it and wait until it answers.

        Raises:
            EngineDidNotStart: It does not; the message ends with what it said.

        """
        folders = {name: str(self._folder / name) for name in ("data-root", "exec-root", "pidfile")}
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [
                    # In a network of its own: an engine without a bridge takes away the one that it finds.
                    *("unshare", "--net"),
                    *("dockerd", "--host", self.address, "--bridge=none", "--iptables=false", "--ip-forward=false"),
                    *(f"--{name}={path}" for name, path in folders.items()),
                ],
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            with suppress(Exception):
                return connect(self.address)
            time.sleep(LOOK)
        raise EngineDidNotStart((self._folder / "log").read_text(errors="replace")[-4000:])

    def stop(self) -> None:
        """Stop it, with whatever runs in it."""
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None

    def remove(self) -> None:
        """Stop it and remove what it kept."""
        self.stop()
        shutil.rmtree(self._folder, ignore_errors=True)


def can_start_engines() -> bool:
    """Tell whether this user may run an engine of their own here."""
    return shutil.which("dockerd") is not None and os.geteuid() == 0


def carry_over(images: Sequence[str], source: docker.DockerClient, target: docker.DockerClient) -> None:
    """Copy images with their names from one engine to another; layers that they share are copied once.

    Args:
        images: Names with tags.
        source: Where they are.
        target: Where they shall be.

    Raises:
        SandboxFault: One of the engines failed.

    """
    with engine_faults("images were carried to another engine"):
        address = f"{source.api.base_url}/v{source.api.api_version}/images/get"
        answer = source.api.get(address, params={"names": list(images)}, stream=True, timeout=None)
        answer.raise_for_status()
        target.images.load(cast("bytes", answer.iter_content(CHUNK)))  # requests takes an iterator too


def with_what_it_stands_on(image: str, engine: docker.DockerClient) -> list[str]:
    """Return the names of an image and of those it was built on: what another engine needs to find it complete."""
    with engine_faults("images were looked for"):
        layers = engine.images.get(image).attrs["RootFS"]["Layers"]
        found: list[str] = []
        for one in engine.images.list():
            below = one.attrs["RootFS"]["Layers"]
            if one.tags and below and layers[: len(below)] == below and (one.id == image or len(below) < len(layers)):
                found += one.tags
    return found
