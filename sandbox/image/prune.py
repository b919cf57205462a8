"""Remove the sandbox images that nobody needs any more: every change of the code inside leaves an old one behind."""

from collections.abc import Collection, Iterable

import docker
from docker.errors import APIError, ImageNotFound
from docker.models.images import Image

from sandbox.engine import connect, engine_faults

SANDBOX_NAME, LIBRARIES_NAME = "beginend-sandbox", "beginend-libraries"

CONFLICT = 409  # status of the engine's answer when something still needs an image


def prune_images(client: docker.DockerClient | None = None, *, keep: Collection[str] = ()) -> tuple[str, ...]:
    """Remove sandbox images, and libraries that none of the rest is built on.

    The newest of both stays in any case, and so does whatever a container uses, running or not.

    Args:
        client: A connected engine, if there is one already.
        keep: Ids (``sha256:...``) of images that must stay: the present one, those of stored gradings that are to be
            replayed.

    Returns:
        The ids of what was removed.

    Raises:
        SandboxUnavailable: No engine answers.

    """
    own = client is None
    client = client or connect()
    try:
        with engine_faults("old images were looked for"):
            used = {one["ImageID"] for one in client.api.containers(all=True)} | set(keep)
            sandboxes = _newest_first(client, SANDBOX_NAME)
            gone = [image for image in sandboxes[1:] if image.id not in used and _remove(client, image)]
            staying = [image for image in sandboxes if image not in gone]
            unused = [image for image in _newest_first(client, LIBRARIES_NAME)[1:] if image.id not in used]
            gone += [image for image in unused if not _is_below_any(image, staying) and _remove(client, image)]
            return tuple(str(image.id) for image in gone)
    finally:
        if own:
            client.close()


def _newest_first(client: docker.DockerClient, name: str) -> list[Image]:
    """List the images of one name, by the time at which they were built."""
    return sorted(client.images.list(name=name), key=lambda image: str(image.attrs.get("Created")), reverse=True)


def _is_below_any(image: Image, others: Iterable[Image]) -> bool:
    """Tell whether some image begins with all the layers of this one."""
    layers = _layers(image)
    return any(_layers(other)[: len(layers)] == layers for other in others)


def _layers(image: Image) -> list[str]:
    return list(image.attrs.get("RootFS", {}).get("Layers", []))


def _remove(client: docker.DockerClient, image: Image) -> bool:
    """Remove all names of an image and with the last of them the image; False if something still needs it."""
    try:
        for tag in image.tags or [str(image.id)]:
            client.images.remove(tag)
    except ImageNotFound:
        return True  # somebody was faster
    except APIError as error:
        if error.status_code != CONFLICT:
            raise
        return False
    return True
