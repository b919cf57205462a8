"""What can be wrong with a running platform: each thing with a lamp, and what to do about one that is red.

``/readyz`` shows these to anybody, so nothing here names a machine, a path or a person; ``beginend doctor`` says more.
"""

import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.ext.asyncio import AsyncSession

from exercises.text import Text
from server.database.migrate import known_revisions
from server.queue.depth import Depth, queue_depths
from server.queue.doorbell import Queue
from server.queue.roll import Present, present_workers
from server.settings import Settings

#: A quick job that waits for so long means too few workers, or none that work.
STUCK_SECONDS = 60.0
#: Clocks further apart make log lines and deadlines hard to believe.
SKEW_SECONDS = 2.0
#: Below both of these a disk is nearly full: one training's artifacts and a vacuum want room.
LEAST_FREE_BYTES = 2 << 30
LEAST_FREE_SHARE = 0.05


@dataclass(frozen=True, slots=True)
class Light:
    """One lamp.

    Attributes:
        name: Stable word for programs.
        well: Whether it is green.
        found: What was found.
        advice: What to do; None where nothing is to be done.

    """

    name: str
    well: bool
    found: Text
    advice: Text | None = None


async def lights_of_database(session: AsyncSession, settings: Settings) -> list[Light]:
    """Look at everything that the database knows: its tables, the workers, the queue."""
    tables = await tables_light(session)
    if not tables.well:
        return [tables]
    workers = await present_workers(session, silent_seconds=settings.stalled_seconds)
    return [tables, *worker_lights(workers), queue_light(await queue_depths(session))]


async def tables_light(session: AsyncSession) -> Light:
    """Compare the database's revision with the one this version needs."""
    try:
        found = await session.scalar(text("select version_num from alembic_version"))
    except ProgrammingError:
        found = None
    known = _revisions()
    head = known[0]
    if found == head:
        return Light("tables", well=True, found=Text(zh=f"数据库版本 {head}", en=f"revision {head}"))
    said = Text(
        zh=f"数据库版本为 {found or '空'}，程序需要 {head}", en=f"revision {found or 'none'}, this version needs {head}"
    )
    if found is None or found in known:
        advice = Text(
            zh="先备份（beginend backup），再运行 beginend db upgrade，然后重启各进程。",
            en="Back up (`beginend backup`), run `beginend db upgrade`, and start the processes again.",
        )
    else:
        advice = Text(
            zh="数据库比程序新：请把所有进程升级到写入该数据库的版本。",
            en="The database is newer than this program: upgrade every process to the version that migrated it.",
        )
    return Light("tables", well=False, found=said, advice=advice)


def worker_lights(workers: Sequence[Present]) -> list[Light]:
    """Look at who judges: somebody, in good health, all from one image, with clocks that agree."""
    if not workers:
        return [
            Light(
                "workers",
                well=False,
                found=Text(zh="没有评测进程在运行", en="no worker runs"),
                advice=Text(
                    zh="启动 beginend worker（它需要 Docker）；在此之前提交会排队等待，不会丢失。",
                    en="Start `beginend worker` (it needs Docker); until then submissions wait, and none is lost.",
                ),
            )
        ]
    serving = [worker for worker in workers if worker.serves(Queue.LIVE_QUICK)]
    if not serving:
        return [
            Light(
                "workers",
                well=False,
                found=Text(zh="没有评测进程在接收学生的提交", en="no worker takes students' submissions"),
                advice=Text(
                    zh="用 beginend workers 查看；beginend workers resume 让停用的恢复工作；在此之前提交会排队等待。",
                    en="See `beginend workers`; `beginend workers resume` lets drained ones work again. Until then"
                    " submissions wait, and none is lost.",
                ),
            ),
            _clock_light(workers),
        ]
    return [_health_light(workers), _image_light(serving), _clock_light(workers)]


def _health_light(workers: Sequence[Present]) -> Light:
    ill = sum(worker.standing.problem is not None for worker in workers)
    counted = Text(zh=f"{len(workers)} 个评测进程", en=f"{len(workers)} running")
    if not ill:
        return Light("workers", well=True, found=counted)
    return Light(
        "workers",
        well=False,
        found=Text(zh=f"{ill}/{len(workers)} 个评测进程无法启动沙箱", en=f"{ill} of {len(workers)} cannot judge"),
        advice=Text(
            zh="在该机器上运行 beginend doctor 查看原因；常见原因是 Docker 未运行或镜像缺失。",
            en="Run `beginend doctor` on the worker's machine for the reason; often Docker does not run or the image is"
            " missing (`beginend sandbox build`).",
        ),
    )


def _image_light(workers: Sequence[Present]) -> Light:
    images = {worker.standing.image for worker in workers if worker.standing.image is not None}
    if len(images) <= 1:
        return Light("images", well=True, found=Text(zh="评测镜像一致", en="all workers judge in one image"))
    return Light(
        "images",
        well=False,
        found=Text(
            zh=f"评测进程使用了 {len(images)} 个不同的镜像", en=f"the workers judge in {len(images)} different images"
        ),
        advice=Text(
            zh="同一份代码可能得到不同结果：在每台评测机上用同一版本运行 beginend sandbox build，然后重启评测进程。",
            en="The same code might be judged differently: run `beginend sandbox build` with one version on every"
            " worker's machine, and start the workers again.",
        ),
    )


