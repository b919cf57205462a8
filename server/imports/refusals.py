"""Why an upload is not unpacked: every way in which an archive can be broken or meant to do harm, by its name."""

from exercises.text import Text
from server.errors import Refused


class ArchiveRefused(Refused):
    """The file that was sent is not unpacked; nothing of it was kept."""

    status = 422
    code = "archive-refused"
    default = Text(zh="无法使用上传的文件。", en="The uploaded file cannot be used.")

    def __init__(self, *, zh: str, en: str) -> None:
        super().__init__(Text(zh=zh, en=en))


class NotAnArchive(ArchiveRefused):
    """It is neither a zip nor a git bundle."""

    code = "not-an-archive"

    def __init__(self) -> None:
        super().__init__(
            zh="请上传 zip 文件或 git bundle 文件。", en="Send a zip file, or a file made by `git bundle create`."
        )


class ArchiveDamaged(ArchiveRefused):
    """It cannot be read to its end."""

    code = "archive-damaged"

    def __init__(self, *, zh: str = "文件已损坏或不完整", en: str = "the file is damaged or not complete") -> None:
        super().__init__(zh=f"无法解压：{zh}。", en=f"The archive cannot be read: {en}.")


class ArchiveEncrypted(ArchiveRefused):
    """It asks for a password."""

    code = "archive-encrypted"

    def __init__(self) -> None:
        super().__init__(zh="压缩包设有密码，请上传没有密码的。", en="The zip has a password; send one without.")


class ArchiveTooLarge(ArchiveRefused):
    """It holds more than an exercise may."""

    code = "archive-too-large"

    def __init__(self, *, zh: str, en: str) -> None:
        super().__init__(
            zh=f"压缩包过大：{zh}。大的数据请写在 [[data]] 里，由平台生成。",
            en=f"The archive holds too much: {en}. List large data under [[data]], to be built by a recipe.",
        )


class ArchiveTooDense(ArchiveRefused):
    """It says much more than its size could hold: a zip bomb."""

    code = "archive-too-dense"

    def __init__(self) -> None:
        super().__init__(
            zh="压缩率异常（疑似压缩炸弹），已拒绝解压。",
            en="It is packed more densely than any exercise is, as zip bombs are; it was not unpacked.",
        )


class MemberOutside(ArchiveRefused):
    """A name leads out of the folder into which it is unpacked, or can be no file's name."""

    code = "member-outside"

    def __init__(self, name: str) -> None:
        shown = ascii(name)[:100]
        super().__init__(
            zh=f"压缩包里的文件名 {shown} 不能使用：只能是相对路径，不含“..”、盘符和控制字符。",
            en=f"The archive names a file {shown}: names must be relative, without `..`, drives or control characters.",
        )


class MemberIsNoFile(ArchiveRefused):
    """A member is a symbolic link, a device, or something else that is neither file nor folder."""

    code = "member-is-no-file"

    def __init__(self, name: str) -> None:
        shown = ascii(name)[:100]
        super().__init__(
            zh=f"压缩包里的 {shown} 不是普通文件（链接、设备或子模块）。请放入文件本身。",
            en=f"{shown} is no ordinary file but a link, a device or a submodule: put the file itself into the bundle.",
        )


class MemberTwice(ArchiveRefused):
    """Two members would be the same file, on this or on another system."""

    code = "member-twice"

    def __init__(self, name: str) -> None:
        shown = ascii(name)[:100]
        super().__init__(
            zh=f"压缩包里的 {shown} 出现了两次（或仅大小写不同）。",
            en=f"The archive has {shown} twice, or twice but for capital letters.",
        )


class NoExercise(ArchiveRefused):
    """There is no ``exercise.toml`` where one must be."""

    code = "no-exercise"

    def __init__(self) -> None:
        super().__init__(
            zh="没有找到 exercise.toml：它应在压缩包的最外层，或在唯一的最外层文件夹里。",
            en="There is no exercise.toml: it must lie at the top of the archive, or in its one top folder.",
        )


class SeveralFolders(ArchiveRefused):
    """Besides the exercise's folder there is something else at the top."""

    code = "several-folders"

    def __init__(self, name: str) -> None:
        shown = ascii(name)[:100]
        super().__init__(
            zh=f"压缩包的最外层应只有一个练习文件夹，但还有 {shown}。",
            en=f"The archive must hold the folder of one exercise and nothing beside it, but it has {shown}, too.",
        )
