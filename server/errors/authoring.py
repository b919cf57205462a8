"""Refusals about exercises that are being written: working copies, their files, and what they are sent as."""

from exercises.text import Text
from server.errors.refusals import Refused


class UnknownWorkingCopy(Refused):
    """No such working copy, or it is somebody else's; which one is not said."""

    status = 404
    code = "unknown-working-copy"
    default = Text(zh="没有这份草稿，它可能已被丢弃。", en="There is no such draft; it may have been discarded.")


class WorkingCopyThere(Refused):
    """The author has a working copy of this exercise already; ``extra["copy"]`` is its id."""

    status = 409
    code = "working-copy-there"
    default = Text(
        zh="你已有这个练习的草稿。请接着写它，或先丢弃它再从别的版本开始。",
        en="You have a draft of this exercise already. Go on with it, or discard it before you begin from elsewhere.",
    )


class IdNotPossible(Refused):
    """An exercise cannot have this id."""

    status = 422
    code = "id-not-possible"
    default = Text(
        zh="这个 id 不能用：请用小写字母、数字和连字符，例如 two-moons。",
        en="This cannot be an id: write small letters, digits and hyphens, such as `two-moons`.",
    )


class FileChangedMeanwhile(Refused):
    """The file was saved elsewhere since it was opened here."""

    status = 409
    code = "file-changed-meanwhile"
    default = Text(
        zh="这份文件打开之后，又在别处保存过。你写的内容还在下面，没有保存。请比较两者，再决定保存哪一份。",
        en="This file was saved elsewhere after you opened it. What you wrote is below and not saved yet: compare the "
        "two, and decide which to keep.",
    )


class UnknownWorkingFile(Refused):
    """The working copy has no such file, or it is no text that a page could show."""

    status = 404
    code = "unknown-working-file"
    default = Text(zh="草稿里没有这份文本文件。", en="The draft has no such text file.")


class FileNameNotPossible(Refused):
    """No file of an exercise is called so."""

    status = 422
    code = "file-name-not-possible"
    default = Text(
        zh="文件名只能用字母、数字、下划线、点和连字符；错误解法以 .py 结尾，文件夹是它应得的判定。",
        en="Names have letters, digits, underscores, dots and hyphens; a known solution ends with .py and lies in the "
        "folder of its verdict.",
    )


class FileThere(Refused):
    """There is a file of this name already."""

    status = 409
    code = "file-there"
    default = Text(zh="已有同名文件，请换一个名字。", en="There is a file of this name already; choose another.")


class FileNeeded(Refused):
    """Every exercise of this kind has this file, so it stays."""

    status = 409
    code = "file-needed"
    default = Text(zh="每个练习都要有这份文件，不能删除。", en="Every exercise needs this file; it cannot be removed.")


class WorkingCopyTooLarge(Refused):
    """More files, or more bytes, than an exercise may have."""

    status = 413
    code = "working-copy-too-large"
    default = Text(
        zh="文件太多或太大：文本文件至多 1 MiB，一个练习至多 64 MiB。大的数据请写在 [[data]] 里，由平台生成。",
        en="Too many files, or too large: a text has 1 MiB at most, an exercise 64 MiB. List large data under "
        "[[data]], to be built by a recipe.",
    )


class FormNotApplied(Refused):
    """What the form says could not be written into ``exercise.toml``; nothing was saved."""

    status = 422
    code = "form-not-applied"
    default = Text(
        zh="表单里的这处改动无法自动写入 exercise.toml，请直接在右边的文本里修改。什么都没有保存，也没有丢失。",
        en="This change of the form cannot be written into exercise.toml; make it in the text beside. Nothing was "
        "saved, and nothing is lost.",
    )


class NoCalibration(Refused):
    """The working copy has no calibration that could be read, or nothing that asks for an accuracy."""

    status = 409
    code = "no-calibration"
    default = Text(
        zh="草稿里没有可用的校准报告（calibration.json），无法据此选门槛。",
        en="The draft has no calibration (calibration.json) from which a threshold could be chosen.",
    )


class NothingToMeasure(Refused):
    """No check of the working copy asks for an accuracy."""

    status = 409
    code = "nothing-to-measure"
    default = Text(
        zh="草稿里没有要求准确率的检查，没有可测量的东西。请先在“检查”里加一项准确率检查。",
        en="No check of the draft asks for an accuracy, so there is nothing to measure. Add such a check first.",
    )


class ThresholdNotPossible(Refused):
    """A threshold is a share between 0 and 1."""

    status = 422
    code = "threshold-not-possible"
    default = Text(
        zh="门槛应是 0% 与 100% 之间的数，例如 92.5。", en="A threshold lies between 0 % and 100 %, such as 92.5."
    )


class CandidateStays(Refused):
    """An import that is being checked, or was published, cannot be removed."""

    status = 409
    code = "candidate-stays"
    default = Text(
        zh="正在检查或已发布的版本不能移除。",
        en="A version that is being checked, or was published, cannot be removed.",
    )