def _clock_light(workers: Sequence[Present]) -> Light:
    furthest = max((worker.clock_ahead_seconds for worker in workers), key=abs)
    if abs(furthest) <= SKEW_SECONDS:
        return Light("clocks", well=True, found=Text(zh="时钟一致", en="the workers' clocks agree with the database's"))
    return Light(
        "clocks",
        well=False,
        found=Text(
            zh=f"某个评测进程的时钟与数据库相差 {furthest:+.1f} 秒",
            en=f"a worker's clock is {furthest:+.1f} s from the database's",
        ),
        advice=Text(
            zh="在两台机器上启用时间同步（chrony 或 systemd-timesyncd）。截止时间以数据库的时钟为准。",
            en="Let both machines keep time (chrony or systemd-timesyncd). Due times go by the database's clock.",
        ),
    )


def queue_light(depths: Sequence[Depth]) -> Light:
    """Look at how long the oldest job waits that somebody looks on for."""
    quick = next((depth for depth in depths if depth.queue == Queue.LIVE_QUICK.value), None)
    waits = quick.oldest_seconds if quick is not None and quick.waiting else 0.0
    if waits <= STUCK_SECONDS:
        return Light("queue", well=True, found=Text(zh="没有长时间等待的提交", en="nobody waits for long"))
    return Light(
        "queue",
        well=False,
        found=Text(zh=f"最早的提交已等待 {waits:.0f} 秒", en=f"the oldest quick job has waited for {waits:.0f} s"),
        advice=Text(
            zh="查看评测进程的日志；若它们都在正常工作，则数量不足：增加评测机或 BEGINEND_SLOTS。",
            en="Read the workers' log; if they are all at work there are too few: add one, or raise BEGINEND_SLOTS.",
        ),
    )


def disk_light(home: Path) -> Light:
    """Look at the room that is left where the platform writes."""
    place = home.absolute()
    while not place.exists():
        place = place.parent
    usage = shutil.disk_usage(place)
    free = f"{usage.free / (1 << 30):.1f} GiB"
    if usage.free >= LEAST_FREE_BYTES or usage.free >= LEAST_FREE_SHARE * usage.total:
        return Light("disk", well=True, found=Text(zh=f"剩余 {free}", en=f"{free} free"))
    return Light(
        "disk",
        well=False,
        found=Text(zh=f"数据目录所在磁盘只剩 {free}", en=f"only {free} left where the platform writes"),
        advice=Text(
            zh="清理旧镜像（beginend sandbox prune、docker image prune）和旧备份，或换一块更大的磁盘。",
            en="Remove old images (`beginend sandbox prune`, `docker image prune`) and backups, or get a larger disk.",
        ),
    )


def secret_light(settings: Settings) -> Light:
    """Look at the key that signs forms: there for every process, and for nobody else to read."""
    kept = settings.home / "secret-key"
    if settings.secret_key is not None:
        return Light("secret key", well=True, found=Text(zh="已设置", en="set"))
    if settings.is_https:
        return Light(
            "secret key",
            well=False,
            found=Text(zh="BEGINEND_SECRET_KEY 未设置", en="BEGINEND_SECRET_KEY is not set"),
            advice=Text(
                zh="把它设为 openssl rand -hex 32 的输出，所有 web 进程相同；否则各机器的表单互不相认。",
                en="Set it to the output of `openssl rand -hex 32`, the same for every web process: otherwise a form"
                " from one machine is refused by the next.",
            ),
        )
    if kept.exists() and kept.stat().st_mode & 0o077:
        return Light(
            "secret key",
            well=False,
            found=Text(zh="密钥文件可被他人读取", en="others may read the key's file"),
            advice=Text(zh=f"运行 chmod 600 {kept}", en=f"run `chmod 600 {kept}`"),
        )
    return Light("secret key", well=True, found=Text(zh="保存在数据目录中", en="kept in the data folder"))


def home_light(home: Path) -> Light:
    """Look at whether the platform may write where it must."""
    place = home.absolute()
    while not place.exists():
        place = place.parent
    if os.access(place, os.W_OK | os.X_OK):
        return Light("home", well=True, found=Text(zh="数据目录可写", en="the data folder can be written"))
    return Light(
        "home",
        well=False,
        found=Text(zh="数据目录不可写", en="the data folder cannot be written"),
        advice=Text(
            zh=f"把 {home} 的所有者改为运行本程序的用户，或设置 BEGINEND_HOME。",
            en=f"Give {home} to the user who runs this program, or set BEGINEND_HOME.",
        ),
    )


@cache
def _revisions() -> list[str]:
    """Return the revisions that this program knows, the newest first; read once."""
    return known_revisions()
