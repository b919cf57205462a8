"""Find the image that everything is built on, or make one."""

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import docker
from docker.errors import ImageNotFound
from docker.models.images import Image

from sandbox.contract import SandboxUnavailable
from sandbox.engine import EngineError, engine_faults

DEFAULT_BASE = "python:3.13-slim-trixie"
OWN_BASE = "beginend-base:trixie"
SCRIPT = Path(__file__).parent / "base.sh"

Progress = Callable[[str], None]

NO_BASE = (
    f"There is no base image for the sandbox. Any one of these helps: make an image registry reachable so that "
    f"{DEFAULT_BASE} can be pulled; load it from a file with `docker load`; run sandbox/image/base.sh as root where "
    f"debootstrap and a Debian mirror are at hand; or name an image that has Python 3.11 to 3.13 and venv."
)


def resolve_base(client: docker.DockerClient, wanted: str | None, progress: Progress) -> str:
    """Give the id of the base image: the wanted one, else a known local one, else a pulled one, else one made here.

    Raises:
        SandboxUnavailable: None of these is to be had; the sentence names what can be done.

    """
    if wanted is not None:
        image = _local(client, wanted) or _pulled(client, wanted, progress)
        if image is None:
            raise SandboxUnavailable(f"The base image {wanted} is neither on this machine nor to be pulled.")
        return str(image.id)
    image = (
        _local(client, DEFAULT_BASE)
        or _local(client, OWN_BASE)
        or _pulled(client, DEFAULT_BASE, progress)
        or _made_here(client, progress)
    )
    if image is None:
        raise SandboxUnavailable(NO_BASE)
    return str(image.id)


def python_of(client: docker.DockerClient, image: str, home: Path) -> str:
    """Tell which Python an image has, as ``"3.13"``; asked once per image id and remembered in the data folder."""
    known = home / "base-python" / image.removeprefix("sha256:")
    if not known.exists():
        question = "import sys; print('%d.%d' % sys.version_info[:2])"
        with engine_faults("the base image was asked for its Python"):
            answer = client.containers.run(
                image, ["python3", "-c", question], entrypoint="", remove=True, network_mode="none"
            )
        known.parent.mkdir(parents=True, exist_ok=True)
        known.write_bytes(answer.strip())
    return known.read_text(encoding="ascii")


def _local(client: docker.DockerClient, name: str) -> Image | None:
    with engine_faults("an image was looked for"):
        try:
            return client.images.get(name)
        except ImageNotFound:
            return None


def _pulled(client: docker.DockerClient, name: str, progress: Progress) -> Image | None:
    """Pull an image, if some registry has it."""
    progress(f"pulling {name}")
    try:
        return client.images.pull(name)
    except EngineError:
        return None


def _made_here(client: docker.DockerClient, progress: Progress) -> Image | None:
    """Make a base from Debian packages, where that is possible."""
    if os.geteuid() != 0 or shutil.which("debootstrap") is None:
        return None
    progress("no registry can be reached: making a base image from Debian packages (about a minute)")
    done = subprocess.run(["sh", str(SCRIPT), OWN_BASE], capture_output=True, text=True, check=False)
    return _local(client, OWN_BASE) if done.returncode == 0 else None
