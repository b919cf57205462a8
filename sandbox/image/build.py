"""Build the sandbox image without a network: libraries once per lock and base, our code on top in a second or two.

Both images are tagged with a digest of everything they are made of, so what is there need not be built again, and what
is there under the right tag is right.
"""

import io
import tarfile
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO

import docker
from docker.errors import ImageNotFound

from sandbox.contract import SandboxUnavailable
from sandbox.engine import connect, engine_faults
from sandbox.image.base import python_of, resolve_base
from sandbox.image.wheelhouse import wheelhouse
from sandbox.locking import alone
from sandbox.locks import lock_for, machine_name
from sandbox.sources import code_files, digest, digest_files

Progress = Callable[[str], None]

FOLDER = Path(__file__).parent
LIBRARIES_FILE = FOLDER / "libraries.Dockerfile"
SANDBOX_FILE = FOLDER / "Dockerfile"


class BuildFailed(SandboxUnavailable):
    """The engine could not build the image."""


def build_image(
    home: Path,
    payloads: Mapping[str, Path],
    base: str | None = None,
    progress: Progress = lambda _: None,
    client: docker.DockerClient | None = None,
) -> str:
    """Have the sandbox image; at once when it is there already.

    Args:
        home: The data folder, for downloaded wheels.
        payloads: Package name inside the image to its folder here.
        base: Image to build on; by default one is found or made.
        progress: Told what is being done.
        client: A connected engine, if there is one already.

    Returns:
        The image's id.

    Raises:
        SandboxUnavailable: It cannot be had; the sentence says what to do.

    """
    client = client or connect()
    with alone(home / "image-build"):
        base_id = resolve_base(client, base, progress)
        python = python_of(client, base_id, home)
        with engine_faults("the engine was asked for its architecture"):
            machine = machine_name(client.version()["Arch"])
        lock = lock_for(python, machine)
        libraries_tag = _tag("libraries", LIBRARIES_FILE.read_bytes(), lock.read_bytes(), base_id.encode())
        libraries = _present(client, libraries_tag)
        if libraries is None:
            wheels = wheelhouse(home, lock, python, machine, progress)
            progress("building the image's libraries (about two minutes, once)")
            files = {f"wheels/{path.name}": path for path in wheels.glob("*.whl")}
            context = {"Dockerfile": LIBRARIES_FILE, "lock.txt": lock, **files}
            libraries = _build(client, home, libraries_tag, context, {"BASE": base_id})
            with engine_faults("the first build stage was removed"):
                client.images.prune(filters={"dangling": True, "label": "beginend.stage=build"})
        code = code_files(payloads)
        tag = _tag("sandbox", SANDBOX_FILE.read_bytes(), digest_files(code).encode(), libraries.encode())
        present = _present(client, tag)
        if present is not None:
            return present
        progress("building the sandbox image")
        context = {"Dockerfile": SANDBOX_FILE, **{f"code/{name}": path for name, path in code.items()}}
        return _build(client, home, tag, context, {"LIBRARIES": libraries_tag})


def _tag(name: str, *parts: bytes) -> str:
    return f"beginend-{name}:{digest(parts)}"


def _present(client: docker.DockerClient, tag: str) -> str | None:
    """Give the id of an image that is there."""
    with engine_faults("an image was looked for"):
        try:
            return str(client.images.get(tag).id)
        except ImageNotFound:
            return None


def _build(
    client: docker.DockerClient, home: Path, tag: str, context: Mapping[str, Path], arguments: dict[str, str]
) -> str:
    """Have the engine build one Dockerfile, without a network.

    Returns:
        The id of the new image.

    Raises:
        BuildFailed: The engine says why.

    """
    with tempfile.TemporaryFile(dir=home) as archive, engine_faults("an image was built"):
        _pack(context, archive)
        lines = client.api.build(
            fileobj=archive,
            custom_context=True,
            tag=tag,
            buildargs=arguments,
            network_mode="none",
            rm=True,
            forcerm=True,
            decode=True,
        )
        said: list[str] = []
        for line in lines:
            said.append(str(line.get("stream", "")))
            if "error" in line:
                raise BuildFailed(f"The sandbox image could not be built: {line['error']}\n{''.join(said[-20:])}")
        return str(client.images.get(tag).id)


def _pack(context: Mapping[str, Path], archive: IO[bytes]) -> None:
    """Pack a build context that depends on nothing but names and contents, and leave it rewound."""
    with tarfile.open(fileobj=archive, mode="w") as tar:
        for name, path in sorted(context.items()):
            entry = tarfile.TarInfo(name)
            content = path.read_bytes()
            entry.size, entry.mode = len(content), 0o644
            tar.addfile(entry, io.BytesIO(content))
    archive.seek(0)
