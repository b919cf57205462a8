"""Who does rescores, and in which sandbox images: for those who ask for one, and for those who wait."""

from sqlalchemy.ext.asyncio import AsyncSession

from exercises.text import Text
from server.errors import NobodyHasImage
from server.queue.doorbell import Queue
from server.queue.roll import present_workers

#: A worker that was silent for longer is not counted on.
SILENT_SECONDS = 60.0


async def hands_for(session: AsyncSession, image: str | None) -> int:
    """Return how many workers do rescores at present: in one image (``sha256:...``), or in whichever they have."""
    workers = await present_workers(session, silent_seconds=SILENT_SECONDS)
    serving = [worker for worker in workers if worker.serves(Queue.RESCORE)]
    return sum(image in {None, worker.standing.image} for worker in serving)


async def image_of_workers(session: AsyncSession, asked: str) -> str:
    """Return the image that begins so, of those in which workers do rescores.

    Args:
        session: Where to look.
        asked: ``sha256:`` and some hexadecimal digits, or all of them.

    Raises:
        NobodyHasImage: There is none; the sentence names those that there are.

    """
    workers = await present_workers(session, silent_seconds=SILENT_SECONDS)
    there = {worker.standing.image for worker in workers if worker.serves(Queue.RESCORE)} - {None}
    wanted = asked.removeprefix("sha256:")
    found = [image for image in there if image and wanted and image.removeprefix("sha256:").startswith(wanted)]
    if len(found) == 1:
        return found[0]
    names = ", ".join(sorted(image[:19] for image in there if image)) or "-"
    if found:
        said = Text(
            zh=f"有 {len(found)} 个镜像以 {asked} 开头：{names}。", en=f"More than one image begins so: {names}."
        )
        raise NobodyHasImage(said)
    raise NobodyHasImage(
        Text(
            zh=f"没有重评进程使用镜像 {asked[:19]}。现有的镜像：{names}。在有该镜像的机器上用"
            " BEGINEND_SANDBOX_IMAGE=<完整编号> BEGINEND_LANES=rescore 启动一个 beginend worker。",
            en=f"No worker that rescores judges in the image {asked[:19]}. Those there are judge in: {names}. Start "
            "`beginend worker` with BEGINEND_SANDBOX_IMAGE=(the whole id) and BEGINEND_LANES=rescore on a machine that"
            " has it.",
        )
    )
