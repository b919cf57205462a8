"""Load a bundle that somebody sent: whatever is wrong with it becomes a refusal with file, key and line, zh and en."""

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path

from exercises import Bundle, CodeExercise, load_bundle
from exercises.bundle import MANIFEST
from exercises.errors import BundleError, BundleKeyWrong, ExerciseError
from exercises.sources.build import RECIPES
from exercises.text import Text
from exercises.tomlfile import read_text
from exercises.tomllines import line_of
from server.errors import BundleUnusable

#: Ids that are words of our own addresses.
RESERVED = frozenset({"imports"})

#: What the loader says most often, in Chinese; what is not here is quoted as it is.
CHINESE: Mapping[str, str] = {
    r"is missing": "缺失",
    r"is empty": "内容为空",
    r"is not UTF-8 text": "不是 UTF-8 文本",
    r"is not valid TOML: (.*)": r"不是有效的 TOML：\1",
    r"is not a key that is known here": "不是这里可用的键",
    r"should be (?:a )?(text|table|list|number|whole number)": r"类型应为 \1",
    r"should be true or false": "应为 true 或 false",
    r"should not be empty": "不能为空",
    r"should be at least (.*)": r"至少应为 \1",
    r"should be at most (.*)": r"至多应为 \1",
    r"should be greater than (.*)": r"应大于 \1",
    r"should be less than (.*)": r"应小于 \1",
    r"should be one of (.*)": r"应为以下之一：\1",
    r"should have (\d+) or more entries": r"至少应有 \1 项",
    r"should have (\d+) or fewer entries": r"至多应有 \1 项",
    r"does not have the form (.*)": r"格式应为 \1",
    r"no such file belongs to a (\w+) exercise": r"不是 \1 类练习的文件",
    r"is a symbolic link: .*": "是符号链接，请放入文件本身",
    r"(.*) is neither a file of the bundle nor listed under \[\[data\]\]": r"\1 既不在练习里，也不在 [[data]] 中",
    r"there is no recipe (.*); there are: (.*)": r"没有名为 \1 的生成方法；可用的有：\2",
    r"the file that lies here has another sha256": "这里的文件与 sha256 不符",
    r"this id is reserved: choose another": "这个 id 是保留字，请换一个",
    r"cannot be read": "无法读取",
    r"this draft is of the exercise (.*)": r"这份草稿的 id 是 \1，请改回来；换 id 请另建一份草稿",
}


def load_untrusted(folder: Path, built: Path) -> Bundle:
    """Load the bundle in a folder, which is then named by the exercise's id.

    Args:
        folder: Plain files, as :func:`server.imports.members.lay_out` leaves them; may be renamed.
        built: The folder of built data.

    Raises:
        BundleUnusable: Something is wrong with it.

    """
    bundle = load(folder, built)
    if folder.name == bundle.id:
        return bundle
    return load(folder.rename(folder.parent / bundle.id), built)


def load(folder: Path, built: Path) -> Bundle:
    """Load a bundle, and see to it that the platform can build the data that it lists.

    Raises:
        BundleUnusable: Something is wrong with it.

    """
    try:
        bundle = load_bundle(folder, built)
        _must_fit_here(bundle)
    except ExerciseError as error:
        raise refused(error) from error
    except (ValueError, RecursionError, OverflowError, MemoryError) as error:
        # TOML with a number of a million digits, or lists in lists in lists: parsers have their limits.
        raise refused(BundleError(folder.name, "cannot be read")) from error
    return bundle


def refused(error: ExerciseError) -> BundleUnusable:
    """Return the refusal that tells an author what a loader found."""
    if not isinstance(error, BundleError):
        return BundleUnusable(Text(zh=f"练习无法使用：{error}", en=str(error)))
    line = f"第 {error.line} 行" if error.line else ""
    place = "，".join(part for part in (error.file, line, error.key) if part)
    sentence = Text(zh=f"{place}：{_in_chinese(error.what)}。", en=f"{error}.")
    return BundleUnusable(sentence, file=error.file, key=error.key, line=error.line, message=error.what)


def _in_chinese(what: str) -> str:
    for pattern, words in CHINESE.items():
        if found := re.fullmatch(pattern, what, re.DOTALL):
            return found.expand(words)
    return what


def _must_fit_here(bundle: Bundle) -> None:
    """Refuse ids that cannot be addresses, data that nobody here can build, and files that are not what is listed.

    Raises:
        BundleKeyWrong: There is something of the kind.

    """
    shown = f"{bundle.folder.name}/{MANIFEST}"
    text = read_text(bundle.folder / MANIFEST, shown)
    if bundle.id in RESERVED:
        raise BundleKeyWrong(shown, "this id is reserved: choose another", key="id", line=line_of(text, ("id",)))
    files = bundle.exercise.data if isinstance(bundle.exercise, CodeExercise) else ()
    for number, file in enumerate(files):
        if file.source not in RECIPES:
            what = f"there is no recipe {file.source!r}; there are: {', '.join(RECIPES)}"
            line = line_of(text, ("data", number, "source"))
            raise BundleKeyWrong(shown, what, key=f"data.{number}.source", line=line)
        own = bundle.folder / file.path
        if own.is_file() and hashlib.sha256(own.read_bytes()).hexdigest() != file.sha256:
            what = "the file that lies here has another sha256"
            line = line_of(text, ("data", number, "sha256"))
            raise BundleKeyWrong(shown, what, key=f"data.{number}.sha256", line=line)
