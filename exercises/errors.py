"""What can be wrong with an exercise or with what was sent for it; every class is named after the fact.

Two families, for two readers. A ``BundleError`` tells an author which file and which key to mend. A ``Refused`` tells a
student, in both languages, why a submission was not taken and what to do about it; nothing was run and no attempt used.
"""

from exercises.text import Text

SHOWN_CHARACTERS = 100  # of a line of code quoted in a sentence


class ExerciseError(Exception):
    """Something is wrong with an exercise or with what was sent for it."""


# For authors.


class BundleError(ExerciseError):
    """A bundle cannot be used as it is.

    Args:
        file: the file to mend, named from the folder that holds the bundle (``cnn-digits/exercise.toml``).
        what: what is wrong with it.
        key: the dotted key within the file; empty where the whole file is meant.
        line: the line of that key, where it is known.
        item: the id of the table in which the key stands, where it has one.
    """

    def __init__(self, file: str, what: str, *, key: str = "", line: int | None = None, item: str = "") -> None:
        self.file = file
        self.what = what
        self.key = key
        self.line = line
        place = ", ".join(([f"line {line}"] if line else []) + ([f'id "{item}"'] if item else []))
        super().__init__(": ".join(part for part in (file, key, what) if part) + (f" ({place})" if place else ""))


class BundleFileMissing(BundleError):
    """A file which every bundle of this kind must have is not there."""

    def __init__(self, file: str) -> None:
        super().__init__(file, "is missing")


class BundleFileUnknown(BundleError):
    """A file which no bundle has: most often a misspelt name."""


class BundleHasLink(BundleError):
    """A symbolic link stands in the bundle; its target might lie anywhere."""


class BundleTomlBroken(BundleError):
    """A file is not valid TOML."""


class BundleKeyWrong(BundleError):
    """A key is unknown, missing or has a value which it cannot have."""


class StubMarksWrong(ExerciseError):
    """The Begin and End marks of a stub do not come in pairs, or there are none."""


class DataNotBuilt(ExerciseError):
    """A data file has not been built on this machine."""

    def __init__(self, exercise_id: str, path: str) -> None:
        super().__init__(f"{path} of {exercise_id} has not been built on this machine: run `beginend data build`")


class DataDamaged(ExerciseError):
    """A data file is not the one which ``exercise.toml`` names by its hash."""

    def __init__(self, exercise_id: str, path: str, found_at: str) -> None:
        super().__init__(
            f"{path} of {exercise_id} does not have the sha256 which exercise.toml names: "
            f"delete {found_at} and run `beginend data build`",
        )


# For students.


class Refused(ExerciseError):
    """A submission is not taken; ``sentence`` says why and what to do, in both languages."""

    def __init__(self, *, zh: str, en: str) -> None:
        self.sentence = Text(zh=zh, en=en)
        super().__init__(en)


class RefusedTooLarge(Refused):
    """More bytes than a submission may have."""

    def __init__(self, limit_kib: int) -> None:
        super().__init__(
            zh=f"提交的内容超过 {limit_kib} KiB。请只提交代码，删去粘贴进来的数据或输出。",
            en=f"The submission is larger than {limit_kib} KiB. Send code only: delete pasted data or output.",
        )


class RefusedNotUtf8(Refused):
    """Bytes that are no UTF-8 text."""

    def __init__(self, line: int) -> None:
        self.line = line
        super().__init__(
            zh=f"文件不是 UTF-8 编码（第 {line} 行）。请在编辑器里选择“以 UTF-8 编码保存”，然后重新提交。",
            en=f"The file is not UTF-8 text (line {line}). Save it with the encoding UTF-8 and send it again.",
        )


class RefusedNulByte(Refused):
    """A NUL character, which no Python file may contain."""

    def __init__(self, line: int) -> None:
        self.line = line
        super().__init__(
            zh=f"第 {line} 行含有空字符（NUL），Python 文件里不能有它。请确认提交的是以 UTF-8 保存的 .py 文件。",
            en=f"Line {line} contains a NUL character, which no Python file may contain. "
            "Make sure that you send a .py file saved as UTF-8.",
        )


class RefusedRegionCount(Refused):
    """More or fewer regions than the stub has."""

    def __init__(self, *, expected: int, found: int) -> None:
        self.expected = expected
        self.found = found
        super().__init__(
            zh=f"本题有 {expected} 处 Begin 与 End，提交的内容里有 {found} 处。请恢复原来的标记行，只在它们之间作答。",
            en=f"This exercise has {expected} Begin/End region{'s' if expected != 1 else ''}, "
            f"the submission has {found}. Put the mark lines back as they were and write only between them.",
        )


class RefusedLockedLine(Refused):
    """A line outside Begin and End is not as it was.

    Args:
        line: its number in the file that was sent.
        expected: what should stand there; None where nothing may follow any more.
        found: what stands there; None where the file ends too early.
    """

    def __init__(self, line: int, *, expected: str | None, found: str | None) -> None:
        self.line = line
        self.expected = expected
        self.found = found
        if expected is None:
            super().__init__(
                zh=f"第 {line} 行是多出来的：文件末尾在 Begin 与 End 之外，不能添加内容。请删去这一行及其后的内容。",
                en=f"Line {line} is one too many: it follows the last line of the file, outside Begin and End. "
                "Delete it and what comes after it.",
            )
            return
        lost = found is None
        wanted_zh = f"应为 `{shortened(expected)}`" if expected.strip() else "应为空行"
        wanted_en = f"should read `{shortened(expected)}`" if expected.strip() else "should be empty"
        super().__init__(
            zh=f"第 {line} 行在 Begin 与 End 之外，{'却不见了' if lost else '不能改动'}；这一行{wanted_zh}。"
            "请恢复原样，只在标记之间作答。",
            en=f"Line {line} lies outside Begin and End and {'is missing' if lost else 'was changed'}; it {wanted_en}. "
            "Put it back and write only between the marks.",
        )


class RefusedWholeFile(Refused):
    """A whole file was sent where only the regions may be answered."""

    def __init__(self) -> None:
        super().__init__(
            zh="本题不接受整份文件。请只在 Begin 与 End 之间作答，其余各行保持原样。",
            en="This exercise does not take a whole file of your own. "
            "Write only between Begin and End and leave every other line as it is.",
        )


def shortened(line: str) -> str:
    """Return ``line`` without the white space around it, cut where it is too long to quote."""
    line = line.strip()
    return line if len(line) <= SHOWN_CHARACTERS else line[:SHOWN_CHARACTERS] + "…"
