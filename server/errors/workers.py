"""Refusals about workers and the machines they run on."""

from exercises.text import Text
from server.errors.refusals import Refused


class UnknownWorker(Refused):
    """No worker of this name gives signs of life, or more than one."""

    status = 404
    code = "unknown-worker"
    default = Text(zh="没有这样的评测进程在运行。", en="No such worker gives signs of life.")


class NobodyHasImage(Refused):
    """No worker judges in the image that was asked for."""

    status = 409
    code = "nobody-has-image"
    default = Text(
        zh="没有评测进程使用这个镜像。",
        en="No worker judges in this image.",
    )
